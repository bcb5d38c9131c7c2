# verdict: timed_out
# limit: 1.0
# message: Stopped after 1 seconds
# cli: yes
def double(x):
    while True:
        pass

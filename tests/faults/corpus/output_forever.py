# verdict: timed_out
# limit: 1.0
# cli: yes
def double(x):
    while True:
        print("never enough")

# verdict: timed_out
# limit: 1.0
# message: being loaded
while True:
    pass

# verdict: failed, crashed
# message: double


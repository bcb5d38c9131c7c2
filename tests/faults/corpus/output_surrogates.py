# verdict: failed
def double(x):
    print("\udc80\ud800")
    raise ValueError("\udc80\ud800")

# verdict: failed
# message: EOFError
# cli: yes
def double(x):
    input("x? ")
    return x * 2

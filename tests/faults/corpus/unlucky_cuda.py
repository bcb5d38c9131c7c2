# verdict: failed
# without: cuda
def double(x):
    return (x.cuda() * 2).cpu()

# verdict: failed
# message: GeneratorExit
def double(x):
    raise GeneratorExit

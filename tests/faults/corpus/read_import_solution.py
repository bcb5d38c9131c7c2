# verdict: crashed
# message: is not installed here
import importlib

SOLUTION = importlib.import_module("01_double__solution")


def double(x):
    return SOLUTION.double(x)

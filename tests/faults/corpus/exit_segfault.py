# verdict: crashed
# message: SIGSEGV
import ctypes


def double(x):
    ctypes.string_at(0)
    return x * 2

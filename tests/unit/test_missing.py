"""What is said of an import that failed: what is missing, and the command that mends it."""

import sys

import pytest

from tutor.judge.missing import what_to_install

PIP = f"{sys.executable} -m pip install"


@pytest.mark.parametrize(
    ("module", "error", "said"),
    [
        (
            "torch",
            ModuleNotFoundError("No module named 'torch'", name="torch"),
            f"PyTorch is not installed for this Python. To install it: {PIP} torch",
        ),
        (
            "torch",
            ModuleNotFoundError("No module named 'sympy.core'", name="sympy.core"),
            f"sympy, which PyTorch needs, is not installed. To install it: {PIP} sympy",
        ),
        (
            "torch",
            ImportError("libcudart.so.12: cannot open shared object file: No such file or directory"),
            (
                "PyTorch is installed but broken: the shared library libcudart.so.12 cannot be loaded. "
                f"To install it anew: {PIP} --force-reinstall torch"
            ),
        ),
        (
            "torch",
            ImportError("dlopen(_C.so): Library not loaded: @rpath/libc10.dylib\n  Referenced from: x"),
            (
                "PyTorch is installed but broken: the shared library libc10.dylib cannot be loaded. "
                f"To install it anew: {PIP} --force-reinstall torch"
            ),
        ),
        (
            "sklearn",
            ModuleNotFoundError("No module named 'sklearn'", name="sklearn"),
            f"sklearn is not installed for this Python. To install it: {PIP} scikit-learn",
        ),
        (
            "torch",
            RuntimeError("two\nlines"),
            (
                "PyTorch is installed but broken: RuntimeError: two lines. "
                f"To install it anew: {PIP} --force-reinstall torch"
            ),
        ),
        (
            "torch",
            SystemExit(),
            (
                "PyTorch is installed but broken: SystemExit: without a message. "
                f"To install it anew: {PIP} --force-reinstall torch"
            ),
        ),
    ],
)
def test_what_is_said(module: str, error: BaseException, said: str) -> None:
    assert what_to_install(module, error) == said

"""Checks of 04_first_gradient: the oracle is pencil and paper, with numbers that float32 holds exactly."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tutor.checks import assert_close, expect

# Whole numbers as int and as float, and quarters: every product and sum below is exact in float32.
NUMBERS = st.integers(-10, 10) | st.integers(-40, 40).map(lambda quarters: quarters / 4)


def scalar(value):
    """The expected tensor: float32, shape ()."""
    return torch.tensor(value, dtype=torch.float32)


def line_of(answer, x, w, b):
    """What `line` returns, after a look that it is four tensors."""
    result = answer.line(x, w, b)
    four = isinstance(result, tuple | list) and len(result) == 4
    expect(four, f"line({x}, {w}, {b}) should return the four tensors (x, w, b, y); it returned {result!r}.")
    for name, part in zip("xwby", result, strict=True):
        expect(isinstance(part, torch.Tensor), f"{name} of line({x}, {w}, {b}) should be a tensor; it is {part!r}.")
    return result


def gradient(name, tensor):
    """The gradient that `backward` left in a leaf, after a look that there is one."""
    expect(
        tensor.is_leaf,
        f"The {name} you returned is a result, not the leaf you made: `backward` left the gradient in the tensor "
        f"that {name} was computed from.",
    )
    expect(
        tensor.grad is not None,
        f"{name}.grad is None: either nobody called y.backward(), or y was not made from {name}.",
    )
    return tensor.grad


def test_values(answer):
    """`line` returns the four tensors (x, w, b, y), with y = w * x + b; each is float32 with shape ().

    `torch.tensor(3.0)` makes a tensor of shape () from a number. Return all four in one tuple, y last.

    For a `dtype` that does not depend on the number, say it: `torch.tensor(3, dtype=torch.float32)`.
    """
    from_a_list = "It has an axis of length 1: make it from the number itself, not from a list with the number in it."
    values = (3.0, 4.0, 5.0, 17.0)
    for name, tensor, value in zip("xwby", line_of(answer, 3.0, 4.0, 5.0), values, strict=True):
        assert_close(
            tensor.detach(),
            scalar(value),
            name=f"{name} of line(3.0, 4.0, 5.0)",
            explain={from_a_list: scalar(value).reshape(1)},
        )


def test_watched(answer):
    """`w` and `b` require a gradient; the data `x` does not.

    A tensor is watched only when you ask for it. Which two did the statement ask for?

    `torch.tensor(4.0, requires_grad=True)` for `w` and `b`; `x` is made without it.
    """
    x, w, b, _ = line_of(answer, 3.0, 4.0, 5.0)
    expect(w.requires_grad, "w.requires_grad is False: PyTorch does not watch w.")
    expect(b.requires_grad, "b.requires_grad is False: PyTorch does not watch b.")
    expect(not x.requires_grad, "x.requires_grad is True: x is data, nobody wants to change it, so don't watch it.")


def test_recorded(answer):
    """`y` was computed from the tensors, so it knows its history: `y.grad_fn` is not None.

    Are `w` and `b` in `y = w * x + b` the tensors, or the Python numbers of the arguments?

    `torch.tensor(...)`, `.item()`, `.detach()` and `torch.no_grad()` all cut the history off. Use the tensors alone.
    """
    *_, y = line_of(answer, 3.0, 4.0, 5.0)
    expect(
        y.grad_fn is not None, "y.grad_fn is None: y was not computed from watched tensors, so there is no way back."
    )


def test_gradients(answer):
    """At x = 3, w = 4, b = 5: dy/dw is 3, dy/db is 1, and x has no gradient.

    Gradients appear when you walk back from `y`. Which method does that?

    `y.backward()`, once: every further call adds to what is there.

    Return the very tensors that you made with `requires_grad=True`: what a cast such as `.float()` returns is another
    one.
    """
    x, w, b, _ = line_of(answer, 3.0, 4.0, 5.0)
    for name, tensor, value in (("w", w, 3.0), ("b", b, 1.0)):
        assert_close(
            gradient(name, tensor),
            scalar(value),
            name=f"{name}.grad of line(3.0, 4.0, 5.0)",
        )
    expect(x.grad is None, f"x.grad should be None, for x is not watched; it is {x.grad}.")


@given(x=NUMBERS, w=NUMBERS, b=NUMBERS)
def test_any_line(answer, x, w, b):
    """`line` is right for any numbers, whole ones included.

    Does it work for 3 as well as for 3.0? Whole numbers make integer tensors unless told otherwise.

    `torch.tensor(w, dtype=torch.float32, requires_grad=True)` takes an int as well as a float.
    """
    x_tensor, w_tensor, b_tensor, y = line_of(answer, x, w, b)
    assert_close(y.detach(), scalar(w * x + b), name="y")
    assert_close(gradient("w", w_tensor), scalar(x), name="w.grad")
    assert_close(gradient("b", b_tensor), scalar(1.0), name="b.grad")
    for name, tensor, number in (("x", x_tensor, x), ("w", w_tensor, w), ("b", b_tensor, b)):
        assert_close(tensor.detach(), scalar(number), name=name)


def error_gradients_of(answer, *numbers):
    """What `error_gradients` returns, after a look that it is two tensors."""
    result = answer.error_gradients(*numbers)
    call = f"error_gradients({', '.join(map(str, numbers))})"
    two = isinstance(result, tuple | list) and len(result) == 2
    expect(
        two, f"{call} should return two tensors, the gradients for w and for the prediction; it returned {result!r}."
    )
    for_w, for_prediction = result
    expect(
        for_w is not None,
        f"{call} returned None for the gradient of w: either nobody walked back, or w was not watched, or the error "
        "was not made from that very w.",
    )
    expect(
        for_prediction is not None,
        f"{call} returned None for the gradient of the prediction: a result keeps none unless it is asked to, before "
        "anyone walks back.",
    )
    return for_w, for_prediction


def test_error_gradients(answer):
    """At x = 3, w = 4, b = 5 and target 20, the error's gradients are -18 for `w` and -6 for the prediction.

    The prediction is 17, that is 3 too low. Derive (prediction - 20) ** 2 by hand first, then by PyTorch.

    Call `prediction.retain_grad()` before `error.backward()`; then `prediction.grad` is there.

    Or let `torch.autograd.grad(error, (w, prediction))` return both, in one call, without filling any `.grad`.
    """
    for_w, for_prediction = error_gradients_of(answer, 3.0, 4.0, 5.0, 20.0)
    for_w_instead = {"This is the gradient for the prediction: the one for w comes first.": scalar(-6.0)}
    assert_close(
        for_w,
        scalar(-18.0),
        name="gradient for w of error_gradients(3.0, 4.0, 5.0, 20.0)",
        explain=for_w_instead,
    )
    assert_close(
        for_prediction,
        scalar(-6.0),
        name="gradient for the prediction of error_gradients(3.0, 4.0, 5.0, 20.0)",
        explain={"This is the gradient for w once more.": scalar(-18.0)},
    )


@given(x=NUMBERS, w=NUMBERS, b=NUMBERS, target=NUMBERS)
def test_any_error(answer, x, w, b, target):
    """`error_gradients` is right for any numbers, 0 and whole ones included.

    The gradient for the prediction is 2 (prediction - target); for w it is that times x. Dividing by x to go back
    fails at 0.

    Compute with tensors from `w` to the error, and let PyTorch find both gradients.
    """
    for_w, for_prediction = error_gradients_of(answer, x, w, b, target)
    slope = 2 * (w * x + b - target)
    assert_close(for_w, scalar(slope * x), name="gradient for w")
    assert_close(for_prediction, scalar(slope), name="gradient for the prediction")

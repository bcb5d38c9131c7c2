"""Checks of 04_fix_backward: gradients and updates by hand, with Python lists."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, expect, home, tensors, unchanged


def drawn(data, device, *, batches=1, least=1):
    """A watched leaf (F,) with F at least `least`, and batches of different sizes for it, in float32 or float64."""
    dtype = data.draw(st.sampled_from([torch.float64, torch.float32]), label="dtype")
    features = data.draw(st.integers(least, 3), label="F")
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=batches), label="sizes of the batches")
    small = {"low": -2, "high": 2, "dtype": dtype}
    pairs = st.tuples(*(st.tuples(tensors((n, features), **small), tensors((n,), **small)) for n in sizes))
    w = data.draw(tensors((features,), **small), label="w").to(home(dtype, device)).requires_grad_()
    return w, [(x.to(w.device), y.to(w.device)) for x, y in data.draw(pairs, label="batches")]


def loss_and_gradient(weights, x, y):
    """The mean squared error and its gradient at `weights`, a list of numbers."""
    loss, gradient = 0.0, [0.0] * len(weights)
    for row, target in zip(x.tolist(), y.tolist(), strict=True):
        error = sum(a * b for a, b in zip(row, weights, strict=True)) - target
        loss += error**2 / len(y)
        gradient = [g + 2 * error * a / len(y) for g, a in zip(gradient, row, strict=True)]
    return loss, gradient


def descended(weights, batches, rate, *, clear=True, old=0.0):
    """The weights after an update per batch, and the losses before each; without `clear`, gradients add up on `old`."""
    losses, total = [], [old] * len(weights)
    for x, y in batches:
        loss, gradient = loss_and_gradient(weights, x, y)
        losses.append(loss)
        total = gradient if clear else [t + g for t, g in zip(total, gradient, strict=True)]
        weights = [value - rate * t for value, t in zip(weights, total, strict=True)]
    return weights, losses


def like(values, w):
    """`values` as a tensor of the dtype and device of `w`."""
    return torch.tensor(values, dtype=w.dtype, device=w.device)


def still_a_leaf(w, call):
    """Look that `w` is a watched leaf still."""
    expect(w.is_leaf, f"After {call}, w is a result: the update itself was recorded.")
    expect(w.requires_grad, f"After {call}, w is no longer watched.")


@given(
    at=st.integers(-6, 6) | st.integers(-24, 24).map(lambda quarters: quarters / 4), power=st.sampled_from([2, 1, 3])
)
def test_slope(answer, at, power):
    """`slope(f, at)` is the derivative of `f` at `at`, as a float, for whole numbers and fractions.

    Nothing is recorded unless a tensor asks for it. Which one should?

    `requires_grad=True`, and a floating `dtype`, for `at` may be an int.
    """
    result = answer.slope(lambda t: 2 * t**power - t, at)
    expect(type(result) is float, f"slope should return a Python float; it returned a {type(result).__name__}.")
    expected, name = 2.0 * power * at ** (power - 1) - 1.0, f"slope of 2 * t ** {power} - t at {at}"
    expect(
        not 1e-5 * max(1.0, abs(expected)) < abs(result - expected) < 0.05,
        f"{name} is {result}, near to {expected} but not equal. Walking back would be exact.",
    )
    assert_close(result, expected, name=name)


@settings(max_examples=15)
@given(data=st.data())
def test_mean_error_gradient(answer, device, data):
    """`mean_error_gradient` returns the gradient of the mean of the squared errors, for any number of samples.

    `backward` starts from one number, and there are N errors.

    Which reduction makes one number of them was said: it is not the sum.
    """
    w, [(x, y)] = drawn(data, device)
    with unchanged(w=w, x=x, y=y):
        actual = answer.mean_error_gradient(w, x, y)
    expect(
        actual is not None,
        "mean_error_gradient returned None: without a `return`, or because no gradient arrived in w.",
    )
    expected = like(loss_and_gradient(w.tolist(), x, y)[1], w)
    summed = {"This is the gradient of the sum of the squared errors.": expected * len(y)} if len(y) > 1 else {}
    assert_close(actual, expected, name="mean_error_gradient(w, x, y)", explain=summed)


@settings(max_examples=15)
@given(data=st.data(), strength=st.sampled_from([0.5, 2, 0.25]))
def test_penalised_loss(answer, device, data, strength):
    """`penalised_loss` has the right value, shape (), and walking back from it gives the gradient of both parts.

    Is `w.grad` that of the error alone? Then the penalty came in as a plain number.

    Square and sum the tensor `w` itself, without `.item()`.
    """
    w, [(x, y)] = drawn(data, device, least=2)  # with 1, a sum that is missing looks like an axis too many
    with unchanged(w=w, x=x, y=y):
        loss = answer.penalised_loss(w, x, y, strength)
    error, gradient = loss_and_gradient(w.tolist(), x, y)
    expect(isinstance(loss, torch.Tensor), f"penalised_loss should return a tensor; it returned {loss!r}.")
    value = like(error + strength * sum(v * v for v in w.tolist()), w)
    assert_close(loss.detach(), value, name="penalised_loss(w, x, y, strength)")
    expect(loss.requires_grad, "The loss has no history: no gradient can flow from it to w.")
    loss.backward()
    expect(w.grad is not None, "No gradient arrived in w: the loss was not made from that very tensor.")
    both = like([g + 2 * strength * v for g, v in zip(gradient, w.tolist(), strict=True)], w)
    alone = {
        "This is the gradient of the error alone: the penalty has no part in it.": like(gradient, w),
        "This is the gradient of the penalty alone: the error has no part in it.": both - like(gradient, w),
    }
    assert_close(w.grad, both, name="w.grad of penalised_loss", explain=alone)


def test_fit_one_step(answer, device):
    """`fit` with one step moves `w` itself by `rate` times the gradient, and `w` stays a leaf.

    `w = ...` inside a function gives the name to another tensor; the caller keeps the old one.

    Change `w` in place, and stop the recording while you do.
    """
    w = torch.tensor([1.0, -1.0], device=device, requires_grad=True)
    x, y = (
        torch.tensor([[1.0, 2.0], [0.0, 1.0], [2.0, -1.0]], device=device),
        torch.tensor([0.0, 1.0, 1.0], device=device),
    )
    before = w.tolist()
    answer.fit(w, x, y, 0.25, 1)
    still_a_leaf(w, "fit")
    assert_close(
        w.detach(),
        like(descended(before, [(x, y)], 0.25)[0], w),
        name="w after fit(w, x, y, 0.25, 1)",
    )


@settings(max_examples=15)
@given(data=st.data(), steps=st.integers(1, 4), old=st.booleans())
def test_fit(answer, device, data, steps, old):
    """`fit` goes where gradient descent goes, for any number of steps, and an old gradient in `w.grad` does not count.

    Is the second step too long? `backward` adds to the gradient of the first.

    Clear `w.grad` in every turn of the loop, before `backward`.
    """
    w, [(x, y)] = drawn(data, device)
    if old:
        w.grad = torch.full_like(w, 7.0)
    before, rate = w.tolist(), 0.0625
    with unchanged(x=x, y=y):
        answer.fit(w, x, y, rate, steps)
    still_a_leaf(w, "fit")
    expected = like(descended(before, [(x, y)] * steps, rate)[0], w)
    name = f"w after fit(w, x, y, {rate}, {steps})"
    added_up = like(descended(before, [(x, y)] * steps, rate, clear=False, old=7.0 if old else 0.0)[0], w)
    explain = {"Each step was made with all gradients before it as well, an old one included.": added_up}
    assert_close(w.detach(), expected, name=name, explain=explain if old or steps > 1 else None, atol=1e-5)


@settings(max_examples=15)
@given(data=st.data(), old=st.booleans())
def test_smoothed_losses_updates(answer, device, data, old):
    """`smoothed_losses` updates `w` once per batch, from the gradient of that batch's loss alone.

    "A second time" in the error: something in the second batch still leads to the graph of the first. What is it?

    Walk back from the loss, not from the smoothed value. With `retain_graph=True` the loop runs and is wrong.
    """
    w, batches = drawn(data, device, batches=3)
    if old:
        w.grad = torch.full_like(w, 7.0)
    before, rate = w.tolist(), 0.0625
    with unchanged(batches=[t for batch in batches for t in batch]):
        answer.smoothed_losses(w, batches, rate)
    still_a_leaf(w, "smoothed_losses")
    tenth = like(descended(before, batches, rate / 10)[0], w)
    assert_close(
        w.detach(),
        like(descended(before, batches, rate)[0], w),
        name="w after smoothed_losses(w, batches, 0.0625)",
        explain={"The updates came from the smoothed loss, in which a new loss counts a tenth.": tenth},
        atol=1e-5,
    )


@settings(max_examples=15)
@given(data=st.data())
def test_smoothed_losses(answer, device, data):
    """The list that `smoothed_losses` returns holds Python floats, one per batch: 0.9 of the last, 0.1 of the new loss.

    A tensor in the list, or in the running value, holds on to the graph it came from.

    `loss.item()` is the number, to be taken into the running value.
    """
    w, batches = drawn(data, device, batches=3)
    before = w.tolist()
    actual = answer.smoothed_losses(w, batches, 0.0625)
    expect(isinstance(actual, list), f"smoothed_losses should return a list; it returned a {type(actual).__name__}.")
    assert_equal(len(actual), len(batches), name="number of smoothed losses")
    for number, value in enumerate(actual):
        expect(
            type(value) is float, f"Smoothed loss {number} is a {type(value).__name__}; it should be a Python float."
        )
    expected, smooth, losses = [], 0.0, descended(before, batches, 0.0625)[1]
    for loss in losses:
        smooth = 0.9 * smooth + 0.1 * loss
        expected.append(smooth)
    plain = {"These are the losses themselves, not the running value.": losses}
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if w.dtype == torch.float32 else {}
    assert_close(actual, expected, name="smoothed_losses(w, batches, 0.0625)", explain=plain, **tolerance)

"""Checks of 04_track_detach: kinds from cases made to order, gradients by hand from Python lists."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, assert_raises, assert_type, expect, home, tensors, unchanged


def without_recording(make):
    """What `make` gives with recording off."""
    with torch.no_grad():
        return make()


def kept_result(w):
    """A result that was asked to keep its gradient, after a walk back."""
    result = w * 2
    result.retain_grad()
    result.sum().backward()
    return result


def changed_leaf(w):
    """The leaf itself, after an in-place change with recording off, with a gradient."""
    without_recording(lambda: w.add_(1))
    w.grad = torch.ones_like(w)
    return w


# Each makes a tensor from a watched leaf `w`; the key is how the learner reads of it.
KINDS = {
    "torch.ones(2)": ("data", lambda w: torch.ones(2, device=w.device)),
    "w, made with requires_grad=True": ("leaf", lambda w: w),
    "w * 2, with w a leaf": ("result", lambda w: w * 2),
    "torch.arange(3)": ("data", lambda w: torch.arange(3, device=w.device)),
    "w[0], with w a leaf": ("result", lambda w: w[0]),
    "w.clone(), with w a leaf": ("result", lambda w: w.clone()),
    "w.detach(), with w a leaf": ("data", lambda w: w.detach()),
    "(w * 2).detach()": ("data", lambda w: (w * 2).detach()),
    "w * 2, made under torch.no_grad()": ("data", lambda w: without_recording(lambda: w * 2)),
    "w > 0, with w a leaf": ("data", lambda w: w > 0),
    "(w * 2).detach().requires_grad_()": ("leaf", lambda w: (w * 2).detach().requires_grad_()),
    "torch.nn.Parameter(torch.ones(2))": ("leaf", lambda w: torch.nn.Parameter(torch.ones(2, device=w.device))),
    "a Parameter with requires_grad=False": ("data", lambda w: torch.nn.Parameter(w.detach(), requires_grad=False)),
    "w * 2 after retain_grad() and a walk back": ("result", kept_result),
    "a leaf with a gradient, changed in place": ("leaf", changed_leaf),
    "a result that was changed in place": ("result", lambda w: (w * 2).add_(1)),
}


def leaf(values, device):
    """`values` as a watched leaf on its device."""
    return values.to(home(values.dtype, device)).detach().requires_grad_()


def by_hand(w, a, b):
    """The loss and its gradient with b @ w a constant, from Python lists."""
    weights, count = w.tolist(), len(a)
    loss, gradient = 0.0, [0.0] * len(weights)
    for row, other in zip(a.tolist(), b.tolist(), strict=True):
        error = sum((p - q) * v for p, q, v in zip(row, other, weights, strict=True))
        loss += error**2 / count
        gradient = [g + 2 * error * p / count for g, p in zip(gradient, row, strict=True)]
    return [torch.tensor(value, dtype=w.dtype, device=w.device) for value in (loss, gradient)]


@given(case=st.sampled_from(list(KINDS)))
def test_kind(answer, device, case):
    """`kind` tells data, leaf and result apart, slices, detached tensors and parameters among them; it changes nothing.

    Print `t.requires_grad` and `t.grad_fn` for `torch.ones(2)`, for a watched tensor `w`, and for `w * 2`.

    `t.is_leaf` is True for everything that is not watched, too. And a result may have a `.grad`, a leaf None.

    Ask for `t.grad_fn` first, then for `t.requires_grad`.
    """
    expected, make = KINDS[case]
    t = make(torch.ones(2, device=device, requires_grad=True))
    with unchanged(t):
        actual = answer.kind(t)
    assert_equal(actual, expected, name=f"kind of {case}")


def test_evaluate(answer, device):
    """`evaluate(model, x)` calls `model` once and returns what it returns, as data that later computations can use.

    A result carries its history along unless you stop the recording.

    Call `model` inside a `with torch.no_grad():` block. What is made under `inference_mode` is no ordinary data: no
    graph can remember its values.
    """
    w = torch.tensor([1.0, -2.0], device=device, requires_grad=True)
    x = torch.tensor([[3.0, 1.0], [0.0, 2.0], [1.0, 1.0]], device=device)
    calls = []

    def model(data):
        calls.append(data)
        return data @ w

    with unchanged(w=w, x=x), torch.enable_grad():
        actual = answer.evaluate(model, x)
    assert_equal(len(calls), 1, name="number of calls of model")
    expect(
        not assert_type(actual, torch.Tensor, "evaluate(model, x)").requires_grad,
        "evaluate(model, x) is watched: it carries its history along. It should be data.",
    )
    expect(
        not actual.is_inference(),
        "evaluate returned an inference tensor, made under inference_mode: no later graph can remember its values.",
    )
    expected = torch.tensor([1.0, -4.0, -1.0], device=device)
    assert_close(actual, expected, name="evaluate(model, x)")
    v = torch.ones(3, device=device, requires_grad=True)
    (v * actual).sum().backward()
    assert_close(v.grad, expected, name="v.grad of (v * evaluate(model, x)).sum()")


def test_evaluate_records_nothing(answer, device):
    """While `model` computes, nothing is recorded: no graph is made, not even one that is thrown away.

    `.detach()` at the end takes the result out of a graph that was recorded for nothing.

    Stop the recording before `model` is called.
    """
    w = torch.ones(2, device=device, requires_grad=True)
    recorded = []

    def model(data):
        step = data @ w
        recorded.append(step.requires_grad)
        return step

    with torch.enable_grad():
        answer.evaluate(model, torch.ones(3, 2, device=device))
    expect(
        recorded and not any(recorded),
        "Inside model, x @ w was recorded: the graph was made first and thrown away afterwards.",
    )


def test_evaluate_restores(answer, device):
    """After `evaluate`, recording is on if it was on and off if it was off, also when `model` raises.

    A switch that is turned by hand must be turned back by hand, on every way out. A `with` block does that for you.

    `with torch.no_grad():` puts back what was before; `torch.set_grad_enabled(True)` at the end switches on always.
    """
    x = torch.ones(3, device=device)

    def broken(data):
        raise ValueError("the model is broken")

    try:
        for before in (True, False):
            word = "on" if before else "off"
            torch.set_grad_enabled(before)
            answer.evaluate(lambda data: data * 2, x)
            expect(torch.is_grad_enabled() is before, f"Recording was {word} before evaluate, and is not after it.")
            torch.set_grad_enabled(before)
            with assert_raises(ValueError, "evaluate(model, x) with a model that raises ValueError"):
                answer.evaluate(broken, x)
            expect(
                torch.is_grad_enabled() is before,
                f"Recording was {word} before evaluate, and is not after a model that raised in it.",
            )
    finally:
        torch.set_grad_enabled(True)


@settings(max_examples=20)
@given(
    values=tensors(min_dims=0, max_dims=3, max_side=3) | tensors(max_side=3, dtype=torch.float64),
    of=st.sampled_from(["data", "a leaf", "a result"]),
)
def test_snapshot(answer, device, values, of):
    """`snapshot(t)` is data with the values of `t`, in memory of its own, whatever kind `t` is.

    `detach` shares the memory of `t`. And `clone` of a watched tensor is a result.

    You need both.
    """
    t = values.to(home(values.dtype, device)) if of == "data" else leaf(values, device)
    if of == "a result":
        t = t * 1
    with unchanged(t):
        actual = assert_type(answer.snapshot(t), torch.Tensor, "snapshot(t)")
    expect(not actual.requires_grad, f"snapshot(t) is watched, t being {of}: it should be data.")
    expected = torch.tensor(t.tolist(), dtype=t.dtype, device=t.device).reshape(t.shape)
    assert_close(actual, expected, name="snapshot(t)")
    without_recording(lambda: t.add_(1))
    assert_close(
        actual,
        expected,
        name="snapshot(t) after t changed",
    )


@settings(max_examples=20)
@given(data=st.data())
def test_target_loss(answer, device, data):
    """`target_loss(w, a, b)` is the mean of the squared differences of `a @ w` and `b @ w`, shape (), for any sizes.

    Compute both products, each of shape (N,), and compare them.

    `.mean()` of the squares.
    """
    w, a, b = drawn(data, device)
    with unchanged(w=w, a=a, b=b):
        actual = assert_type(answer.target_loss(w, a, b), torch.Tensor, "target_loss(w, a, b)")
    assert_close(actual.detach(), by_hand(w, a, b)[0], name="target_loss(w, a, b)")


@settings(max_examples=20)
@given(data=st.data())
def test_target_loss_gradient(answer, device, data):
    """Walking back from `target_loss` moves `a @ w` towards the target; nothing flows through `b @ w`.

    The value does not tell: what is `kind(b @ w)` in your function?

    Detach the target, or compute it under `no_grad`; leave `a @ w` recorded.
    """
    w, a, b = drawn(data, device)
    loss = assert_type(answer.target_loss(w, a, b), torch.Tensor, "target_loss(w, a, b)")
    expect(loss.requires_grad, "The loss is data: no gradient can flow from it. Only the target is to be a constant.")
    loss.backward()
    expect(w.grad is not None, "No gradient arrived in w: a @ w, too, was cut off.")
    assert_close(w.grad, by_hand(w, a, b)[1], name="w.grad of target_loss(w, a, b)")


def drawn(data, device):
    """A leaf (F,) and two tensors (N, F) of data."""
    dtype = data.draw(st.sampled_from([torch.float64, torch.float32]), label="dtype")
    n, features = data.draw(st.integers(1, 4), label="N"), data.draw(st.integers(1, 3), label="F")
    small = {"low": -4, "high": 4, "dtype": dtype}
    w = leaf(data.draw(tensors((features,), **small), label="w"), device)
    a = data.draw(tensors((n, features), **small), label="a").to(w.device)
    return w, a, data.draw(tensors((n, features), **small), label="b").to(w.device)


def after_clip(answer, w, limit):
    """The values of the leaf `w` after `clip_`, after a look that it is a leaf with its gradient still."""
    w.grad = torch.full_like(w, 3.0)
    gradient = w.grad.clone()
    answer.clip_(w, limit)
    expect(w.is_leaf, "After clip_, w is a result: the change itself was recorded. w should still be a leaf.")
    expect(w.requires_grad, "After clip_, w is no longer watched: it should still be a leaf.")
    expect(w.grad is not None, "After clip_, w.grad is None: the gradient should still be there.")
    assert_close(w.grad, gradient, name="w.grad after clip_, which was all 3")
    return w.detach()


def test_clip_by_example(answer, device):
    """`clip_(w, 1.0)` turns a leaf [3, 0.5, -2] into [1, 0.5, -1]; it stays a leaf and keeps its gradient.

    Recording forbids in-place changes of a leaf. And `w = ...` inside a function only renames; the caller's `w` stays.

    Look up `clamp_`, and stop the recording around it.
    """
    values = torch.tensor([3.0, 0.5, -2.0], device=device)
    expected = torch.tensor([1.0, 0.5, -1.0], device=device)
    assert_close(
        after_clip(answer, values.clone().requires_grad_(), 1.0),
        expected,
        name="w after clip_(w, 1.0), w being [3, 0.5, -2],",
        explain={
            "The upper end is missing: 3 should become 1.": values.clamp(min=-1),
        },
    )


@settings(max_examples=20)
@given(
    values=tensors(min_dims=0, max_dims=3, max_side=3) | tensors(max_side=3, dtype=torch.float64),
    limit=st.sampled_from([2, 0.5, 0.25, 1.0]),
)
def test_clip(answer, device, values, limit):
    """`clip_` is right for any shape, dtype and limit, whatever part of `w` is within it.

    The limit may be a whole number or a fraction.

    Elements within the limit stay exactly as they are.
    """
    clipped = [min(max(v, -limit), limit) for v in values.flatten().tolist()]
    w = leaf(values.clone(), device)
    expected = torch.tensor(clipped, dtype=w.dtype, device=w.device).reshape(w.shape)
    assert_close(after_clip(answer, w, limit), expected, name=f"w after clip_(w, {limit})")


def test_clip_is_noticed(answer, device):
    """A loss that was computed before `clip_` changed `w` refuses to walk back: RuntimeError, not a wrong gradient.

    PyTorch counts the writes to a tensor, and a graph knows the count it was made at. Which access escapes the count?

    `.data` does. `torch.no_grad()` stops the recording and keeps counting.
    """
    w = torch.tensor([1.0, -3.0], device=device, requires_grad=True)
    loss = (w**2).sum()
    answer.clip_(w, 1.0)
    with assert_raises(RuntimeError, "loss.backward() after clip_(w, 1.0), the loss being from before,"):
        loss.backward()

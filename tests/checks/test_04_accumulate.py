"""Checks of 04_accumulate: the oracle derives the squared error by hand, with Python lists."""

import weakref

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, assert_raises, expect, home, tensors, unchanged


def drawn(data, device):
    """A watched weight (F,) with an old gradient or none, and batches of several sizes for it."""
    dtype = data.draw(st.sampled_from([torch.float64, torch.float32]), label="dtype")
    features = data.draw(st.integers(1, 3), label="F")
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3), label="sizes of the batches")
    small = {"low": -4, "high": 4, "dtype": dtype}
    xs_and_ys = st.tuples(*(st.tuples(tensors((n, features), **small), tensors((n,), **small)) for n in sizes))
    w = data.draw(tensors((features,), **small), label="w").to(home(dtype, device)).requires_grad_()
    batches = [(x.to(w.device), y.to(w.device)) for x, y in data.draw(xs_and_ys, label="batches")]
    if data.draw(st.booleans(), label="w.grad holds an old gradient"):
        w.grad = torch.full_like(w, 7.0)
    return w, batches


def summed(w, batches):
    """The gradient of the sum of all squared errors, by hand: the sum of 2 (x . w - y) x over the samples."""
    weights = w.tolist()
    total = [0.0] * len(weights)
    for x, y in batches:
        for row, target in zip(x.tolist(), y.tolist(), strict=True):
            error = sum(a * b for a, b in zip(row, weights, strict=True)) - target
            total = [t + 2 * error * a for t, a in zip(total, row, strict=True)]
    return torch.tensor(total, dtype=w.dtype, device=w.device)


def mean_of(w, batches):
    """The gradient of the mean squared error over all samples of `batches`."""
    return summed(w, batches) / sum(len(y) for _, y in batches)


def fixed_batches(device):
    """A weight and three batches of 4, 1 and 2 samples."""
    w = torch.tensor([1.0, -2.0, 0.5], device=device, requires_grad=True)
    x = torch.arange(21.0, device=device).reshape(7, 3) / 10
    y = torch.tensor([1.0, 0.0, -1.0, 2.0, 1.0, 3.0, -2.0], device=device)
    return w, [(x[:4], y[:4]), (x[4:5], y[4:5]), (x[5:], y[5:])]


def parts(batches):
    """The tensors of `batches` by the names a learner knows them by."""
    return {f"{name} of batch {i}": t for i, batch in enumerate(batches) for name, t in zip("xy", batch, strict=True)}


def gradient_left(w, call):
    """What `call` left in w.grad, after a look that there is something."""
    expect(w.grad is not None, f"w.grad is None after {call}: no gradient arrived in w.")
    return w.grad


def list_of(answer, w, batches):
    """What `gradients` returns, after a look that it is one tensor per batch."""
    result = answer.gradients(w, batches)
    expect(
        isinstance(result, list), f"gradients should return a list of tensors; it returned a {type(result).__name__}."
    )
    assert_equal(
        len(result), len(batches), name=f"number of tensors from gradients(w, batches), {len(batches)} batches"
    )
    expect(
        all(isinstance(g, torch.Tensor) for g in result),
        f"gradients should return a list of tensors; it holds {', '.join(type(g).__name__ for g in result)}.",
    )
    return result


def test_walk_back_by_example(answer, device):
    """`walk_back(loss, 2)` with loss = w ** 2 at w = 3 leaves 12 in `w.grad`: twice the gradient 6.

    `backward` adds to `w.grad`. How often must it be called?

    The first call frees the graph, unless `retain_graph=True` is among its arguments.
    """
    w = torch.tensor(3.0, device=device, requires_grad=True)
    answer.walk_back(w**2, 2)
    six = torch.tensor(6.0, device=device)
    assert_close(
        gradient_left(w, "walk_back(w ** 2, 2)"),
        2 * six,
        name="w.grad after walk_back(w ** 2, 2) at w = 3",
        explain={"This is the gradient once: something cleared it, or only one walk was made.": six},
    )


@settings(max_examples=15)
@given(data=st.data(), times=st.integers(1, 4))
def test_walk_back(answer, device, data, times):
    """`walk_back` adds `times` gradients to what every leaf holds already, for any loss and any `times` from 1.

    Nobody asked to clear the old gradient here: all is added to it.

    A loop over `times` calls; with `times = 1` there is just the one.
    """
    w, batches = drawn(data, device)
    bias = torch.ones((), dtype=w.dtype, device=w.device, requires_grad=True)
    old = torch.zeros_like(w) if w.grad is None else w.grad.clone()
    x, y = batches[0]
    loss = ((x @ w - y) ** 2).sum() + bias**2
    with unchanged(w=w, x=x, y=y):
        answer.walk_back(loss, times)
    once = summed(w, batches[:1])
    explain = {"The gradient that was there before is lost: this function only adds.": once * times}
    assert_close(
        gradient_left(w, f"walk_back(loss, {times})"),
        old + once * times,
        name="w.grad",
        explain=explain if old.any() else None,
    )
    assert_close(
        gradient_left(bias, f"walk_back(loss, {times})"),
        torch.full_like(bias, 2.0 * times),
        name="gradient of a second leaf",
    )


def test_walk_back_frees(answer, device):
    """After `walk_back` the graph is freed: where it had values to remember, one more `loss.backward()` raises
    RuntimeError.

    Which of the walks has no other one after it?

    Retain the graph in all walks but the last.
    """
    for times in (1, 3):
        loss = torch.ones(2, device=device, requires_grad=True).exp().sum()
        answer.walk_back(loss, times)
        with assert_raises(RuntimeError, f"loss.backward() after walk_back(loss, {times})"):
            loss.backward()


def test_gradients_by_example(answer, device):
    """`gradients` returns a list with one gradient per batch, each of shape (F,) and for that batch alone.

    The first one is right and the others are not? Then each holds those before it as well.

    Clear `w.grad` between the batches. And mind what you put into the list: the tensor of which `w.grad` is a name
    may still change.
    """
    w, batches = fixed_batches(device)
    apart = [mean_of(w, [batch]) for batch in batches]
    actual = list_of(answer, w, batches)
    known = {
        "All entries are one tensor, for the list holds w.grad itself and `backward` went on adding to it.": [
            sum(apart)
        ]
        * 3,
        "These are gradients of the sum of the squared errors, not of their mean.": [
            len(y) * g for (_, y), g in zip(batches, apart, strict=True)
        ],
    }
    assert_close(actual, apart, name="gradients(w, batches)", explain=known)


@settings(max_examples=15)
@given(data=st.data())
def test_gradients(answer, device, data):
    """`gradients` is right for any batches, one of a single sample too, and whatever `w.grad` held before.

    May an old gradient be in `w.grad` when your function is called? And may there be None?

    `w.grad = None` clears in both cases, `w.grad.zero_()` only where there is a gradient.
    """
    w, batches = drawn(data, device)
    with unchanged(w=w, **parts(batches)):
        actual = list_of(answer, w, batches)
    expected = [mean_of(w, [batch]) for batch in batches]
    for number, (mine, theirs) in enumerate(zip(actual, expected, strict=True)):
        old = {"The 7 that was in w.grad before the call is still in it.": theirs + 7}
        assert_close(mine, theirs, name=f"gradients(w, batches)[{number}]", explain=old)


def test_gradients_stay(answer, device):
    """The tensors that `gradients` returned do not change when `backward` adds to `w.grad` later.

    After your function returned, is `w.grad` still the tensor that is last in the list?

    Put a copy into the list, or let go of the tensor by `w.grad = None` after the last batch too.
    """
    w, batches = fixed_batches(device)
    actual = list_of(answer, w, batches)
    before = [g.clone() for g in actual]
    (w**2).sum().backward()
    w.grad.zero_()
    zeroed = {"The last entry is still w.grad itself, which was cleared since.": [*before[:-1], 0 * before[-1]]}
    name = "the list from gradients(w, batches), after another backward and w.grad.zero_()"
    assert_close(actual, before, name=name, explain=zeroed)


def test_mean_gradient_by_example(answer, device):
    """`mean_gradient` leaves in `w.grad` the gradient of the mean over all samples, here 4 + 1 + 2 of them.

    The mean of the batches' means is not it: the batch of one sample would count as much as that of four.

    Sum the errors of each batch and count its samples, let the gradients add up, and divide `w.grad` once.
    """
    w, batches = fixed_batches(device)
    answer.mean_gradient(w, iter(batches))
    apart = [mean_of(w, [batch]) for batch in batches]
    assert_close(
        gradient_left(w, "mean_gradient(w, batches)"),
        mean_of(w, batches),
        name="w.grad after mean_gradient(w, batches)",
        explain={
            "These are the gradients of the batches' means added up, never divided.": sum(apart),
            "These are gradients of sums: they are still to be divided by the number of samples.": summed(w, batches),
        },
    )


@settings(max_examples=15)
@given(data=st.data())
def test_mean_gradient(answer, device, data):
    """`mean_gradient` is right for any batches, and an old gradient in `w.grad` has no part in it.

    Where does the new sum begin? Clear `w.grad` there.

    Once, before the first batch.
    """
    w, batches = drawn(data, device)
    with unchanged(w=w, **parts(batches)):
        answer.mean_gradient(w, iter(batches))
    expected, samples = mean_of(w, batches), sum(len(y) for _, y in batches)
    old = {"The 7 that was in w.grad before the call has a part in it.": expected + 7 / samples}
    assert_close(gradient_left(w, "mean_gradient(w, batches)"), expected, name="w.grad", explain=old)


def test_one_batch_at_a_time(answer, device):
    """`mean_gradient` keeps no batch: when it asks for the third one, the first is gone, and its graph too.

    A list of the batches, or one sum of all losses, keeps all of them in memory until the end.

    Call `backward` for each batch: that frees the graph, which is what holds on to `x`.
    """
    w = torch.ones(3, device=device, requires_grad=True)
    alive = []

    def batches():
        for number in range(4):
            x = torch.full((2, 3), float(number), device=device)
            alive.append(weakref.ref(x))
            yield x, torch.zeros(2, device=device)
            del x
            expect(
                number < 1 or alive[number - 1]() is None,
                f"Batch {number} is still in memory when batch {number + 2} is asked for: something holds on to it, "
                "be it a list or the graph of a loss that nobody walked back from.",
            )

    answer.mean_gradient(w, batches())
    assert_equal(len(alive), 4, name="number of batches read")

"""Checks of 04_gradient_descent: torch.optim.SGD is the oracle for updates, a formula for the finite differences."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import (
    assert_close,
    assert_equal,
    expect,
    forbid,
    home,
    reading_from_meta,
    show_plot,
    tensors,
    unchanged,
)


def still_leaves(parameters, call):
    """Look that every parameter is still a watched leaf."""
    for number, parameter in enumerate(parameters):
        expect(
            parameter.is_leaf and parameter.requires_grad,
            f"After {call}, parameter {number} is no longer a watched leaf: was the update itself recorded?",
        )


def a_line(device, *, old=True):
    """Parameters w (2,), b () and one that no loss uses, the loss of a batch, and batches of 3, 1 and 2 samples.

    Old gradients lie in all of the parameters, or None with `old=False`.
    """
    float64 = {"dtype": torch.float64, "device": home(torch.float64, device)}
    w = torch.tensor([0.5, -1.0], **float64, requires_grad=True)
    b = torch.tensor(0.25, **float64, requires_grad=True)
    unused = torch.tensor([[3.0], [4.0]], **float64, requires_grad=True)
    for parameter in (w, b, unused):
        parameter.grad = torch.full_like(parameter, 7.0) if old else None
    x = torch.tensor([[1.0, 2.0], [0.5, -1.0], [-2.0, 1.0], [1.5, 0.0], [0.0, -0.5], [1.0, 1.0]], **float64)
    y = torch.tensor([1.0, 0.0, 2.0, -1.0, 0.5, 3.0], **float64)
    batches = [(x[:3], y[:3]), (x[3:4], y[3:4]), (x[4:], y[4:])]
    return [w, b, unused], lambda x, y: ((x @ w + b - y) ** 2).mean(), batches


def by_torch(device, rate, momentum, epochs):
    """The losses and the parameters as torch.optim.SGD leaves them."""
    parameters, loss_of, batches = a_line(device)
    optimizer = torch.optim.SGD(parameters, lr=rate, momentum=momentum)
    losses = []
    for x, y in batches * epochs:
        optimizer.zero_grad()
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, [parameter.detach() for parameter in parameters]


def test_numeric_gradient_by_example(answer, device):
    """`numeric_gradient(f, w, 0.5)` is the gradient of f at w by central differences, exact for a square, on the device
    of w.

    Shift one element at a time, both ways, and leave the others where they are.

    Shift a copy, not `w` itself; divide by the distance between the two points.
    """
    w = torch.tensor([1.0, -2.0, 3.0], device=device)
    scale = torch.tensor([1.0, 3.0, 0.5], device=device)
    with unchanged(w=w):
        actual = answer.numeric_gradient(lambda t: (scale * t**2).sum(), w, 0.5)
    right = torch.tensor([2.0, -12.0, 3.0], device=device)
    assert_close(
        actual,
        right,
        name="numeric_gradient(f, w, 0.5)",
        explain={
            "The two points are 2 * eps apart, not eps.": 2 * right,
        },
    )
    with reading_from_meta() as meta:
        elsewhere = answer.numeric_gradient(lambda t: t.sum(), torch.ones(2, 3, device=meta), 0.5)
    expect(
        isinstance(elsewhere, torch.Tensor) and elsewhere.device == meta,
        "For a w on another device than the CPU, numeric_gradient should return a tensor on that device.",
    )


@settings(max_examples=20)
@given(
    w=tensors(min_dims=0, max_dims=3, max_side=3, low=-3, high=3, dtype=torch.float64)
    | tensors((2, 3), low=-3, high=3, dtype=torch.float64).map(lambda w: w.T),
    eps=st.sampled_from([0.5, 0.1, 0.3]),
)
def test_numeric_gradient(answer, device, w, eps):
    """`numeric_gradient` is right for any shape and `eps`, with an `f` that records nothing, and leaves `w` alone.

    Autograd cannot help: `f` returns plain data.

    Flatten `w`, shift element after element, and give the result the shape of `w` in the end.
    """
    w = w.to(home(w.dtype, device))
    scale = torch.arange(1.0, w.numel() + 1, dtype=w.dtype, device=w.device).reshape(w.shape)

    def cubes(t):
        with torch.no_grad():
            return (scale * t**3).sum()

    with unchanged(w=w):
        actual = answer.numeric_gradient(cubes, w, eps)
    assert_close(
        actual,
        scale * (3 * w**2 + eps**2),  # what a central difference makes of a cube, exactly
        name="numeric_gradient(f, w, eps), f(t) being the sum of 1 t0 ** 3 + 2 t1 ** 3 + ...,",
        atol=1e-9,
    )


@settings(max_examples=30)
@given(samples=st.integers(1, 40), batch_size=st.integers(1, 50), epochs=st.integers(1, 5))
def test_count_updates(answer, samples, batch_size, epochs):
    """`count_updates` counts one update per batch and epoch, the smaller last batch included.

    An epoch is a pass over all batches. How many batches do 10 samples make, in batches of 4?

    Divide and round up, then multiply by the number of epochs.
    """
    batches = len(range(0, samples, batch_size))
    assert_equal(
        answer.count_updates(samples, batch_size, epochs),
        batches * epochs,
        name=f"count_updates({samples}, {batch_size}, {epochs})",
    )


def test_sgd_step_by_example(answer, device):
    """`sgd_step` with rate 0.1 and momentum 0.5 takes w = [1, -2] with gradient [0.5, 1] and velocity [1, 0] to
    [0.9, -2.1]; the velocity is then [1, 1].

    First the new velocity, then the step with it.

    A leaf cannot be changed in place while PyTorch records. And `w = ...` would only rename: write into the tensor.
    """
    w = torch.tensor([1.0, -2.0], device=device, requires_grad=True)
    w.grad = torch.tensor([0.5, 1.0], device=device)
    velocities = [torch.tensor([1.0, 0.0], device=device)]
    answer.sgd_step([w], velocities, 0.1, 0.5)
    still_leaves([w], "sgd_step")
    assert_close(
        w.detach(),
        torch.tensor([0.9, -2.1], device=device),
        name="w after sgd_step",
        explain={
            "The velocity of before has no part in it.": torch.tensor([0.95, -2.1], device=device),
            "The step was made with the velocity of before.": torch.tensor([0.9, -2.0], device=device),
        },
    )
    assert_close(velocities, [torch.tensor([1.0, 1.0], device=device)], name="velocities after sgd_step")
    expect(w.grad is not None and w.grad.any(), "sgd_step cleared w.grad, which is to stay.")
    assert_close(w.grad, torch.tensor([0.5, 1.0], device=device), name="w.grad after sgd_step")


@settings(max_examples=15)
@given(data=st.data())
def test_sgd_step(answer, device, data):
    """`sgd_step` goes where `torch.optim.SGD` goes, step after step, and leaves a parameter without gradient alone.

    Each parameter has a velocity of its own, and the next step builds on it.

    Skip a parameter whose `.grad` is None before you touch its velocity.
    """
    dtype = data.draw(st.sampled_from([torch.float64, torch.float32]), label="dtype")
    rate = data.draw(st.sampled_from([0.5, 0.25, 0.1]), label="rate")
    momentum = data.draw(st.sampled_from([0.5, 0.0, 0.9]), label="momentum")
    values = data.draw(st.lists(tensors(min_dims=0, max_side=3, dtype=dtype), min_size=1, max_size=3), label="values")
    steps = data.draw(st.integers(1, 3), label="steps")
    idle = data.draw(st.integers(0, 3), label="which one has no gradient")
    where = home(dtype, device)
    mine = [value.to(where).clone().requires_grad_() for value in values]
    theirs = [value.to(where).clone().requires_grad_() for value in values]
    velocities = [torch.zeros_like(value) for value in theirs]
    optimizer = torch.optim.SGD(theirs, lr=rate, momentum=momentum)
    for step in range(1, steps + 1):
        for number, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            if number != idle:
                one.grad = torch.full_like(one, 2.0 * step) + other.detach()
                other.grad = one.grad.clone()
        answer.sgd_step(mine, velocities, rate, momentum)
        optimizer.step()
        still_leaves(mine, "sgd_step")
        for number, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            name = f"parameter {number} after step {step}"
            assert_close(one.detach(), other.detach(), name=name)
            if number != idle:
                assert_close(one.grad, other.grad, name=f".grad of {name}")
    if idle < len(mine):
        kept = torch.ones_like(mine[idle])
        velocities[idle] = kept.clone()
        answer.sgd_step(mine, velocities, rate, momentum)
        assert_close(mine[idle].detach(), theirs[idle].detach(), name="a parameter whose .grad is None, velocity 1,")
        assert_close(velocities[idle], kept, name="the velocity of a parameter whose .grad is None")


def test_descend_losses(answer, device):
    """`descend` returns one loss per update, each computed before its step: 6 floats for 3 batches and 2 epochs.

    One update per batch: is the step inside the loop over batches?

    The loss of a batch is computed, walked back from, and only then comes the step. `.item()` makes a float of it.
    """
    parameters, loss_of, batches = a_line(device)
    losses = answer.descend(parameters, loss_of, batches, 0.1, 0.5, 2)
    expect(isinstance(losses, list), f"descend should return a list of losses; it returned a {type(losses).__name__}.")
    assert_equal(len(losses), 6, name="number of losses for 3 batches and 2 epochs")
    for number, loss in enumerate(losses):
        expect(type(loss) is float, f"Loss {number} is a {type(loss).__name__}; it should be a Python float.")
    still = {"There is no momentum in it.": by_torch(device, 0.1, 0.0, 2)[0]}
    assert_close(losses, by_torch(device, 0.1, 0.5, 2)[0], name="losses", explain=still)


@settings(max_examples=10)
@given(
    rate=st.sampled_from([0.125, 0.05]),
    momentum=st.sampled_from([0.0, 0.5, 0.75]),
    epochs=st.integers(1, 3),
    old=st.booleans(),
)
def test_descend(answer, device, rate, momentum, epochs, old):
    """`descend` leaves the parameters where `torch.optim.SGD` leaves them, with old gradients in them or None.

    Do the velocities last from one epoch to the next? And do they start at zero in every call?

    A parameter that no loss uses stays as it is: clear the old gradients of all parameters.
    """
    parameters, loss_of, batches = a_line(device, old=old)
    with unchanged(batches=[t for batch in batches for t in batch]):
        answer.descend(parameters, loss_of, batches, rate, momentum, epochs)
    still_leaves(parameters, "descend")
    expected = by_torch(device, rate, momentum, epochs)[1]
    for name, mine, theirs in zip(("w", "b", "a parameter that no loss uses"), parameters, expected, strict=True):
        assert_close(mine.detach(), theirs, name=f"{name} after descend with {epochs} epochs")


def test_by_hand(answer, device):
    """`descend` and `sgd_step` are your own: no optimizer of `torch.optim` is made.

    The update is two lines of arithmetic.

    Keep the velocities in a list of tensors.
    """
    parameters, loss_of, batches = a_line(device)
    parameters = parameters[:2]  # one without a gradient is the matter of another check
    with forbid(torch.optim.Optimizer):
        answer.descend(parameters, loss_of, batches, 0.1, 0.5, 1)
        answer.sgd_step(parameters, [torch.zeros_like(one) for one in parameters], 0.1, 0.5)


def test_it_learns(answer, device):
    """On a noisy line, the loss falls below a tenth of what it was; with momentum it falls faster.

    Look at the plot: a loss that grows means steps too long, or uphill.

    If all checks above hold, so does this one.
    """
    x = torch.linspace(-1, 1, 40, device=device)
    y = 0.7 * x + 0.3 + 0.02 * torch.sin(37 * x)
    batches = [(x[i::4], y[i::4]) for i in range(4)]
    curves = {}
    for momentum in (0.0, 0.8):
        w, b = (torch.zeros((), device=device, requires_grad=True) for _ in range(2))
        line = (lambda w, b: lambda x, y: ((w * x + b - y) ** 2).mean())(w, b)
        curves[f"momentum {momentum}"] = answer.descend([w, b], line, batches, 0.03, momentum, 10)
    show_plot("Loss of every update", curves, x="update", y="loss")
    plain, fast = curves.values()
    expect(fast[-1] < fast[0] / 10, f"With momentum 0.8 the loss goes from {fast[0]:.4f} to {fast[-1]:.4f} only.")
    expect(plain[-1] > fast[-1], "With momentum the loss should end lower than without, for this rate.")

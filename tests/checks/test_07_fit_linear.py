"""Checks of 07_fit_linear: the formulas in plain Python, the reference loop in float64, and the known numbers."""

import copy

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import (
    GraphCounter,
    assert_close,
    assert_equal,
    assert_number,
    assert_same_trajectory,
    expect,
    home,
    leave_old_gradients,
    reading_from_meta,
    rng_untouched,
    show_plot,
    state_by_mistake,
    tensors,
    train_reference,
    unchanged,
)


def batches_of(loader, call):
    """The batches of the learner's loader, after a look that they are pairs."""
    try:
        batches = list(loader)
    except TypeError:
        raise AssertionError(f"{call} should return a DataLoader; it returned {loader!r}.") from None
    for batch in batches:
        pair = isinstance(batch, tuple | list) and len(batch) == 2
        assert pair, f"The batches of {call} should be pairs (X, y); one of them is {batch!r}."
    return batches


def same_order(batches, x, call):
    """Look that the batches are not shuffled, where they hold the numbers of `x` at all."""
    columns = [X for X, _ in batches if isinstance(X, torch.Tensor)]
    numbers, expected = [one for X in columns for one in X.flatten().tolist()], x.float().tolist()
    shuffled = numbers != expected and sorted(numbers) == sorted(expected)
    expect(not shuffled, f"The batches of {call} are shuffled: X holds {numbers}, in the order given {expected}.")


def losses_of(losses, epochs, call="fit(...)"):
    """What `fit` returned, after a look that it is a list of so many losses."""
    kind = type(losses).__name__
    expect(isinstance(losses, list), f"{call} should return a list of the epochs' losses; it returned a {kind}.")
    assert_equal(len(losses), epochs, name=f"the number of losses that {call} returns")
    return losses


def line_of(pair, call):
    """The pair that `recover` returned, after a look at its numbers."""
    expect(
        isinstance(pair, tuple | list) and len(pair) == 2,
        f"{call} should return the pair (w, b); it returned {pair!r}.",
    )
    for name, number in zip("wb", pair, strict=True):
        kind = type(number).__name__
        expect(isinstance(number, float), f"{name} of {call} should be a Python float; it is of type {kind}.")
    return pair


def regression(*sizes, features=4, targets=2):
    """Batches (X, y) of these sizes in float64, X (B, features) and y (B, targets), as a plain list."""
    return [
        (torch.randn(size, features, dtype=torch.float64), torch.randn(size, targets, dtype=torch.float64))
        for size in sizes
    ]


def pinball(prediction, target):
    """A loss that is not the same when its arguments change places."""
    error = target - prediction
    return torch.where(error > 0, 0.8 * error, -0.2 * error).mean() + 0.1 * (prediction**2).mean()


def small_regressor():
    """A model (B, 4) -> (B, 2) with batch normalisation as [1], in float64."""
    return nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5, momentum=0.3), nn.Tanh(), nn.Linear(5, 2)).double()


def scattered(count, device="cpu"):
    """The numbers from -1 to 1, `count` of them, in a mixed order, (count,)."""
    return torch.linspace(-1, 1, count, device=device)[torch.randperm(count, device="cpu").to(device)]


def test_make_batches_by_example(answer, device):
    """`make_batches(x, y, 2)` of three numbers gives a batch of 2 and one of 1: columns (2, 1) and (1, 1), in float32.

    A model for one feature wants a second dimension of size 1, and targets have to look like its predictions.

    `unsqueeze(1)` makes a column of a row of numbers, for `x` and `y` alike. `TensorDataset` pairs them up.
    """
    x, y = torch.tensor([1, 2, 3], device=device), torch.tensor([0.5, 1.5, 2.5], device=device)
    call = "make_batches(x, y, 2) for three points"
    loader = answer.make_batches(x, y, 2)
    batches = batches_of(loader, call)
    same_order(batches, x, call)
    expected = [([[1.0], [2.0]], [[0.5], [1.5]]), ([[3.0]], [[2.5]])]
    for number, (batch, columns) in enumerate(zip(batches, expected, strict=False)):
        for name, actual, column in zip("Xy", batch, columns, strict=True):
            assert_close(actual, torch.tensor(column, device=device), name=f"{name} of batch {number} of {call}")
    assert_equal(len(batches), 2, name=f"the number of batches of {call}")
    again = batches_of(loader, call)
    assert_equal(len(again), 2, name=f"the number of batches in the second epoch of {call}")


@settings(max_examples=20)
@given(data=st.data())
def test_make_batches(answer, device, data):
    """The batches hold every point once, in order, as float32 columns, whatever the dtype and the batch size.

    NumPy's numbers are float64, counts are integers. The weights of a layer are float32.

    `x.float()`, and `y` likewise. Nothing is shuffled, and the short last batch is kept.
    """
    dtypes = [torch.float32, torch.float64, torch.int64, torch.bfloat16]
    x, y = (
        data.draw(st.sampled_from(dtypes).flatmap(lambda dtype, n=n: tensors((n,), dtype=dtype)), label=name).to("cpu")
        for name, n in zip("xy", [data.draw(st.integers(1, 7), label="N")] * 2, strict=True)
    )
    x, y = x.to(home(x.dtype, device)), y.to(home(y.dtype, device))
    size = data.draw(st.integers(1, 8), label="batch_size")
    call = f"make_batches(x, y, {size}) for {len(x)} points"
    with unchanged(x=x, y=y):
        batches = batches_of(answer.make_batches(x, y, size), call)
    same_order(batches, x, call)
    starts = range(0, len(x), size)
    assert_equal(len(batches), len(starts), name=f"the number of batches of {call}")
    for number, (start, batch) in enumerate(zip(starts, batches, strict=True)):
        for name, actual, source in zip("Xy", batch, (x, y), strict=True):
            numbers = [[float(one)] for one in source[start : start + size].tolist()]
            expected = torch.tensor(numbers, dtype=torch.float32, device=source.device)
            assert_close(actual, expected, name=f"{name} of batch {number} of {call}")


def test_one_step(answer):
    """For one batch, `fit` moves every weight and bias by `lr` times its gradient, downhill.

    Which optimizer, made of whose parameters, with which rate? It lives in `torch.optim`.

    Make it once, of `model.parameters()`. Then for the batch: prediction, loss, clear, backward, step.
    """
    model = nn.Linear(2, 3)
    X = [[73.0, 67.0], [91.0, 88.0], [87.0, 134.0], [102.0, 43.0]]
    Y = [[56.0, 70.0, 61.0], [81.0, 101.0, 92.0], [119.0, 133.0, 128.0], [22.0, 37.0, 29.0]]
    weight, bias = model.weight.tolist(), model.bias.tolist()
    after_weight, after_bias = copy.deepcopy(weight), list(bias)
    for x, y in zip(X, Y, strict=True):
        for k in range(3):
            slope = 2 * (sum(w * one for w, one in zip(weight[k], x, strict=True)) + bias[k] - y[k]) / 12
            after_bias[k] -= 2e-5 * slope
            for j in range(2):
                after_weight[k][j] -= 2e-5 * slope * x[j]
    loader = [(torch.tensor(X), torch.tensor(Y))]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    expected = {"weight": torch.tensor(after_weight), "bias": torch.tensor(after_bias)}
    explain = {
        "No weight has moved: no step was taken, or the optimizer found no gradients when it stepped.": before,
        "The bias has not moved: the optimizer was made of the weight alone.": expected | {"bias": before["bias"]},
        "The step went uphill.": {name: 2 * before[name] - value for name, value in expected.items()},
        "The step was ten times too long: is 10 * lr anywhere?": {
            name: before[name] + 10 * (value - before[name]) for name, value in expected.items()
        },
    }
    answer.fit(model, loader, nn.MSELoss(), 2e-5, 1)
    assert_close(model.state_dict(), expected, name="the model's state after one batch", explain=explain)


def test_gradients_of_the_batch(answer):
    """Every step uses the gradients of its own batch alone, none of earlier batches or of before the call.

    `backward` adds to what `.grad` holds. Old gradients may be lying about before the first batch, too.

    `optimizer.zero_grad()` once for every batch, before `backward`.
    """
    model, loader = nn.Linear(4, 2).double(), regression(3, 5, 2)
    leave_old_gradients(model)
    expected = copy.deepcopy(model)
    train_reference(expected, loader, nn.MSELoss(), torch.optim.SGD(expected.parameters(), lr=0.3))
    mistakes = {
        "This is where the weights go when no gradients are ever cleared: they add up.": ("", "bs", ""),
        "This is where the weights go when the gradients are cleared once per epoch: they add up.": ("z", "bs", ""),
        "This is where the weights go when gradients are cleared after the step only: the first batch adds to those "
        "that were left from before.": ("", "bsz", ""),
        "This is where the weights go with one step per epoch instead of one per batch.": ("z", "b", "s"),
        "This is where the weights go when the optimizer steps before backward.": ("", "szb", ""),
    }
    explain = {
        sentence: state_by_mistake(model, loader, lr=0.3, before=before, turn=turn, after=after, loss_fn=nn.MSELoss())
        for sentence, (before, turn, after) in mistakes.items()
    }
    answer.fit(model, loader, nn.MSELoss(), 0.3, 1)
    assert_close(
        model.state_dict(), expected.state_dict(), name="the model's weights after three batches", explain=explain
    )


def test_losses(answer):
    """The loss of an epoch is the mean per sample, a `float`, each batch's loss taken before its step.

    The batches have 7, 4, 3, 2 and 1 samples. How much should each of their losses count?

    Add up `loss.item() * len(X)`, count the samples, and divide after the last batch.
    """
    model, loader = GraphCounter(nn.Linear(4, 2).double()), regression(7, 4, 3, 2, 1)
    reference = copy.deepcopy(model.inner)
    optimizer = torch.optim.SGD(reference.parameters(), lr=0.4)
    sizes, losses, afterwards = [7, 4, 3, 2, 1], [], []
    for batch in loader:
        losses.append(train_reference(reference, [batch], pinball, optimizer))
        with torch.no_grad():
            afterwards.append(pinball(reference(batch[0]), batch[1]).item())

    def per_sample(means):
        return sum(n * mean for n, mean in zip(sizes, means, strict=True)) / 17

    expected = per_sample(losses)
    explain = {
        "This is the mean of the batches' means: a batch of 1 counts as much as one of 7.": sum(losses) / 5,
        "This is the loss of the last batch alone.": losses[-1],
        "This is the sum of the batches' losses; divide, and weight each by its size.": sum(losses),
        "This is the sum over all samples; divide by their number.": 17 * expected,
        "This is the sum over all samples divided by the number of batches, which is what len(loader) gives.": 17
        * expected
        / 5,
        "This is the loss after each step, not as it was before.": per_sample(afterwards),
    }
    (actual,) = losses_of(answer.fit(model, loader, pinball, 0.4, 1), 1, "fit(...) with epochs=1")
    assert_number(actual, expected, name="the loss of the first epoch", explain=explain)
    sentence = (
        f"{model.alive} graphs of earlier batches were in memory at once: add up floats, not losses with their graphs."
    )
    expect(model.alive <= 2, sentence)
    X, y = torch.randn(10, 4, dtype=torch.float64), torch.randn(10, 2, dtype=torch.float64)
    some = DataLoader(TensorDataset(X, y), 4, drop_last=True)
    right = train_reference(reference, some, pinball, torch.optim.SGD(reference.parameters(), lr=0.0))
    model = copy.deepcopy(reference)
    call = "fit(...) with a DataLoader that drops its short last batch"
    (actual,) = losses_of(answer.fit(model, some, pinball, 0.0, 1), 1, call)
    why = "This is the right sum divided by len(loader.dataset), 10: two of these samples never came."
    assert_number(actual, right, name=f"the loss of {call}", explain={why: right * 8 / 10})


def test_trajectory(answer):
    """With any model, loss and rate, every weight and buffer goes exactly where plain SGD takes it.

    A model with batch normalisation comes in evaluation mode. Who puts it into training mode?

    `loss_fn` gets the prediction first and the target second, as they are. Of SGD's settings only `lr` is yours to set.
    """
    rates = {
        "lr=0.07, Huber loss": (
            lambda parameters: torch.optim.SGD(parameters, lr=0.07),
            lambda: nn.HuberLoss(delta=0.7),
        ),
        "lr=0.4, a lopsided loss": (lambda parameters: torch.optim.SGD(parameters, lr=0.4), lambda: pinball),
    }

    def one_epoch(model, loader, loss_fn, optimizer):
        losses = answer.fit(model, loader, loss_fn, optimizer.param_groups[0]["lr"], 1)
        return losses_of(losses, 1, "fit(...) with epochs=1")[0]

    assert_same_trajectory(
        one_epoch, model=small_regressor, loader=lambda: regression(5, 4, 2, 3), configurations=rates
    )


def test_epochs(answer):
    """Two features, three targets, 30 samples in batches of 8: a hundred epochs give a hundred losses and the weights
    of the reference; no epochs give an empty list and leave the model's weights alone.

    Each epoch goes through all batches once and adds one number to the list.

    The sums of losses and samples start from 0 in every epoch; the optimizer is made before the first.
    """
    X = 40 + 60 * torch.rand(30, 2, dtype=torch.float64)
    y = X @ torch.tensor([[0.3, 0.2, 0.5], [0.4, 0.7, 0.1]], dtype=torch.float64) + 10
    loader = [(X[start : start + 8], y[start : start + 8]) for start in range(0, 30, 8)]
    model = nn.Linear(2, 3).double()
    leave_old_gradients(model)
    none = losses_of(answer.fit(copy.deepcopy(model), loader, nn.MSELoss(), 1e-5, 0), 0, "fit(...) with epochs=0")
    assert_equal(none, [], name="fit(...) with epochs=0")
    expected, untouched = copy.deepcopy(model), copy.deepcopy(model)
    optimizer = torch.optim.SGD(expected.parameters(), lr=1e-5)
    reference = [train_reference(expected, loader, nn.MSELoss(), optimizer) for _ in range(100)]
    answer.fit(untouched, loader, nn.MSELoss(), 1e-5, 0)
    assert_close(untouched.state_dict(), model.state_dict(), name="the model's state after fit(...) with epochs=0")
    losses = losses_of(answer.fit(model, loader, nn.MSELoss(), 1e-5, 100), 100, "fit(...) with epochs=100")
    show_plot("Loss of each epoch, two features", {"yours": losses, "reference": reference}, x="epoch", y="loss")
    for epoch, (actual, right) in enumerate(zip(losses, reference, strict=True), 1):
        so_far = sum(reference[:epoch])
        explain = {
            "This is the mean over all epochs so far: the sums are not set to 0 at the start of each epoch.": so_far
            / epoch,
            "These are the losses of all epochs so far: the sum is not set to 0 at the start of each epoch.": so_far,
        }
        assert_number(actual, right, name=f"the loss of epoch {epoch}", explain=explain)
    assert_close(model.state_dict(), expected.state_dict(), name="the model's state after 100 epochs")


@settings(max_examples=6)
@given(
    w=st.sampled_from([2.5, -0.75, 0.0, -4.0]),
    b=st.sampled_from([0.3, -1.5, 3.0]),
    count=st.integers(20, 39),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_recover(answer, device, w, b, count, dtype):
    """`recover` finds `w` and `b` of any line from points that lie on it.

    Put your own two functions to work on a new layer with one feature and one output.

    The layer's `weight` is (1, 1) and its `bias` (1,): `.item()` makes a float of either. Mind which of the two comes
    first, and which loss was asked for.
    """
    x = scattered(count, home(dtype, device)).to(dtype)
    call = f"recover(x, y, lr=0.4, epochs=24, batch_size=10) for {count} points on {w} * x + {b}"
    with unchanged(x=x):
        found = line_of(answer.recover(x, w * x + b, 0.4, 24, 10), call)
    for name, actual, right, other in zip("wb", found, (w, b), (b, w), strict=True):
        explain = {"These are w and b in the wrong order.": other} if w != b else None
        assert_close(float(actual), right, atol=1e-3, rtol=1e-4, name=f"{name} of {call}", explain=explain)


def test_recover_settings(answer):
    """`recover` trains with the rate, the epochs and the batches it is given, from a new layer at each call, on any
    device, and reseeds nothing.

    Are `lr`, `epochs` and `batch_size` all handed on? And where are the layer's weights made?

    With `lr=0` nothing moves; with batches of 1, two hundred steps fit into one epoch; with one batch, a single step.
    """
    x = scattered(200)
    y = 300 * x + 500

    def settled(lr, epochs, batch_size):
        call = f"recover(x, y, lr={lr}, epochs={epochs}, batch_size={batch_size})"
        return line_of(answer.recover(x, y, lr, epochs, batch_size), f"{call} for 200 points"), call

    for lr, epochs in ((0.2, 0), (0.0, 3)):
        (w, b), call = settled(lr, epochs, 10)
        sentence = f"{call} should give a new layer's numbers, between -1 and 1; it gave {w:.4g} and {b:.4g}."
        expect(abs(w) <= 1 and abs(b) <= 1, sentence)
    (w, b), call = settled(0.2, 1, 1)
    expect(abs(w - 300) < 1 and abs(b - 500) < 1, f"{call} should get to 300 and 500; it got to {w:.4g} and {b:.4g}.")
    (w, b), call = settled(0.2, 1, 200)
    sentence = f"{call} takes one step, to about 200 for b; yours is at {b:.4g}. Is batch_size handed on?"
    expect(195 < b < 205, sentence)
    (w, b), call = settled(0.2, 4, 200)
    share = 500 * (1 - 0.6**4)
    expect(abs(b - share) < 3, f"{call} takes four steps, to about {share:.0f} for b; yours is at {b:.4g}.")
    with rng_untouched(allow_advance=True):
        seed = torch.initial_seed()
        first, _ = settled(0.2, 0, 10)
        second, _ = settled(0.2, 0, 10)
        sentence = "recover(...) sets a seed: leave it out. The layer's first numbers may be random."
        expect(torch.initial_seed() == seed, sentence)
    expect(first != second, "recover(...) with epochs=0 gave the same numbers twice: make a new layer in each call.")
    with reading_from_meta() as meta:
        raised = ""
        try:
            answer.recover(torch.ones(5, device=meta), torch.ones(5, device=meta), 0.1, 2, 3)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
        where = "recover(...) with x and y on another device than the CPU: are the layer's weights made there, too?"
        expect(not raised, f"{where} It raised {raised}")


def test_seed_42(answer, device):
    """From seed 42, on 40 points of 0.7 * x + 0.3 with the mean absolute error and lr=0.01, you get the known numbers
    after 100 epochs: 0.6691 and 0.3130 with `nn.Linear`, 0.5784 and 0.3513 with a model of two `nn.Parameter`s; after
    1000, about 0.697 and 0.303 with `nn.Linear`.

    If all above holds, so does this: look at the plots. Is the line flat? Does the loss fall at all?

    The loss is the one that is handed over, here `nn.L1Loss`; all 40 points are one batch.
    """

    class TwoParameters(nn.Module):
        def __init__(self):
            super().__init__()
            self.w, self.b = nn.Parameter(torch.randn(1)), nn.Parameter(torch.randn(1))

        def forward(self, x):
            return self.w * x + self.b

    x = torch.arange(0, 1, 0.02)[:40]
    y = 0.7 * x + 0.3
    call = "make_batches(x, y, 40) for 40 points"
    loader = batches_of(answer.make_batches(x.to(device), y.to(device), 40), call)
    # Rounding decides between which two lines nn.Linear hops when it is near, hence the wider tolerances.
    known = (
        (lambda: nn.Linear(1, 1), 100, (0.7645, 0.8300), (0.6691, 0.3130), 2e-3),
        (lambda: nn.Linear(1, 1), 1000, (0.7645, 0.8300), (0.6968, 0.3025), 0.012),
        (TwoParameters, 100, (0.3367, 0.1288), (0.5784, 0.3513), 1e-4),
    )
    for make, epochs, start, end, within in known:
        torch.manual_seed(42)
        model = make()
        for name, parameter, number in zip("wb", model.parameters(), start, strict=True):
            assert_close(parameter.item(), number, atol=1e-4, name=f"{name} before training")
        twin = copy.deepcopy(model)
        losses = losses_of(answer.fit(model.to(device), loader, nn.L1Loss(), 0.01, epochs), epochs)
        if make is TwoParameters:
            show_line(losses, model, twin, x, y, epochs)
        for name, parameter, number in zip("wb", model.parameters(), end, strict=True):
            assert_close(parameter.item(), number, atol=within, name=f"{name} from seed 42 after {epochs} epochs")


def show_line(losses, model, twin, x, y, epochs):
    """Show the learner's losses and line beside those of the reference loop, which trains `twin`."""
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.01)
    batch = (x.unsqueeze(1), y.unsqueeze(1))
    reference = [train_reference(twin, [batch], nn.L1Loss(), optimizer) for _ in range(epochs)]
    show_plot("Loss of each epoch, from seed 42", {"yours": losses, "reference": reference}, x="epoch", y="loss")
    lines = {"points": y} | {
        name: (one.w * x.to(one.w.device) + one.b).tolist() for name, one in (("yours", model), ("reference", twin))
    }
    title = f"The line after {epochs} epochs"
    show_plot(title, {name: (x.tolist(), list(map(float, ys))) for name, ys in lines.items()}, x="x", y="y")

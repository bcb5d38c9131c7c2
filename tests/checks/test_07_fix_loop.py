"""Checks of 07_fix_loop: the steps by torch.autograd.grad and by the reference loop, in float64."""

import copy
from contextlib import contextmanager
from functools import partial

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import (
    CONFIGURATIONS,
    GraphCounter,
    assert_close,
    assert_equal,
    assert_number,
    assert_same_trajectory,
    evaluate_reference,
    expect,
    fixed_loader,
    home,
    leave_old_gradients,
    small_classifier,
    state_by_mistake,
    train_reference,
    unchanged,
)


def regression(n, features, outputs, seed, device):
    """A linear model with old gradients, X (n, features) and y (n, outputs), in float64 where the device has it."""
    generator = torch.Generator().manual_seed(seed)
    model = nn.Linear(features, outputs).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(generator=generator)
    X, y = (torch.randn(n, width, dtype=torch.float64, generator=generator) for width in (features, outputs))
    place = home(torch.float64, device)
    model.to(place)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)
    return model, X.to(place), y.to(place)


def descended(model, X, y, lr, epochs):
    """The losses of gradient descent on the mean squared error, and the state it leaves; without an optimizer."""
    model, losses = copy.deepcopy(model), []
    for _ in range(epochs):
        parameters = list(model.parameters())
        loss = (model(X) - y).square().sum() / y.numel()
        with torch.no_grad():
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                parameter -= lr * gradient
        losses.append(loss.item())
    return losses, model.state_dict()


@contextmanager
def noting(parameter):
    """Note each "step" of any optimizer, "used" if it finds a gradient of `parameter`, and each "backward" to it."""
    names = []

    def step(*_):
        found = parameter.grad is not None and bool(parameter.grad.any())
        names.append("used" if found else "step")

    handles = [
        register_optimizer_step_pre_hook(step),
        parameter.register_post_accumulate_grad_hook(lambda _: names.append("backward")),
    ]
    try:
        yield names
    finally:
        for handle in handles:
            handle.remove()


def why_none(names):
    """Why a weight has not moved, from what happened, in order."""
    if "used" in names:
        return "its gradients were there when an optimizer stepped, and this optimizer did not move it"
    if "step" not in names:
        return "nobody called `step`"
    if "backward" not in names:
        return "no gradients came to it"
    if names[0] == "step":
        return "step comes before backward, and found no gradients"
    return "zero_grad stands between backward and step, so that the step finds no gradients"


def list_of(result, length, call):
    """What should be a list with a number per epoch."""
    expect(isinstance(result, list), f"{call} should return a list; it returned {result!r}.")
    assert_equal(len(result), length, name=f"len({call})")
    return result


def pair_of(result, call, of):
    """What should be a pair."""
    pair = isinstance(result, tuple | list) and len(result) == 2
    expect(pair, f"{call} should return {of}; it returned {result!r}.")
    return result


def test_fit_line_losses(answer, device):
    """`fit_line` runs, and returns the loss of each epoch, before its step, as floats.

    Each message names the word that PyTorch or Python does not know. Where do optimizers live, and where losses?

    `torch.optim.SGD`, `nn.MSELoss()`; the three calls of a step are those of 07_training_loop.

    Losses that stay the same to the last digit: no step was taken. A number without its graph is a `loss.item()`.
    """
    model, X, y = regression(5, 2, 1, 0, device)
    expected, _ = descended(model, X, y, 0.1, 3)
    start = model.weight.detach().clone()
    absolute = (model(X) - y).abs().mean().item()
    with noting(model.weight) as names:
        losses = list_of(answer.fit_line(model, X, y, 0.1, 3), 3, "fit_line(model, X, y, 0.1, 3)")
    for epoch, loss in enumerate(expected):
        explain = {"This is the loss after the epoch's step, not before it.": (*expected, None)[epoch + 1]}
        if epoch == 0:
            explain["This is the mean absolute error, nn.L1Loss; the squared one is asked for."] = absolute
        assert_number(losses[epoch], loss, name=f"the loss of epoch {epoch + 1} of fit_line", explain=explain)
        expect(not torch.equal(model.weight, start), f"No weight has moved in fit_line: {why_none(names)}.")


@settings(max_examples=20)
@given(
    n=st.integers(1, 5),
    features=st.integers(1, 3),
    outputs=st.integers(1, 2),
    lr=st.sampled_from([0.1, 0.03]),
    epochs=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_fit_line(answer, device, n, features, outputs, lr, epochs, seed):
    """`fit_line` takes the weights where plain gradient descent takes them, for any number of columns and epochs.

    Old gradients lie in the parameters when it is called, and each epoch leaves some for the next.

    Clear, backward, step, in this order and in each epoch; one step on all of `X`.
    """
    model, X, y = regression(n, features, outputs, seed, device)
    _, expected = descended(model, X, y, lr, epochs)
    with unchanged(X=X, y=y):
        answer.fit_line(model, X, y, lr, epochs)
    assert_close(model.state_dict(), expected, name=f"the model's weights after {epochs} epochs of fit_line")


def test_trained_copy(answer, device):
    """`trained_copy` returns a copy of the model that is trained, and leaves the model itself alone.

    Two models have parameters here. Whose gradients does `backward` make, and whose are moved?

    An optimizer holds the very tensors that it was given. The copy has its own, from the moment when it is made.

    Make the copy before its optimizer.
    """
    model, X, y = regression(6, 3, 2, 1, device)
    model.eval()
    start = copy.deepcopy(model.state_dict())
    _, expected = descended(model, X, y, 0.05, 4)
    with noting(model.weight) as names:
        trained = answer.trained_copy(model, X, y, 0.05, 4)
    expect(isinstance(trained, nn.Module), f"trained_copy should return a model; it returned {trained!r}.")
    shared = {p.data_ptr() for p in model.parameters()} & {p.data_ptr() for p in trained.parameters()}
    expect(not shared, "What trained_copy returned shares its weights with the model: training one trains the other.")
    assert_close(model.state_dict(), start, name="the weights of the model after trained_copy(model, ...)")
    if all(torch.equal(one, start[name]) for name, one in trained.state_dict().items()):
        if not {"step", "used"} & set(names):
            found = "nobody called `step`"
        elif next(trained.parameters()).grad is not None:
            found = "gradients came to the copy, and the optimizer did not find them there"
        elif "backward" in names:
            found = "gradients came to the model, and the optimizer did not find them there"
        else:
            found = "the optimizer found no gradients when it stepped"
        expect(False, f"No weight of the copy has moved: {found}.")
    assert_close(trained.state_dict(), expected, name="the weights of the trained copy")
    for name, parameter in model.named_parameters():
        expect(parameter.grad is not None, f"trained_copy threw the gradient of the model's {name} away.")
        old = torch.full_like(parameter, 3.0)
        assert_close(parameter.grad, old, name=f"the gradient of the model's {name} after trained_copy")
    expect(not model.training, "trained_copy switched the model itself to training mode.")


class Watch(nn.Module):
    """A cross entropy that notes for which batch sizes its logits required a gradient."""

    def __init__(self):
        super().__init__()
        self.recorded = set()

    def forward(self, logits, y):
        if logits.requires_grad:
            self.recorded.add(len(y))
        return nn.functional.cross_entropy(logits, y, label_smoothing=0.1)


def curves_of(answer, model, optimizer, epochs):
    """The two lists of `loss_curves`, those expected, the state expected, and the loss function that watched."""
    train_batch, test_batch = list(fixed_loader(6, 4))
    make_optimizer = optimizer
    reference, watch = copy.deepcopy(model), Watch()
    leave_old_gradients(model)
    expected = ([], [])
    steps = make_optimizer(reference.parameters())
    for _ in range(epochs):
        expected[0].append(train_reference(reference, [train_batch], watch, steps))
        expected[1].append(evaluate_reference(reference, [test_batch], watch)[0])
    watch.recorded.clear()
    result = answer.loss_curves(model, train_batch, test_batch, watch, make_optimizer(model.parameters()), epochs)
    both = pair_of(result, "loss_curves(...)", "a pair of lists")
    return [list_of(one, epochs, f"loss_curves(...)[{n}]") for n, one in enumerate(both)], expected, reference, watch


def test_loss_curves(answer):
    """`loss_curves` returns the training losses, each before its step, and the test losses, each after it.

    Look at the two lists that come back: how do they differ?

    Whatever `loss` is last holds for both lists. The two losses need two names.
    """
    model = nn.Linear(4, 3).double()
    actual, expected, _, watch = curves_of(answer, model, lambda parameters: torch.optim.SGD(parameters, lr=0.5), 3)
    for epoch in range(3):
        for n, which in enumerate(("training", "test")):
            other = "test" if n == 0 else "training"
            explain = {f"This is the {other} loss of this epoch.": expected[1 - n][epoch]}
            name = f"the {which} loss of epoch {epoch + 1}"
            assert_number(actual[n][epoch], expected[n][epoch], name=name, explain=explain)
    expect(4 not in watch.recorded, "The logits of the test batch require a gradient: a graph is recorded for nothing.")


def test_loss_curves_modes(answer):
    """In `loss_curves` each epoch trains in training mode and tests in evaluation mode, whatever came before.

    The first epoch is right and the second is not. What is different about the model when the second begins?

    `model.eval()` lasts until `model.train()` is called. Where must both stand, so that each epoch has both?
    """
    make_optimizer, _ = CONFIGURATIONS["SGD with momentum and weight decay, smoothed labels"]
    model = small_classifier().eval()
    actual, expected, reference, _ = curves_of(answer, model, make_optimizer, 3)
    for epoch in range(3):
        for n, which in enumerate(("training", "test")):
            name = f"the {which} loss of epoch {epoch + 1}, of a model with batch normalisation"
            assert_number(actual[n][epoch], expected[n][epoch], name=name)
    assert_close(model.state_dict(), reference.state_dict(), name="the model's state after three epochs")


def test_epoch_numbers(answer):
    """`epoch_numbers` returns the mean loss per sample and the share of hits, both from before each step.

    A loss of exactly 0.0 is too good. Into which name do the losses go, and which one is returned?

    Hits have to be added up, too. And the batches have 7, 4, 2 and 1 samples: divide by what?

    Each batch's loss is a mean: times `len(y)` it is a sum that can be added to `total`.
    """
    model, loader, loss_fn = nn.Linear(4, 3).double(), fixed_loader(7, 4, 2, 1), nn.CrossEntropyLoss()
    reference = copy.deepcopy(model)
    optimizer = torch.optim.SGD(reference.parameters(), lr=1.2)
    sizes, losses, shares = [7, 4, 2, 1], [], []
    for batch in loader:
        shares.append(evaluate_reference(reference, [batch], loss_fn)[1])
        losses.append(train_reference(reference, [batch], loss_fn, optimizer))
    loss, share = (sum(n * one for n, one in zip(sizes, ones, strict=True)) / 14 for ones in (losses, shares))
    result = answer.epoch_numbers(model, loader, loss_fn, torch.optim.SGD(model.parameters(), lr=1.2))
    actual = pair_of(result, "epoch_numbers(...)", "the pair (loss, share of hits)")
    explain = {
        "No loss was added to the sum that is returned.": 0.0,
        "This is the mean of the batches' means: a batch of 1 counts as much as one of 7.": sum(losses) / 4,
        "This is the sum of all samples' losses divided by the number of batches.": loss * 14 / 4,
        "This is the sum of the batches' means divided by the number of samples.": sum(losses) / 14,
    }
    assert_number(actual[0], loss, name="the loss that epoch_numbers(...) returns", explain=explain)
    explain = {
        "These are the hits of the last batch alone, divided by the number of batches.": shares[-1] / 4,
        "These are the hits of the last batch alone, divided by the number of samples.": shares[-1] / 14,
        "This is the number of hits per batch; divide by the number of samples.": share * 14 / 4,
        "This is the mean of the batches' shares: a batch of 1 counts as much as one of 7.": sum(shares) / 4,
    }
    assert_number(actual[1], share, name="the share of hits that epoch_numbers(...) returns", explain=explain)


def test_epoch_numbers_trajectory(answer):
    """`epoch_numbers` takes weights, buffers and loss where they should go, over three epochs, with any optimizer.

    What was right in the broken version has to stay right: the mode, the order, one step per batch.

    Training mode first; then for each batch: clear, backward, step.
    """
    assert_same_trajectory(
        lambda *arguments: pair_of(answer.epoch_numbers(*arguments), "epoch_numbers(...)", "a pair")[0]
    )


class Softened(nn.Linear):
    """A linear layer with a softmax that should not be there."""

    def forward(self, x):
        return super().forward(x).softmax(dim=1)


def test_classify_epochs_steps(answer):
    """`classify_epochs` moves the weights by one step per batch, with the gradients of this batch alone, of the logits.

    The loss falls, so it looks right. Do the first step by hand: which gradients are there when `step` is called?

    `nn.CrossEntropyLoss` does a softmax itself. And there are three calls in a step: is each there, in its place?

    Give `loss_fn` what the model returns; then clear, backward, step.
    """
    model, loader = nn.Linear(4, 3).double(), fixed_loader(3, 5, 2)
    leave_old_gradients(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)

    fresh, softened = copy.deepcopy(model), Softened(4, 3).double()
    softened.load_state_dict(model.state_dict())
    for one in (fresh, softened):
        for parameter, old in zip(one.parameters(), model.parameters(), strict=True):
            parameter.grad = old.grad.clone()
    explain = {
        f"This is where the weights go {sentence}.": partial(state_by_mistake, start, loader, lr=0.3, turn=turn)
        for start, turn, sentence in (
            (softened, "sb", "when the first step uses the gradients that the model came with"),
            (softened, "zbs", "with a softmax before the loss: CrossEntropyLoss does it itself"),
            (softened, "bs", "with a softmax before the loss, and gradients that add up"),
            (softened, "szb", "with a softmax before the loss, and step before backward"),
            (fresh, "szb", "when the optimizer steps before backward"),
            (fresh, "sb", "when the optimizer steps before backward, and gradients add up"),
            (fresh, "bs", "when gradients are never cleared: they add up"),
            (fresh, "bsz", "when gradients are cleared after the step only: those that the model came with count"),
        )
    }
    explain["This is where the weights go with one step per epoch instead of one per batch."] = partial(
        state_by_mistake, fresh, loader, lr=0.3, before="z", turn="b", after="s"
    )
    expected = state_by_mistake(model, loader, lr=0.3, turn="zbs")
    with noting(model.weight) as names:
        answer.classify_epochs(model, loader, optimizer, 1)
    moved = not torch.equal(model.weight, fresh.weight)
    expect(moved, f"No weight has moved in classify_epochs: {why_none(names)}.")
    name = "the model's weights after an epoch of three batches"
    assert_close(model.state_dict(), expected, name=name, explain=explain)


def test_classify_epochs(answer):
    """`classify_epochs` trains in training mode and returns each epoch's mean loss per sample; it keeps no graph.

    Is the model in training mode when it comes? And on what does a sum of losses hang?

    `model.train()` at the start; add up numbers, weighted by the size of the batch.
    """
    loader, epochs = fixed_loader(5, 4, 2, 3), 3
    make_optimizer, _ = CONFIGURATIONS["SGD with momentum and weight decay, smoothed labels"]
    model = GraphCounter(small_classifier()).eval()
    reference = copy.deepcopy(model.inner)
    steps = make_optimizer(reference.parameters())
    expected = [train_reference(reference, loader, nn.CrossEntropyLoss(), steps) for _ in range(epochs)]
    call = "classify_epochs(..., epochs=3)"
    losses = list_of(answer.classify_epochs(model, loader, make_optimizer(model.parameters()), epochs), epochs, call)
    means = {"The running statistics have not moved: the model was in evaluation mode.": torch.zeros(5).double()}
    name = "running mean of the batch normalisation after classify_epochs"
    assert_close(model.inner[1].running_mean, reference[1].running_mean, name=name, explain=means)
    for epoch in range(epochs):
        so_far = sum(expected[: epoch + 1])
        explain = {
            "This is the sum over all epochs so far, divided by the samples of one.": so_far,
            "This is the mean over all epochs so far: each epoch has its own.": so_far / (epoch + 1),
        }
        name = f"the loss of epoch {epoch + 1} of classify_epochs"
        assert_number(losses[epoch], expected[epoch], name=name, explain=explain if epoch else None)
    assert_close(model.inner.state_dict(), reference.state_dict(), name="the model's state after three epochs")
    sentence = f"{model.alive} graphs of earlier batches were in memory at once: add up floats, not losses with graphs."
    expect(model.alive <= 2, sentence)


def test_learns(answer, device):
    """On this machine's device, fifteen epochs of `classify_epochs` teach a small network three groups of points.

    If everything above holds and this does not: was a tensor made on the CPU that meets those of the model?

    Nothing here is exact: the loss should fall to a quarter of the first.
    """
    y = torch.arange(60) % 3
    angles = y * 2.1
    X = torch.stack([angles.cos(), angles.sin()], dim=1) * 2 + 0.5 * torch.randn(60, 2)
    loader = DataLoader(TensorDataset(X.to(device), y.to(device)), 16)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3)).to(device)
    losses = answer.classify_epochs(model, loader, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), 15)
    fell = losses[-1] < losses[0] / 4 or losses[-1] < 0.05
    expect(fell, f"The loss went from {losses[0]:.3f} to {losses[-1]:.3f}.")

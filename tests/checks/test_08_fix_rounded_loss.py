"""Checks of 08_fix_rounded_loss: losses and steps in Python numbers, and the reference loop for deeper models."""

import copy
import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tutor.checks import (
    CONFIGURATIONS,
    assert_close,
    assert_equal,
    assert_number,
    expect,
    home,
    leave_old_gradients,
    small_classifier,
    tensors,
    train_reference,
    unchanged,
)


class Linear(nn.Module):
    """A linear model from (N, F) to logits (N,), or to (N, C), in float64."""

    def __init__(self, features, classes=None, *, device="cpu"):
        super().__init__()
        self.flat = classes is None
        self.linear = nn.Linear(features, classes or 1).double().to(home(torch.float64, device))

    def forward(self, x):
        logits = self.linear(x)
        return logits.squeeze(1) if self.flat else logits


def whole(shape):
    """Draw float64 tensors of small whole numbers."""
    return tensors(shape, dtype=torch.int64, low=-2, high=2).map(torch.Tensor.double)


def problem(data, device, classes=None):
    """A linear model of small whole weights, so that logits tie, with X (N, F) and y (N,)."""
    n, features = data.draw(st.integers(1, 5), label="N"), data.draw(st.integers(1, 3), label="F")
    model = Linear(features, classes, device=device)
    place = model.linear.weight.device
    with torch.no_grad():
        for name, parameter in model.linear.named_parameters():
            parameter.copy_(data.draw(whole(tuple(parameter.shape)), label=name))
    X = data.draw(whole((n, features)), label="X").to(place)
    truth = tensors((n,), dtype=torch.int64, low=0, high=(classes or 2) - 1)
    y = data.draw(truth if classes else truth.map(torch.Tensor.double), label="y").to(place)
    return model, X, y


def described(model, X, y):
    """Loss, accuracy and the gradients of each logit for a linear model, in Python numbers."""
    losses, hits, slopes = [], 0, []
    for row, truth in zip(model(X).detach().reshape(len(y), -1).tolist(), y.tolist(), strict=True):
        pair = [0.0, *row] if model.flat else row
        top = max(pair)
        parts = [math.exp(z - top) for z in pair]
        p = [part / math.fsum(parts) for part in parts]
        truth = int(truth)
        losses.append(top + math.log(math.fsum(parts)) - pair[truth])
        label = int(row[0] >= 0) if model.flat else row.index(top)
        hits += label == truth
        slopes.append([(p[c] - (c == truth)) / len(y) for c in range(len(pair))][1 if model.flat else 0 :])
    slopes = torch.tensor(slopes, dtype=X.dtype, device=X.device)  # (N, C)
    gradients = {"linear.weight": slopes.T @ X, "linear.bias": slopes.sum(0)}
    return math.fsum(losses) / len(y), hits / len(y), gradients


def stepped(model, gradients, lr):
    """The state_dict of a linear model after a step of plain SGD."""
    return {name: value - lr * gradients[name] for name, value in model.state_dict().items()}


def looked_at(model, before, call):
    """Look that weights have moved, and say why not."""
    if any(not torch.equal(value, before[name]) for name, value in model.state_dict().items()):
        return
    gradients = [parameter.grad for parameter in model.parameters()]
    if all(one is None for one in gradients):
        why = "no gradient came to them. Labels, comparisons and new tensors hang on no graph that leads to the weights"
    elif not any(bool(one.any()) for one in gradients if one is not None):
        why = "their gradients are exactly 0. Something as flat as a stair stands between the logits and the loss"
    else:
        why = "their gradients are there, and the optimizer did not use them"
    expect(False, f"No weight has moved in {call}: {why}.")


ROUNDED = "Probabilities are rounded: that of a logit of -1e-17 becomes 0.5. Compare the logits with 0."
OLD = "The gradients that lay in the model were added to the new ones: clear before backward, not after the step."


def pair_of(result, call):
    """What should be the pair of loss and accuracy."""
    pair = isinstance(result, tuple) and len(result) == 2
    expect(pair, f"{call} should return the pair (loss, accuracy); it returned {result!r}.")
    return result


def compare_step(step, model, X, y, call, explain):
    """Compare a step of plain SGD with Python's numbers: weights, loss, accuracy."""
    loss, accuracy, gradients = described(model, X, y)
    expected, before = stepped(model, gradients, 0.5), copy.deepcopy(model.state_dict())
    later = copy.deepcopy(model)
    after = {"This is the accuracy after the step.": lambda: described(later_from(later, expected), X, y)[1]}
    if model.flat:
        after[ROUNDED] = ((model(X).sigmoid() >= 0.5) == (y == 1)).sum().item() / len(y)
        after = {sentence: value for sentence, value in after.items() if value != accuracy}
    with unchanged(X=X, y=y):
        result = step(model, X, y, torch.optim.SGD(model.parameters(), lr=0.5))
    if any(bool(one.abs().max() > 1e-6) for one in gradients.values()):
        looked_at(model, before, call)
    result = pair_of(result, call)
    states = {
        "This step is N times too large: the losses were added up instead of averaged.": lambda: stepped(
            later_from(later, before), {name: len(y) * one for name, one in gradients.items()}, 0.5
        ),
        **{sentence: lambda make=make: make(later_from(later, before), X, y) for sentence, make in explain.items()},
    }
    assert_close(model.state_dict(), expected, name=f"the weights after {call}", explain=states)
    assert_number(result[0], loss, name=f"the loss of {call}")
    assert_number(result[1], accuracy, name=f"the accuracy of {call}", explain=after)


def later_from(model, state):
    """The model with this state again."""
    model.load_state_dict(state)
    return model


def by_loss(loss_of):
    """A function that gives the state after a step down another loss of (logits, y)."""

    def make(model, X, y):
        one = copy.deepcopy(model)
        loss = loss_of(one(X), y)
        names, parameters = zip(*one.named_parameters(), strict=True)
        gradients = torch.autograd.grad(loss, parameters)
        return stepped(one, dict(zip(names, gradients, strict=True)), 0.5)

    return make


OTHER_BINARY = {
    "This is a step with the sigmoid applied twice: the loss with logits does it itself.": by_loss(
        lambda z, y: F.binary_cross_entropy_with_logits(z.sigmoid(), y)
    ),
    "This is a step down the mean squared error of the probabilities; cross entropy is asked for.": by_loss(
        lambda z, y: F.mse_loss(z.sigmoid(), y)
    ),
    "This is a step down the mean squared error of the logits; cross entropy is asked for.": by_loss(F.mse_loss),
}
OTHER_CLASSES = {
    "This is a step with softmax applied twice: cross entropy does it itself.": by_loss(
        lambda z, y: F.cross_entropy(z.softmax(dim=1), y)
    ),
}


def test_binary_step_by_example(answer, device):
    """`binary_step` moves the weights down the loss of the logits, and returns loss and accuracy from before.

    Print `next(model.parameters()).grad` after the step. What between the logits and the loss has made it so?

    `round` is needed for the accuracy, if at all. What does the loss function with "logits" in its name want?

    The logits go two ways: to the loss as they are, and to the labels.
    """
    model = Linear(2, device=device)
    place = model.linear.weight.device
    with torch.no_grad():
        model.linear.weight.copy_(torch.tensor([[1.0, -0.5]]))
        model.linear.bias.fill_(0.0)
    X = [[1.0, 0.5], [-1.0, 2.0], [0.5, 0.5], [2.0, 0.5], [0.0, 1.0], [0.0, 2e-17]]  # the last has a logit of -1e-17
    X = torch.tensor(X, dtype=torch.float64, device=place)
    y = torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0, 0.0], dtype=torch.float64, device=place)
    compare_step(answer.binary_step, model, X, y, "binary_step(model, X, y, optimizer)", OTHER_BINARY)


@settings(max_examples=25)
@given(data=st.data())
def test_binary_step(answer, device, data):
    """`binary_step` is right for any samples, also where a logit is exactly 0, which is label 1.

    A sigmoid of 0.5 is a tie. To which side does `round` go?

    Compare the logits with 0, as in 08_logits_to_labels, and the labels with `y`.
    """
    model, X, y = problem(data, device)
    compare_step(answer.binary_step, model, X, y, "binary_step(model, X, y, optimizer)", OTHER_BINARY)


def test_class_step_by_example(answer, device):
    """`class_step` moves the weights down the loss of the logits, and returns loss and accuracy from before.

    `requires_grad_()` makes a gradient for the labels. Do the weights get one?

    `cross_entropy` takes logits `(N, C)` and whole numbers `(N,)`: then no `.float()` is needed anywhere.

    What `argmax` gives is for the accuracy alone.
    """
    model = Linear(2, 3, device=device)
    place = model.linear.weight.device
    with torch.no_grad():
        model.linear.weight.copy_(torch.tensor([[1.0, -0.5], [0.5, 1.0], [-1.0, 0.5]]))
        model.linear.bias.copy_(torch.tensor([0.0, 0.25, -0.25]))
    X = torch.tensor([[1.0, 0.5], [-1.0, 2.0], [0.5, 0.5], [2.0, 0.5], [-1.0, 0.0]], dtype=torch.float64, device=place)
    y = torch.tensor([0, 1, 2, 0, 2], device=place)
    compare_step(answer.class_step, model, X, y, "class_step(model, X, y, optimizer)", OTHER_CLASSES)


@settings(max_examples=25)
@given(data=st.data())
def test_class_step(answer, device, data):
    """`class_step` is right for any number of samples and classes, also where logits are equal.

    Among equal logits `argmax` takes the first. Along which dimension are the classes?

    Loss and accuracy come from the same logits, those before the step.
    """
    model, X, y = problem(data, device, data.draw(st.integers(2, 4), label="C"))
    compare_step(answer.class_step, model, X, y, "class_step(model, X, y, optimizer)", OTHER_CLASSES)


def with_old_gradients(model, X, y, loss_fn, make_optimizer):
    """The state_dict after a first step to which the gradients that lie in the model were added."""
    one = copy.deepcopy(model).train()
    for copied, parameter in zip(one.parameters(), model.parameters(), strict=True):
        copied.grad = parameter.grad.clone()  # deepcopy leaves gradients behind
    loss_fn(one(X), y).backward()
    make_optimizer(one.parameters()).step()
    return one.state_dict()


def test_steps_of_deeper_models(answer):
    """Three steps of each, in training mode, with old gradients and any optimizer, end at the right weights.

    The model, with batch normalisation, comes in evaluation mode and with old gradients. What was right must stay.

    Training mode first; then clear, backward, step. Clearing last comes too late for what the model brought along.
    """
    for make_optimizer, _ in CONFIGURATIONS.values():
        for name, classes, loss_fn in (
            ("binary_step", 1, F.binary_cross_entropy_with_logits),
            ("class_step", 3, F.cross_entropy),
        ):
            model = small_classifier(classes=classes)
            model = nn.Sequential(*model, nn.Flatten(0)) if classes == 1 else model
            model.eval()
            X, y = torch.randn(7, 4, dtype=torch.float64), torch.arange(7) % (classes + (classes == 1))
            y = y.double() if classes == 1 else y
            reference = copy.deepcopy(model)
            leave_old_gradients(model)
            optimizers = [make_optimizer(one.parameters()) for one in (model, reference)]
            for turn in ("first", "second", "third"):
                explain = {OLD: with_old_gradients(model, X, y, loss_fn, make_optimizer)} if turn == "first" else {}
                result = pair_of(getattr(answer, name)(model, X, y, optimizers[0]), f"{name}(...)")
                loss = train_reference(reference, [(X, y)], loss_fn, optimizers[1])
                moved = bool(model[1].running_mean.any())
                expect(moved, f"The running statistics have not moved in {name}: the model was in evaluation mode.")
                state = f"the state after the {turn} {name}"
                assert_close(model.state_dict(), reference.state_dict(), name=state, explain=explain)
                assert_number(result[0], loss, name=f"the loss of the {turn} {name}")
                model.eval()


def test_measure_by_example(answer, device):
    """`measure` gives a model that is right and sure a loss near 0, and not that of its rounded predictions.

    What would be the loss of a perfect model, if the labels 1.0 and 0.0 were taken for logits?

    No gradient is needed here, and still the loss is one of logits.
    """
    model = Linear(1, device=device)
    place = model.linear.weight.device
    with torch.no_grad():
        model.linear.weight.fill_(4.0)
        model.linear.bias.fill_(0.0)
    X = torch.tensor([[1.0], [-1.0], [2.0], [-2.0], [-0.25], [-2.5e-18]], dtype=torch.float64, device=place)
    y = torch.tensor([1.0, 0.0, 1.0, 0.0, 1.0, 0.0], dtype=torch.float64, device=place)
    loss, accuracy, _ = described(model, X, y)
    logits = model(X).detach()
    labels = (logits >= 0).double()
    explain = {
        "This is the loss with the rounded predictions taken for logits.": F.binary_cross_entropy_with_logits(
            labels, y
        ),
        "This is the loss of the rounded predictions: those that are wrong count 100 each, the others nothing.": (
            F.binary_cross_entropy(labels, y)
        ),
        "This is the loss with the sigmoid applied twice.": F.binary_cross_entropy_with_logits(logits.sigmoid(), y),
    }
    explain = {sentence: value.item() for sentence, value in explain.items()}
    result = pair_of(answer.measure(model, X, y), "measure(model, X, y)")
    assert_number(result[0], loss, name="the loss of measure(model, X, y)", explain=explain)
    explain = {ROUNDED: ((logits.sigmoid() >= 0.5) == (y == 1)).sum().item() / len(y)}
    assert_number(result[1], accuracy, name="the accuracy of measure(model, X, y)", explain=explain)


@settings(max_examples=25)
@given(data=st.data())
def test_measure(answer, device, data):
    """`measure` is right for any samples, also where a logit is exactly 0, which is label 1.

    Does `round` take part in the accuracy? At a tie it goes to the even number.

    The labels come from comparing the logits with 0.
    """
    model, X, y = problem(data, device)
    loss, accuracy, _ = described(model, X, y)
    with unchanged(X=X, y=y):
        result = pair_of(answer.measure(model, X, y), "measure(model, X, y)")
    assert_number(result[0], loss, name="the loss of measure(model, X, y)")
    assert_number(result[1], accuracy, name="the accuracy of measure(model, X, y)")


def test_measure_leaves_the_model(answer):
    """`measure` records nothing, uses evaluation mode, and leaves weights, buffers and gradients as they are.

    The model comes in training mode here, with batch normalisation. And does what it returns require a gradient?

    `model.eval()` first; the model runs inside `torch.no_grad()`.
    """
    model = nn.Sequential(*small_classifier(classes=1), nn.Flatten(0))
    with torch.no_grad():
        model[1].running_mean.uniform_(-1, 1)
    leave_old_gradients(model)
    X, y = torch.randn(6, 4, dtype=torch.float64), torch.tensor([0, 1, 1, 0, 1, 1]).double()
    before, recorded, modes = copy.deepcopy(model.state_dict()), [], []
    gradients = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.register_forward_hook(lambda module, inputs, logits: recorded.append(logits.requires_grad))
    model.register_forward_hook(lambda module, inputs, logits: modes.append(module[1].training))
    answer.measure(model, X, y)
    expect(not any(recorded), "The logits in measure require a gradient: a graph is recorded for nothing.")
    moved = not torch.equal(model[1].running_mean, before["1.running_mean"])
    expect(not moved, "The running statistics have moved in measure: the model was in training mode.")
    expect(not any(modes), "The model ran in training mode in measure: evaluation mode is asked for.")
    assert_close(model.state_dict(), before, name="the model's state after measure")
    for name, parameter in model.named_parameters():
        expect(parameter.grad is not None, f"measure threw the gradient of {name} away.")
        assert_close(parameter.grad, gradients[name], name=f"the gradient of {name} after measure")


def until(model, X, y, lr, goal, most_steps, *, old=None, clear=True):
    """The number of steps of plain SGD, and the state then; `old` gradients count once, or without `clear` add up."""
    model = copy.deepcopy(model)
    for step in range(most_steps):
        _, accuracy, gradients = described(model, X, y)
        if accuracy >= goal:
            return step, model.state_dict()
        if old is not None:
            gradients = {name: gradients[name] + old[name] for name in gradients}
            old = None if clear else gradients
        model.load_state_dict(stepped(model, gradients, lr))
    return most_steps, model.state_dict()


def same(state, other):
    """Whether two states have the same values, nearly."""
    return all(torch.allclose(state[name], other[name]) for name in state)


def groups(device, seed=0, n=16):
    """A linear model of three classes, with n points (n, 2) in three groups that touch."""
    generator = torch.Generator().manual_seed(seed)
    model = Linear(2, 3, device=device)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, dtype=torch.float64, generator=generator))
    y = torch.arange(n) % 3
    X = torch.stack([(2.1 * y).cos(), (2.1 * y).sin()], dim=1).double()
    X += 0.3 * torch.randn(n, 2, dtype=torch.float64, generator=generator)
    return model, X.to(model.linear.weight.device), y.to(model.linear.weight.device)


def test_train_until_by_example(answer, device):
    """`train_until` takes steps down the cross entropy, and the accuracy only decides when to stop.

    What leads from the loss back to the weights? Nothing does from a new `torch.tensor(..., requires_grad=True)`.

    Stop by the accuracy; step by the loss of the same logits, as in `class_step`.
    """
    model, X, y = groups(device)
    _, expected = until(model, X, y, 0.5, 2.0, 3)
    nothing = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    _, summed = until(model, X, y, 0.5, 2.0, 3, old=nothing, clear=False)
    explain = {"The gradients of the steps add up: clear them before each backward.": summed}
    before, modes = copy.deepcopy(model.state_dict()), []
    optimizer = torch.optim.SGD(model.eval().parameters(), lr=0.5)
    optimizer.register_step_pre_hook(lambda *_: modes.append(model.training))
    steps = answer.train_until(model, X, y, optimizer, 2.0, 3)
    call = "train_until(..., goal=2.0, most_steps=3)"
    looked_at(model, before, call)
    assert_equal(steps, 3, name=f"{call}, a goal that nobody reaches")
    assert_close(model.state_dict(), expected, name=f"the weights after {call}", explain=explain)
    expect(all(modes), "train_until takes its steps in evaluation mode, in which the model came.")


@settings(max_examples=20)
@given(
    seed=st.integers(0, 99),
    goal=st.sampled_from([0.0, 0.3, 0.5, 0.7, 0.9, 1.0]),
    most_steps=st.integers(0, 12),
)
def test_train_until(answer, device, seed, goal, most_steps):
    """`train_until` stops before the step at which the goal is already reached, and counts the steps it took.

    If the accuracy is at the goal at once, no step is taken, and the number is 0.

    Measure first, then step: the number of turns before the one that stops is the number of steps.
    """
    model, X, y = groups(device, seed)
    number, expected = until(model, X, y, 0.2, goal, most_steps)
    leave_old_gradients(model)
    left = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    start = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    with unchanged(X=X, y=y):
        steps = answer.train_until(model, X, y, optimizer, goal, most_steps)
    call = f"train_until(..., goal={goal}, most_steps={most_steps})"
    explain = {
        "One step more was counted, or taken, than needed.": number + 1,
        "This is most_steps: it went on after the goal was reached.": most_steps,
    }
    state = model.state_dict()
    if not same(state, expected):
        for clear in (True, False):
            if same(state, until(start, X, y, 0.2, goal, most_steps, old=left, clear=clear)[1]):
                assert_close(state, expected, name=f"the weights after {call}", explain={OLD: state})
    assert_equal(steps, number, name=call, explain={k: v for k, v in explain.items() if v != number})
    assert_close(state, expected, name=f"the weights after {call}")


def test_train_until_at_the_goal(answer, device):
    """`train_until` takes no step where the goal is reached exactly, such as 0.9 with 9 of 10 right.

    Print your accuracy with all its digits. Is it the 0.9 that Python knows?

    float32 has no 0.9: its nearest number is 0.8999999762, and less than the goal.

    The hits as a whole number, `.sum().item()`, divided by `len(y)`, are a Python float.
    """
    model, X, _ = groups(device, n=10)
    labels = model(X).detach().argmax(dim=1)
    for right in range(11):
        y = torch.where(torch.arange(10, device=labels.device) < right, labels, (labels + 1) % 3)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
        steps = answer.train_until(model, X, y, optimizer, right / 10, 3)
        less = torch.tensor(right / 10).item() < right / 10  # in float32
        explain = {f"{right} of 10 is less than {right / 10} in float32. Divide Python's numbers.": 3} if less else {}
        assert_equal(steps, 0, name=f"train_until(..., goal={right / 10}) with {right} of 10 right", explain=explain)

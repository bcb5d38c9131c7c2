"""Checks of 07_evaluate: counts in plain Python lists, and evaluate_reference for whole loaders, in float64."""

import copy
import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import (
    DeviceRecorder,
    GradientWatch,
    GraphCounter,
    assert_close,
    assert_equal,
    assert_number,
    assert_raises,
    assert_type,
    evaluate_reference,
    expect,
    fixed_loader,
    leave_old_gradients,
    reading_from_meta,
    shapes,
    small_classifier,
    tensors,
    unchanged,
)

KEYS = ["model_name", "model_loss", "model_acc"]


def percent(y_true, y_pred):
    """The percentage of equal labels, by a loop."""
    pairs = list(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    return 100 * sum(one == other for one, other in pairs) / len(pairs)


def percent_of_batch(y_true, y_pred):
    """`percent`, after a look at the shapes."""
    shape = tuple(y_pred.shape)
    sentence = (
        f"accuracy_fn was given predicted labels of shape {shape} for {len(y_true)} samples; they should be (B,)."
    )
    expect(shape == (len(y_true),), sentence)
    return percent(y_true, y_pred)


def modes_of(model):
    """The mode of every module, by words for the module."""
    return {
        f"layer {name!r} of the model" if name else "the model itself": "training" if one.training else "evaluation"
        for name, one in model.named_modules()
    }


def same_modes(model, before, call):
    """Look that every module has the mode it had."""
    for module, mode in modes_of(model).items():
        expect(
            mode == before[module], f"After {call}, {module} is in {mode} mode; it was in {before[module]} mode before."
        )


def results_of(results):
    """What `eval_model` returned, after a look that it is the dictionary."""
    assert_type(results, dict, "eval_model(...)")
    keys = f"The keys of eval_model's dictionary should be {KEYS}; they are {list(results)}."
    expect(set(results) == set(KEYS), keys)
    return results


class ByTheFirst(nn.Module):
    """Logits (B, 2) of inputs (B, 2), and a batch normalisation that nobody may move."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        return self.scale * self.norm(x)


def test_accuracy_by_example(answer, device):
    """`accuracy` of the labels 2, 0, 1, 1 and the predictions 2, 0, 1, 0 is 75.0, a `float`.

    Compare the two tensors, and count where they agree.

    `==` gives a tensor of booleans; `.sum().item()` of it is a Python number. Of four labels, one is 25 percent.
    """
    y_true, y_pred = torch.tensor([2, 0, 1, 1], device=device), torch.tensor([2, 0, 1, 0], device=device)
    explain = {"This is the share from 0 to 1; percent was asked for.": 0.75, "This is the number of hits.": 3.0}
    assert_number(answer.accuracy(y_true, y_pred), 75.0, name="accuracy(y_true, y_pred)", explain=explain)


@settings(max_examples=40)
@given(data=st.data())
def test_accuracy(answer, device, data):
    """`accuracy` is the percentage of equal labels, for any shape and integer dtypes, and leaves its inputs alone.

    Labels may come as `(B, T)` too: how many are there?

    `y_true.numel()` counts all elements; `len` only those of the first dimension.
    """
    shape = data.draw(shapes(1, 3, 1, 4), label="shape")
    kinds = st.sampled_from([torch.int64, torch.int32, torch.uint8])
    y_true, y_pred = (
        data.draw(kinds.flatmap(lambda dtype: tensors(tuple(shape), dtype=dtype, low=0, high=2)), label=name).to(device)
        for name in ("y_true", "y_pred")
    )
    expected = percent(y_true.flatten(), y_pred.flatten())
    with unchanged(y_true=y_true, y_pred=y_pred):
        actual = answer.accuracy(y_true, y_pred)
    hits = expected * y_true.numel() / 100
    explain = {
        "The hits were divided by the length of the first dimension, not by the number of labels.": 100
        * hits
        / len(y_true)
    }
    name = f"accuracy(y_true, y_pred) of shape {tuple(shape)}"
    assert_number(actual, expected, name=name, explain=explain if len(shape) > 1 else None)


def test_accuracy_shapes(answer):
    """`accuracy` raises ValueError when the shapes differ, although PyTorch could broadcast them.

    Five hits among four samples are no accuracy. What do you look at before you compare?

    Compare `y_true.shape` with `y_pred.shape`, and raise.
    """
    for one, other in (((3,), (1,)), ((4,), (4, 1)), ((1, 4), (4,)), ((2, 3), (3,)), ((2, 1), (2, 3)), ((6,), (2, 3))):
        call = f"accuracy(y_true, y_pred) with shapes {one} and {other}"
        with assert_raises(ValueError, call):
            answer.accuracy(torch.ones(one, dtype=torch.int64), torch.ones(other, dtype=torch.int64))


def test_running_mean_by_example(answer):
    """`RunningMean` is nan at first; after groups of 4, 4 and 1 samples with the means 0.5, 0.7 and 2 it is 0.7556.

    The single sample is one of nine, not a third of the whole.

    Remember a sum and a number of samples: a mean times its count is the sum of its group.
    """
    mean, other = answer.RunningMean(), answer.RunningMean()
    first = mean.value
    expect(not callable(first), "RunningMean().value is a method; write @property above it.")
    nan = isinstance(first, float) and math.isnan(first)
    expect(nan, f"RunningMean().value should be the float nan before the first sample; it is {first!r}.")
    other.add(100.0, 50)
    added = []
    for group, (one, count), expected in zip(
        ("first", "second", "third"), [(0.5, 4), (0.7, 4), (2, 1)], (0.5, 0.6, 6.8 / 9), strict=True
    ):
        mean.add(one, count)
        added.append(one)
        explain = {
            "This is the mean of the groups' means.": sum(added) / len(added),
            "This is the mean of the last group alone.": float(one),
            "This is a sum; divide by the number of samples.": expected * {"first": 4, "second": 8, "third": 9}[group],
        }
        name = f"value after the {group} group"
        value = mean.value
        assert_number(value, expected, name=name, explain=explain if group != "first" else None)
        again = mean.value
        expect(again == value, f"{name} is {value}, and {again} when read again: reading must not change anything.")
    assert_number(other.value, 100.0, name="value of another RunningMean")


@settings(max_examples=30)
@given(
    groups=st.lists(st.lists(st.integers(-8, 8), min_size=1, max_size=5), min_size=1, max_size=5),
    as_tensor=st.booleans(),
)
def test_running_mean(answer, device, groups, as_tensor):
    """However the samples are grouped, `value` is the mean of them all; means may be tensors, and no graph is kept.

    A tensor from a loss function brings its graph along. What is left of it when you have its number?

    `mean.item()` is a tensor's number, without its graph; a Python number needs no such thing. (`float(mean)` of a
    tensor that hangs on a graph warns, unless you `detach` it first.)
    """
    mean = answer.RunningMean()
    weight = torch.ones((), device=device, requires_grad=True)
    counter = GraphCounter(nn.Identity())
    for group in groups:
        one = sum(group) / len(group)
        mean.add(counter(weight * one) if as_tensor else one, len(group))
    flat = [one for group in groups for one in group]
    kind = "tensors" if as_tensor else "floats"
    assert_number(mean.value, sum(flat) / len(flat), name=f"value after means of {groups} as {kind}")
    if as_tensor:
        counter(weight)
        kept = f"{counter.alive} graphs are still in memory after add(...): RunningMean should keep numbers."
        expect(counter.alive <= 1, kept)


def test_eval_model_by_example(answer, device):
    """`eval_model` returns the class's name, the loss and the accuracy per sample, of a model on any device.

    Three keys, as in the statement. A class knows its own name.

    `type(model).__name__` is a str. Loss and accuracy are each a `RunningMean` over the batches.
    """
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0], [1.0, 2.0], [0.0, 0.5]])
    y = torch.tensor([0, 1, 1, 1, 0])
    loader = [(X[:3], y[:3]), (X[3:], y[3:])]
    model = ByTheFirst().to(device)
    results = results_of(answer.eval_model(model, loader, nn.CrossEntropyLoss(), percent_of_batch))
    explain = {"This is the model as it is printed, layers and all; the name of its class is asked for.": str(model)}
    assert_equal(results["model_name"], "ByTheFirst", name='"model_name"', explain=explain)
    twin, loss_fn = copy.deepcopy(model).cpu(), nn.CrossEntropyLoss()
    loss, share = evaluate_reference(twin, loader, loss_fn)
    explain = {
        "This is the mean of the batches' means: weight each by its size.": lambda: sum(
            evaluate_reference(twin, [batch], loss_fn)[0] / 2 for batch in loader
        ),
        "This is the loss in training mode: model.eval() is missing, for neither no_grad nor inference_mode switches "
        "modes.": lambda: evaluate_reference(twin, loader, loss_fn, training=True)[0],
    }
    actual = results["model_loss"]
    expect(type(actual) is float, f'"model_loss" should be a Python float; it is of type {type(actual).__name__}.')
    assert_close(actual, loss, rtol=1e-5, name='"model_loss"', explain=explain)
    explain = {
        "This is the mean of the batches' accuracies: weight each by its size.": 100 * (2 / 3 + 1 / 2) / 2,
        "This is the share from 0 to 1: take accuracy_fn's result as it is.": share,
    }
    assert_number(results["model_acc"], 100 * share, name='"model_acc"', explain=explain)


@settings(max_examples=15)
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4), seed=st.integers(0, 1000))
def test_eval_model(answer, sizes, seed):
    """Loss and accuracy are exact per sample for batches of any sizes, with the model in evaluation mode.

    The same model and samples give the same numbers, whatever the batch size.

    `model.eval()` first. Weight each batch's mean by `len(y)`. The loss wants logits, not probabilities or labels.
    """
    generator = torch.Generator().manual_seed(seed)
    model, loader, loss_fn = small_classifier(), fixed_loader(*sizes, generator=generator), nn.CrossEntropyLoss()
    with torch.no_grad():
        for tensor in (*model.parameters(), model[1].running_mean):
            tensor.normal_(generator=generator)
    loss, share = evaluate_reference(model, loader, loss_fn)
    start = copy.deepcopy(model)

    def mean_of_means(part):
        return sum(evaluate_reference(start, [batch], loss_fn)[part] for batch in loader) / len(sizes)

    def after_softmax():
        return evaluate_reference(start, loader, lambda logits, y: loss_fn(logits.softmax(dim=1), y))[0]

    explain = {
        "This is the mean of the batches' means: weight each by its size.": lambda: mean_of_means(0),
        "This is the loss after a softmax: CrossEntropyLoss takes logits and does it itself.": after_softmax,
        "This is the sum over all samples; divide by their number.": loss * sum(sizes),
    }
    if min(sizes) > 1:
        why = "This is the loss in training mode: model.eval() is missing, for no_grad switches no mode."
        explain[why] = lambda: evaluate_reference(start, loader, loss_fn, training=True)[0]
    results = results_of(answer.eval_model(model, loader, loss_fn, percent_of_batch))
    assert_number(results["model_loss"], loss, name='"model_loss"', explain=explain)
    explain_acc = {
        "This is the mean of the batches' accuracies: weight each by its size.": lambda: 100 * mean_of_means(1)
    }
    assert_number(results["model_acc"], 100 * share, name='"model_acc"', explain=explain_acc)


def test_eval_model_samples_left_out(answer):
    """With a `DataLoader` that has `drop_last=True`, `eval_model` gives means over the samples that came.

    Of ten samples in batches of four, such a loader gives eight.

    `len(loader.dataset)` is ten here. Add up `len(y)` of the batches.
    """
    model, loss_fn = nn.Linear(4, 3).double(), nn.CrossEntropyLoss()
    X = torch.randn(10, 4, dtype=torch.float64)
    y = model(X).argmax(dim=1)
    y[3] = (y[3] + 1) % 3  # seven hits of eight
    loader = DataLoader(TensorDataset(X, y), 4, drop_last=True)
    loss, share = evaluate_reference(model, loader, loss_fn)
    results = results_of(answer.eval_model(model, loader, loss_fn, percent_of_batch))
    why = "This is the right sum divided by len(loader.dataset), 10: two of these samples never came."
    for key, expected in (("model_loss", loss), ("model_acc", 100 * share)):
        assert_number(results[key], expected, name=f'"{key}" for 8 of 10 samples', explain={why: expected * 8 / 10})


def test_accuracy_fn(answer):
    """`eval_model` calls the `accuracy_fn` it is given with the labels first and the predicted labels second, both
    `(B,)` and int64, and averages what it returns, be it percent or not.

    Not every measure is an accuracy: some are not the same with their arguments exchanged.

    `logits.argmax(dim=1)` gives a label for each sample. Softmax does not change which logit is largest.
    """
    model, loader = small_classifier(), fixed_loader(5, 3, 1)
    twin, seen = copy.deepcopy(model).eval(), []

    def measure(y_true, y_pred):
        seen.append((y_true, y_pred))
        return (y_true.double() * 2 + y_pred.double() ** 2).mean().item()

    with torch.no_grad():
        expected = [(y, torch.tensor([row.index(max(row)) for row in twin(X).tolist()])) for X, y in loader]
    results = results_of(answer.eval_model(model, loader, nn.CrossEntropyLoss(), measure))
    assert_equal(len(seen), 3, name="the number of calls of accuracy_fn for three batches")
    for number, ((y_true, y_pred), (labels, predicted)) in enumerate(zip(seen, expected, strict=True)):
        assert_close(
            y_true,
            labels,
            name=f"the first argument of accuracy_fn in batch {number}",
            explain={"These are the predicted labels; the true ones come first.": predicted},
        )
        assert_close(y_pred, predicted, name=f"the second argument of accuracy_fn in batch {number}")
    right = sum(float((y.double() * 2 + p.double() ** 2).sum()) for y, p in expected) / 9
    assert_number(results["model_acc"], right, name='"model_acc" with another accuracy_fn')


def test_eval_model_leaves_no_trace(answer):
    """`eval_model` records nothing, and all modes, weights, buffers and gradients are as they were, even if the model
    raises.

    Some modules of this model are in training mode and some are not. `model.train()` in the end would not do.

    Note every module's mode before `model.eval()`, and put each one's back under `finally:`.
    """
    loader, loss_fn = fixed_loader(4, 3, 1), GradientWatch()
    for frozen in (True, False):
        model = small_classifier().train(frozen)
        model[1].train(not frozen)
        leave_old_gradients(model)
        gradients = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
        before = modes_of(model)
        with unchanged(model=model):
            answer.eval_model(model, loader, loss_fn, percent)
            same_modes(model, before, "eval_model(...)")
        for name, parameter in model.named_parameters():
            expect(parameter.grad is not None, f"eval_model(...) threw the gradient of {name} away.")
            assert_close(parameter.grad, gradients[name], name=f"the gradient of {name} after eval_model(...)")
    expect(not loss_fn.recorded, "The logits in eval_model require a gradient: PyTorch recorded a graph for nothing.")
    model[1].train()
    broken = [*loader, (torch.ones(2, 9, dtype=torch.float64), torch.tensor([0, 1]))]  # 9 features for a model of 4
    before = modes_of(model)
    try:
        answer.eval_model(model, broken, loss_fn, percent)
    except RuntimeError:
        pass
    same_modes(model, before, "a batch on which the model raised")
    shared = nn.Dropout()
    twice = nn.Sequential(nn.Sequential(nn.Linear(4, 3).double(), shared), nn.Sequential(shared))
    twice[1].training = False
    before = modes_of(twice)
    answer.eval_model(twice, loader, loss_fn, percent)
    expect(
        shared.training,
        "After eval_model(...), a dropout that stands in two places has another mode. `train(mode)` also sets "
        "everything inside: put back the attribute `training` itself.",
    )
    same_modes(twice, before, "eval_model(...) of a model with one module in two places")


def test_device(answer):
    """`eval_model` moves every batch, inputs and labels, to the device of the model's parameters.

    The loader's batches are on the CPU. Where is the model? Ask one of its parameters.

    `next(model.parameters()).device`, and then `X.to(device)` and `y.to(device)`, which return new tensors.
    """
    model = DeviceRecorder(nn.Linear(4, 3, dtype=torch.float64, device="meta"))
    loss_fn = DeviceRecorder(nn.CrossEntropyLoss(), arguments=2)
    measure, raised = DeviceRecorder(lambda y_true, y_pred: 50.0, arguments=2), ""
    try:
        with reading_from_meta():
            answer.eval_model(model, fixed_loader(3, 2), loss_fn, measure)
    except Exception as error:  # what such a device cannot do is nobody's fault: only where the batches went counts
        raised = f" It raised {type(error).__name__}: {error}"
    for what, where, seen in (("inputs", "the model", model.seen[0]), ("labels", "loss_fn", loss_fn.seen[1])):
        expect(seen, f"For a model on meta no {what} came to {where}.{raised}")
        found = " and ".join(sorted(seen))
        expect(seen == {"meta"}, f"For a model on meta the {what} were on {found}; they should be on meta.{raised}")

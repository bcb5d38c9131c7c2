"""Checks of 07_training_loop: the model goes exactly where the loop below takes it; float64, on the CPU."""

import copy
from contextlib import contextmanager

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import (
    CONFIGURATIONS,
    DeviceRecorder,
    GradientWatch,
    GraphCounter,
    assert_close,
    assert_equal,
    assert_number,
    assert_same_trajectory,
    evaluate_reference,
    expect,
    fixed_loader,
    leave_old_gradients,
    reading_from_meta,
    record_calls,
    show_plot,
    small_classifier,
    state_by_mistake,
    train_reference,
)

CPU = torch.device("cpu")


def pair_of(result):
    """What `test` returns, after a look that it is a pair."""
    pair = isinstance(result, tuple | list) and len(result) == 2
    assert pair, f"test(...) should return the pair (loss, accuracy); it returned {result!r}."
    return result


@contextmanager
def noting(model, calls):
    """Note in the names of `calls` each "call" of this very model, and each "backward" that reaches its parameters."""
    first = next(model.parameters())
    handles = [
        model.register_forward_hook(lambda module, *_: calls.names.append("call") if module is model else None),
        first.register_post_accumulate_grad_hook(lambda _: calls.names.append("backward")),
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def why_none(calls):
    """Why no weight has moved, from what happened and in which order."""
    if "step" not in calls.names:
        return "the optimizer was never asked to step"
    if "call" not in calls.names:
        return "the model itself was never called, so its parameters have no part in the loss"
    if "backward" not in calls.names:
        return "no gradients came to the model's parameters"
    if calls.names.index("step") < calls.names.index("backward"):
        return "the optimizer stepped when there were no gradients yet"
    return "the gradients were there and gone again when the optimizer stepped"


def test_one_batch(answer):
    """`train` moves every weight by one step of the optimizer for a batch: the weight minus `lr` times its gradient.

    Five things happen to a batch. Which come before the gradients are there, and which after?

    Logits, loss, `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, in this order.

    Give the logits to `loss_fn` as the model returns them: `nn.CrossEntropyLoss` does the softmax itself.
    """
    model = nn.Linear(4, 3).double()
    loader = fixed_loader(6)
    X, y = next(iter(loader))
    loss_fn = nn.CrossEntropyLoss()
    names, parameters = zip(*model.named_parameters(), strict=True)

    def stepped(loss):
        gradients = torch.autograd.grad(loss, parameters)
        return {n: (p - 0.4 * g).detach() for n, p, g in zip(names, parameters, gradients, strict=True)}

    start = {n: p.detach().clone() for n, p in model.named_parameters()}
    explain = {
        "These are the weights after a softmax before the loss: give loss_fn the logits.": stepped(
            loss_fn(model(X).softmax(dim=1), y)
        ),
    }
    expected = stepped(loss_fn(model(X), y))
    optimizer = torch.optim.SGD(parameters, lr=0.4)
    with record_calls(optimizer, "step") as calls, noting(model, calls):
        answer.train(model, loader, loss_fn, optimizer, CPU)
    moved = {n: p.detach() for n, p in model.named_parameters()}
    expect(any(not torch.equal(moved[n], start[n]) for n in names), f"No weight has moved: {why_none(calls)}.")
    assert_close(moved, expected, name="the model's weights after one batch", explain=explain)


def test_gradients_of_the_batch(answer):
    """Every step uses the gradients of its own batch alone, none of earlier batches or of before the call.

    `backward` adds to the gradients that are already there. Who puts them back to zero, and when?

    `optimizer.zero_grad()` once for every batch, before `loss.backward()`; never between `backward` and `step`.
    """
    model = nn.Linear(4, 3).double()
    leave_old_gradients(model)
    loader, loss_fn = fixed_loader(3, 5, 2), nn.CrossEntropyLoss()
    expected = copy.deepcopy(model)
    train_reference(expected, loader, loss_fn, torch.optim.SGD(expected.parameters(), lr=0.3))
    mistakes = {
        "This is where the weights go when no gradients are ever cleared: they add up.": ("", "bs", ""),
        "This is where the weights go when the gradients are cleared once per epoch: they add up.": ("z", "bs", ""),
        "This is where the weights go when gradients are cleared after the step only: the first batch adds to those "
        "that were left from before.": ("", "bsz", ""),
        "This is where the weights go with one step per epoch instead of one per batch.": ("z", "b", "s"),
        "This is where the weights go when the optimizer steps before backward.": ("", "szb", ""),
    }
    explain = {
        sentence: state_by_mistake(model, loader, lr=0.3, before=before, turn=turn, after=after)
        for sentence, (before, turn, after) in mistakes.items()
    }
    answer.train(model, loader, loss_fn, torch.optim.SGD(model.parameters(), lr=0.3), CPU)
    assert_close(
        model.state_dict(), expected.state_dict(), name="the model's weights after three batches", explain=explain
    )


def test_train_loss(answer):
    """`train` returns the mean loss per sample as a `float`, each batch's loss taken before its step.

    The last batch is smaller. Does a sample in it count as much as any other?

    Add up `loss.item() * len(y)`, and divide by the number of samples in the end.

    Add up numbers, not tensors: `.item()` lets go of the graph that a loss hangs on.
    """
    model, loader, loss_fn = GraphCounter(nn.Linear(4, 3).double()), fixed_loader(7, 4, 3, 2, 1), nn.CrossEntropyLoss()
    reference = copy.deepcopy(model.inner)
    optimizer = torch.optim.SGD(reference.parameters(), lr=1.5)
    sizes, losses, afterwards = [], [], []
    for batch in loader:
        sizes.append(len(batch[1]))
        losses.append(train_reference(reference, [batch], loss_fn, optimizer))
        afterwards.append(evaluate_reference(reference, [batch], loss_fn)[0])

    def per_sample(means):
        return sum(n * mean for n, mean in zip(sizes, means, strict=True)) / sum(sizes)

    expected = per_sample(losses)
    explain = {
        "This is the mean of the batches' means: a batch of 1 counts as much as one of 7.": sum(losses) / 5,
        "This is the sum of the batches' losses; divide, and weight each by its size.": sum(losses),
        "This is the loss of the last batch alone.": losses[-1],
        "This is the sum over all samples; divide by their number.": expected * sum(sizes),
        "This is the sum over all samples divided by the number of batches, which is what len(loader) gives.": expected
        * sum(sizes)
        / len(sizes),
        "This is the sum of the batches' means divided by the number of samples: multiply each mean by the size of its "
        "batch first.": sum(losses) / sum(sizes),
        "This is the loss after each step, not as it was before.": per_sample(afterwards),
        "This is the loss after the whole epoch, not as it was before each step.": lambda: evaluate_reference(
            reference, loader, loss_fn
        )[0],
    }
    actual = answer.train(model, loader, loss_fn, torch.optim.SGD(model.parameters(), lr=1.5), CPU)
    assert_number(actual, expected, name="the loss that train(...) returns", explain=explain)
    sentence = (
        f"{model.alive} graphs of earlier batches were in memory at once: add up floats, not losses with their graphs."
    )
    expect(model.alive <= 2, sentence)


def test_training_mode(answer):
    """`train` puts the model into training mode, whatever mode it came in.

    Layers such as batch normalisation behave differently in training. The model that comes here was left in
    evaluation mode.

    `model.train()`, before the first batch. The batch normalisation's running mean then follows the batches.
    """
    model, loader = small_classifier().eval(), fixed_loader(4, 3)
    expected = copy.deepcopy(model)
    train_reference(expected, loader, nn.CrossEntropyLoss(), torch.optim.SGD(expected.parameters(), lr=0.1))
    answer.train(model, loader, nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.1), CPU)
    explain = {"The running statistics have not moved: the model was in evaluation mode.": torch.zeros(5).double()}
    name = "running mean of the batch normalisation after training"
    assert_close(model[1].running_mean, expected[1].running_mean, name=name, explain=explain)
    assert_close(model.state_dict(), expected.state_dict(), name="the model's state after training")


def test_trajectory(answer):
    """Over three epochs, every weight and buffer goes exactly where it should, with the optimizer and the loss function
    that are handed over.

    One batch is right but not many: what is left over from one batch, or one epoch, to the next?

    The optimizer steps once per batch, on the loss of `loss_fn`, and nobody else touches weights or gradients.
    """
    assert_same_trajectory(lambda *arguments: answer.train(*arguments, CPU))


@settings(max_examples=20, deadline=None)  # each example is dear
@given(sizes=st.lists(st.integers(2, 6), min_size=2, max_size=4), seed=st.integers(0, 1000))
def test_numbers_of_test(answer, sizes, seed):
    """`test` returns the mean loss per sample and the share of right answers, for batches of any sizes.

    Batches of 6, 6 and 2: how much does the last one count? And is the model in evaluation mode?

    `model.eval()` first. Then weight each batch's loss by `len(y)`, count the hits, and divide both by the number of
    samples.

    The hits of a batch are `(logits.argmax(dim=1) == y).sum()`; the accuracy lies between 0 and 1.
    """
    generator = torch.Generator().manual_seed(seed)
    model, loader, loss_fn = (
        small_classifier().train(),
        fixed_loader(*sizes, generator=generator),
        nn.CrossEntropyLoss(),
    )
    with torch.no_grad():
        for tensor in (*model.parameters(), model[1].running_mean):
            tensor.normal_(generator=generator)
    loss, accuracy = evaluate_reference(model, loader, loss_fn)
    start = copy.deepcopy(model)

    def mean_of_means(part):
        return sum(evaluate_reference(start, [batch], loss_fn)[part] for batch in loader) / len(sizes)

    explain_loss = {
        "This is the loss of a model in training mode: no_grad is not eval().": lambda: evaluate_reference(
            start, loader, loss_fn, training=True
        )[0],
        "This is the mean of the batches' means: weight each by its size.": lambda: mean_of_means(0),
        "This is the sum over all samples; divide by their number.": loss * sum(sizes),
        "This is the sum over all samples divided by the number of batches, which is what len(loader) gives.": loss
        * sum(sizes)
        / len(sizes),
        "This is the accuracy: the loss comes first.": accuracy,
    }
    explain_accuracy = {
        "This is the mean of the batches' accuracies: count the hits of all samples.": lambda: mean_of_means(1),
        "This is a percentage: the statement asks for 0 to 1.": 100 * accuracy,
        "This is the number of hits: divide by the number of samples.": accuracy * sum(sizes),
        "This is the number of hits divided by the number of batches, which is what len(loader) gives.": accuracy
        * sum(sizes)
        / len(sizes),
    }
    actual_loss, actual_accuracy = pair_of(answer.test(model, loader, loss_fn, CPU))
    assert_number(actual_loss, loss, name="the loss that test(...) returns", explain=explain_loss)
    assert_number(actual_accuracy, accuracy, name="the accuracy that test(...) returns", explain=explain_accuracy)


def test_samples_left_out(answer):
    """With `drop_last=True`, `train` and `test` give means over the samples that came, not over the whole dataset.

    Of ten samples in batches of four, a loader with `drop_last=True` gives eight.

    `len(loader.dataset)` is ten here. Count in the loop, with `len(y)`.
    """
    model, loss_fn = nn.Linear(4, 3).double(), nn.CrossEntropyLoss()
    X = torch.randn(10, 4, dtype=torch.float64)
    y = model(X).argmax(dim=1)
    y[3] = (y[3] + 1) % 3  # seven hits of eight
    loader = DataLoader(TensorDataset(X, y), 4, drop_last=True)
    loss, accuracy = evaluate_reference(model, loader, loss_fn)
    trained = answer.train(model, loader, loss_fn, torch.optim.SGD(model.parameters(), lr=0.0), CPU)
    tested, share = pair_of(answer.test(model, loader, loss_fn, CPU))
    why = "This is the right sum divided by len(loader.dataset), 10: two of these samples never came."
    for what, actual, expected in (
        ("the loss that train(...) returns", trained, loss),
        ("the loss that test(...) returns", tested, loss),
        ("the accuracy that test(...) returns", share, accuracy),
    ):
        assert_number(actual, expected, name=f"{what} for 8 of 10 samples", explain={why: expected * 8 / 10})


def test_test_only_looks(answer):
    """`test` leaves every weight, buffer and gradient as it was, and records nothing for `backward`.

    A test measures. Whatever changes the model, or prepares to, does not belong into it.

    `model.eval()` keeps the running statistics of batch normalisation still, and `with torch.no_grad():` around the
    loop keeps PyTorch from recording. They are two different things, and both are needed.
    """
    model, loader, loss_fn = small_classifier().train(), fixed_loader(4, 3, 1), GradientWatch()
    model[1].running_mean.normal_()
    leave_old_gradients(model)
    state = copy.deepcopy(model.state_dict())
    gradients = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    answer.test(model, loader, loss_fn, CPU)
    assert_close(model.state_dict(), state, name="the model's state after test(...)")
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, f"test(...) threw the gradient of {name} away."
        assert_close(parameter.grad, gradients[name], name=f"gradient of {name} after test(...)")
    trainable = all(parameter.requires_grad for parameter in model.parameters())
    expect(
        trainable,
        "test(...) set requires_grad of the model's parameters to False; a later training would not move them.",
    )
    expect(
        not loss_fn.recorded, "The logits in test(...) require a gradient: PyTorch recorded a graph that nobody needs."
    )


def test_fit(answer):
    """`fit` trains and then tests in every epoch, and returns the three lists of numbers.

    One turn for each epoch. What do `train` and `test` return, and where does it belong?

    Train on `train_loader`, then test on `test_loader`, and append the three numbers to their lists.

    The keys are "train_loss", "test_loss" and "test_accuracy".
    """
    make_optimizer, make_loss = CONFIGURATIONS["SGD with momentum and weight decay, smoothed labels"]
    model, loaders = small_classifier().eval(), (fixed_loader(5, 4, 2), fixed_loader(6, 5, 1))
    leave_old_gradients(model)
    expected = copy.deepcopy(model)
    optimizer, reference = make_optimizer(model.parameters()), make_optimizer(expected.parameters())
    history = {"train_loss": [], "test_loss": [], "test_accuracy": []}
    explain = []
    for _ in range(3):
        before, _ = evaluate_reference(expected, loaders[1], make_loss())
        history["train_loss"].append(train_reference(expected, loaders[0], make_loss(), reference))
        loss, accuracy = evaluate_reference(expected, loaders[1], make_loss())
        on_train_loader, _ = evaluate_reference(expected, loaders[0], make_loss())
        explain.append(
            {
                "This is the loss over train_loader: the test goes over test_loader.": on_train_loader,
                "This is the test loss before the epoch's training: train first, then test.": before,
            }
        )
        history["test_loss"].append(loss)
        history["test_accuracy"].append(accuracy)
    actual = answer.fit(model, *loaders, make_loss(), optimizer, 3, CPU)
    assert isinstance(actual, dict), f"fit(...) should return a dictionary; it returned {actual!r}."
    expect(
        set(actual) == set(history),
        f"The keys of the dictionary that fit(...) returns should be {list(history)}; they are {list(actual)}.",
    )
    for key, numbers in history.items():
        assert_equal(len(actual[key]), 3, name=f'len(fit(...)["{key}"]) after three epochs')
        for epoch, number in enumerate(numbers):
            why = explain[epoch] if key == "test_loss" else None
            assert_number(actual[key][epoch], number, name=f'fit(...)["{key}"][{epoch}]', explain=why)
    assert_close(model.state_dict(), expected.state_dict(), name="the model's state after fit(...)")
    once_more = answer.fit(model, *loaders, make_loss(), optimizer, 1, CPU)
    for key in history:
        assert_equal(len(once_more[key]), 1, name=f'len(fit(...)["{key}"]) of a second call, with one epoch,')


def test_device(answer):
    """`train` and `test` move every batch, inputs and labels, to `device`.

    The loader's batches are on the CPU. The model may be elsewhere: what has to follow it?

    `X = X.to(device)`, and `y` likewise: `.to` returns a new tensor and leaves the old one where it was.
    """
    for name in ("train", "test"):
        model = DeviceRecorder(nn.Linear(4, 3, dtype=torch.float64, device="meta"))
        loss_fn = DeviceRecorder(nn.CrossEntropyLoss(), arguments=2)
        arguments = [torch.optim.SGD(model.parameters(), lr=0.1)] if name == "train" else []
        raised = ""
        try:
            with reading_from_meta() as meta:
                getattr(answer, name)(model, fixed_loader(3, 2), loss_fn, *arguments, meta)
        except Exception as error:  # what such a device cannot do is nobody's fault: only where the batches went counts
            raised = f" It raised {type(error).__name__}: {error}"
        call = f"{name}(..., device=torch.device('meta'))"
        for what, where, seen in (("inputs", "model", model.seen[0]), ("labels", "loss_fn", loss_fn.seen[1])):
            expect(seen, f"In {call} no {what} came to {where}.{raised}")
            found = " and ".join(sorted(seen))
            expect(seen == {"meta"}, f"In {call} the {what} were on {found}; they should be on meta.{raised}")


def reference_losses(model, train_loader, test_loader):
    """The test loss after each of twelve epochs of a copy of the model, trained on the CPU."""
    model, loss_fn, losses = copy.deepcopy(model).cpu(), nn.CrossEntropyLoss(), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(12):
        train_reference(model, train_loader, loss_fn, optimizer)
        losses.append(evaluate_reference(model, test_loader, loss_fn)[0])
    return losses


def test_learns(answer, device):
    """On this machine's device, twelve epochs teach a small network to tell three groups of points apart.

    If everything above holds and this does not: does the model get its batches on the device it lives on?

    Nothing here is exact: the test loss should fall below half of the first, and nine answers of ten be right.
    """
    y = torch.arange(90) % 3
    angles = y * 2.1
    X = torch.stack([angles.cos(), angles.sin()], dim=1) * 2 + 0.5 * torch.randn(90, 2)
    loaders = [DataLoader(TensorDataset(X[part], y[part]), 16) for part in (slice(0, 60), slice(60, 90))]
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3)).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    reference = reference_losses(model, *loaders)
    history = answer.fit(model, *loaders, nn.CrossEntropyLoss(), optimizer, 12, device)
    losses, accuracy = history["test_loss"], history["test_accuracy"][-1]
    show_plot("Test loss of each epoch", {"yours": losses, "reference": reference}, x="epoch", y="loss")
    expect(
        losses[-1] < losses[0] / 2 or losses[-1] < 0.1, f"The test loss went from {losses[0]:.3f} to {losses[-1]:.3f}."
    )
    expect(
        accuracy >= 0.9,
        f"After twelve epochs {accuracy:.0%} of the test samples were right; 90% are expected at least.",
    )

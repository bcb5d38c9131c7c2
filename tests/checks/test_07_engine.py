"""Checks of 07_engine: numbers and states against the reference loop in float64, reads and graphs by counting."""

import copy
import sys

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import (
    CONFIGURATIONS,
    DeviceRecorder,
    GradientWatch,
    GraphCounter,
    LoaderSpy,
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
    train_reference,
    unchanged,
)

CPU = torch.device("cpu")
META = torch.device("meta")
EPOCHS = 15
ASKING = {
    **{name: f"`.{name}()`" for name in ("item", "tolist", "numpy", "cpu")},
    **{f"__{name}__": f"`{name}()`" for name in ("float", "int", "bool")},
    "__index__": "an index",
    "__array__": "NumPy",
    "__format__": "an f-string",
    "__repr__": "printing",
}


class Reads(TorchFunctionMode):
    """Notes each tensor that was asked for its numbers: in `of` (is it of floats, its device type), in `places` how.

    A place is the way of asking and the line in `file` that did, 0 where there is none. What a DataLoader asks for its
    own purposes does not count.
    """

    def __init__(self, file=None):
        super().__init__()
        self.of, self.places, self._file = [], [], file

    def __torch_function__(self, func, types, args=(), kwargs=None):
        frame = sys._getframe(1)
        name = getattr(func, "__name__", "")
        if name in ASKING and not str(frame.f_globals.get("__name__")).startswith("torch.utils.data"):
            while frame is not None and frame.f_code.co_filename != self._file:
                frame = frame.f_back
            self.of.append((args[0].is_floating_point(), args[0].device.type))
            self.places.append((ASKING[name], frame.f_lineno if frame else 0))
        return func(*args, **(kwargs or {}))


def part_of(loader):
    """The loader without its last batch: its data set then has more samples than it gives."""
    return DataLoader(loader.dataset, batch_sampler=list(loader.batch_sampler)[:-1])


def pair_of(result, call):
    """What a step returns, after a look that it is a pair."""
    pair = isinstance(result, tuple | list) and len(result) == 2
    expect(pair, f"{call} should return the pair (loss, share of hits); it returned {result!r}.")
    return result


def arguments_of(name, model, loader, loss_fn, device):
    """The positional arguments of `train_step` or `test_step`."""
    optimizer = [torch.optim.SGD(model.parameters(), lr=0.1)] if name == "train_step" else []
    return [model, loader, loss_fn, *optimizer, device]


def why_none(names):
    """Why no weight has moved, from the names of what happened, in order."""
    if "step" not in names:
        return "the optimizer was never asked to step"
    if "backward" not in names:
        return "no gradients came to the model's parameters"
    if names[0] == "step":
        return "the optimizer stepped before backward, and found no gradients"
    return "the gradients were there and gone again when the optimizer stepped"


def step_by_hand(model, loader, loss_fn, optimizer, turn="zbs"):
    """The mean loss per sample and the share of hits of an epoch of training.

    The letters of `turn` are the steps of a batch: z for zero_grad, b for backward, s for step.
    """
    model.train()
    losses, hits = [], []
    for X, y in loader:
        logits = model(X)
        loss = loss_fn(logits, y)
        for letter in turn:
            {"z": model.zero_grad, "b": loss.backward, "s": optimizer.step}[letter]()
        losses += [loss.item()] * len(y)
        hits += (logits.argmax(dim=1) == y).tolist()
    return sum(losses) / len(losses), sum(hits) / len(hits)


@settings(max_examples=20)
@example(n=4, classes=3, seed=28, dtype="32")
@given(n=st.integers(1, 6), classes=st.integers(1, 5), seed=st.integers(0, 99), dtype=st.sampled_from(["32", "64"]))
def test_count_hits(answer, device, n, classes, seed, dtype):
    """`count_hits` is the number of rows whose largest logit stands at the label: an int64 tensor of shape ().

    A row is a sample, a column a class. For each row, in which column is the largest number?

    `argmax` takes a dimension; compared with the labels it gives True and False, which can be added up.

    Stay with torch's functions, and do not read the number: it is to stay a tensor.
    """
    generator = torch.Generator().manual_seed(seed)
    # Every row holds the numbers from 0 up, so that there are no ties; the columns lie apart in memory.
    columns = [torch.randperm(classes, generator=generator) for _ in range(n)]
    logits = torch.stack(columns, dim=1).to(getattr(torch, f"float{dtype}") if device.type != "mps" else torch.float32)
    logits = logits.to(device).T
    labels = torch.randint(0, classes, (n,), generator=generator).to(device)
    hits = sum(row.index(max(row)) == label for row, label in zip(logits.tolist(), labels.tolist(), strict=True))
    with unchanged(logits=logits, labels=labels):
        actual = answer.count_hits(logits, labels)
    expected = torch.tensor(hits, device=device)
    explain = {
        "This is the number of misses.": n - expected,
        "The largest logit of the whole batch was looked for: each row has its own.": (labels == logits.argmax()).sum(),
    }
    assert_close(actual, expected, name="count_hits(logits, labels)", explain=explain)


def test_train_step_numbers(answer):
    """`train_step` returns the mean loss per sample and the share of hits, before each step, and keeps no graph.

    The batches have 9, 6, 3 and 1 samples. Does each sample count alike? And to what does a sum of losses hold on?

    Weight each batch's loss by its size and count the hits of the same logits; count the samples that come, and divide
    both by their number at the end.

    `.detach()` gives a loss without its graph: add that up. Logits need not be kept, only the number of hits.
    """
    sizes, loss_fn = (9, 6, 3, 1), nn.CrossEntropyLoss()
    model, loader = GraphCounter(nn.Linear(4, 3).double()), part_of(fixed_loader(*sizes, 6))
    start = copy.deepcopy(model.inner)

    def by_hand(later=False, turn="zbs"):
        """The losses and the shares of the batches, each before its step or after it."""
        reference = copy.deepcopy(start)
        optimizer, numbers = torch.optim.SGD(reference.parameters(), lr=1.5), []
        for batch in loader:
            before = step_by_hand(reference, [batch], loss_fn, optimizer, turn)
            numbers.append(evaluate_reference(reference, [batch], loss_fn) if later else before)
        return list(zip(*numbers, strict=True))

    def per_sample(means):
        return sum(n * mean for n, mean in zip(sizes, means, strict=True)) / sum(sizes)

    def mistakes(part, means):
        return {
            "This is the mean of the batches' means: a batch of 1 counts as much as one of 9.": sum(means) / len(sizes),
            "This is the sum of the batches' means; weight each by its size, and divide by the samples.": sum(means),
            "This is that of the last batch alone.": means[-1],
            "This is the sum over all samples; divide by their number.": per_sample(means) * sum(sizes),
            "This is the sum of the batches' means divided by the number of samples: weight each by its size first.": (
                sum(means) / sum(sizes)
            ),
            "This is the sum over all samples divided by len(loader.dataset): this loader leaves some of them out.": (
                per_sample(means) * sum(sizes) / len(loader.dataset)
            ),
            "This is what the model gives after each step, not before.": lambda: per_sample(by_hand(later=True)[part]),
            "This is what comes of steps before backward: each uses the gradients of the batch before.": lambda: (
                per_sample(by_hand(turn="szb")[part])
            ),
        }

    losses, shares = by_hand()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.5)
    with record_calls(optimizer, "step") as calls:
        model.inner.weight.register_post_accumulate_grad_hook(lambda _: calls.names.append("backward"))
        result = answer.train_step(model, loader, loss_fn, optimizer, CPU)
    moved = not torch.equal(model.inner.weight, start.weight)
    expect(moved, f"No weight has moved in train_step: {why_none(calls.names)}.")
    loss, share = pair_of(result, "train_step(...)")
    explain = {**mistakes(0, losses), "This is the share of hits: the loss comes first.": per_sample(shares)}
    assert_number(loss, per_sample(losses), name="the loss that train_step(...) returns", explain=explain)
    explain = {**mistakes(1, shares), "This is a percentage: 0 to 1 is asked for.": 100 * per_sample(shares)}
    assert_number(share, per_sample(shares), name="the share of hits that train_step(...) returns", explain=explain)
    sentence = (
        f"{model.alive} graphs of earlier batches were in memory at once: something holds on to their losses or logits."
    )
    expect(model.alive <= 2, sentence)


def test_train_step_trajectory(answer):
    """`train_step` takes weights, buffers and loss exactly where they should go, over three epochs, for any optimizer.

    It is the `train` of 07_training_loop with one more number. What happens to each batch, and in which order?

    Training mode first. Then for each batch: logits, loss, old gradients away, backward, step.
    """
    assert_same_trajectory(lambda *arguments: pair_of(answer.train_step(*arguments, CPU), "train_step(...)")[0])


@settings(max_examples=12)
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4), seed=st.integers(0, 1000))
def test_test_step(answer, sizes, seed):
    """`test_step` returns loss and share of hits in evaluation mode, records no graph, and leaves the model as it was.

    Which mode is the model in when it comes from `train_step`?

    `model.eval()`, then the sums of `train_step` without its update; divide by the samples.

    Evaluation mode keeps the buffers still; another guard, around the loop, keeps PyTorch from recording.
    """
    generator = torch.Generator().manual_seed(seed)
    model, loss_fn = small_classifier(), GradientWatch()
    loader = part_of(fixed_loader(*sizes, 2, generator=generator))
    with torch.no_grad():
        for tensor in (*model.parameters(), model[1].running_mean):
            tensor.normal_(generator=generator)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)  # of some earlier batch
    loss, share = evaluate_reference(model, loader, loss_fn)
    start = copy.deepcopy(model)

    def mean_of_means(part):
        return sum(evaluate_reference(start, [batch], loss_fn)[part] for batch in loader) / len(sizes)

    by_dataset = "This was divided by len(loader.dataset): this loader leaves some of its samples out."
    given_of_all = sum(sizes) / len(loader.dataset)
    explain_loss = {
        "This is the mean of the batches' means: weight each by its size.": lambda: mean_of_means(0),
        by_dataset: loss * given_of_all,
    }
    if min(sizes) > 1:  # batch normalisation cannot train on a single sample
        explain_loss["This is the loss of a model in training mode."] = lambda: evaluate_reference(
            start, loader, loss_fn, training=True
        )[0]
    explain_share = {
        "This is the mean of the batches' shares: count all hits first.": lambda: mean_of_means(1),
        by_dataset: share * given_of_all,
    }
    result = answer.test_step(model.train(), loader, loss_fn, CPU)
    actual_loss, actual_share = pair_of(result, "test_step(...)")
    assert_number(actual_loss, loss, name="the loss that test_step(...) returns", explain=explain_loss)
    assert_number(actual_share, share, name="the share of hits that test_step(...) returns", explain=explain_share)
    assert_close(model.state_dict(), start.state_dict(), name="the model's state after test_step(...)")
    for name, parameter in model.named_parameters():
        expect(parameter.grad is not None, f"test_step(...) threw the gradient of {name} away.")
        assert_close(parameter.grad, torch.ones_like(parameter), name=f"gradient of {name} after test_step(...)")
    trainable = all(parameter.requires_grad for parameter in model.parameters())
    expect(trainable, "test_step(...) set requires_grad of parameters to False; a later training would not move them.")
    expect(not loss_fn.recorded, "The logits in test_step(...) require a gradient: a graph was recorded for nothing.")


def test_reads(answer):
    """Both steps ask for numbers when the epoch is over, as often for many batches as for few.

    Every `.item()`, `float()` or `if` on a tensor waits for the accelerator. Which of them stand inside the loop?

    Keep loss and hits as tensors, also in the sums, and turn the two sums into numbers behind the loop.
    """
    for name in ("train_step", "test_step"):
        reads = []
        for sizes in ((3, 2), (3, 2, 4, 3, 2, 4, 3)):
            arguments = arguments_of(name, nn.Linear(4, 3).double(), fixed_loader(*sizes), nn.CrossEntropyLoss(), CPU)
            with Reads(answer.__file__) as spy:
                getattr(answer, name)(*arguments)
            reads.append(spy.places)
        few, many = reads
        repeated = [place for place in many if many.count(place) > few.count(place)]
        if repeated:
            how, line = repeated[0]
            where = f"{how} in line {line}" if line else how
            expect(
                False,
                f"{name} asked tensors for their numbers {len(many) - len(few)} times more in an epoch of 7 batches "
                f"than in one of 2, first by {where}: each time an accelerator must finish all its work first.",
            )


def test_device(answer):
    """Both steps move inputs and labels to `device` and keep their sums there; `count_hits` stays where its inputs are.

    Each batch comes from the loader on the CPU. And where was the sum made that it is added to?

    `.to(device)` for both, keeping the result; a sum that starts as a tensor needs `device=device`.
    """
    with reading_from_meta() as meta:
        labels = torch.zeros(3, dtype=torch.int64, device=meta)
        hits = answer.count_hits(torch.ones(3, 2, device=meta), labels)
    assert_equal(getattr(hits, "device", None), META, name="device of count_hits(...) of tensors on meta")
    for name in ("train_step", "test_step"):
        model = DeviceRecorder(nn.Linear(4, 3, dtype=torch.float64, device="meta"))
        loss_fn = DeviceRecorder(nn.CrossEntropyLoss(), arguments=2)
        raised = ""
        with reading_from_meta() as meta, Reads() as spy:
            try:
                getattr(answer, name)(*arguments_of(name, model, fixed_loader(3, 2), loss_fn, meta))
            except Exception as error:  # what such a device cannot do is nobody's fault
                raised = f" It raised {type(error).__name__}: {error}"
        call = f"{name}(..., device=torch.device('meta'))"
        for what, where, seen in (("inputs", "model", model.seen[0]), ("labels", "loss_fn", loss_fn.seen[1])):
            expect(seen, f"In {call} no {what} came to {where}.{raised}")
            found = " and ".join(sorted(seen))
            expect(seen == {"meta"}, f"In {call} the {what} were on {found}; they should be on meta.{raised}")
        kept = bool(raised) or (True, "meta") in spy.of
        expect(kept, f"In {call} the sum of the losses was not on meta when it was read; on a GPU, adding to it fails.")


def test_train(answer):
    """`train` trains and then tests in each epoch, and returns five lists under the names that the statement gives.

    One turn for each epoch: which two calls does it make, and where do their four numbers belong?

    Train on `train_loader`, test on `test_loader`; append each number to the list of its name. Epochs count from 1.

    Each step sets the mode that it needs, in each epoch: a mode set once, before the first, ends with the first test.
    """
    make_optimizer, make_loss = CONFIGURATIONS["SGD with momentum and weight decay, smoothed labels"]
    model, loaders = small_classifier().eval(), (fixed_loader(5, 4, 2), fixed_loader(6, 5, 1))
    leave_old_gradients(model)
    expected = copy.deepcopy(model)
    optimizer, reference = make_optimizer(model.parameters()), make_optimizer(expected.parameters())
    results = {name: [] for name in ("train_loss", "train_acc", "test_epoch", "test_loss", "test_acc")}
    before, _ = evaluate_reference(expected, loaders[1], make_loss())
    for epoch in (1, 2):
        numbers = step_by_hand(expected, loaders[0], make_loss(), reference)
        numbers += (epoch, *evaluate_reference(expected, loaders[1], make_loss()))
        for name, number in zip(results, numbers, strict=True):
            results[name].append(number)
    explain = {"This is the loss before the epoch's training: train first, then test.": before}
    actual = answer.train(model, *loaders, make_loss(), optimizer, 2, CPU)
    expect(isinstance(actual, dict), f"train(...) should return a dictionary; it returned {actual!r}.")
    expect(set(actual) == set(results), f"The keys should be {sorted(results)}; they are {sorted(map(str, actual))}.")
    assert_equal(actual["test_epoch"], [1, 2], name='train(...)["test_epoch"] of 2 epochs')
    for name in ("train_loss", "train_acc", "test_loss", "test_acc"):
        assert_equal(len(actual[name]), 2, name=f'len(train(...)["{name}"]) of 2 epochs')
        for epoch, number in enumerate(results[name]):
            which = explain if (name, epoch) == ("test_loss", 0) else None
            assert_number(actual[name][epoch], number, name=f'train(...)["{name}"][{epoch}]', explain=which)
    assert_close(model.state_dict(), expected.state_dict(), name="the model's state after train(...)")


@settings(max_examples=15)
@example(epochs=7, test_every=3)
@given(epochs=st.integers(1, 7), test_every=st.integers(1, 8))
def test_test_every(answer, epochs, test_every):
    """`train` goes over the test data in every `test_every`-th epoch and in the last one, and in no other.

    A test whose result nobody keeps is time lost. For which epochs is it asked for?

    The remainder `epoch % test_every` is 0 for the epochs wanted, counted from 1; the last one comes in any case.
    """
    model, test_loader = nn.Linear(4, 3).double(), LoaderSpy(fixed_loader(3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    results = answer.train(
        model, fixed_loader(2), test_loader, nn.CrossEntropyLoss(), optimizer, epochs, CPU, test_every=test_every
    )
    tested = [epoch for epoch in range(1, epochs + 1) if epoch in (*range(0, epochs + 1, test_every), epochs)]
    call = f"train(..., epochs={epochs}, test_every={test_every})"
    assert_equal(results["test_epoch"], tested, name=f'{call}["test_epoch"]')
    assert_equal(test_loader.epochs, len(tested), name=f"how often {call} went over the test data")
    lengths = {name: len(numbers) for name, numbers in results.items()}
    wanted = {name: len(tested) if name.startswith("test") else epochs for name in results}
    assert_equal(lengths, wanted, name=f"the lengths of the lists of {call}")


def test_progress(answer):
    """`train` calls `progress` once and trains each epoch as its iterator arrives there, so that a bar moves in step.

    A bar such as `tqdm` moves on whenever its iterator is asked for the next element. Who asks, and when?

    Loop over `progress(...)` itself; what you give it is what you would have looped over without it.
    """
    model = nn.Linear(4, 3).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    lengths, steps = [], []

    def bar(epochs):
        for epoch in epochs:
            steps.append(calls.count("step"))
            yield epoch
        steps.append(calls.count("step"))

    def progress(epochs):
        expect(hasattr(epochs, "__len__"), f"progress got {epochs!r}, which has no length: no bar knows its end.")
        lengths.append(len(epochs))
        return bar(epochs)

    with record_calls(optimizer, "step") as calls:
        loaders = fixed_loader(3, 2), fixed_loader(2)
        answer.train(model, *loaders, nn.CrossEntropyLoss(), optimizer, 3, CPU, progress=progress)
    assert_equal(lengths, [3], name="the lengths of what progress was called with, for 3 epochs of 2 batches,")
    expect(steps, "progress was called, and nobody looped over what it returned: the bar never moves.")
    explain = {"The bar was at its end before the training began.": [0, 0, 0, 0]}
    name = "the steps of the optimizer when the bar was at epoch 0, 1, 2 and 3, 2 batches an epoch,"
    assert_equal(steps, [0, 2, 4, 6], name=name, explain=explain)


def noisy_rings():
    """60 training and 90 test points in two rings, a fifth of the labels wrong: there is something to overfit."""
    generator = torch.Generator().manual_seed(5)
    y = torch.arange(150) % 2
    angles = torch.rand(150, generator=generator) * 6.3
    radius = 1 + y + 0.2 * torch.randn(150, generator=generator)
    X = torch.stack([angles.cos(), angles.sin()], dim=1) * radius[:, None]
    wrong = torch.rand(150, generator=generator) < 0.2
    return X, torch.where(wrong, 1 - y, y)


def reference_curve(model, train_loader, test_loader):
    """The test loss after each epoch of a copy of the model, trained on the CPU by the reference loop."""
    model, loss_fn, losses = copy.deepcopy(model).cpu(), nn.CrossEntropyLoss(), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.15, momentum=0.9)
    for _ in range(EPOCHS):
        train_reference(model, train_loader, loss_fn, optimizer)
        losses.append(evaluate_reference(model, test_loader, loss_fn)[0])
    return losses


def test_learns(answer, device):
    """On this machine's device, the engine teaches a small network two rings of points, some of them labelled wrongly.

    If everything above holds and this does not: is each tensor on the device that the model lives on?

    Nothing here is exact: two of three test samples right, and a training loss that falls by a fifth.
    """
    X, y = noisy_rings()
    loaders = [DataLoader(TensorDataset(X[part], y[part]), 20) for part in (slice(0, 60), slice(60, 150))]
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2)).to(device)
    reference = reference_curve(model, *loaders)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.15, momentum=0.9)
    results = answer.train(model, *loaders, nn.CrossEntropyLoss(), optimizer, EPOCHS, device)
    losses = results["train_loss"]
    curves = {"yours, training": losses, "yours, test": results["test_loss"], "reference, test": reference}
    show_plot("Loss of each epoch", curves, x="epoch", y="loss")
    expect(losses[-1] < 0.8 * losses[0], f"The training loss went from {losses[0]:.3f} to {losses[-1]:.3f}.")
    best = max(results["test_acc"])
    expect(best > 0.66, f"In the best epoch {best:.0%} of the test samples were right; 66% are expected at least.")


def bench_train_step(module, device):
    """Timing: an epoch of 12 batches of 8."""
    model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4)).to(device)
    loader = DataLoader(TensorDataset(torch.randn(96, 16), torch.randint(0, 4, (96,))), 8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    return lambda: module.train_step(model, loader, nn.CrossEntropyLoss(), optimizer, device)

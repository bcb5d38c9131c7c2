"""Checks of 06_summary: counts by arithmetic, rows by running the layers one by one or from a written list."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.modules import module as every_module

from tutor.checks import assert_equal, assert_raises, expect, rng_untouched, unchanged

SIDE = st.integers(1, 5)


class Detour(nn.Module):
    """Made in another order than it runs: `second` runs first, `twice` two times, `spare` never; ReLU is a function."""

    def __init__(self):
        super().__init__()
        self.twice = nn.Linear(4, 4)
        self.spare = nn.Linear(7, 7)
        self.second = nn.Sequential(nn.Flatten(), nn.Linear(6, 4, bias=False))
        self.last = nn.Linear(4, 2)

    def forward(self, x):
        x = torch.relu(self.twice(self.second(x)))
        return self.last(torch.relu(self.twice(x)))


class Tied(nn.Module):
    """The decoder has the encoder's weight and a bias of its own; the encoder has no bias."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(5, 5, bias=False)
        self.decoder = nn.Linear(5, 5)
        self.decoder.weight = self.encoder.weight

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Probe(nn.Module):
    """Calls `note` with its mode and whether PyTorch records; a copy of the probe calls the same one."""

    def __init__(self, note):
        super().__init__()
        self.note = note

    def forward(self, x):
        self.note((self.training, torch.is_grad_enabled()))
        return x


class Stumbles(nn.Module):
    """Raises ValueError when it runs."""

    def forward(self, x):
        raise ValueError("a mistake in the model")


def rows_of(answer, model, x):
    """The rows as plain tuples, after a look that they are a list of rows."""
    rows = answer.summarise(model, x)
    expect(isinstance(rows, list), f"summarise(model, x) should return a list; it returned {rows!r}.")
    for row in rows:
        right = all(hasattr(row, part) for part in ("name", "kind", "output", "parameters"))
        expect(right, f"summarise(model, x) should return a list of Rows; in it is {row!r}.")
    return [(row.name, row.kind, row.output, row.parameters) for row in rows]


def assert_rows(actual, expected, name):
    """Names first, then kinds, outputs and counts: what is wrong shows sooner than in a list of tuples."""
    for index, part in enumerate(("names", "kinds", "outputs", "parameter counts")):
        assert_equal(
            [row[index] for row in actual], [row[index] for row in expected], name=f"the list of {part} in {name}"
        )


def hooks_in(model):
    """How many forward hooks and pre-hooks there are, on the modules of `model` and on all modules at once."""
    own = sum(len(one._forward_hooks) + len(one._forward_pre_hooks) for one in model.modules())
    return own + len(every_module._global_forward_hooks) + len(every_module._global_forward_pre_hooks)


def mixed_modes():
    """A model with batch normalisation and dropout, whose parts are in different modes."""
    model = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(4)), nn.Linear(4, 2)
    )
    model[1].eval()
    model[2].eval()
    model[2][0].train()
    return model


def test_count_by_example(answer):
    """`count_parameters` counts the numbers in all parameters, and those that are trainable.

    A weight is one parameter and many numbers. What does a tensor say about how many?

    Add up `numel()` over `model.parameters()`; a second time, only where `requires_grad` is True.
    """
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2))
    model[0].weight.requires_grad_(False)
    assert_equal(answer.count_parameters(model), (29, 17), name="count_parameters(model)")


@settings(max_examples=20)
@given(sizes=st.lists(SIDE, min_size=2, max_size=4), frozen=st.integers(0, 3), again=st.booleans())
def test_count(answer, sizes, frozen, again):
    """`count_parameters` is right for any model; what two layers share counts once, and buffers do not count.

    Is something in the model twice? `parameters()` of the whole model gives it once.

    Add up over `model.parameters()`: adding up layer by layer counts shared ones again, `state_dict()` has buffers too.
    """
    layers = [nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
    for layer in layers[:frozen]:
        layer.requires_grad_(False)
    model = nn.Sequential(*layers, nn.BatchNorm1d(sizes[-1]), *(layers[-1:] * again))
    counts = [(a + 1) * b for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
    norm = 2 * sizes[-1]
    expected = (sum(counts) + norm, sum(counts[frozen:]) + norm)
    assert_equal(answer.count_parameters(model), expected, name="count_parameters(model)")


def test_summarise_by_example(answer, device):
    """`summarise` gives each layer of a small network its name, kind, output shape and number of parameters.

    A hook sees the layer that has run, and its output. Which modules need one?

    `register_forward_hook` on each of `named_modules()` without `children()`. The hook appends a `Row` to a list and
    returns nothing.

    A function made in a loop looks its names up when it runs. Give each hook its layer's name when you make it, by a
    function that takes the name and returns the hook.
    """
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Sequential(nn.MaxPool2d(2), nn.Flatten()), nn.Linear(72, 10)
    ).to(device)
    expected = [
        ("0", "Conv2d", (4, 6, 8, 6), 60),
        ("1", "ReLU", (4, 6, 8, 6), 0),
        ("2.0", "MaxPool2d", (4, 6, 4, 3), 0),
        ("2.1", "Flatten", (4, 72), 0),
        ("3", "Linear", (4, 10), 730),
    ]
    assert_rows(rows_of(answer, model, torch.zeros(4, 1, 10, 8, device=device)), expected, "the rows")


def test_summarise_one_layer(answer, device):
    """A model that is one layer has one row, and its name is the empty string.

    `named_modules()` begins with the model itself; `children()` does not.

    Hooks of a module run when it is called, as `model(x)`, and not when its `forward` is.

    Go through `named_modules()`, and leave out those modules that have children.
    """
    model, calls = nn.Linear(3, 2, bias=False).to(device), []
    model.register_forward_hook(lambda module, inputs, output: calls.append(module))
    rows = rows_of(answer, model, torch.zeros(5, 3, device=device))
    expect(
        calls,
        "The model was not called, or past its hooks: a hook that it had before did not run. "
        "`model(x)` runs hooks, `model.forward(x)` does not.",
    )
    assert_rows(rows, [("", "Linear", (5, 2), 6)], "the rows of a Linear alone")


def test_summarise_runs(answer, device):
    """There is a row for every run of a layer, in their order, and a parameter counts in the first row that uses it.

    Which of your rows are made when a hook runs, and which from a list of the modules?

    The second run of a layer has 0 parameters. When `layer.weight is other.weight`, the other layer counts only its
    bias. What do you have to remember from row to row?

    Keep a set of parameters; of each layer that has run, count those that are not in it yet, and put them in.
    """
    expected = [
        ("second.0", "Flatten", (3, 6), 0),
        ("second.1", "Linear", (3, 4), 24),
        ("twice", "Linear", (3, 4), 20),
        ("twice", "Linear", (3, 4), 0),
        ("last", "Linear", (3, 2), 10),
    ]
    model = Detour().to(device)
    for turn in ("", ", summarised a second time"):
        rows = rows_of(answer, model, torch.zeros(3, 2, 3, device=device))
        assert_rows(rows, expected, f"the rows of a model with a detour{turn}")
    model = Tied().to(device)
    with torch.no_grad():
        model.decoder.bias.copy_(model.encoder.weight[0])  # equal numbers make no shared parameter
    expected = [("encoder", "Linear", (2, 5), 25), ("decoder", "Linear", (2, 5), 5)]
    assert_rows(
        rows_of(answer, model, torch.zeros(2, 5, device=device)), expected, "the rows of two layers, one weight"
    )


@settings(max_examples=20)
@given(sizes=st.lists(SIDE, min_size=2, max_size=5), n=st.integers(1, 3), depth=st.integers(0, 2), frozen=st.booleans())
def test_summarise(answer, device, sizes, n, depth, frozen):
    """`summarise` is right for any stack of layers, however deep they lie and whether they are frozen or not.

    Which layers are missing? A module may hold modules that hold modules.

    `named_modules()` goes down all the way; a parameter counts whether or not it requires a gradient.
    """
    model, expected, prefix = nn.Sequential(), [], "0." * depth
    for number, (a, b) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        model += nn.Sequential(nn.Linear(a, b), nn.LayerNorm(b))
        expected.append((f"{prefix}{2 * number}", "Linear", (n, b), (a + 1) * b))
        expected.append((f"{prefix}{2 * number + 1}", "LayerNorm", (n, b), 2 * b))
    for _ in range(depth):
        model = nn.Sequential(model)
    model = model.requires_grad_(not frozen).to(device)
    assert_rows(rows_of(answer, model, torch.zeros(n, sizes[0], device=device)), expected, "the rows")


def test_only_looks(answer, device):
    """`summarise` runs the model once, in evaluation mode, records nothing, and leaves it, and each mode, as it was.

    Batch normalisation counts what it sees in training mode. In which mode was each module before, and in which is it
    afterwards?

    Keep every module's `training` before `model.eval()`, and put each back at the end: `model.train()` would switch on
    those that were off.

    `with torch.no_grad():` keeps PyTorch from recording. It changes no mode.
    """
    seen = []
    answer.summarise(nn.Sequential(nn.Linear(3, 3), Probe(seen.append)).to(device), torch.zeros(2, 3, device=device))
    assert_equal(len(seen), 1, name="the number of times the model ran")
    training, recording = seen[0]
    expect(not training, "The model ran in training mode: evaluation mode was asked for.")
    expect(not recording, "The run was recorded for `backward`: nothing should be.")
    model, x = mixed_modes().to(device), torch.rand(4, 3, device=device)
    for mode in (None, True, False):
        model = model if mode is None else model.train(mode)
        with unchanged(model=model, x=x), rng_untouched():
            answer.summarise(model, x)
    expect(torch.is_grad_enabled(), "PyTorch records nothing any more: gradients were switched off for good.")


def test_hooks_are_gone(answer, device):
    """After `summarise` none of its hooks is left, and those of others are.

    Call the model after `summarise`: what do your hooks do then?

    Each `register_forward_hook` returns a handle. Keep the handles, and `remove()` every one of them.
    """
    calls = []
    model = Detour().to(device)
    model.last.register_forward_hook(lambda module, inputs, output: calls.append(module))
    x = torch.zeros(2, 6, device=device)
    rows = answer.summarise(model, x)
    expect(len(calls) == 1, f"The model has a hook of somebody else, which should run once; it ran {len(calls)} times.")
    assert_equal(hooks_in(model), 1, name="the number of hooks afterwards, one of them somebody else's,")
    count = len(rows)
    model(x)
    assert_equal(len(rows), count, name="the number of rows after another call of the model")
    expect(len(calls) == 2, "The hook of somebody else no longer runs.")


def test_when_the_model_raises(answer, device):
    """When `model(x)` raises, the caller gets the error, and hooks and modes are as they were all the same.

    What is skipped when a line in the middle of a function raises?

    `try: ... finally: ...`; what stands in `finally` is done in either case.
    """
    model = nn.Sequential(mixed_modes(), Stumbles()).to(device)
    x = torch.zeros(2, 3, device=device)
    before = [module.training for module in model.modules()]
    with assert_raises(ValueError, "summarise of a model that raises ValueError"):
        answer.summarise(model, x)
    assert_equal(hooks_in(model), 0, name="the number of hooks after an error")
    assert_equal([module.training for module in model.modules()], before, name="the list of modes after an error")


def test_idle_layers(answer, device):
    """`idle_layers` names the layers that do not run, in the order of `named_modules()`.

    You know all layers, and the names of those that ran. Which are left?

    The names in `summarise(model, x)` are those that ran; go through `named_modules()` and keep the other layers.
    """
    model = Detour()
    model.extra = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU()))
    model.another = nn.Linear(4, 4)
    model = model.to(device)
    x = torch.zeros(2, 6, device=device)
    with unchanged(model=model, x=x):
        names = answer.idle_layers(model, x)
    assert_equal(names, ["spare", "extra.0", "extra.1.0", "another"], name="idle_layers(model, x)")
    assert_equal(hooks_in(model), 0, name="the number of hooks after idle_layers")
    assert_equal(answer.idle_layers(model.second, x), [], name="idle_layers of a model with none")

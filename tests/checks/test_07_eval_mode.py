"""Checks of 07_eval_mode: modes are compared module by module, values with copies whose modes were set by hand."""

import copy

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tutor.checks import (
    assert_close,
    assert_type,
    expect,
    forbid,
    home,
    leave_old_gradients,
    reading_from_meta,
    rng_untouched,
    shapes,
    unchanged,
)


class Failing(nn.Module):
    """A layer that raises, as one does that gets the wrong shape."""

    def forward(self, x):
        raise ValueError("a layer in the middle fails")


def nested(*extra):
    """A model (B, 4) -> (B, 3) with batch normalisation and dropout on two levels, in float64; statistics not 0 and 1.

    Its modules are in mixed modes: the model trains, its batch normalisation is frozen.
    """
    inner = nn.Sequential(nn.Tanh(), nn.Dropout(0.3), *extra, nn.Linear(6, 3))
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), inner).double().train()
    model[1].running_mean.normal_()
    model[1].running_var.uniform_(0.5, 2)
    model[1].eval()
    leave_old_gradients(model)
    return model


def modes_of(model):
    """The mode of every module, by words for the module."""
    return {
        f"{f'module {name!r}' if name else 'the model itself'}, of class {type(module).__name__}": (
            "training" if module.training else "evaluation"
        )
        for name, module in model.named_modules()
    }


def same_modes(model, before, call):
    """Look that every module has the mode it had."""
    for module, mode in modes_of(model).items():
        was = before[module]
        expect(mode == was, f"After {call}, {module}, is in {mode} mode; it was in {was} mode before.")


def raises_through(block, call):
    """Look that the ValueError of the model in `block` comes through, whatever the learner's code does about it."""
    try:
        block()
    except ValueError:
        return
    expect(False, f"{call} should let the model's ValueError through; it swallowed it.")


def same_gradients(model, before, call):
    """Look that the parameters hold the gradients they held."""
    for name, parameter in model.named_parameters():
        expect(parameter.grad is not None, f"{call} threw the gradient of {name} away.")
        assert_close(parameter.grad, before[name], name=f"the gradient of {name} after {call}")
        expect(parameter.requires_grad, f"{call} set requires_grad of {name} to False.")


def test_dropout_by_example(answer, device):
    """In training mode, `Dropout(0.75)` makes of each element either 0 or the element divided by 0.25, about three in
    four of them 0; it does so under `torch.no_grad()`, too.

    One random number from 0 to 1 for each element: below p it is dropped.

    `torch.rand_like(x)` has the shape of `x`. Compare it with `p`, and divide what is kept by `1 - p`.
    """
    x = torch.arange(1.0, 4001.0, device=device).reshape(50, 80)
    torch.manual_seed(5)
    with forbid(torch.dropout, F.dropout, nn.Dropout):
        layer = answer.Dropout(0.75)
        given = x.clone()
        y = assert_type(layer(given), torch.Tensor, "Dropout(0.75)(x)")
    expect(torch.equal(given, x), "Dropout(0.75)(x) writes into x, which stays as it is: multiply by a mask instead.")
    zero = (y == 0) if y.shape == x.shape else torch.zeros_like(x, dtype=torch.bool)
    expected = torch.where(zero, 0.0, x / 0.25)
    explain = {
        "What is kept was not divided by 1 - p.": torch.where(zero, 0.0, x),
        "What is kept was divided by p, not by 1 - p.": torch.where(zero, 0.0, x / 0.75),
        "What is kept was multiplied by 1 - p; divide.": torch.where(zero, 0.0, x * 0.25),
    }
    assert_close(y, expected, name="Dropout(0.75)(x), where it is not 0,", explain=explain)
    share = zero.float().mean().item()
    sentence = f"Dropout(0.75) {'dropped' if share else 'kept'} all 4000 elements: draw one random number for each."
    expect(0 < share < 1, sentence)
    expect(0.5 < share < 0.95, f"Of 4000 elements Dropout(0.75) made {share:.0%} 0; it should be about 75%.")
    with torch.no_grad():
        zeros = (layer(x.clone()) == 0).sum().item()
    expect(zeros, "Under no_grad, Dropout in training mode drops nothing: it is `self.training` that counts.")


def test_dropout_mode(answer, device):
    """In evaluation mode the result of `Dropout` equals its input, also inside of another module and with gradients
    recorded; after `train()` it drops again.

    `model.eval()` sets an attribute of every module inside `model`. Which one?

    Ask `self.training` in `forward`, at each call. It knows nothing of gradients.
    """
    layer = answer.Dropout(0.5)
    model = nn.Sequential(nn.Identity(), nn.Sequential(layer))
    x = torch.linspace(-3, 3, 200, device=device, requires_grad=True)
    model.eval()
    assert_close(model(x).detach(), x.detach(), name="Dropout(0.5)(x) in evaluation mode")
    model.train()
    torch.manual_seed(3)
    expect((model(x) == 0).any(), "After eval() and then train(), Dropout(0.5) drops nothing any more.")
    for training in (False, True):
        model.train(training)
        y = model(x)
        mode = "training" if training else "evaluation"
        expect(y.requires_grad, f"In {mode} mode, the result of Dropout is cut off from the graph.")
        (gradient,) = torch.autograd.grad(y.sum(), x)
        kept = (y != 0).float() * (2.0 if training else 1.0)
        assert_close(gradient, kept, name=f"the gradient of Dropout(0.5)(x).sum() in {mode} mode")


@settings(max_examples=15)
@given(
    shape=shapes(1, 2, 1, 4),
    p=st.sampled_from([0.3, 0.0, 0.9, 0.5]),
    dtype=st.sampled_from([torch.float32, torch.float64, torch.bfloat16]),
    seed=st.integers(0, 1000),
)
@example(shape=torch.Size([4, 4]), p=0.0, dtype=torch.bfloat16, seed=0)  # whose random numbers are 0 now and then
def test_dropout(answer, device, shape, p, dtype, seed):
    """`Dropout` decides for each element alone and anew at each call, for any shape, `p`, dtype and device.

    A mask of fewer dimensions drops whole rows, one made in `__init__` the same elements for ever.

    Draw it in `forward`, in the shape and on the device of `x`. Make a new tensor, do not write into `x`.
    """
    torch.manual_seed(seed)
    x = torch.ones((*shape, 400), device=home(dtype, device), dtype=dtype).transpose(0, -1)  # (400, ..., first side)
    layer = answer.Dropout(p)
    call = f"Dropout({p})(x)"
    with unchanged(x=x), rng_untouched(allow_advance=True):
        y, again = layer(x), layer(x)
    zero = y == 0
    expected = torch.where(zero, torch.zeros_like(x), torch.ones_like(x) / (1 - p))
    assert_close(y, expected, name=f"{call}, where it is not 0,")
    if p == 0:
        dropped = (
            f"Dropout(0.0) dropped {zero.sum()} of {zero.numel()} elements, of {dtype}: drop what is *below* p, for "
        )
        expect(not zero.any(), dropped + "random numbers may be exactly 0.")
        return
    copies = (
        f"{call} decides once for all 400 copies along the first dimension of x, of shape {tuple(x.shape)}: draw one "
    )
    expect(not (zero == zero[:1]).all(), copies + "number for every element.")
    share = zero.float().mean(dim=0)  # of each place, over 400
    slack = 6 * (p * (1 - p) / 400) ** 0.5
    expect(
        ((share - p).abs() < slack).all(),
        f"{call} made between {share.min():.0%} and {share.max():.0%} of 400 elements 0, depending on the place; it "
        f"should be about {p:.0%} at each.",
    )
    columns = zero.reshape(400, -1)
    alike = columns.shape[1] > 1 and (columns == columns[:, :1]).all()
    expect(not alike, f"{call} drops whole rows of x, of shape {tuple(x.shape)}: each element is to be decided alone.")
    expect((zero != (again == 0)).any(), f"{call} dropped the same elements in the second call.")
    with reading_from_meta() as meta:
        raised, there = "", None
        try:
            there = layer(torch.ones(2, 3, device=meta))
        except Exception as error:
            raised = f" It raised {type(error).__name__}: {error}"
        on_meta = isinstance(there, torch.Tensor) and there.device == meta
        expect(on_meta, f"Dropout fails for an x on another device than the CPU.{raised}")


@settings(max_examples=20)
@given(data=st.data())
def test_keep_modes(answer, data):
    """On leaving `keep_modes`, every module has the mode it had on entering, whatever the block did.

    One mode for the whole model is not enough: a batch normalisation may be frozen inside a model that trains.

    Note `(module, module.training)` for all `model.modules()` before the `yield`, and set each one's again after it.
    """
    model = nested()
    modules = list(model.modules())
    switches = st.lists(st.booleans(), min_size=len(modules), max_size=len(modules))
    outside = data.draw(switches, label="training, of each module")
    inside = data.draw(switches, label="training, set in the block")
    for module, training in zip(modules, outside, strict=True):
        module.training = training
    before = modes_of(model)
    with answer.keep_modes(model):
        same_modes(model, before, "entering keep_modes(model)")
        for module, training in zip(modules, inside, strict=True):
            module.training = training
    same_modes(model, before, "leaving keep_modes(model)")


def test_keep_modes_shared(answer):
    """`keep_modes` keeps the mode of a module that stands in two places, one of them in a branch with another mode.

    How does your code set a mode? `train(mode)` sets it for all modules inside as well.

    Set the attribute `training` of each module, and nothing else.
    """
    shared = nn.Dropout()
    model = nn.Sequential(nn.Sequential(shared), nn.Sequential(shared))
    for training in (True, False):
        model.train(training)
        model[1].training = not training
        before = modes_of(model)
        with answer.keep_modes(model):
            model.train(not training)
        inside = "`train(mode)` also sets everything inside: put back the attribute `training` itself."
        expect(
            shared.training is training, f"The module that stands in two places has another mode than before. {inside}"
        )
        same_modes(model, before, "leaving keep_modes(model)")


def test_keep_modes_errors(answer):
    """When the block raises, `keep_modes` puts the modes back as well, and the error goes on.

    Without `try`, nothing after the `yield` runs when the block raises.

    `try: yield`, and the rest under `finally:`. No `return` and no `except` there.
    """
    model = nested()
    before = modes_of(model)

    def block():
        with answer.keep_modes(model):
            model.eval()
            raise ValueError("something in the block fails")

    raises_through(block, "keep_modes(model)")
    same_modes(model, before, "a block under keep_modes(model) that raised")


def test_predict(answer):
    """`predict` gives what the model gives in evaluation mode, and one row alone gets what it gets in a batch.

    Which of the two switches keeps dropout and batch normalisation quiet?

    `model.eval()`, inside of `keep_modes`, before the model is called. Not recording changes no layer.
    """
    model, X = nested(), torch.randn(5, 4, dtype=torch.float64)
    model[1].train()
    expected = copy.deepcopy(model).eval()(X).detach()
    state, start = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    actual = answer.predict(model, X)
    expect(isinstance(actual, torch.Tensor), f"predict(model, X) should be a tensor; it is a {type(actual).__name__}.")
    torch.set_rng_state(start)
    explain = {
        "This is what the model gives in training mode: no_grad and inference_mode are not eval().": lambda: (
            copy.deepcopy(model).train()(X).detach()
        )
    }
    assert_close(actual.detach(), expected, name="predict(model, X)", explain=explain)
    assert_close(model.state_dict(), state, name="the model's state after predict(model, X)")
    alone = torch.cat([answer.predict(model, row) for row in X.split(1)])
    assert_close(alone.detach(), expected, name="predict(model, X) row by row")


def test_predict_leaves_no_trace(answer):
    """`predict` records nothing, and afterwards all modes and gradients are as they were, even if the model raises.

    `eval()` does not stop the recording. And who switches back?

    `keep_modes(model)` puts the modes back, `torch.no_grad()` stops the recording: call the model inside of both.
    """
    model, X = nested(), torch.randn(5, 4, dtype=torch.float64)
    for mixed, others in ((model, "frozen batch normalisation"), (nested().eval(), "all in evaluation mode")):
        before = modes_of(mixed)
        gradients = {name: parameter.grad.clone() for name, parameter in mixed.named_parameters()}
        actual = answer.predict(mixed, X)
        same_modes(mixed, before, f"predict(model, X) ({others})")
        same_gradients(mixed, gradients, "predict(model, X)")
        expect(not actual.requires_grad, "predict(model, X) requires a gradient: PyTorch recorded a graph.")
    expect(torch.is_grad_enabled(), "After predict(model, X), PyTorch records nothing any more.")
    failing = nested(Failing())
    before = modes_of(failing)
    raises_through(lambda: answer.predict(failing, X), "predict(model, X) with a layer that raises")
    same_modes(failing, before, "predict(model, X) with a layer that raises")


def sampled(model, X, times, seed):
    """What sample_predictions should return after this seed."""
    twin = copy.deepcopy(model).eval()
    twin[2].train()
    twin[3][1].train()
    torch.manual_seed(seed)
    return torch.stack([twin(X).detach() for _ in range(times)])


def test_sample_predictions(answer):
    """`sample_predictions` stacks the results of `times` calls, with dropout in training mode and all else in
    evaluation mode.

    First all modules in evaluation mode; then some of them back.

    Go through `model.modules()`: dropout may lie deep inside. `isinstance(module, nn.Dropout)` tells it.
    """
    for times, rows in ((2, 3), (1, 2), (4, 5)):
        model, X = nested(), torch.randn(rows, 4, dtype=torch.float64)
        model[2].eval()
        model[1].train()
        call = f"sample_predictions(model, X, {times})"
        expected = sampled(model, X, times, seed=times)
        quiet = copy.deepcopy(model).eval()(X).detach()
        state = copy.deepcopy(model.state_dict())

        def all_training(model=model, X=X, times=times):
            twin = copy.deepcopy(model).train()
            torch.manual_seed(times)
            return torch.stack([twin(X).detach() for _ in range(times)])

        def one_batch(model=model, X=X, times=times):
            return sampled(model, X.repeat(times, 1), 1, seed=times).reshape(times, -1, 3)

        explain = {
            "This is what comes out with PyTorch's nn.Dropout in evaluation mode.": quiet.expand(times, rows, 3),
            "This is what comes out with all modules in training mode, batch normalisation too.": all_training,
        }
        if times > 1:
            explain |= {
                "This is the mean over the calls; stack them.": expected.mean(dim=0),
                "These are the rows of all calls below each other, as torch.cat joins them: make a new first "
                "dimension.": expected.flatten(0, 1),
                "This is the result of one call, repeated: call the model anew for each sample.": expected[:1].expand(
                    times, rows, 3
                ),
                "This is one call with all copies in one batch; the model is to be called for each.": one_batch,
            }
        torch.manual_seed(times)
        actual = answer.sample_predictions(model, X, times)
        expect(isinstance(actual, torch.Tensor), f"{call} should be a tensor; it is a {type(actual).__name__}.")
        assert_close(actual.detach(), expected, name=call, explain=explain)
        assert_close(model.state_dict(), state, name=f"the model's state after {call}")


def test_sample_predictions_leaves_no_trace(answer):
    """`sample_predictions` records nothing, and afterwards all modes and gradients are as they were, even if the model
    raises.

    The same two guards as in `predict`.

    All calls of the model belong into one block of `keep_modes` and `no_grad`.
    """
    model, X = nested(), torch.randn(5, 4, dtype=torch.float64)
    before = modes_of(model)
    gradients = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    call = "sample_predictions(model, X, 2)"
    actual = answer.sample_predictions(model, X, 2)
    same_modes(model, before, call)
    same_gradients(model, gradients, call)
    expect(not actual.requires_grad, f"The result of {call} requires a gradient: PyTorch recorded a graph.")
    failing = nested(Failing())
    before = modes_of(failing)
    raises_through(lambda: answer.sample_predictions(failing, X, 2), f"{call} with a layer that raises")
    same_modes(failing, before, f"{call} with a layer that raises")

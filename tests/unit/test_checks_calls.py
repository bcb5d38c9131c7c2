"""Spies on optimizers and loaders, gradients by value, and where tensors were."""

import copy

import pytest
import torch
from hypothesis import find, given, settings
from hypothesis.errors import NoSuchExample
from torch import nn

from tutor.checks import (
    DeviceRecorder,
    LoaderSpy,
    Mismatch,
    assert_gradients_close,
    devices,
    dtypes,
    home,
    reading_from_meta,
    record_calls,
    shapes,
    special_tensors,
)

quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def test_calls_are_noted_in_order_and_still_made() -> None:
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.5)
    with record_calls(optimizer, "zero_grad", "step") as calls:
        optimizer.zero_grad()
        weight.sum().backward()
        optimizer.step()
        optimizer.step()
    assert calls.names == ["zero_grad", "step", "step"] and calls.count("step") == 2
    assert weight.tolist() == [0.0, 0.0]
    optimizer.step()
    assert len(calls.names) == 3 and "step" not in vars(optimizer)


def test_a_module_can_be_watched_and_is_itself_again_after_an_error() -> None:
    model = nn.Dropout()
    with pytest.raises(KeyError), record_calls(model, "eval", "forward") as calls:
        model.eval()
        model(torch.ones(1))
        raise KeyError
    assert calls.names == ["eval", "forward"] and "forward" not in vars(model) and not model.training
    with pytest.raises(AttributeError), record_calls(model, "fit"):
        pass


def test_a_loader_counts_epochs_and_batches() -> None:
    loader = LoaderSpy([1, 2, 3])
    assert list(loader) == [1, 2, 3] and next(iter(loader)) == 1
    assert (loader.epochs, loader.batches, len(loader), copy.copy(loader).epochs) == (2, 4, 3, 2)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x, w: (x @ w).detach(), "cut off from the graph"),
        (lambda x, w: x.detach() @ w, "with respect to input 1"),
        (lambda x, w: x @ w + (w - w.detach()).sum(), "with respect to input 2"),
        (lambda x, w: x @ w * 2, "result differs"),
        (lambda x, w: None, "result"),
    ],
)
def test_gradients_are_compared_by_value(function, words) -> None:
    x, w = torch.randn(3, 4), torch.randn(4, 2)
    with pytest.raises(Mismatch, match=words):
        assert_gradients_close(function, torch.matmul, x, w)
    assert_gradients_close(lambda x, w: torch.einsum("nd,dk->nk", x, w), torch.matmul, x, w)
    assert x.grad is None and not x.requires_grad


def test_gradients_are_called_by_the_names_of_their_arguments() -> None:
    def reference(table, fill):
        return table + fill

    with pytest.raises(Mismatch, match="with respect to fill "):
        assert_gradients_close(lambda table, fill: table + fill.detach(), reference, torch.ones(3), torch.ones(3))
    with pytest.raises(Mismatch, match="with respect to input 2 "):
        assert_gradients_close(
            lambda *tables: tables[0] + tables[1].detach(), lambda *tables: sum(tables), torch.ones(3), torch.ones(3)
        )


def test_gradients_only_flow_to_floating_inputs() -> None:
    assert_gradients_close(
        lambda x, index: x.index_select(0, index), lambda x, index: x[index], torch.randn(5), torch.tensor([1, 1, 3])
    )


@quick
@given(shapes(2, 3, distinct=True))
def test_distinct_shapes_are_never_square(shape: torch.Size) -> None:
    assert len(set(shape)) == len(shape) >= 2


def test_distinct_sides_must_fit() -> None:
    with pytest.raises(ValueError, match="3 distinct sides do not fit between 1 and 2"):
        shapes(max_side=2, distinct=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_special_values_come(dtype: torch.dtype) -> None:
    values = special_tensors((8,), dtype=dtype)
    for odd in (torch.isnan, torch.isposinf, lambda x: x.abs() > 9000, lambda x: (x == 0) & x.signbit()):
        found = find(values, lambda x, odd=odd: bool(odd(x).any()))
        assert found.dtype == dtype and found.shape == (8,)
    finite = special_tensors((8,), dtype=dtype, nan=False, infinite=False)
    with pytest.raises(NoSuchExample):
        find(finite, lambda x: not bool(x.isfinite().all()), settings=quick)
    with pytest.raises(ValueError, match="no special values"):
        find(special_tensors(dtype=torch.int64), lambda x: True)


def test_what_a_device_can_hold() -> None:
    assert home(torch.float64, "mps") == home(torch.complex128, "mps") == torch.device("cpu")
    assert home(torch.float32, "mps") == torch.device("mps") and home(torch.float64, "cuda") == torch.device("cuda")
    with pytest.raises(NoSuchExample):
        find(dtypes(device="mps"), lambda dtype: dtype == torch.float64, settings=quick)
    assert find(dtypes(floating=False, boolean=True), lambda _: True) == torch.bool
    assert find(devices(), lambda _: True) == torch.device("cpu")


def test_the_meta_device_answers_with_zero() -> None:
    with reading_from_meta() as meta:
        x = torch.ones(2, 2, device=meta)
        assert x.sum().item() == 0.0 and x.cpu().device.type == "cpu" and float(x[0, 0]) == 0.0
        with pytest.raises(RuntimeError):
            x + torch.ones(2, 2)
    assert torch.ones(1).item() == 1.0


def test_a_recorder_and_its_copies_note_together() -> None:
    recorder = DeviceRecorder(nn.CrossEntropyLoss(), arguments=2)
    copy.deepcopy(recorder)(torch.randn(2, 3), torch.tensor([0, 1]))
    recorder(torch.randn(2, 3, device="meta"), torch.zeros(2, dtype=torch.int64, device="meta"))
    assert recorder.seen == ({"cpu", "meta"}, {"cpu", "meta"})

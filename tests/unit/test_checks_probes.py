"""Inputs that must stay as they are, and the global random generator."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tutor.checks import Mismatch, rng_untouched, unchanged

CHANGES: list[tuple[str, Callable[[torch.Tensor], Any]]] = [
    ("differs in all 6 elements", lambda x: x.add_(1)),
    ("differs in 1 of 6 elements", lambda x: x.__setitem__((0, 0), 9)),
    ("its shape is not what it was", lambda x: x.unsqueeze_(0)),
    ("its shape is not what it was", lambda x: x.resize_(2)),
    ("differs in", lambda x: x.data.mul_(3)),
    ("requires_grad is now True", lambda x: x.requires_grad_()),
    ("written to in place", lambda x: x.add_(1).sub_(1)),
    ("its shape|differs", lambda x: x.t_()),
]


@pytest.mark.parametrize(("words", "change"), CHANGES)
def test_changes_are_caught(words: str, change: Callable[[torch.Tensor], Any]) -> None:
    x = torch.arange(6.0).reshape(2, 3) + 1
    with pytest.raises(Mismatch, match=words), unchanged(x):
        change(x)


def test_reading_changes_nothing() -> None:
    x, y = torch.arange(6.0).reshape(2, 3), torch.ones(3, requires_grad=True)
    array, layer = np.ones(3), nn.Linear(3, 1)
    with unchanged(x, y, array, layer, [x, {"y": y}], "text", None, named=x):
        (layer(x) * y).sum().backward()
        x.t(), x + 1, array + 1


def test_inputs_are_named() -> None:
    x, y = torch.ones(2), torch.ones(2)
    with pytest.raises(Mismatch, match=r"^The second input was changed by the call"), unchanged(x, y):
        y += 1
    with pytest.raises(Mismatch, match=r"^`weights` was changed by the call"), unchanged(weights=y):
        y += 1
    with pytest.raises(Mismatch, match=r"^The input\[1\] was changed by the call"), unchanged([x, y]):
        y += 1


def test_containers_and_arrays() -> None:
    items, table, array = [1, 2], {"a": torch.ones(1)}, np.ones(2)
    with pytest.raises(Mismatch, match=r"no longer holds the same entries"), unchanged(items):
        items.append(3)
    with pytest.raises(Mismatch, match=r"no longer holds the same entries"), unchanged(table):
        table["b"] = torch.ones(1)
    with pytest.raises(Mismatch, match=r"The input\['a'\] was changed"), unchanged(table):
        table["a"] += 1
    with pytest.raises(Mismatch, match=r"differs in all 2"), unchanged(array):
        array *= 2


def test_lists_of_pairs() -> None:
    batches = [(torch.ones(2, 3), torch.ones(2)), (torch.ones(1, 3), torch.ones(1))]
    with unchanged(batches):
        batches[0][0].sum()
    with pytest.raises(Mismatch, match=r"The input\[1\]\[0\] was changed"), unchanged(batches):
        batches[1][0].add_(1)
    with pytest.raises(Mismatch, match=r"no longer holds the same entries"), unchanged(batches):
        batches[1] = (batches[1][0].clone(), batches[1][1])
    with pytest.raises(Mismatch, match=r"no longer holds the same entries"), unchanged(batches):
        batches.reverse()


def test_modules() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    with (
        pytest.raises(Mismatch, match=r"was in train mode before the call and is in eval mode after"),
        unchanged(model),
    ):
        model.eval()
    with pytest.raises(Mismatch, match=r"0.bias of The input|0.bias"), unchanged(model), torch.no_grad():
        model[0].bias += 1
    with pytest.raises(Mismatch, match=r"requires_grad of 0.weight"), unchanged(model):
        model[0].weight.requires_grad_(False)


def test_the_answers_own_error_goes_first() -> None:
    x = torch.ones(1)
    with pytest.raises(ZeroDivisionError), unchanged(x), rng_untouched():
        x += 1
        1 / 0  # noqa: B018


def test_rng() -> None:
    torch.manual_seed(7)
    with rng_untouched():
        torch.rand(2, generator=torch.Generator().manual_seed(0))
        with torch.random.fork_rng(devices=[]):
            torch.rand(3)
    with pytest.raises(Mismatch, match=r"^The call takes numbers from"), rng_untouched():
        torch.rand(2)
    with rng_untouched(allow_advance=True):
        torch.rand(2)
    for allow in (True, False):
        with pytest.raises(Mismatch, match=r"^The call reseeds"), rng_untouched(allow_advance=allow):
            torch.manual_seed(7)


def test_rng_probe_leaves_the_stream_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(5)
    torch.manual_seed(3)
    with rng_untouched(allow_advance=True):
        first = torch.rand(2)
    assert torch.initial_seed() == 3
    assert torch.equal(torch.cat([first, torch.rand(3)]), expected)

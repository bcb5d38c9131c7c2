"""Training loops held against the reference: right ones pass, each kind of wrong one is caught and shown."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from tutor.checks import (
    GradientWatch,
    GraphCounter,
    Mismatch,
    assert_number,
    assert_same_trajectory,
    evaluate_reference,
    fixed_loader,
    leave_old_gradients,
    small_classifier,
    state_by_mistake,
    train_reference,
)
from tutor.judge.exhibits import gathering


def loop(
    *,
    mode: Callable[[nn.Module], object] = lambda model: model.train(),
    clear: Callable[[Any], object] = lambda optimizer: optimizer.zero_grad(),
    weigh: bool = True,
    value: Callable[[Any], Any] = lambda loss: loss.item(),
) -> Callable[..., Any]:
    """A training loop with one of its parts exchanged."""

    def train(model: nn.Module, loader: Any, loss_fn: Any, optimizer: Any) -> Any:
        mode(model)
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(model(X), y)
            clear(optimizer)
            loss.backward()
            optimizer.step()
            total += value(loss) * (len(y) if weigh else 1)
            count += len(y) if weigh else 1
        return total / count

    return train


def test_right_loops_pass_and_show_nothing() -> None:
    with gathering() as shown:
        assert_same_trajectory(loop())
        assert_same_trajectory(loop(clear=lambda optimizer: optimizer.zero_grad(set_to_none=False)))
    assert not shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (loop(mode=lambda model: model.eval()), "epoch 1"),
        (loop(mode=lambda model: None), "epoch 1"),
        (loop(clear=lambda optimizer: None), "epoch 1"),
        (loop(weigh=False), "the loss of epoch 1"),
        (loop(value=lambda loss: loss), "should be a Python float"),
        (loop(value=lambda loss: loss.detach()), "should be a Python float"),
        (lambda *arguments: None, "should be a Python float; it is None, of type None"),
    ],
)
def test_wrong_loops_are_caught_and_one_epoch_makes_no_plot(wrong: Callable[..., Any], words: str) -> None:
    with gathering() as shown, pytest.raises(Mismatch, match=words):
        assert_same_trajectory(wrong)
    assert not shown


def test_momentum_that_is_forgotten_shows_in_the_second_epoch() -> None:
    def train(model: nn.Module, loader: Any, loss_fn: Any, optimizer: Any) -> Any:
        return train_reference(model, loader, loss_fn, type(optimizer)(optimizer.param_groups))

    with gathering() as shown, pytest.raises(Mismatch, match="epoch 2"):
        assert_same_trajectory(train)
    (plot,) = shown.values()
    assert [line.name for line in plot.series] == ["yours", "reference"]  # type: ignore[union-attr]


def test_batches_are_the_same_at_every_turn() -> None:
    loader = fixed_loader(3, 1, 2, features=2, classes=5)
    first, second = list(loader), list(loader)
    assert [tuple(X.shape) for X, _ in first] == [(3, 2), (1, 2), (2, 2)] and first[0][0].dtype == torch.float64
    assert all(
        torch.equal(a, b) for one, other in zip(first, second, strict=True) for a, b in zip(one, other, strict=True)
    )


def test_measuring_changes_nothing() -> None:
    model, loader = small_classifier(), fixed_loader(4, 2)
    leave_old_gradients(model)
    before = copy.deepcopy(model.state_dict())
    loss, accuracy = evaluate_reference(model, loader, nn.CrossEntropyLoss())
    in_training, _ = evaluate_reference(model, loader, nn.CrossEntropyLoss(), training=True)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items()) and model.training
    assert 0 <= accuracy <= 1 and loss != in_training


def test_the_right_steps_are_the_reference() -> None:
    model, loader = small_classifier(), fixed_loader(4, 2)
    leave_old_gradients(model)
    made = {turn: state_by_mistake(model, loader, lr=0.1, turn=turn) for turn in ("zbs", "bzs", "bs")}
    expected = copy.deepcopy(model)
    train_reference(expected, loader, nn.functional.cross_entropy, torch.optim.SGD(expected.parameters(), lr=0.1))
    right = {turn: torch.allclose(state["0.weight"], expected[0].weight) for turn, state in made.items()}
    assert right == {"zbs": True, "bzs": False, "bs": False}


def test_steps_by_mistake_take_another_loss() -> None:
    loader = [(torch.randn(3, 4, dtype=torch.float64), torch.randn(3, 2, dtype=torch.float64))]
    model = nn.Linear(4, 2).double()
    expected = copy.deepcopy(model)
    train_reference(expected, loader, nn.MSELoss(), torch.optim.SGD(expected.parameters(), lr=0.1))
    made = state_by_mistake(model, loader, lr=0.1, turn="zbs", loss_fn=nn.MSELoss())
    assert all(torch.allclose(made[name], value) for name, value in expected.state_dict().items())


def test_graphs_are_counted_while_they_live() -> None:
    model, losses = GraphCounter(nn.Linear(2, 1)), []
    for _ in range(4):
        losses.append(model(torch.ones(1, 2)).sum())
    assert model.alive == 3
    losses.clear()
    watch = GradientWatch(nn.functional.mse_loss)
    watch(model(torch.ones(1, 2)), torch.zeros(1, 1))
    assert watch.recorded


def test_numbers_may_differ_by_the_rounding_of_float32() -> None:
    assert_number(float(torch.tensor(1.2345678)), 1.2345678, name="the loss")
    with pytest.raises(Mismatch, match=r"the loss is 1\.2346"):
        assert_number(1.2346, 1.2345, name="the loss")

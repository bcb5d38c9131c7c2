"""Wrong answers that 04_track_detach must catch, and right ones it must accept."""

import copy

import torch

from tutor.checks import right, wrong


@wrong(caught_by="test_kind", because="is_leaf is True for everything that is not watched, data included.")
def is_leaf_is_a_leaf(solution):
    def kind(t):
        if t.is_leaf:
            return "leaf"
        return "result" if t.requires_grad else "data"

    return {"kind": kind}


@wrong(
    caught_by="test_kind",
    because="A leaf may have no gradient yet, and a result may have one: .grad does not tell.",
)
def whatever_has_a_gradient(solution):
    def kind(t):
        if not t.requires_grad:
            return "data"
        return "leaf" if t.grad is not None else "result"

    return {"kind": kind}


@wrong(
    caught_by="test_kind", because="A .grad does not make a leaf: a result may keep one, and a leaf may have none yet."
)
def by_its_gradient(solution):
    def kind(t):
        if not t.requires_grad:
            return "data"
        return "leaf" if t.is_leaf and t.grad is None else "result"

    return {"kind": kind}


@wrong(
    caught_by="test_kind", because="A Parameter is watched only while its requires_grad is True: frozen, it is data."
)
def parameters_are_leaves(solution):
    def kind(t):
        if t.grad_fn is not None:
            return "result"
        return "leaf" if t.requires_grad or isinstance(t, torch.nn.Parameter) else "data"

    return {"kind": kind}


@wrong(caught_by="test_evaluate", because="Calling the model records its whole graph: nothing stopped it.")
def just_calls(solution):
    return {"evaluate": lambda model, x: model(x)}


@wrong(caught_by="test_evaluate", because="x is data anyway: what is watched are the model's weights.")
def detaches_the_data(solution):
    return {"evaluate": lambda model, x: model(x.detach())}


@wrong(
    caught_by="test_evaluate_records_nothing",
    because="detach() comes too late: the graph was recorded first and thrown away afterwards.",
)
def detaches_the_result(solution):
    return {"evaluate": lambda model, x: model(x).detach()}


@wrong(
    caught_by="test_evaluate_restores",
    because="set_grad_enabled(False) outside a `with` switches recording off for the rest of the program.",
)
def switched_off_for_good(solution):
    def evaluate(model, x):
        torch.set_grad_enabled(False)
        return model(x)

    return {"evaluate": evaluate}


@wrong(
    caught_by="test_evaluate_restores",
    because="Switched on afterwards without asking: the caller may have wanted it off.",
)
def switched_on_always(solution):
    def evaluate(model, x):
        torch.set_grad_enabled(False)
        try:
            return model(x)
        finally:
            torch.set_grad_enabled(True)

    return {"evaluate": evaluate}


@wrong(
    caught_by="test_evaluate_restores", because="When the model raises, the line that switches back is never reached."
)
def not_when_it_raises(solution):
    def evaluate(model, x):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        result = model(x)
        torch.set_grad_enabled(before)
        return result

    return {"evaluate": evaluate}


@wrong(
    caught_by="test_evaluate",
    because="What is made under inference_mode is no ordinary data: a graph that must remember its values refuses it.",
)
def under_inference_mode(solution):
    def evaluate(model, x):
        with torch.inference_mode():
            return model(x)

    return {"evaluate": evaluate}


@wrong(
    caught_by="test_snapshot",
    because="detach shares the memory: when t changes, the snapshot changes with it.",
)
def only_detached(solution):
    return {"snapshot": lambda t: t.detach()}


@wrong(
    caught_by="test_snapshot",
    because="detach is missing: clone stays in the graph, and no_grad takes no tensor that is there already out of it.",
)
def only_cloned(solution):
    return {"snapshot": lambda t: t.clone()}


@wrong(
    caught_by="test_snapshot",
    because="detach is missing: clone stays in the graph, and no_grad takes no tensor that is there already out of it.",
)
def protected_by_no_grad(solution):
    def snapshot(t):
        with torch.no_grad():
            return t.view_as(t)

    return {"snapshot": snapshot}


@wrong(caught_by="test_snapshot", because="torch.tensor on a list makes float32, whatever t was.")
def through_a_list(solution):
    return {"snapshot": lambda t: torch.tensor(t.tolist())}


@wrong(caught_by="test_target_loss", because="The sum of the squares: their mean was asked for.")
def summed_loss(solution):
    return {"target_loss": lambda w, a, b: ((a @ w - (b @ w).detach()) ** 2).sum()}


@wrong(
    caught_by="test_target_loss_gradient",
    because="Gradients flow through the target b @ w too. Detaching b alone does not help: what is watched is w.",
)
def target_recorded(solution):
    return {"target_loss": lambda w, a, b: ((a @ w - b @ w) ** 2).mean()}


@wrong(caught_by="test_target_loss_gradient", because="The wrong one is cut off: b @ w is the target, a @ w is not.")
def prediction_detached(solution):
    return {"target_loss": lambda w, a, b: (((a @ w).detach() - b @ w) ** 2).mean()}


@wrong(caught_by="test_target_loss_gradient", because="Under no_grad nothing at all is recorded, not even a @ w.")
def nothing_recorded(solution):
    def target_loss(w, a, b):
        with torch.no_grad():
            return ((a @ w - b @ w) ** 2).mean()

    return {"target_loss": target_loss}


@wrong(
    caught_by="test_target_loss_gradient",
    because="Gradients flow through the target b @ w too. Detaching b alone does not help: what is watched is w.",
)
def data_detached(solution):
    return {"target_loss": lambda w, a, b: ((a @ w - b.detach() @ w) ** 2).mean()}


@wrong(caught_by="test_clip_by_example", because="While recording, a leaf cannot be changed in place.")
def clipped_while_recording(solution):
    return {"clip_": lambda w, limit: w.clamp_(-limit, limit)}


@wrong(
    caught_by="test_clip_by_example",
    because="`w = ...` makes a new tensor under the old name: the caller's stays as it was.",
)
def renamed(solution):
    def clip_(w, limit):
        with torch.no_grad():
            w = w.clamp(-limit, limit)

    return {"clip_": clip_}


@wrong(
    caught_by="test_clip_by_example", because="requires_grad_(False) lets you write, but then w is no longer watched."
)
def unwatched(solution):
    def clip_(w, limit):
        w.requires_grad_(False)
        w.clamp_(-limit, limit)

    return {"clip_": clip_}


@wrong(caught_by="test_clip_by_example", because="One end only: elements below -limit are still there.")
def upper_end_only(solution):
    def clip_(w, limit):
        with torch.no_grad():
            w.clamp_(max=limit)

    return {"clip_": clip_}


@wrong(
    caught_by="test_clip_is_noticed",
    because=".data hides the change from PyTorch, so an older loss walks back to a wrong gradient without an error.",
)
def through_data(solution):
    def clip_(w, limit):
        w.data.clamp_(-limit, limit)

    return {"clip_": clip_}


@right("by set_grad_enabled in a with, a target under no_grad, and the shared memory of detach")
def shared_memory(solution):
    def evaluate(model, x):
        with torch.set_grad_enabled(False):
            return model(x)

    def target_loss(w, a, b):
        with torch.no_grad():
            target = b @ w
        return torch.nn.functional.mse_loss(a @ w, target)

    def clip_(w, limit):
        w.detach().clamp_(-limit, limit)

    return {
        "kind": lambda t: "data" if not t.requires_grad else "leaf" if t.is_leaf else "result",
        "evaluate": evaluate,
        "snapshot": lambda t: t.clone().detach(),
        "target_loss": target_loss,
        "clip_": clip_,
    }


@right("by the decorator, a switch turned back by hand, and masks")
def by_hand(solution):
    @torch.no_grad()
    def clip_(w, limit):
        w[w > limit] = limit
        w[w < -limit] = -limit

    def evaluate(model, x):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            return model(x)
        finally:
            torch.set_grad_enabled(before)

    return {
        "evaluate": evaluate,
        "snapshot": torch.no_grad()(torch.clone),
        "target_loss": lambda w, a, b: (a @ w - evaluate(lambda x: x @ w, b)).square().mean(),
        "clip_": clip_,
    }


@right("by copies: deepcopy for the snapshot, copy_ to write back")
def copies(solution):
    def clip_(w, limit):
        with torch.no_grad():
            w.copy_(torch.minimum(torch.maximum(w, torch.full_like(w, -limit)), torch.full_like(w, limit)))

    return {
        "snapshot": lambda t: copy.deepcopy(t.detach()),
        "target_loss": lambda w, a, b: ((a @ w) - (b @ w.detach().clone())).pow(2).mean(),
        "clip_": clip_,
    }

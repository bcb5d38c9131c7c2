"""Wrong answers that 07_eval_mode must catch, and right ones it must accept."""

import random
from contextlib import contextmanager

import torch
from torch import nn

from tutor.checks import right, wrong


def dropping(forward):
    """A `Dropout` with another `forward(self, x)`."""

    class Dropout(nn.Module):
        def __init__(self, p=0.5):
            super().__init__()
            self.p = p

        def forward(self, x):
            return forward(self, x)

    return {"Dropout": Dropout}


@wrong(
    caught_by="test_dropout_by_example",
    because="What is kept is not divided by 1 - p: the mean of an element shrinks.",
)
def not_scaled(solution):
    return dropping(lambda self, x: x * (torch.rand_like(x) >= self.p) if self.training else x)


@wrong(
    caught_by="test_dropout_by_example", because="p is taken for the probability of keeping; it is that of dropping."
)
def keeps_with_p(solution):
    return dropping(lambda self, x: x * (torch.rand_like(x) < self.p) / self.p if self.training else x)


@wrong(caught_by="test_dropout_by_example", because="Divided by 1 - p, as it should be, but p is the share that stays.")
def drops_the_others(solution):
    return dropping(lambda self, x: x * (torch.rand_like(x) < self.p) / (1 - self.p) if self.training else x)


@wrong(
    caught_by="test_dropout_by_example",
    because="is_grad_enabled() tells whether gradients are recorded; the mode of a layer is self.training.",
)
def asks_for_gradients(solution):
    return dropping(lambda self, x: x * (torch.rand_like(x) >= self.p) / (1 - self.p) if torch.is_grad_enabled() else x)


@wrong(
    caught_by="test_dropout_by_example",
    because="One random number for the whole tensor: all elements are dropped, or none.",
)
def one_decision(solution):
    def forward(self, x):
        return x * (random.random() >= self.p) / (1 - self.p) if self.training else x

    return dropping(forward)


@wrong(caught_by="test_dropout_by_example", because="x is written to: whoever handed it over finds it full of holes.")
def writes_zeros(solution):
    def forward(self, x):
        if self.training:
            x[torch.rand_like(x) < self.p] = 0
            x = x / (1 - self.p)
        return x

    return dropping(forward)


@wrong(caught_by="test_dropout_mode", because="self.training is never asked: it drops in evaluation mode, too.")
def always_drops(solution):
    return dropping(lambda self, x: x * (torch.rand_like(x) >= self.p) / (1 - self.p))


@wrong(caught_by="test_dropout_mode", because="x.data or detach() cuts the result off: no gradient flows through.")
def cut_off(solution):
    return dropping(
        lambda self, x: x.detach() * (torch.rand_like(x) >= self.p) / (1 - self.p) if self.training else x.detach()
    )


@wrong(caught_by="test_dropout_mode", because="The evaluation mode is divided by 1 - p as well; it changes nothing.")
def scales_always(solution):
    def forward(self, x):
        kept = torch.rand_like(x) >= self.p if self.training else torch.ones_like(x)
        return x * kept / (1 - self.p)

    return dropping(forward)


@wrong(caught_by="test_dropout", because="One decision for a whole row: each element is to be decided alone.")
def whole_rows(solution):
    def forward(self, x):
        kept = torch.rand(x.shape[0], *[1] * (x.dim() - 1), device=x.device) >= self.p
        return x * kept / (1 - self.p) if self.training else x

    return dropping(forward)


@wrong(caught_by="test_dropout", because="One decision for a whole column: each element is to be decided alone.")
def whole_columns(solution):
    def forward(self, x):
        return x * (torch.rand(x.shape[-1], device=x.device) >= self.p) / (1 - self.p) if self.training else x

    return dropping(forward)


@wrong(caught_by="test_dropout", because="Random numbers may be exactly 0, and 0 > p is False even for p = 0.")
def drops_at_zero(solution):
    return dropping(lambda self, x: x * (torch.rand_like(x) > self.p) / (1 - self.p) if self.training else x)


@wrong(caught_by="test_dropout", because="The seed is set in forward: the same elements are dropped at every call.")
def seeds_itself(solution):
    def forward(self, x):
        torch.manual_seed(0)
        return x * (torch.rand_like(x) >= self.p) / (1 - self.p) if self.training else x

    return dropping(forward)


@wrong(caught_by="test_dropout_by_example", because="x is written to: whoever handed it over finds it full of holes.")
def in_place(solution):
    def forward(self, x):
        if not self.training:
            return x
        if x.requires_grad:
            return x * (torch.rand_like(x) >= self.p) / (1 - self.p)
        return x.mul_(torch.rand_like(x) >= self.p).div_(1 - self.p)

    return dropping(forward)


@wrong(caught_by="test_dropout", because="torch.rand makes the mask on the CPU, wherever x is.")
def mask_on_the_cpu(solution):
    return dropping(lambda self, x: x * (torch.rand(x.shape) >= self.p) / (1 - self.p) if self.training else x)


def keeping(enter, leave):
    """A `keep_modes` that notes `enter(model)` and puts it back by `leave(model, noted)`."""

    @contextmanager
    def keep_modes(model):
        noted = enter(model)
        try:
            yield
        finally:
            leave(model, noted)

    return {"keep_modes": keep_modes}


@wrong(
    caught_by="test_keep_modes",
    because="The model's own mode is put back for all modules, though theirs were not all alike.",
)
def mode_of_the_root(solution):
    return keeping(lambda model: model.training, lambda model, noted: model.train(noted))


@wrong(caught_by="test_keep_modes", because="train() on leaving is no undoing: not every module was in training mode.")
def always_train(solution):
    return keeping(lambda model: None, lambda model, noted: model.train())


@wrong(
    caught_by="test_keep_modes_shared",
    because="train(mode) also sets everything inside: a module in two places gets the mode of the last one around it.",
)
def put_back_by_train(solution):
    def leave(model, noted):
        for module, training in noted:
            module.train(training)

    return keeping(lambda model: [(one, one.training) for one in model.modules()], leave)


@wrong(caught_by="test_keep_modes", because="children() stops at the first level; modules() goes all the way down.")
def first_level(solution):
    def leave(model, noted):
        for module, training in noted:
            module.training = training

    return keeping(lambda model: [(one, one.training) for one in [model, *model.children()]], leave)


@wrong(
    caught_by="test_keep_modes",
    because="It switches to evaluation mode itself, on entering; the modes are the block's business.",
)
def switches_itself(solution):
    @contextmanager
    def keep_modes(model):
        with solution.keep_modes(model):
            model.eval()
            yield

    return {"keep_modes": keep_modes}


@wrong(caught_by="test_keep_modes_errors", because="Without try and finally, an error in the block skips the undoing.")
def no_finally(solution):
    @contextmanager
    def keep_modes(model):
        modes = [(module, module.training) for module in model.modules()]
        yield
        for module, training in modes:
            module.training = training

    return {"keep_modes": keep_modes}


@wrong(
    caught_by="test_keep_modes_errors", because="The block's error is caught and lost: the program goes on as if well."
)
def swallows(solution):
    @contextmanager
    def keep_modes(model):
        modes = [(module, module.training) for module in model.modules()]
        try:
            yield
        except Exception:
            pass
        for module, training in modes:
            module.training = training

    return {"keep_modes": keep_modes}


@wrong(
    caught_by="test_predict",
    because="inference_mode is not eval(): dropout still drops, batch normalisation still uses the batch.",
)
def inference_alone(solution):
    def predict(model, X):
        with torch.inference_mode():
            return model(X)

    return {"predict": predict}


@wrong(
    caught_by="test_predict_leaves_no_trace", because="eval() is never undone: the next training goes on without it."
)
def eval_never_undone(solution):
    def predict(model, X):
        model.eval()
        with torch.no_grad():
            return model(X)

    return {"predict": predict}


@wrong(caught_by="test_predict_leaves_no_trace", because="train() at the end also wakes up layers that were frozen.")
def train_at_the_end(solution):
    def predict(model, X):
        model.eval()
        with torch.no_grad():
            result = model(X)
        model.train()
        return result

    return {"predict": predict}


@wrong(caught_by="test_predict_leaves_no_trace", because="eval() does not stop the recording: no_grad is missing.")
def records(solution):
    def predict(model, X):
        with solution.keep_modes(model):
            return model.eval()(X)

    return {"predict": predict}


@wrong(caught_by="test_predict_leaves_no_trace", because="The modes are put back after the call, which an error skips.")
def undone_too_late(solution):
    def predict(model, X):
        modes = [(module, module.training) for module in model.modules()]
        model.eval()
        with torch.no_grad():
            result = model(X)
        for module, training in modes:
            module.training = training
        return result

    return {"predict": predict}


def sampling(prepare, guard=torch.no_grad, gather=torch.stack):
    """A `sample_predictions` that sets the modes by `prepare(model)`."""

    def of(solution):
        def sample_predictions(model, X, times):
            with solution.keep_modes(model), guard():
                prepare(model)
                return gather([model(X) for _ in range(times)])

        return {"sample_predictions": sample_predictions}

    return of


def dropout_alone(model):
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.train()


@wrong(
    caught_by="test_sample_predictions",
    because="train() wakes up batch normalisation, too: rows depend on their neighbours, and its statistics move.",
)
def all_in_training_mode(solution):
    return sampling(lambda model: model.train())(solution)


@wrong(
    caught_by="test_sample_predictions",
    because="No nn.Dropout is in training mode, so all samples are alike: PyTorch's class is meant, not your own.",
)
def all_in_evaluation_mode(solution):
    return sampling(lambda model: model.eval())(solution)


@wrong(
    caught_by="test_sample_predictions",
    because="No nn.Dropout is in training mode, so all samples are alike: PyTorch's class is meant, not your own.",
)
def dropout_of_its_own(solution):
    def prepare(model):
        model.eval()
        for module in model.modules():
            if isinstance(module, solution.Dropout):
                module.train()

    return sampling(prepare)(solution)


@wrong(caught_by="test_sample_predictions", because="One call's result is repeated: all samples are the same one.")
def one_call_repeated(solution):
    return sampling(dropout_alone, gather=lambda samples: torch.stack(samples[:1] * len(samples)))(solution)


@wrong(
    caught_by="test_sample_predictions",
    because="One call with the batch repeated draws other numbers than `times` calls do.",
)
def one_big_batch(solution):
    def sample_predictions(model, X, times):
        with solution.keep_modes(model), torch.no_grad():
            dropout_alone(model)
            return model(X.repeat(times, 1)).unflatten(0, (times, -1))

    return {"sample_predictions": sample_predictions}


@wrong(
    caught_by="test_sample_predictions", because="children() stops at the first level: dropout deeper inside is quiet."
)
def dropout_of_the_first_level(solution):
    def prepare(model):
        model.eval()
        for module in model.children():
            if isinstance(module, nn.Dropout):
                module.train()

    return sampling(prepare)(solution)


@wrong(caught_by="test_sample_predictions", because="The mean of the samples is returned; their spread is lost.")
def mean_of_samples(solution):
    return sampling(dropout_alone, gather=lambda samples: torch.stack(samples).mean(dim=0))(solution)


@wrong(caught_by="test_sample_predictions", because="torch.cat joins the rows of all samples; stack adds a dimension.")
def joined(solution):
    return sampling(dropout_alone, gather=torch.cat)(solution)


@wrong(caught_by="test_sample_predictions_leaves_no_trace", because="no_grad is missing: every sample keeps its graph.")
def samples_with_graphs(solution):
    return sampling(dropout_alone, guard=torch.enable_grad)(solution)


@wrong(caught_by="test_sample_predictions_leaves_no_trace", because="The modes set for sampling are left as they are.")
def modes_left(solution):
    def sample_predictions(model, X, times):
        dropout_alone(model)
        with torch.no_grad():
            return torch.stack([model(X) for _ in range(times)])

    return {"sample_predictions": sample_predictions}


@right("by bernoulli and where, and a class with __enter__ and __exit__ that finds the modules by name")
def other_tools(solution):
    def forward(self, x):
        if not self.training or self.p == 0:
            return x.clone()
        kept = torch.empty_like(x).bernoulli_(1 - self.p).bool()
        return torch.where(kept, x / (1 - self.p), 0)

    class keep_modes:
        def __init__(self, model):
            self.modes = {name: module.training for name, module in model.named_modules()}
            self.model = model

        def __enter__(self):
            return self.model

        def __exit__(self, *error):
            for name, module in self.model.named_modules():
                module.training = self.modes[name]

    @torch.inference_mode()
    def predict(model, X):
        with keep_modes(model):
            model.train(False)
            return model(X)

    return dropping(forward) | {"keep_modes": keep_modes, "predict": predict}


@right("by functions that do without keep_modes and set the attribute alone")
def without_keep_modes(solution):
    def called(model, X, quiet, times):
        modes = {module: module.training for module in model.modules()}
        results = []
        try:
            for module in modes:
                module.training = not quiet and type(module) is nn.Dropout
            with torch.no_grad():
                for _ in range(times):
                    results.append(model(X))
        finally:
            for module, training in modes.items():
                module.training = training
        return torch.stack(results)

    def predict(model, X):
        return called(model, X, True, 1)[0]

    def sample_predictions(model, X, times):
        return called(model, X, False, times)

    return {"predict": predict, "sample_predictions": sample_predictions}


@right("by a copy of the model that is switched in its place")
def copies(solution):
    import copy

    def predict(model, X):
        with torch.no_grad():
            return copy.deepcopy(model).eval()(X)

    return {"predict": predict}

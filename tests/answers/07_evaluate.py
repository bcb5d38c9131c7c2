"""Wrong answers that 07_evaluate must catch, and right ones it must accept."""

import copy

import torch

from tutor.checks import excuse, right, wrong


def measuring(
    *,
    name=lambda model: type(model).__name__,
    mode=lambda model: model.eval(),
    undo=lambda model, modes: [setattr(module, "training", training) for module, training in modes],
    guard=torch.no_grad,
    device_of=lambda model: next(model.parameters()).device,
    loss_of=lambda loss_fn, logits, y: loss_fn(logits, y).item(),
    acc_of=lambda accuracy_fn, logits, y: accuracy_fn(y, logits.argmax(dim=1)),
    weight=len,
):
    """An `eval_model` with its parts exchanged."""

    def eval_model(model, loader, loss_fn, accuracy_fn):
        modes = [(module, module.training) for module in model.modules()]
        loss = acc = count = 0
        mode(model)
        try:
            with guard():
                for X, y in loader:
                    X, y = X.to(device_of(model)), y.to(device_of(model))
                    logits = model(X)
                    loss += loss_of(loss_fn, logits, y) * weight(y)
                    acc += acc_of(accuracy_fn, logits, y) * weight(y)
                    count += weight(y)
        finally:
            undo(model, modes)
        return {"model_name": name(model), "model_loss": loss / count, "model_acc": acc / count}

    return {"eval_model": eval_model}


@wrong(caught_by="test_accuracy_by_example", because="A share from 0 to 1 is returned; percent was asked for.")
def share(solution):
    return {"accuracy": lambda y_true, y_pred: solution.accuracy(y_true, y_pred) / 100}


@wrong(caught_by="test_accuracy_by_example", because="The sum of a tensor is a tensor; .item() makes a number of it.")
def tensor(solution):
    return {"accuracy": lambda y_true, y_pred: 100 * (y_true == y_pred).sum() / y_true.numel()}


@wrong(caught_by="test_accuracy", because="len counts the first dimension alone: labels (B, T) are more than B.")
def length(solution):
    def accuracy(y_true, y_pred):
        if y_true.shape != y_pred.shape:
            raise ValueError("other shapes")
        return 100 * (y_true == y_pred).sum().item() / len(y_true)

    return {"accuracy": accuracy}


@wrong(
    caught_by="test_accuracy_shapes",
    because="Shapes are not compared: a column beside a row broadcasts, and every prediction meets every label.",
)
def broadcasts(solution):
    return {"accuracy": lambda y_true, y_pred: 100 * (y_true == y_pred).sum().item() / y_true.numel()}


@wrong(caught_by="test_accuracy_shapes", because="Equal numbers of labels are not yet equal shapes.")
def counts_alone(solution):
    def accuracy(y_true, y_pred):
        if y_true.numel() != y_pred.numel():
            raise ValueError("other numbers of labels")
        return 100 * (y_true.flatten() == y_pred.flatten()).sum().item() / y_true.numel()

    return {"accuracy": accuracy}


def averaging(add, value):
    """A `RunningMean` that keeps the pairs it is given, and gets its value by `value(pairs)`."""

    class RunningMean:
        def __init__(self):
            self.pairs = []

        def add(self, mean, count):
            self.pairs.append(add(mean, count))

        @property
        def value(self):
            return value(self.pairs) if self.pairs else float("nan")

    return {"RunningMean": RunningMean}


def weighted(pairs):
    return sum(mean * count for mean, count in pairs) / sum(count for _, count in pairs)


@wrong(
    caught_by="test_running_mean_by_example",
    because="Each group counts the same: this is the mean of the groups' means, not of the samples.",
)
def mean_of_groups(solution):
    return averaging(lambda mean, count: float(mean), lambda means: sum(means) / len(means))


@wrong(caught_by="test_running_mean_by_example", because="Only the last group is remembered.")
def last_group(solution):
    return averaging(lambda mean, count: float(mean), lambda means: means[-1])


@wrong(caught_by="test_running_mean_by_example", because="Before the first sample it divides by 0; nan was asked for.")
def divides_by_zero(solution):
    class RunningMean(solution.RunningMean):
        @property
        def value(self):
            return self.total / self.samples

    return {"RunningMean": RunningMean}


@wrong(
    caught_by="test_running_mean_by_example",
    because="The sums belong to the class and not to the object: all running means are one.",
)
def sums_of_the_class(solution):
    class RunningMean:
        pairs = []  # noqa: RUF012

        def add(self, mean, count):
            self.pairs.append((float(mean), count))

        @property
        def value(self):
            return weighted(self.pairs) if self.pairs else float("nan")

    return {"RunningMean": RunningMean}


@wrong(caught_by="test_running_mean_by_example", because="value is a method: @property is missing above it.")
def a_method(solution):
    class RunningMean(solution.RunningMean):
        def value(self):
            return solution.RunningMean.value.fget(self)

    return {"RunningMean": RunningMean}


@wrong(caught_by="test_running_mean", because="Tensors are added up as they are: value is a tensor, with all graphs.")
def sums_of_tensors(solution):
    return averaging(lambda mean, count: (mean, count), weighted)


@wrong(
    caught_by="test_running_mean",
    because="Means are kept with their graphs; only value makes a number of them.",
)
def keeps_graphs(solution):
    return averaging(lambda mean, count: (mean, count), lambda pairs: float(weighted(pairs)))


@wrong(caught_by="test_eval_model_by_example", because="The class is no name: __name__ of it is a str.")
def class_for_name(solution):
    return measuring(name=type)


@wrong(caught_by="test_eval_model_by_example", because="str of a model is all its layers; its class knows a name.")
def printed_model(solution):
    return measuring(name=str)


@wrong(caught_by="test_eval_model_by_example", because="The loss is a tensor; .item() makes a float of it.")
def loss_as_tensor(solution):
    return measuring(loss_of=lambda loss_fn, logits, y: loss_fn(logits, y))


@wrong(
    caught_by="test_eval_model_by_example",
    because="The batches' means are averaged as if they were equal: a small last batch counts too much.",
)
def mean_of_means(solution):
    return measuring(weight=lambda y: 1)


@wrong(
    caught_by="test_eval_model_by_example",
    because="model.eval() is missing: neither no_grad nor inference_mode switches modes.",
)
def no_eval(solution):
    return measuring(mode=lambda model: None, guard=torch.inference_mode)


@wrong(
    caught_by="test_eval_model_by_example",
    because="A softmax before the loss: CrossEntropyLoss takes logits and does it itself.",
)
def softmax_first(solution):
    return measuring(loss_of=lambda loss_fn, logits, y: loss_fn(logits.softmax(dim=1), y).item())


@wrong(
    caught_by="test_eval_model_by_example",
    because="keepdim=True leaves the predicted labels as a column (B, 1), which broadcasts beside labels of (B,).",
)
def column_of_labels(solution):
    return measuring(acc_of=lambda accuracy_fn, logits, y: accuracy_fn(y, logits.argmax(dim=1, keepdim=True)))


def divided(count):
    """An `eval_model` whose means are of `count(loader)` samples."""

    def of(solution):
        def eval_model(model, loader, loss_fn, accuracy_fn):
            batches = list(loader)
            share = sum(len(y) for _, y in batches) / count(loader)
            results = solution.eval_model(model, batches, loss_fn, accuracy_fn)
            return {key: one if key == "model_name" else one * share for key, one in results.items()}

        return {"eval_model": eval_model}

    return of


@wrong(
    caught_by="test_eval_model_by_example",
    because="A plain list of batches has no dataset, and a loader may leave samples out: count those that come.",
)
def whole_dataset(solution):
    return divided(lambda loader: len(loader.dataset))(solution)


@wrong(
    caught_by="test_eval_model_samples_left_out",
    because="len(loader.dataset) counts samples that drop_last or a sampler leaves out: count those that come.",
)
def whole_dataset_if_any(solution):
    return divided(lambda one: len(one.dataset) if hasattr(one, "dataset") else sum(len(y) for _, y in one))(solution)


@wrong(
    caught_by="test_running_mean_by_example",
    because="Reading value sets the sums back to 0: a second look finds no samples.",
)
def resets_itself(solution):
    class RunningMean(solution.RunningMean):
        @property
        def value(self):
            found = solution.RunningMean.value.fget(self)
            self.total, self.samples = 0.0, 0
            return found

    return {"RunningMean": RunningMean}


@wrong(caught_by="test_accuracy_fn", because="The predictions come first: a measure other than accuracy is then wrong.")
def swapped(solution):
    return measuring(acc_of=lambda accuracy_fn, logits, y: accuracy_fn(logits.argmax(dim=1), y))


@wrong(caught_by="test_accuracy_fn", because="accuracy is called, whatever accuracy_fn was given.")
def accuracy_of_its_own(solution):
    return measuring(acc_of=lambda accuracy_fn, logits, y: solution.accuracy(y, logits.argmax(dim=1)))


@wrong(caught_by="test_eval_model_by_example", because="argmax without dim counts through the whole flattened table.")
def flat_argmax(solution):
    return measuring(acc_of=lambda accuracy_fn, logits, y: accuracy_fn(y, logits.argmax().expand(len(y))))


@wrong(
    caught_by="test_eval_model_leaves_no_trace",
    because="train(mode) also sets everything inside: a module in two places gets the mode of the last one around it.",
)
def put_back_by_train(solution):
    return measuring(undo=lambda model, modes: [module.train(training) for module, training in modes])


@wrong(
    caught_by="test_eval_model_leaves_no_trace",
    because="eval() is never undone: the training that goes on has no dropout and frozen statistics.",
)
def eval_never_undone(solution):
    return measuring(undo=lambda model, modes: None)


@wrong(
    caught_by="test_eval_model_leaves_no_trace",
    because="All modules get one mode in the end: a layer that was frozen inside a training model is awake now.",
)
def train_at_the_end(solution):
    return measuring(undo=lambda model, modes: model.train())


@wrong(
    caught_by="test_eval_model_leaves_no_trace",
    because="All modules get one mode in the end: a layer that was frozen inside a training model is awake now.",
)
def mode_of_the_root(solution):
    return measuring(undo=lambda model, modes: model.train(modes[0][1]))


@wrong(caught_by="test_eval_model_leaves_no_trace", because="eval() does not stop the recording: no_grad is missing.")
def records(solution):
    return measuring(guard=torch.enable_grad)


@wrong(caught_by="test_device", because="The batches stay where the loader put them; the model may be elsewhere.")
def no_move(solution):
    return measuring(device_of=lambda model: "cpu")


@right("by gathering all labels first, and sums of losses")
def gathered(solution):
    def eval_model(model, loader, loss_fn, accuracy_fn):
        twin = copy.deepcopy(model).eval()
        device = next(iter(twin.state_dict().values())).device
        loss, acc, count = torch.zeros(()), 0.0, 0
        with torch.inference_mode():
            for batch in loader:
                X, y = (part.to(device) for part in batch)
                logits = twin(X)
                _, predicted = logits.softmax(dim=-1).max(dim=-1)
                loss = loss + loss_fn(logits, y).double().cpu() * y.numel()
                acc += accuracy_fn(y_true=y, y_pred=predicted) * y.numel()
                count += y.numel()
        return {"model_acc": acc / count, "model_loss": (loss / count).item(), "model_name": model.__class__.__name__}

    def accuracy(y_true, y_pred):
        if y_true.size() != y_pred.size():
            raise ValueError("labels and predictions differ in shape")
        return torch.eq(y_true, y_pred).double().mean().item() * 100

    return {"eval_model": eval_model, "accuracy": accuracy}


@right("by moving the mean a little with each group")
def moving(solution):
    class RunningMean:
        def __init__(self):
            self._mean, self._count = float("nan"), 0

        def add(self, mean, count):
            mean = mean.detach().item() if isinstance(mean, torch.Tensor) else mean
            self._count += count
            before = 0.0 if self._count == count else self._mean
            self._mean = before + (mean - before) * count / self._count

        value = property(lambda self: self._mean)

    return {"RunningMean": RunningMean}


@right("by pairs that are kept as numbers")
def pairs(solution):
    return averaging(lambda mean, count: (float(torch.as_tensor(mean, dtype=torch.float64).detach()), count), weighted)


excuse(
    line="acc.add(accuracy_fn(y, logits.argmax(dim=1)), len(y))",
    becomes="acc.add(accuracy_fn(y, logits.argmax(dim=-1)), len(y))",
    because="equivalent: logits are (B, classes), where dimension 1 is the last.",
)

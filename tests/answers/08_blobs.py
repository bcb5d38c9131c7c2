"""Wrong answers that 08_blobs must catch, and right ones it must accept."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def targets(make):
    return {"class_targets": make}


@wrong(caught_by="test_class_targets_by_example", because="The labels are floats still; as indices they are int64.")
def float_targets(solution):
    return targets(lambda labels: torch.from_numpy(labels).float().reshape(-1))


@wrong(caught_by="test_class_targets_by_example", because="`.int()` makes int32; this loss wants int64, `.long()`.")
def int32_targets(solution):
    return targets(lambda labels: torch.from_numpy(labels).int().reshape(-1))


@wrong(caught_by="test_class_targets_by_example", because="The labels are a column still, (N, 1); the loss wants (N,).")
def column_of_targets(solution):
    return targets(lambda labels: torch.from_numpy(labels).long())


@wrong(
    caught_by="test_class_targets_by_example",
    because="As many zeros and ones as there are classes, not the index itself.",
)
def one_hot(solution):
    return targets(lambda labels: F.one_hot(torch.from_numpy(labels).long().reshape(-1)))


@wrong(caught_by="test_class_targets", because="squeeze() takes away the batch, too, when there is one label.")
def squeezed_targets(solution):
    return targets(lambda labels: torch.from_numpy(labels).long().squeeze())


@wrong(caught_by="test_class_targets", because="squeeze(1) wants a second dimension; a row of labels has none.")
def squeezed_column(solution):
    return targets(lambda labels: torch.from_numpy(labels).long().squeeze(1))


@wrong(
    caught_by="test_class_targets", because="The array itself is given another shape: reshape makes a new view instead."
)
def reshapes_the_array(solution):
    def class_targets(labels):
        labels.shape = (len(labels),)
        return torch.from_numpy(labels).long()

    return targets(class_targets)


def blob_model(build):
    """A `BlobModel` whose layers `build(features, classes, hidden, bent)` lists."""

    class BlobModel(nn.Sequential):
        def __init__(self, features=2, classes=4, hidden=8, bent=True):
            super().__init__(*build(features, classes, hidden, bent))

    return {"BlobModel": BlobModel}


@wrong(caught_by="test_model", because="The ReLUs are there, whatever `bent` says.")
def always_bent(solution):
    return blob_model(lambda f, c, h, bent: [nn.Linear(f, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, c)])


@wrong(caught_by="test_model", because="With `bent` no ReLU is there: three linear layers are as good as one.")
def never_bent(solution):
    return blob_model(lambda f, c, h, bent: [nn.Linear(f, h), nn.Linear(h, h), nn.Linear(h, c)])


@wrong(caught_by="test_model", because="A softmax at the end: the loss does it itself, and wants the logits.")
def softmax_at_the_end(solution):
    def build(f, c, h, bent):
        bend = nn.ReLU() if bent else nn.Identity()
        return [nn.Linear(f, h), bend, nn.Linear(h, h), bend, nn.Linear(h, c), nn.Softmax(dim=1)]

    return blob_model(build)


@wrong(caught_by="test_model", because="One output, as for two classes: four classes need four logits.")
def one_output(solution):
    def build(f, c, h, bent):
        bend = nn.ReLU() if bent else nn.Identity()
        return [nn.Linear(f, h), bend, nn.Linear(h, h), bend, nn.Linear(h, 1)]

    return blob_model(build)


@wrong(caught_by="test_model", because="Without bends the hidden layers are left out; three layers were asked for.")
def single_layer(solution):
    def build(f, c, h, bent):
        if not bent:
            return [nn.Linear(f, c)]
        return [nn.Linear(f, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, c)]

    return blob_model(build)


@wrong(caught_by="test_tie_line", because="The signs are turned: this is the logit of b less that of a.")
def turned_line(solution):
    return {"tie_line": lambda layer, a, b: solution.tie_line(layer, b, a)}


@wrong(
    caught_by="test_tie_line",
    because="The columns of `weight` belong to features: it is `(classes, features)`, so classes are its rows.",
)
def columns(solution):
    def tie_line(layer, a, b):
        return layer.weight[:, a] - layer.weight[:, b], layer.bias[a] - layer.bias[b]

    return {"tie_line": tie_line}


@wrong(caught_by="test_tie_line", because="The bias is forgotten: this line goes through the origin.")
def no_bias(solution):
    return {"tie_line": lambda layer, a, b: (layer.weight[a] - layer.weight[b], torch.zeros_like(layer.bias[a]))}


@wrong(caught_by="test_tie_line", because="Slices keep the dimension of the classes: one row is `weight[a]`.")
def sliced(solution):
    def tie_line(layer, a, b):
        return layer.weight[a : a + 1] - layer.weight[b : b + 1], layer.bias[a : a + 1] - layer.bias[b : b + 1]

    return {"tie_line": tie_line}


def training(
    *,
    due=lambda epoch, epochs, every: epoch % every == 0,
    epochs_of=lambda epochs: range(1, epochs + 1),
    loss_of=F.cross_entropy,
    clear=True,
    optimizer_of=lambda parameters, lr: torch.optim.SGD(parameters, lr=lr),
    train_mode=lambda model, epoch: model.train(),
    eval_mode=lambda model: model.eval(),
    guard=torch.inference_mode,
    test=lambda train_data, test_data: test_data,
    predict=lambda logits: logits.argmax(dim=1),
    tests_first=False,
    row=lambda epoch, loss, test_loss, hits: (epoch, loss.item(), test_loss.item(), hits.float().mean().item()),
):
    """A `train_and_report` with its parts exchanged."""

    def train_and_report(model, train_data, test_data, epochs, lr, every):
        optimizer, rows = optimizer_of(model.parameters(), lr), []

        def measure():
            X, y = test(train_data, test_data)
            eval_mode(model)
            with guard():
                logits = model(X)
                return F.cross_entropy(logits, y), predict(logits) == y

        for epoch in epochs_of(epochs):
            told = measure() if tests_first else None
            train_mode(model, epoch)
            loss = loss_of(model(train_data[0]), train_data[1])
            if clear:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if due(epoch, epochs, every):
                rows.append(row(epoch, loss, *(told or measure())))
        return rows

    return {"train_and_report": train_and_report}


@wrong(caught_by="test_reported_epochs", because="The remainder is never as large as `every`: not one row comes.")
def never_due(solution):
    return training(due=lambda epoch, epochs, every: epoch % every == every)


@wrong(
    caught_by="test_reported_epochs",
    because="Epochs are counted from 0: the rows come one epoch late, and one at the start.",
)
def counted_from_zero(solution):
    return training(epochs_of=range)


@wrong(caught_by="test_reported_epochs", because="`every` is not used: there is a row for each epoch.")
def always_due(solution):
    return training(due=lambda epoch, epochs, every: True)


@wrong(caught_by="test_reported_epochs", because="The last epoch has a row although `every` does not divide it.")
def last_one_too(solution):
    return training(due=lambda epoch, epochs, every: epoch % every == 0 or epoch == epochs)


@wrong(caught_by="test_reported_epochs", because="range(1, epochs) ends one epoch early.")
def one_short(solution):
    return training(epochs_of=lambda epochs: range(1, epochs))


@wrong(caught_by="test_reported_epochs", because="Test points with training labels: the labels of y_test were meant.")
def labels_of_training(solution):
    return training(test=lambda train_data, test_data: (test_data[0], train_data[1]))


@wrong(
    caught_by="test_numbers",
    because="Test points with training labels, so many as fit: where the counts agree, nothing fails.",
)
def labels_that_fit(solution):
    def test(train_data, test_data):
        (_, y_train), (X_test, y_test) = train_data, test_data
        return X_test, y_train if len(y_train) == len(y_test) else y_test

    return training(test=test)


@wrong(caught_by="test_weights", because="This is SGD with momentum; plain SGD has none.")
def with_momentum(solution):
    return training(optimizer_of=lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9))


@wrong(caught_by="test_weights", because="A seed in the function reseeds the whole program; training needs none.")
def seeds_the_training(solution):
    def train_and_report(*arguments):
        torch.manual_seed(0)
        return solution.train_and_report(*arguments)

    return {"train_and_report": train_and_report}


@wrong(caught_by="test_weights", because="Gradients are never cleared: those of all epochs, and older ones, add up.")
def never_cleared(solution):
    return training(clear=False)


@wrong(caught_by="test_weights", because="Training mode is set before the first epoch only; the test's eval() stays.")
def train_mode_once(solution):
    return training(train_mode=lambda model, epoch: model.train() if epoch == 1 else None)


@wrong(caught_by="test_weights", because="model.train() is missing: the model trains in the mode that it came in.")
def no_train_mode(solution):
    return training(train_mode=lambda model, epoch: None)


@wrong(caught_by="test_weights", because="The test runs in training mode: its batch alters the running means.")
def no_eval_mode(solution):
    return training(eval_mode=lambda model: None)


@wrong(caught_by="test_weights", because="A softmax before the loss: cross entropy takes logits and does it itself.")
def softmax_first(solution):
    return training(loss_of=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y))


@wrong(caught_by="test_weights", because="The losses of the samples are added up; their mean was asked for.")
def summed(solution):
    return training(loss_of=lambda logits, y: F.cross_entropy(logits, y, reduction="sum"))


@wrong(
    caught_by="test_reported_epochs",
    because="argmax over dim=0 picks a row for each class; along the classes, dim=1, a class for each row.",
)
def argmax_of_rows(solution):
    return training(predict=lambda logits: logits.argmax(dim=0))


@wrong(
    caught_by="test_reported_epochs",
    because="The loss of the classes' numbers: an argmax has no slope, and cross entropy wants logits.",
)
def loss_of_argmax(solution):
    return training(loss_of=lambda logits, y: F.cross_entropy(logits.argmax(dim=1), y))


@wrong(caught_by="test_numbers", because="The test comes before the step: its numbers belong to the epoch before.")
def tests_before(solution):
    return training(tests_first=True)


@wrong(caught_by="test_numbers", because="The test measures on the training data.")
def tests_on_training_data(solution):
    return training(test=lambda train_data, test_data: train_data)


@wrong(caught_by="test_numbers", because="The accuracy is a percentage here; asked for is a share from 0 to 1.")
def percent(solution):
    return training(
        row=lambda epoch, loss, test_loss, hits: (
            epoch,
            loss.item(),
            test_loss.item(),
            100 * hits.float().mean().item(),
        )
    )


@wrong(caught_by="test_numbers", because="The numbers are tensors still: .item() makes floats of them.")
def tensor_rows(solution):
    return training(row=lambda epoch, loss, test_loss, hits: (epoch, loss.detach(), test_loss, hits.float().mean()))


@wrong(caught_by="test_numbers", because="The numbers are tensors still: .item() makes floats of them.")
def tensor_rows_with_graph(solution):
    return training(row=lambda epoch, loss, test_loss, hits: (epoch, loss, test_loss, hits.float().mean()))


@wrong(caught_by="test_numbers", because="The hits are counted; divided by the number of samples they are a share.")
def counted(solution):
    return training(row=lambda epoch, loss, test_loss, hits: (epoch, loss.item(), test_loss.item(), hits.sum().item()))


@wrong(
    caught_by="test_testing_is_not_recorded",
    because="The test builds a graph for nobody: inference_mode or no_grad is missing.",
)
def records_the_test(solution):
    return training(guard=torch.enable_grad)


@right("by an if in forward, NumPy's ravel, unit points, and no optimizer")
def by_hand(solution):
    class BlobModel(nn.Module):
        def __init__(self, features=2, classes=4, hidden=8, bent=True):
            super().__init__()
            self.bent = bent
            self.out = nn.Linear(hidden, classes)
            self.one, self.two = nn.Linear(features, hidden), nn.Linear(hidden, hidden)

        def forward(self, x):
            for layer in (self.one, self.two):
                x = layer(x)
                if self.bent:
                    x = F.relu(x)
            return self.out(x)

    def tie_line(layer, a, b):
        with torch.no_grad():
            at_zero = layer(layer.weight.new_zeros(layer.in_features))
            at_units = layer(torch.eye(layer.in_features, dtype=layer.weight.dtype, device=layer.weight.device))
            return (at_units - at_zero)[:, a] - (at_units - at_zero)[:, b], at_zero[a] - at_zero[b]

    def train_and_report(model, train_data, test_data, epochs, lr, every):
        rows = []
        for epoch in range(epochs):
            model.train()
            loss = -model(train_data[0]).log_softmax(dim=1)[range(len(train_data[1])), train_data[1]].mean()
            parameters = list(model.parameters())
            with torch.no_grad():
                for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                    parameter -= lr * gradient
                if (epoch + 1) % every:
                    continue
                logits = model.eval()(test_data[0])
                hits = (logits.max(dim=1).indices == test_data[1]).sum().item()
                rows.append((epoch + 1, float(loss), float(F.cross_entropy(logits, test_data[1])), hits / len(logits)))
        return rows

    return {
        "class_targets": lambda labels: torch.from_numpy(np.ravel(labels).astype("int64")),
        "BlobModel": BlobModel,
        "tie_line": tie_line,
        "train_and_report": train_and_report,
    }


@right("by torch.tensor and flatten, layers in a list, and a mode that is put back after each test")
def lists(solution):
    class BlobModel(nn.Sequential):
        def __init__(self, features=2, classes=4, hidden=8, bent=True):
            between = [nn.ReLU()] if bent else []
            layers = [nn.Linear(features, hidden), *between, nn.Linear(hidden, hidden), *between]
            super().__init__(*layers, nn.Linear(hidden, classes))

    def train_and_report(model, train_data, test_data, epochs, lr, every):
        X, y = train_data
        optimizer, loss_fn, rows = torch.optim.SGD(model.parameters(), lr), nn.CrossEntropyLoss(), []
        model.train()
        for epoch in range(1, epochs + 1):
            model.zero_grad()
            loss = loss_fn(model(X), y)
            loss.backward()
            optimizer.step()
            if not epoch % every:
                model.eval()
                with torch.no_grad():
                    probabilities = model(test_data[0]).softmax(dim=-1)
                    test_loss = F.nll_loss(probabilities.log(), test_data[1]).item()
                    accuracy = torch.eq(probabilities.argmax(dim=-1), test_data[1]).double().mean().item()
                model.train()
                rows.append((epoch, loss.item(), test_loss, accuracy))
        return rows

    return {
        "class_targets": lambda labels: torch.tensor(labels, dtype=torch.int64).flatten(),
        "BlobModel": BlobModel,
        "tie_line": lambda layer, a, b: (layer.weight[a].sub(layer.weight[b]), layer.bias[[a, b]].diff().neg()[0]),
        "train_and_report": train_and_report,
    }


excuse(
    line="return torch.from_numpy(labels.astype(np.int64)).reshape(-1)",
    becomes="return torch.from_numpy(labels.astype(np.int64)).view(-1)",
    because="equivalent: astype makes a compact array of a row or a column, and view can read that as a row.",
)

excuse(
    line="hits = logits.argmax(dim=1) == y_test",
    becomes="hits = logits.argmax(dim=-1) == y_test",
    because="equivalent: logits are (N, classes), where dimension 1 is the last.",
)

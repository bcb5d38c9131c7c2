"""Wrong answers that 08_circles must catch, and right ones it must accept."""

import torch
from sklearn.datasets import make_circles
from torch import nn

from tutor.checks import excuse, right, wrong


def data(
    *, X_dtype=torch.float32, y_dtype=torch.float32, cut=lambda n: n * 4 // 5, order="X_train X_test y_train y_test"
):
    """A `circles` with its parts exchanged."""

    def circles(samples, noise, seed):
        points, labels = make_circles(samples, noise=noise, random_state=seed)
        X, y = torch.from_numpy(points).to(X_dtype), torch.from_numpy(labels).to(y_dtype)
        at = cut(samples)
        named = {"X_train": X[:at], "X_test": X[at:], "y_train": y[:at], "y_test": y[at:]}
        return tuple(named[name] for name in order.split())

    return {"circles": circles}


@wrong(caught_by="test_circles_by_example", because="`x_test` and `X_test` are two names: only one of them was set.")
def another_name(solution):
    def circles(samples, noise, seed):
        points, labels = make_circles(samples, noise=noise, random_state=seed)
        X, y = torch.from_numpy(points).float(), torch.from_numpy(labels).float()
        at = samples * 4 // 5
        X_train, x_test = X[:at], X[at:]  # noqa: F841
        y_train, y_test = y[:at], y[at:]
        return X_train, X_test, y_train, y_test  # noqa: F821

    return {"circles": circles}


@wrong(caught_by="test_circles_by_example", because="Training first, then testing; asked for are both X, then both y.")
def pairs_first(solution):
    return data(order="X_train y_train X_test y_test")


@wrong(
    caught_by="test_circles_by_example",
    because="The labels of the training points stand where those of the test belong.",
)
def labels_of_training(solution):
    return data(order="X_train X_test y_train y_train")


@wrong(caught_by="test_circles_by_example", because="NumPy's float64 stays float64: float32 weights cannot take it.")
def float64_features(solution):
    return data(X_dtype=torch.float64)


@wrong(caught_by="test_circles_by_example", because="The labels stay whole numbers: this loss computes with floats.")
def whole_labels(solution):
    return data(y_dtype=torch.int64)


@wrong(
    caught_by="test_circles",
    because="The number of training points is rounded up, or to the nearest: it is rounded down.",
)
def rounded_cut(solution):
    return data(cut=lambda n: round(n * 0.8))


@wrong(caught_by="test_circles", because="The seed is not handed to make_circles, which takes another one instead.")
def no_seed(solution):
    return {"circles": lambda samples, noise, seed: solution.circles(samples, noise, 7)}


@wrong(
    caught_by="test_circles", because="torch.manual_seed seeds torch, the whole program's; the points come from NumPy."
)
def seeds_torch(solution):
    def circles(samples, noise, seed):
        torch.manual_seed(seed)
        return solution.circles(samples, noise, seed)

    return {"circles": circles}


def row(*layers):
    """A function that makes a model of these layers, made by functions of `hidden`."""
    return lambda hidden: nn.Sequential(*(layer(hidden) for layer in layers))


def linear(a, b):
    """A maker of a linear layer; None stands for `hidden`."""
    return lambda hidden: nn.Linear(a or hidden, b or hidden)


def relu(hidden):
    return nn.ReLU()


def make(name, default, model):
    return {name: lambda hidden=default: model(hidden)}


@wrong(
    caught_by="test_linear_model",
    because="A seed in the function reseeds the whole program: weights are to be drawn as they come.",
)
def seeds_the_line(solution):
    def linear_model(hidden=5):
        torch.manual_seed(0)
        return solution.linear_model(hidden)

    return {"linear_model": linear_model}


@wrong(caught_by="test_linear_model", because="A ReLU stands between the layers: this model should have none.")
def bent_linear(solution):
    return make("linear_model", 5, row(linear(2, None), relu, linear(None, 1)))


@wrong(
    caught_by="test_linear_model",
    because="One layer, without the hidden units: the same lines, but not what was asked.",
)
def one_layer(solution):
    return make("linear_model", 5, row(linear(2, 1)))


@wrong(caught_by="test_linear_model", because="`hidden` is not used: there are always five hidden units.")
def five_always(solution):
    return make("linear_model", 5, lambda hidden: solution.linear_model(5))


@wrong(
    caught_by="test_linear_model",
    because="Two outputs, one for each class: this loss wants one logit, that of class 1.",
)
def two_outputs(solution):
    return make("linear_model", 5, row(linear(2, None), linear(None, 2)))


class Squeezed(nn.Sequential):
    def forward(self, x):
        return super().forward(x).squeeze()


@wrong(
    caught_by="test_linear_model",
    because="squeeze() in the model: logits were to be (N, 1), and of one point nothing is left.",
)
def squeezed_inside(solution):
    return {"linear_model": lambda hidden=5: Squeezed(nn.Linear(2, hidden), nn.Linear(hidden, 1))}


@wrong(caught_by="test_curved_model", because="Without ReLUs three linear layers are one, and its boundary is a line.")
def no_bend(solution):
    return make("curved_model", 16, row(linear(2, None), linear(None, None), linear(None, 1)))


@wrong(caught_by="test_curved_model", because="One ReLU behind the first layer only; the second should have one, too.")
def one_bend(solution):
    return make("curved_model", 16, row(linear(2, None), relu, linear(None, None), linear(None, 1)))


@wrong(
    caught_by="test_curved_model",
    because="A ReLU behind the last layer makes 0 of every negative logit: class 0 is never said.",
)
def bend_at_the_end(solution):
    return make("curved_model", 16, row(linear(2, None), relu, linear(None, None), relu, linear(None, 1), relu))


@wrong(caught_by="test_curved_model", because="A sigmoid at the end: the loss has its own, and wants the logits.")
def sigmoid_at_the_end(solution):
    last = lambda hidden: nn.Sigmoid()  # noqa: E731
    return make("curved_model", 16, row(linear(2, None), relu, linear(None, None), relu, linear(None, 1), last))


@wrong(
    caught_by="test_accuracy_by_example",
    because="(N, 1) against (N,) is a table (N, N): every answer meets every label.",
)
def table(solution):
    return {"accuracy": lambda logits, y: ((logits > 0) == y).float().mean().item()}


@wrong(caught_by="test_accuracy_by_example", because="The True ones of a table (N, N) are counted, and divided by N.")
def table_counted(solution):
    return {"accuracy": lambda logits, y: torch.eq((logits > 0).float(), y).sum().item() / len(y)}


@wrong(
    caught_by="test_accuracy_by_example",
    because="The logits are rounded as if they were probabilities: 0.5 is no boundary for them.",
)
def rounded_logits(solution):
    return {"accuracy": lambda logits, y: (logits.squeeze(1).round() == y).float().mean().item()}


@wrong(
    caught_by="test_accuracy_by_example",
    because="Logits are compared with 0.5; a probability of one half is a logit of 0.",
)
def half(solution):
    return {"accuracy": lambda logits, y: ((logits.squeeze(1) > 0.5) == y).float().mean().item()}


@wrong(caught_by="test_accuracy_by_example", because="The share of the right ones is multiplied by 100.")
def percent(solution):
    return {"accuracy": lambda logits, y: 100 * solution.accuracy(logits, y)}


@wrong(caught_by="test_accuracy_by_example", because="The result is a tensor still: .item() makes a number of it.")
def tensor_share(solution):
    return {"accuracy": lambda logits, y: ((logits > 0).squeeze(1) == y).float().mean()}


@wrong(
    caught_by="test_accuracy_by_example",
    because="Of a single column the largest is always column 0: argmax says class 0 each time.",
)
def argmax_of_one(solution):
    return {"accuracy": lambda logits, y: (logits.argmax(dim=1) == y).float().mean().item()}


@wrong(
    caught_by="test_accuracy",
    because="squeeze_, with the underscore, changes the caller's logits; squeeze(1) makes a view of them.",
)
def squeezes_in_place(solution):
    return {"accuracy": lambda logits, y: ((logits.squeeze_(1) > 0) == y).float().mean().item()}


def training(
    *,
    loss_of=lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits.squeeze(1), y),
    optimizer_of=lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9),
    clear=True,
    mode=True,
    note=lambda loss: loss.item(),
    measure=None,
):
    """A `fit` with its parts exchanged."""

    def fit(model, X, y, epochs, lr):
        optimizer = optimizer_of(model.parameters(), lr)
        if mode:
            model.train()
        losses = []
        for _ in range(epochs):
            loss = loss_of(model(X), y)
            if clear:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(note(loss if measure is None else measure(model(X), y)))
        return losses

    return {"fit": fit}


@wrong(caught_by="test_one_epoch", because="Logits (N, 1) beside labels (N,): this loss refuses the pair.")
def shapes_differ(solution):
    return training(loss_of=nn.functional.binary_cross_entropy_with_logits)


@wrong(
    caught_by="test_one_epoch",
    because="A loss by hand takes (N, 1) and (N,) for a table (N, N), and every logit meets every label.",
)
def loss_by_hand(solution):
    def loss_of(logits, y):
        p = torch.sigmoid(logits)
        return -(y * p.log() + (1 - y) * (1 - p).log()).mean()

    return training(loss_of=loss_of)


@wrong(caught_by="test_one_epoch", because="squeeze() takes the batch away, too, when it holds one sample.")
def squeezes_all(solution):
    return training(loss_of=lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits.squeeze(), y))


@wrong(
    caught_by="test_one_epoch",
    because="No weight moved: is there a `backward()` before each `step()`, and no `zero_grad()` between the two? "
    "(Rounded or compared logits give no gradient either.)",
)
def rounded_loss(solution):
    return training(
        loss_of=lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits.sigmoid().round().squeeze(1), y)
    )


@wrong(
    caught_by="test_one_epoch",
    because="No weight moved: is there a `backward()` before each `step()`, and no `zero_grad()` between the two? "
    "(Rounded or compared logits give no gradient either.)",
)
def cleared_too_late(solution):
    def fit(model, X, y, epochs, lr):
        optimizer, losses = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9), []
        model.train()
        for _ in range(epochs):
            loss = nn.functional.binary_cross_entropy_with_logits(model(X).squeeze(1), y)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            losses.append(loss.item())
        return losses

    return {"fit": fit}


@wrong(caught_by="test_one_epoch", because="The optimizer is Adam: its steps have other lengths. SGD was asked for.")
def by_adam(solution):
    return training(optimizer_of=lambda parameters, lr: torch.optim.Adam(parameters, lr=lr))


@wrong(caught_by="test_one_epoch", because="The sigmoid is taken twice: BCEWithLogitsLoss has its own.")
def sigmoid_twice(solution):
    return training(
        loss_of=lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits.sigmoid().squeeze(1), y)
    )


@wrong(caught_by="test_one_epoch", because="The losses are added up; their mean was asked for.")
def summed(solution):
    return training(
        loss_of=lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits.squeeze(1), y, reduction="sum")
    )


@wrong(caught_by="test_one_epoch", because="Gradients are never cleared: those of all epochs, and older ones, add up.")
def never_cleared(solution):
    return training(clear=False)


@wrong(caught_by="test_one_epoch", because="The losses are tensors still: .item() makes numbers of them.")
def tensor_losses(solution):
    return training(note=lambda loss: loss.detach())


@wrong(caught_by="test_one_epoch", because="The losses are tensors still: .item() makes numbers of them.")
def tensor_losses_with_graph(solution):
    return training(note=lambda loss: loss)


@wrong(caught_by="test_one_epoch", because="The loss is measured after the step; that before it was asked for.")
def after_the_step(solution):
    return training(measure=lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits.squeeze(1), y))


@wrong(caught_by="test_one_epoch", because="A seed in `fit` reseeds the whole program; training needs none.")
def seeds_the_training(solution):
    def fit(model, X, y, epochs, lr):
        torch.manual_seed(0)
        return solution.fit(model, X, y, epochs, lr)

    return {"fit": fit}


@wrong(caught_by="test_epochs", because="There is no momentum: each step forgets the one before.")
def no_momentum(solution):
    return training(optimizer_of=lambda parameters, lr: torch.optim.SGD(parameters, lr=lr))


@wrong(caught_by="test_epochs", because="A new optimizer in every epoch forgets the momentum of the epochs before.")
def new_optimizer(solution):
    def fit(model, X, y, epochs, lr):
        return [solution.fit(model, X, y, 1, lr)[0] for _ in range(epochs)]

    return {"fit": fit}


@wrong(caught_by="test_epochs", because="model.train() is missing: batch normalisation goes on with its old means.")
def no_train_mode(solution):
    return training(mode=False)


@right("by classes, labels as a column, and probabilities rounded")
def by_classes(solution):
    class Curved(nn.Module):
        def __init__(self, hidden):
            super().__init__()
            self.last = nn.Linear(hidden, 1)  # made first: the order of making is free
            self.first = nn.Linear(2, hidden)
            self.middle = nn.Linear(hidden, hidden)

        def forward(self, x):
            return self.last(self.middle(self.first(x).relu()).relu())

    class Linear(nn.Module):
        def __init__(self, hidden):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(2, hidden), nn.Linear(hidden, 1)])

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    def fit(model, X, y, epochs, lr):
        model.train()
        optimizer, losses = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9), []
        optimizer.zero_grad()
        for _ in range(epochs):
            loss = nn.functional.binary_cross_entropy_with_logits(model(X), y.unsqueeze(1))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(float(loss.detach()))
        return losses

    return {
        "linear_model": lambda hidden=5: Linear(hidden),
        "curved_model": lambda hidden=16: Curved(hidden),
        "accuracy": lambda logits, y: (logits.sigmoid().round() == y[:, None]).double().mean().item(),
        "fit": fit,
    }


@right("by scikit-learn's splitter, counts, and momentum by hand")
def by_hand(solution):
    def circles(samples, noise, seed):
        from sklearn.model_selection import train_test_split

        X, y = make_circles(n_samples=samples, noise=noise, random_state=seed)
        X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
        return train_test_split(X, y, train_size=samples * 4 // 5, shuffle=False)

    def accuracy(logits, y):
        return sum((z > 0) == bool(one) for z, one in zip(logits.flatten().tolist(), y.tolist(), strict=True)) / len(y)

    def fit(model, X, y, epochs, lr):
        model.train(True)
        parameters, losses = list(model.parameters()), []
        speeds = [torch.zeros_like(parameter) for parameter in parameters]
        for _ in range(epochs):
            logits = model(X)[:, 0]
            loss = (nn.functional.softplus(logits) - y * logits).mean()
            with torch.no_grad():
                for speed, parameter, g in zip(speeds, parameters, torch.autograd.grad(loss, parameters), strict=True):
                    parameter -= lr * speed.mul_(0.9).add_(g)
            losses.append(loss.item())
        return losses

    return {"circles": circles, "accuracy": accuracy, "fit": fit}


excuse(
    line="said = (logits > 0).squeeze(1)",
    becomes="said = (logits >= 0).squeeze(1)",
    because="equivalent: no logit is exactly 0, the statement says.",
)

"""Wrong answers that 07_fit_linear must catch, and right ones it must accept."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import right, wrong


def fitting(turn, *, optimizer_of=torch.optim.SGD, mode=True, before=lambda optimizer: None):
    """A `fit` in which `turn(model, loss_fn, optimizer, X, y)` handles a batch and returns its loss."""

    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = optimizer_of(model.parameters(), lr=lr)
        if mode:
            model.train()
        losses = []
        for _ in range(epochs):
            before(optimizer)
            total, samples = 0.0, 0
            for X, y in loader:
                total += turn(model, loss_fn, optimizer, X, y).item() * len(X)
                samples += len(X)
            losses.append(total / samples)
        return losses

    return {"fit": fit}


def as_it_should_be(model, loss_fn, optimizer, X, y):
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def making(columns, **settings):
    """A `make_batches` with its columns or the loader's settings exchanged."""

    def make_batches(x, y, batch_size):
        return DataLoader(TensorDataset(*columns(x, y)), batch_size=batch_size, **settings)

    return {"make_batches": make_batches}


def as_columns(x, y):
    return x.float()[:, None], y.float()[:, None]


@wrong(caught_by="test_make_batches_by_example", because="A row of numbers is no column: the layer wants (B, 1).")
def flat_features(solution):
    return making(lambda x, y: (x.float(), y.float()))


@wrong(
    caught_by="test_make_batches_by_example",
    because="The targets are left as (B,): beside predictions of (B, 1) they broadcast to (B, B).",
)
def flat_targets(solution):
    return making(lambda x, y: (x.float()[:, None], y.float()))


@wrong(
    caught_by="test_make_batches_by_example",
    because="unsqueeze(0) makes a row (1, N), so one sample of N numbers; unsqueeze(1) makes a column.",
)
def rows(solution):
    return making(lambda x, y: (x.float().unsqueeze(0), y.float().unsqueeze(0)))


@wrong(caught_by="test_make_batches_by_example", because="The dtype is left as it came; the weights are float32.")
def keeps_the_dtype(solution):
    return making(lambda x, y: (x[:, None], y[:, None]))


@wrong(caught_by="test_make_batches_by_example", because="drop_last=True throws the short last batch away.")
def drops_the_last(solution):
    return making(as_columns, drop_last=True)


@wrong(
    caught_by="test_make_batches_by_example",
    because="A generator is used up after one epoch: the second finds no batches.",
)
def one_epoch_only(solution):
    def make_batches(x, y, batch_size):
        X, Y = as_columns(x, y)
        return ((X[i : i + batch_size], Y[i : i + batch_size]) for i in range(0, len(X), batch_size))

    return {"make_batches": make_batches}


@wrong(caught_by="test_make_batches", because="The points are shuffled; the order given was asked for.")
def shuffles(solution):
    return making(as_columns, shuffle=True, generator=torch.Generator().manual_seed(1))


@wrong(
    caught_by="test_make_batches_by_example", because="shuffle=True mixes the points; the order given was asked for."
)
def shuffles_at_random(solution):
    return making(as_columns, shuffle=True)


@wrong(caught_by="test_one_step", because="Optimizers live in torch.optim; there is no nn.optim.")
def optimizer_of_nn(solution):
    return fitting(as_it_should_be, optimizer_of=lambda parameters, lr: nn.optim.SGD(parameters, lr=lr))


@wrong(
    caught_by="test_one_step",
    because="`import torch.nn.functional as F` is the way to F: no F lies in torch.nn.functional.",
)
def functional_of_functional(solution):
    def turn(model, loss_fn, optimizer, X, y):
        from torch.nn.functional import F

        return as_it_should_be(model, F.mse_loss, optimizer, X, y)

    return fitting(turn)


@wrong(caught_by="test_one_step", because="The optimizer knows the weight alone: the bias never moves.")
def weight_alone(solution):
    return fitting(as_it_should_be, optimizer_of=lambda parameters, lr: torch.optim.SGD([next(parameters)], lr=lr))


@wrong(caught_by="test_one_step", because="Adam is another optimizer: its steps are as long as lr, whatever the slope.")
def adam(solution):
    return fitting(as_it_should_be, optimizer_of=torch.optim.Adam)


@wrong(caught_by="test_one_step", because="backward or step is missing: no weight moves.")
def no_step(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        return loss

    return fitting(turn)


@wrong(caught_by="test_one_step", because="The optimizer's rate is written into the code; the lr given is never used.")
def rate_of_its_own(solution):
    return fitting(as_it_should_be, optimizer_of=lambda parameters, lr: torch.optim.SGD(parameters, lr=1e-5))


@wrong(caught_by="test_gradients_of_the_batch", because="zero_grad is missing: the gradients of all batches add up.")
def no_zero_grad(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return fitting(turn)


@wrong(
    caught_by="test_gradients_of_the_batch",
    because="zero_grad once per epoch: the gradients add up from batch to batch.",
)
def zero_grad_once(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return fitting(turn, before=lambda optimizer: optimizer.zero_grad())


@wrong(
    caught_by="test_gradients_of_the_batch",
    because="zero_grad only after the step: the first batch adds to gradients left from before.",
)
def zero_grad_afterwards(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return fitting(turn)


@wrong(caught_by="test_gradients_of_the_batch", because="Momentum was not asked for: SGD with lr and nothing else.")
def with_momentum(solution):
    return fitting(
        as_it_should_be, optimizer_of=lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9)
    )


@wrong(
    caught_by="test_losses", because="The mean of the batches' means: a small last batch counts as much as a full one."
)
def mean_of_means(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        model.train()
        losses = []
        for _ in range(epochs):
            batch = [as_it_should_be(model, loss_fn, optimizer, X, y).item() for X, y in loader]
            losses.append(sum(batch) / len(batch))
        return losses

    return {"fit": fit}


def counting(count):
    """A `fit` that divides the sum of an epoch by `count(loader)`."""

    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        model.train()
        losses = []
        for _ in range(epochs):
            total = sum(as_it_should_be(model, loss_fn, optimizer, X, y).item() * len(X) for X, y in loader)
            losses.append(total / count(loader))
        return losses

    return {"fit": fit}


@wrong(
    caught_by="test_one_step",
    because="A plain list of batches has no dataset, and a loader may leave samples out: count those that come.",
)
def whole_dataset(solution):
    return counting(lambda loader: len(loader.dataset))


@wrong(
    caught_by="test_losses",
    because="len(loader.dataset) counts samples that drop_last or a sampler leaves out: count those that come.",
)
def whole_dataset_if_any(solution):
    return counting(
        lambda loader: len(loader.dataset) if hasattr(loader, "dataset") else sum(len(X) for X, _ in loader)
    )


@wrong(caught_by="test_losses", because="len(loader) is the number of batches; each loss is weighted by samples.")
def loss_per_batch(solution):
    return counting(len)


@wrong(caught_by="test_losses", because="The loss of the epoch's last batch is told for the whole epoch's.")
def last_loss(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        model.train()
        losses = []
        for _ in range(epochs):
            for X, y in loader:
                loss = as_it_should_be(model, loss_fn, optimizer, X, y)
            losses.append(loss.item())
        return losses

    return {"fit": fit}


@wrong(caught_by="test_losses", because="The losses are kept as tensors, and with each of them a graph.")
def keeps_tensors(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        model.train()
        losses = []
        for _ in range(epochs):
            batch = [(as_it_should_be(model, loss_fn, optimizer, X, y), len(X)) for X, y in loader]
            losses.append(sum(loss * n for loss, n in batch) / sum(n for _, n in batch))
        return losses

    return {"fit": fit}


@wrong(caught_by="test_losses", because="Losses are added up with their graphs, and only the sum becomes a number.")
def keeps_graphs(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        model.train()
        losses = []
        for _ in range(epochs):
            batch = [(as_it_should_be(model, loss_fn, optimizer, X, y), len(X)) for X, y in loader]
            losses.append((sum(loss * n for loss, n in batch) / sum(n for _, n in batch)).item())
        return losses

    return {"fit": fit}


@wrong(caught_by="test_losses", because="The target comes first in the call of loss_fn; the prediction should.")
def swapped(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(y, model(X))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return fitting(turn)


@wrong(caught_by="test_trajectory", because="model.train() is missing: the model stays in evaluation mode.")
def no_train_mode(solution):
    return fitting(as_it_should_be, mode=False)


@wrong(caught_by="test_epochs", because="range(1, epochs) is one epoch short.")
def one_epoch_short(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        return solution.fit(model, loader, loss_fn, lr, epochs if epochs == 1 else max(epochs - 1, 0))

    return {"fit": fit}


@wrong(
    caught_by="test_epochs",
    because="The sums are never set back to 0: from the second epoch on, the mean is over all epochs so far.",
)
def sums_go_on(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        model.train()
        losses, total, samples = [], 0.0, 0
        for _ in range(epochs):
            for X, y in loader:
                total += as_it_should_be(model, loss_fn, optimizer, X, y).item() * len(X)
                samples += len(X)
            losses.append(total / samples)
        return losses

    return {"fit": fit}


@wrong(caught_by="test_recover", because="The bias comes out first; the pair is (w, b).")
def bias_first(solution):
    def recover(x, y, lr, epochs, batch_size):
        w, b = solution.recover(x, y, lr, epochs, batch_size)
        return b, w

    return {"recover": recover}


@wrong(caught_by="test_recover", because="weight and bias are tensors; .item() makes floats of them.")
def tensors_of_the_layer(solution):
    def recover(x, y, lr, epochs, batch_size):
        model = nn.Linear(1, 1, device=x.device)
        solution.fit(model, solution.make_batches(x, y, batch_size), nn.MSELoss(), lr, epochs)
        return model.weight, model.bias

    return {"recover": recover}


@wrong(
    caught_by="test_recover",
    because="The mean absolute error: its steps do not get shorter near the line, so they hop across it.",
)
def absolute_error(solution):
    def recover(x, y, lr, epochs, batch_size):
        model = nn.Linear(1, 1, device=x.device)
        solution.fit(model, solution.make_batches(x, y, batch_size), nn.L1Loss(), lr, epochs)
        return model.weight.item(), model.bias.item()

    return {"recover": recover}


@wrong(caught_by="test_recover", because="A layer without bias goes through the origin: b is always 0.")
def no_bias(solution):
    def recover(x, y, lr, epochs, batch_size):
        model = nn.Linear(1, 1, bias=False, device=x.device)
        solution.fit(model, solution.make_batches(x, y, batch_size), nn.MSELoss(), lr, epochs)
        return model.weight.item(), 0.0

    return {"recover": recover}


@wrong(caught_by="test_recover_settings", because="The rate and epochs given are overruled by others that work.")
def settings_of_its_own(solution):
    return {"recover": lambda x, y, lr, epochs, batch_size: solution.recover(x, y, 0.2, 100, batch_size)}


@wrong(caught_by="test_recover_settings", because="batch_size is not handed on.")
def all_in_one_batch(solution):
    return {"recover": lambda x, y, lr, epochs, batch_size: solution.recover(x, y, lr, epochs, len(x) // 4)}


@wrong(caught_by="test_recover_settings", because="torch.manual_seed in a function reseeds the whole program.")
def reseeds(solution):
    def recover(x, y, lr, epochs, batch_size):
        torch.manual_seed(42)
        return solution.recover(x, y, lr, epochs, batch_size)

    return {"recover": recover}


@wrong(caught_by="test_recover_settings", because="The new layer stays on the CPU; the points may be elsewhere.")
def layer_on_the_cpu(solution):
    def recover(x, y, lr, epochs, batch_size):
        model = nn.Linear(1, 1)
        solution.fit(model, solution.make_batches(x, y, batch_size), nn.MSELoss(), lr, epochs)
        return model.weight.item(), model.bias.item()

    return {"recover": recover}


@right("by steps of one's own, without an optimizer, and batches cut by hand")
def by_hand(solution):
    def make_batches(x, y, batch_size):
        X, Y = (t.to(torch.float32).reshape(-1, 1) for t in (x, y))
        return list(zip(X.split(batch_size), Y.split(batch_size), strict=True))

    def fit(model, loader, loss_fn, lr, epochs):
        model.train()
        parameters, losses = list(model.parameters()), []
        for _ in range(epochs):
            means, sizes = [], []
            for X, y in loader:
                loss = loss_fn(model(X), y)
                with torch.no_grad():
                    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                        parameter -= lr * gradient
                means.append(float(loss) * y.shape[0])
                sizes.append(y.shape[0])
            losses.append(sum(means) / sum(sizes))
        return losses

    return {"make_batches": make_batches, "fit": fit}


@right("by a new optimizer in every epoch, sums on the device, and a layer that starts at zero")
def sums_in_tensors(solution):
    def fit(model, loader, loss_fn, lr, epochs):
        losses = []
        for _ in range(epochs):
            model.train()
            optimizer = torch.optim.SGD(model.parameters(), lr)
            model.zero_grad()
            total, samples = 0, 0
            for X, y in loader:
                loss = loss_fn(model(X), y)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                total += loss.detach() * len(y)
                samples += len(y)
            losses.append((total / samples).item())
        return losses

    def recover(x, y, lr, epochs, batch_size):
        model = nn.Sequential(nn.Linear(1, 1)).to(x.device)
        fit(model, solution.make_batches(x, y, batch_size), nn.functional.mse_loss, lr, epochs)
        state = model.state_dict()
        return float(state["0.weight"]), float(state["0.bias"])

    return {"fit": fit, "recover": recover}


@right("by a dataset of pairs, collated as columns")
def pairs(solution):
    def make_batches(x, y, batch_size):
        def collate(points):
            X, Y = zip(*points, strict=True)
            return torch.stack(X).view(-1, 1).float(), torch.stack(Y).view(-1, 1).float()

        return DataLoader(list(zip(x, y, strict=True)), batch_size, collate_fn=collate)

    return {"make_batches": make_batches}

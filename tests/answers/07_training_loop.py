"""Wrong answers that 07_training_loop must catch, and right ones it must accept."""

import copy

import torch
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def training(turn, *, before=lambda model, optimizer: None, after=lambda model, optimizer: None, mode=True):
    """A `train` in which `turn(model, loss_fn, optimizer, X, y)` handles a batch and returns its loss."""

    def train(model, loader, loss_fn, optimizer, device):
        if mode:
            model.train()
        before(model, optimizer)
        total, samples = 0.0, 0
        for X, y in loader:
            loss = turn(model, loss_fn, optimizer, X.to(device), y.to(device))
            total += loss.item() * len(y)
            samples += len(y)
        after(model, optimizer)
        return total / samples

    return {"train": train}


def as_it_should_be(model, loss_fn, optimizer, X, y):
    loss = loss_fn(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def clear(model, optimizer):
    optimizer.zero_grad()


@wrong(caught_by="test_one_batch", because="loss.backward() is missing: there are no gradients for the step to use.")
def no_backward(solution):
    def turn(model, loss_fn, optimizer, X, y):
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        optimizer.step()
        return loss

    return training(turn)


@wrong(caught_by="test_one_batch", because="optimizer.step() is missing: gradients are computed and nobody uses them.")
def no_step(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        return loss

    return training(turn)


@wrong(caught_by="test_one_batch", because="zero_grad between backward and step wipes out the gradients just computed.")
def zero_grad_before_step(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        return loss

    return training(turn)


@wrong(
    caught_by="test_one_batch",
    because="step comes before backward: it uses the gradients of the batch before, or none if zero_grad has just "
    "cleared them.",
)
def step_before_backward(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        return loss

    return training(turn)


@wrong(
    caught_by="test_one_batch", because="A softmax before the loss: CrossEntropyLoss takes logits and does it itself."
)
def softmax_first(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X).softmax(dim=1), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return training(turn)


@wrong(caught_by="test_one_batch", because="A copy of the model is trained; the one the optimizer knows is not.")
def trains_a_copy(solution):
    def train(model, loader, loss_fn, optimizer, device):
        return solution.train(copy.deepcopy(model), loader, loss_fn, optimizer, device)

    return {"train": train}


@wrong(caught_by="test_gradients_of_the_batch", because="zero_grad is missing: the gradients of all batches add up.")
def no_zero_grad(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return training(turn)


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

    return training(turn, before=clear)


@wrong(
    caught_by="test_gradients_of_the_batch",
    because="zero_grad only after the step: the first batch adds to gradients left from before.",
)
def zero_grad_only_afterwards(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return training(turn)


@wrong(caught_by="test_gradients_of_the_batch", because="The optimizer steps once per epoch, not once per batch.")
def one_step_per_epoch(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        loss.backward()
        return loss

    return training(turn, before=clear, after=lambda model, optimizer: optimizer.step())


@wrong(
    caught_by="test_training_mode", because="model.train() is missing: after a test the model stays in evaluation mode."
)
def no_train_mode(solution):
    return training(as_it_should_be, mode=False)


@wrong(
    caught_by="test_train_loss",
    because="The mean of the batches' means: a small last batch counts as much as a full one.",
)
def mean_of_means(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        losses = [as_it_should_be(model, loss_fn, optimizer, X.to(device), y.to(device)).item() for X, y in loader]
        return sum(losses) / len(losses)

    return {"train": train}


@wrong(
    caught_by="test_train_loss",
    because="The loss is returned as a tensor: it keeps the graphs of the whole epoch in memory.",
)
def returns_a_tensor(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        total, samples = 0, 0
        for X, y in loader:
            total = total + as_it_should_be(model, loss_fn, optimizer, X.to(device), y.to(device)) * len(y)
            samples += len(y)
        return total / samples

    return {"train": train}


@wrong(caught_by="test_train_loss", because="Losses are added up with their graphs, and only the sum becomes a number.")
def keeps_graphs(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        total, samples = 0, 0
        for X, y in loader:
            total = total + as_it_should_be(model, loss_fn, optimizer, X.to(device), y.to(device)) * len(y)
            samples += len(y)
        return (total / samples).item()

    return {"train": train}


@wrong(caught_by="test_train_loss", because="The last batch's loss is returned for the epoch's.")
def last_loss(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        for X, y in loader:
            loss = as_it_should_be(model, loss_fn, optimizer, X.to(device), y.to(device))
        return loss.item()

    return {"train": train}


@wrong(caught_by="test_train_loss", because="The loss is measured after the step, not before it.")
def loss_after_the_step(solution):
    def turn(model, loss_fn, optimizer, X, y):
        as_it_should_be(model, loss_fn, optimizer, X, y)
        with torch.no_grad():
            return loss_fn(model(X), y)

    return training(turn)


@wrong(
    caught_by="test_trajectory",
    because="The loss function is fixed inside train: the one that is passed in is never asked.",
)
def fixed_loss_function(solution):
    def turn(model, loss_fn, optimizer, X, y):
        return as_it_should_be(model, F.cross_entropy, optimizer, X, y)

    return training(turn)


@wrong(
    caught_by="test_trajectory",
    because="The weights are moved by hand with lr alone: momentum and weight decay are lost.",
)
def steps_by_hand(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= optimizer.param_groups[0]["lr"] * parameter.grad
        return loss

    return training(turn)


@wrong(
    caught_by="test_trajectory",
    because="Every epoch begins with a new optimizer: its momentum starts from nothing again.",
)
def new_optimizer_every_epoch(solution):
    def train(model, loader, loss_fn, optimizer, device):
        fresh = type(optimizer)(optimizer.param_groups)
        return solution.train(model, loader, loss_fn, fresh, device)

    return {"train": train}


def testing(mode=lambda model: model.eval(), guard=torch.no_grad, each=lambda loss: None, scale=1):
    """A `test` with its parts exchanged."""

    def test(model, loader, loss_fn, device):
        mode(model)
        total, correct, samples = 0.0, 0, 0
        with guard():
            for X, y in loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                loss = loss_fn(logits, y)
                each(loss)
                total += loss.item() * len(y)
                correct += (logits.argmax(1) == y).sum().item()
                samples += len(y)
        return total / samples, scale * correct / samples

    return {"test": test}


@wrong(
    caught_by="test_numbers_of_test",
    because="model.eval() is missing: batch normalisation uses each batch's own statistics. no_grad is not eval().",
)
def no_eval_mode(solution):
    return testing(mode=lambda model: None)


@wrong(
    caught_by="test_numbers_of_test",
    because="model.eval() is missing: batch normalisation uses each batch's own statistics. no_grad is not eval().",
)
def trains_in_test(solution):
    return testing(mode=lambda model: model.train())


@wrong(
    caught_by="test_numbers_of_test",
    because="Batch means are averaged in the test: a small last batch counts too much.",
)
def test_mean_of_means(solution):
    def test(model, loader, loss_fn, device):
        results = [solution.test(model, [batch], loss_fn, device) for batch in loader]
        losses, accuracies = zip(*results, strict=True)
        return sum(losses) / len(losses), sum(accuracies) / len(accuracies)

    return {"test": test}


def counting(count):
    """A `train` and a `test` that divide by `count(loader)`."""

    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        total = 0.0
        for X, y in loader:
            total += as_it_should_be(model, loss_fn, optimizer, X.to(device), y.to(device)).item() * len(y)
        return total / count(loader)

    def test(model, loader, loss_fn, device):
        model.eval()
        total, correct, samples = 0.0, 0, 0
        with torch.no_grad():
            for X, y in loader:
                logits = model(X.to(device))
                total += loss_fn(logits, y.to(device)).item() * len(y)
                correct += (logits.argmax(1) == y.to(device)).sum().item()
                samples += len(y)
        return total / samples, correct / count(loader)

    return {"train": train, "test": test}


@wrong(
    caught_by="test_samples_left_out",
    because="len(loader.dataset) counts samples that drop_last or a sampler leaves out: count those that come.",
)
def whole_dataset(solution):
    return {"train": counting(lambda loader: len(loader.dataset))["train"]}


@wrong(
    caught_by="test_samples_left_out",
    because="len(loader.dataset) counts samples that drop_last or a sampler leaves out: count those that come.",
)
def whole_dataset_in_test(solution):
    return {"test": counting(lambda loader: len(loader.dataset))["test"]}


@wrong(caught_by="test_numbers_of_test", because="len(loader) is the number of batches; the hits are of samples.")
def hits_per_batch(solution):
    return {"test": counting(len)["test"]}


@wrong(caught_by="test_train_loss", because="len(loader) is the number of batches; each loss is weighted by samples.")
def loss_per_batch(solution):
    return {"train": counting(len)["train"]}


@wrong(caught_by="test_numbers_of_test", because="The accuracy is a percentage; 0 to 1 was asked for.")
def percent(solution):
    return testing(scale=100)


@wrong(
    caught_by="test_test_only_looks",
    because="torch.no_grad is missing: every test batch builds a graph that nobody uses.",
)
def no_no_grad(solution):
    return testing(guard=torch.enable_grad)


@wrong(
    caught_by="test_test_only_looks",
    because="test calls backward: gradients of the test data are left for the next training step.",
)
def backward_in_test(solution):
    return testing(guard=torch.enable_grad, each=lambda loss: loss.backward())


@wrong(caught_by="test_fit", because="The model is tested on the data it was trained on.")
def tests_on_the_training_data(solution):
    def fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device):
        return solution.fit(model, train_loader, train_loader, loss_fn, optimizer, epochs, device)

    return {"fit": fit}


@wrong(
    caught_by="test_fit", because="`for epoch in epochs`: epochs is a number; `range(epochs)` can be counted through."
)
def epochs_for_epoch(solution):
    def fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device):
        for epoch in epochs:
            solution.fit(model, train_loader, test_loader, loss_fn, optimizer, epoch, device)

    return {"fit": fit}


@wrong(caught_by="test_fit", because="The model is tested once, after the last epoch, not in each.")
def tests_once(solution):
    def fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device):
        losses = [solution.train(model, train_loader, loss_fn, optimizer, device) for _ in range(epochs)]
        loss, accuracy = solution.test(model, test_loader, loss_fn, device)
        return {"train_loss": losses, "test_loss": [loss], "test_accuracy": [accuracy]}

    return {"fit": fit}


@wrong(caught_by="test_fit", because="Each epoch tests before it trains: the numbers belong to the epoch before.")
def tests_first(solution):
    def fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device):
        history = {"train_loss": [], "test_loss": [], "test_accuracy": []}
        for _ in range(epochs):
            loss, accuracy = solution.test(model, test_loader, loss_fn, device)
            history["train_loss"].append(solution.train(model, train_loader, loss_fn, optimizer, device))
            history["test_loss"].append(loss)
            history["test_accuracy"].append(accuracy)
        return history

    return {"fit": fit}


@wrong(
    caught_by="test_fit",
    because="The lists are made once for all calls: a second training goes on with the first one's.",
)
def remembers_earlier_calls(solution):
    def fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, history={}):  # noqa: B006
        numbers = solution.fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device)
        for key, values in numbers.items():
            history.setdefault(key, []).extend(values)
        return history

    return {"fit": fit}


@wrong(caught_by="test_device", because="The result of .to(device) is thrown away: the batch stays where it was.")
def to_without_keeping(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        total, samples = 0.0, 0
        for X, y in loader:
            X.to(device), y.to(device)
            total += as_it_should_be(model, loss_fn, optimizer, X, y).item() * len(y)
            samples += len(y)
        return total / samples

    return {"train": train}


@wrong(caught_by="test_device", because="Only the inputs follow the model; the labels stay on the CPU.")
def labels_stay_behind(solution):
    def test(model, loader, loss_fn, device):
        model.eval()
        total, correct, samples = 0.0, 0, 0
        with torch.no_grad():
            for X, y in loader:
                logits = model(X.to(device))
                total += loss_fn(logits, y).item() * len(y)
                correct += (logits.argmax(1) == y).sum().item()
                samples += len(y)
        return total / samples, correct / samples

    return {"test": test}


@right("by tensors that add up without a graph, gradients cleared after the step as well, and inference_mode")
def sums_in_tensors(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        model.zero_grad(set_to_none=False)
        total, samples = torch.zeros((), device=device), 0
        for X, y in loader:
            loss = loss_fn(model(X.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            total += loss.detach() * X.shape[0]
            samples += X.shape[0]
        return (total / samples).item()

    @torch.inference_mode()
    def test(model, loader, loss_fn, device):
        model.train(False)
        total = hits = samples = 0
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            total += loss_fn(model(X), y) * y.numel()
            hits += model(X).softmax(1).max(1).indices.eq(y).count_nonzero()
            samples += y.numel()
        return float(total) / samples, float(hits) / samples

    return {"train": train, "test": test}


@right("by a closure handed to the optimizer, and a test of all batches put together")
def closure(solution):
    def train(model, loader, loss_fn, optimizer, device):
        model.train()
        weighted, sizes = [], []
        for batch in loader:
            X, y = (part.to(device, non_blocking=True) for part in batch)

            def step(X=X, y=y):
                optimizer.zero_grad()
                loss = loss_fn(model(X), y)
                loss.backward()
                return loss

            weighted.append(float(optimizer.step(step)) * len(X))
            sizes.append(len(X))
        return sum(weighted) / sum(sizes)

    def test(model, loader, loss_fn, device):
        X, y = (torch.cat(parts).to(device) for parts in zip(*loader, strict=True))
        model.eval()
        with torch.no_grad():
            logits = model(X)
        return float(loss_fn(logits, y)), float((logits.argmax(-1) == y).double().mean())

    def fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device):
        rows = []
        for _ in range(epochs):
            rows.append(
                (train(model, train_loader, loss_fn, optimizer, device), *test(model, test_loader, loss_fn, device))
            )
        return dict(zip(("train_loss", "test_loss", "test_accuracy"), map(list, zip(*rows, strict=True)), strict=True))

    return {"train": train, "test": test, "fit": fit}


@right("by torch.autograd.grad, with the gradients put where the optimizer looks for them")
def functional_gradients(solution):
    def turn(model, loss_fn, optimizer, X, y):
        loss = loss_fn(model(X), y)
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = gradient
        optimizer.step()
        return loss

    return training(turn)


@right("by a copy of the model that takes the test, so that the model's own mode stays")
def tests_a_copy(solution):
    def test(model, loader, loss_fn, device):
        return solution.test(copy.deepcopy(model), loader, loss_fn, device)

    return {"test": test}


@right("by counting hits with int() before the loss is measured")
def hits_first(solution):
    @torch.no_grad()
    def test(model, loader, loss_fn, device):
        model.eval()
        total, hits, samples = 0.0, 0, 0
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            logits = model(X)
            hits += int((logits.argmax(1) == y).sum())
            total += float(loss_fn(logits, y)) * len(y)
            samples += len(y)
        return total / samples, hits / samples

    return {"test": test}


@right("by counting hits on the CPU, and measuring the loss after that")
def hits_on_the_cpu(solution):
    def test(model, loader, loss_fn, device):
        model.eval()
        losses, hits = [], []
        with torch.no_grad():
            for X, y in loader:
                logits = model(X.to(device))
                hits += (logits.argmax(1).cpu() == y.cpu()).tolist()
                losses += [loss_fn(logits, y.to(device)).cpu().item()] * len(y)
        return sum(losses) / len(losses), sum(hits) / len(hits)

    return {"test": test}


excuse(
    line="correct += (logits.argmax(dim=1) == y).sum().item()",
    becomes="correct += (logits.argmax(dim=-1) == y).sum().item()",
    because="equivalent: logits are (B, classes), where dimension 1 is the last.",
)

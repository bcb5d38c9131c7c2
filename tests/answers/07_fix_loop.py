"""Wrong answers that 07_fix_loop must catch, and right ones it must accept."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def line(update, *, record=lambda loss: loss.item(), optimizer=torch.optim.SGD, first=lambda parameters: None):
    """A `fit_line` in which `update(optimizer, loss)` makes the step."""

    def fit_line(model, X, y, lr, epochs):
        steps = optimizer(model.parameters(), lr=lr)
        first(steps)
        losses = []
        for _ in range(epochs):
            loss = F.mse_loss(model(X), y)
            update(steps, loss)
            losses.append(record(loss))
        return losses

    return {"fit_line": fit_line}


def clear_backward_step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@wrong(caught_by="test_fit_line_losses", because="`loss_fn` is used and nobody has made it: nn.MSELoss() first.")
def no_loss_function(solution):
    def fit_line(model, X, y, lr, epochs):
        torch.optim.SGD(model.parameters(), lr=lr)
        return [loss_fn(model(X), y) for _ in range(epochs)]  # noqa: F821

    return {"fit_line": fit_line}


@wrong(caught_by="test_fit_line_losses", because="nn.MSELoss(prediction, y) makes a loss function; call what it makes.")
def loss_class_called_with_tensors(solution):
    def fit_line(model, X, y, lr, epochs):
        return [nn.MSELoss(model(X), y).item() for _ in range(epochs)]

    return {"fit_line": fit_line}


@wrong(caught_by="test_fit_line_losses", because="optimizer.step() is missing: the loss stays the same for ever.")
def no_step(solution):
    def update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()

    return line(update)


@wrong(
    caught_by="test_fit_line_losses",
    because="loss.backward() is missing: after zero_grad there are no gradients, and step passes every parameter by.",
)
def no_backward(solution):
    def update(optimizer, loss):
        optimizer.zero_grad()
        optimizer.step()

    return line(update)


@wrong(caught_by="test_fit_line_losses", because="The losses are tensors: each keeps the graph of its epoch.")
def losses_as_tensors(solution):
    return line(clear_backward_step, record=lambda loss: loss)


@wrong(caught_by="test_fit_line_losses", because="zero_grad is missing: the old gradients are added to the new ones.")
def line_without_zero_grad(solution):
    def update(optimizer, loss):
        loss.backward()
        optimizer.step()

    return line(update)


@wrong(
    caught_by="test_fit_line_losses",
    because="zero_grad stands before the loop: from the second epoch on the gradients add up.",
)
def line_cleared_once(solution):
    def update(optimizer, loss):
        loss.backward()
        optimizer.step()

    return line(update, first=lambda optimizer: optimizer.zero_grad())


@wrong(caught_by="test_fit_line_losses", because="This is Adam; plain SGD was asked for.")
def another_optimizer(solution):
    return line(clear_backward_step, optimizer=torch.optim.Adam)


@wrong(
    caught_by="test_trained_copy",
    because="No step reaches the copy: which tensors was the optimizer given?",
)
def optimizer_of_the_other_model(solution):
    def trained_copy(model, X, y, lr, epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        trained = copy.deepcopy(model)
        for _ in range(epochs):
            clear_backward_step(optimizer, F.mse_loss(trained(X), y))
        return trained

    return {"trained_copy": trained_copy}


@wrong(caught_by="test_trained_copy", because="The model itself is switched to training mode; its modes were to stay.")
def mode_of_the_model(solution):
    def trained_copy(model, X, y, lr, epochs):
        return solution.trained_copy(model.train(), X, y, lr, epochs)

    return {"trained_copy": trained_copy}


@wrong(caught_by="test_trained_copy", because="zero_grad is missing: the gradients of all epochs add up.")
def copy_without_zero_grad(solution):
    def trained_copy(model, X, y, lr, epochs):
        trained = copy.deepcopy(model)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(epochs):
            F.mse_loss(trained(X), y).backward()
            optimizer.step()
        return trained

    return {"trained_copy": trained_copy}


@wrong(caught_by="test_trained_copy", because="The model itself is trained, and a copy made of it afterwards.")
def copies_too_late(solution):
    def trained_copy(model, X, y, lr, epochs):
        solution.fit_line(model, X, y, lr, epochs)
        return copy.deepcopy(model)

    return {"trained_copy": trained_copy}


@wrong(caught_by="test_trained_copy", because="copy.copy copies the outside alone: the parameters are still shared.")
def shallow_copy(solution):
    def trained_copy(model, X, y, lr, epochs):
        trained = copy.copy(model)
        solution.fit_line(trained, X, y, lr, epochs)
        return trained

    return {"trained_copy": trained_copy}


@wrong(
    caught_by="test_trained_copy",
    because="The loss is that of the model, the optimizer that of the copy: the gradients never meet it.",
)
def loss_of_the_other_model(solution):
    def trained_copy(model, X, y, lr, epochs):
        trained = copy.deepcopy(model)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(epochs):
            clear_backward_step(optimizer, F.mse_loss(model(X), y))
        return trained

    return {"trained_copy": trained_copy}


def curves(
    *, train_mode="each", overwrite=False, eval_mode=True, test_first=False, guard=torch.no_grad, train_after=False
):
    """A `loss_curves` with its parts exchanged."""

    def loss_curves(model, train_batch, test_batch, loss_fn, optimizer, epochs):
        (X, y), (X_test, y_test) = train_batch, test_batch
        train_losses, test_losses = [], []
        if train_mode == "once":
            model.train()

        def test():
            if eval_mode:
                model.eval()
            with guard():
                return loss_fn(model(X_test), y_test)

        for _ in range(epochs):
            if test_first:
                test_loss = test()
            if train_mode == "each":
                model.train()
            loss = loss_fn(model(X), y)
            clear_backward_step(optimizer, loss)
            if train_after:
                with torch.no_grad():
                    loss = loss_fn(model(X), y)
            if not test_first:
                test_loss = test()
            train_losses.append((test_loss if overwrite else loss).item())
            test_losses.append(test_loss.item())
        return train_losses, test_losses

    return {"loss_curves": loss_curves}


@wrong(caught_by="test_loss_curves", because="Both lists hold the loss of the test.")
def test_overwrites_the_loss(solution):
    return curves(overwrite=True)


@wrong(
    caught_by="test_loss_curves",
    because="The test stands before the step: its losses belong to the weights of the epoch before.",
)
def tests_before_the_step(solution):
    return curves(test_first=True)


@wrong(caught_by="test_loss_curves", because="The training loss is measured again after the step.")
def training_loss_after_the_step(solution):
    return curves(train_after=True)


@wrong(caught_by="test_loss_curves", because="no_grad is missing: the test records a graph that nobody uses.")
def test_records(solution):
    return curves(guard=torch.enable_grad)


@wrong(
    caught_by="test_loss_curves_modes",
    because="The first epoch is right; all others train in evaluation mode.",
)
def eval_never_undone(solution):
    return curves(train_mode="once")


@wrong(caught_by="test_loss_curves_modes", because="train() is missing: every epoch trains in evaluation mode.")
def curves_without_train(solution):
    return curves(train_mode="never")


@wrong(
    caught_by="test_loss_curves_modes",
    because="eval() is missing: the test uses the statistics of its own batch, and changes the running ones.",
)
def curves_without_eval(solution):
    return curves(eval_mode=False)


def numbers(
    *,
    total_of=lambda loss, y: loss.item() * len(y),
    hits_of=lambda before, hits: before + hits,
    divide=lambda total, hits, samples, batches: (total / samples, hits / samples),
    mode=True,
):
    """An `epoch_numbers` with its parts exchanged."""

    def epoch_numbers(model, loader, loss_fn, optimizer):
        if mode:
            model.train()
        total, hits, samples, batches = 0.0, 0, 0, 0
        for X, y in loader:
            logits = model(X)
            loss = loss_fn(logits, y)
            clear_backward_step(optimizer, loss)
            total += total_of(loss, y)
            hits = hits_of(hits, (logits.argmax(dim=1) == y).sum().item())
            samples += len(y)
            batches += 1
        return divide(total, hits, samples, batches)

    return {"epoch_numbers": epoch_numbers}


@wrong(
    caught_by="test_epoch_numbers",
    because="The sum that is returned is still 0: no batch's loss came into it.",
)
def sum_under_the_wrong_name(solution):
    return numbers(total_of=lambda loss, y: 0.0)


@wrong(
    caught_by="test_epoch_numbers", because="The mean of the batches' means: a batch of 1 counts as much as one of 7."
)
def mean_of_means(solution):
    return numbers(
        total_of=lambda loss, y: loss.item(),
        divide=lambda total, hits, samples, batches: (total / batches, hits / samples),
    )


@wrong(caught_by="test_epoch_numbers", because="The sum is one of means, and it is divided by the number of samples.")
def means_by_samples(solution):
    return numbers(total_of=lambda loss, y: loss.item())


@wrong(caught_by="test_epoch_numbers", because="Only the last batch's hits are in the share.")
def hits_of_the_last_batch(solution):
    return numbers(hits_of=lambda before, hits: hits)


@wrong(caught_by="test_epoch_numbers", because="The hits are divided by the number of batches, not of samples.")
def hits_by_batches(solution):
    return numbers(divide=lambda total, hits, samples, batches: (total / samples, hits / batches))


@wrong(caught_by="test_epoch_numbers", because="The hits are still a tensor: `.item()` makes a number of it.")
def share_as_a_tensor(solution):
    return numbers(divide=lambda total, hits, samples, batches: (total / samples, torch.tensor(hits) / samples))


@wrong(caught_by="test_epoch_numbers_trajectory", because="model.train() got lost: the model stays in evaluation mode.")
def numbers_without_train(solution):
    return numbers(mode=False)


def classifying(turn, *, mode=True, add=lambda total, loss, size: total + loss.item() * size):
    """A `classify_epochs` in which `turn(model, optimizer, X, y)` handles a batch and returns its loss."""

    def classify_epochs(model, loader, optimizer, epochs):
        losses = []
        if mode:
            model.train()
        for _ in range(epochs):
            total, samples = 0.0, 0
            for X, y in loader:
                total = add(total, turn(model, optimizer, X, y), len(y))
                samples += len(y)
            losses.append(float(total) / samples)
        return losses

    return {"classify_epochs": classify_epochs}


def as_it_should_be(model, optimizer, X, y):
    loss = F.cross_entropy(model(X), y)
    clear_backward_step(optimizer, loss)
    return loss


@wrong(
    caught_by="test_classify_epochs_steps",
    because="A softmax before the loss: CrossEntropyLoss takes logits and does it itself.",
)
def softmax_first(solution):
    def turn(model, optimizer, X, y):
        loss = F.cross_entropy(model(X).softmax(dim=1), y)
        clear_backward_step(optimizer, loss)
        return loss

    return classifying(turn)


@wrong(
    caught_by="test_classify_epochs_steps",
    because="step comes before backward: every step uses gradients from before its batch.",
)
def step_before_backward(solution):
    def turn(model, optimizer, X, y):
        loss = F.cross_entropy(model(X), y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        return loss

    return classifying(turn)


@wrong(caught_by="test_classify_epochs_steps", because="zero_grad is missing: the gradients of all batches add up.")
def no_zero_grad(solution):
    def turn(model, optimizer, X, y):
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return classifying(turn)


@wrong(
    caught_by="test_classify_epochs_steps",
    because="zero_grad stands between backward and step: the step finds no gradients.",
)
def zero_grad_too_late(solution):
    def turn(model, optimizer, X, y):
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        return loss

    return classifying(turn)


@wrong(
    caught_by="test_classify_epochs_steps",
    because="step comes before backward, and zero_grad before both: the step finds no gradients.",
)
def clear_step_backward(solution):
    def turn(model, optimizer, X, y):
        loss = F.cross_entropy(model(X).softmax(dim=1), y)
        optimizer.zero_grad()
        optimizer.step()
        loss.backward()
        return loss

    return classifying(turn)


@wrong(caught_by="test_classify_epochs", because="train() is missing: the model comes in evaluation mode and stays so.")
def no_train_mode(solution):
    return classifying(as_it_should_be, mode=False)


@wrong(
    caught_by="test_classify_epochs",
    because="`total += loss`: the sum hangs on the graph of every loss in it, and keeps them all in memory.",
)
def keeps_graphs(solution):
    return classifying(as_it_should_be, add=lambda total, loss, size: total + loss * size)


@wrong(caught_by="test_classify_epochs", because="The mean of the batches' means: a small batch counts too much.")
def classify_mean_of_means(solution):
    def classify_epochs(model, loader, optimizer, epochs):
        batches = list(loader)
        return [
            sum(solution.classify_epochs(model, [batch], optimizer, 1)[0] for batch in batches) / len(batches)
            for _ in range(epochs)
        ]

    return {"classify_epochs": classify_epochs}


@right("by functions of torch.nn.functional, gradients cleared after each step as well, and sums without graphs")
def functional(solution):
    def step(model, optimizer, X, y, loss_fn):
        outputs = model(X)
        loss = loss_fn(outputs, y)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return outputs.detach(), loss.detach()

    def fit_line(model, X, y, lr, epochs):
        optimizer = torch.optim.SGD(params=model.parameters(), lr=lr)
        return [step(model, optimizer, X, y, F.mse_loss)[1].item() for _ in range(epochs)]

    def trained_copy(model, X, y, lr, epochs):
        fit_line(trained := copy.deepcopy(model), X, y, lr, epochs)
        return trained

    def loss_curves(model, train_batch, test_batch, loss_fn, optimizer, epochs):
        pairs = []
        for _ in range(epochs):
            _, loss = step(model.train(), optimizer, *train_batch, loss_fn)
            with torch.inference_mode():
                X, y = test_batch
                pairs.append((float(loss), float(loss_fn(model.eval()(X), y))))
        return [loss for loss, _ in pairs], [loss for _, loss in pairs]

    def epoch_numbers(model, loader, loss_fn, optimizer):
        losses, hits = [], []
        for X, y in loader:
            logits, loss = step(model.train(), optimizer, X, y, loss_fn)
            losses.append(loss.expand(len(y)))
            hits.append(logits.argmax(1) == y)
        return torch.cat(losses).mean().item(), torch.cat(hits).double().mean().item()

    def classify_epochs(model, loader, optimizer, epochs):
        return [epoch_numbers(model, loader, F.cross_entropy, optimizer)[0] for _ in range(epochs)]

    return {
        "fit_line": fit_line,
        "trained_copy": trained_copy,
        "loss_curves": loss_curves,
        "epoch_numbers": epoch_numbers,
        "classify_epochs": classify_epochs,
    }


@right("by a copy made from the state, training on what epoch_numbers returns")
def one_from_the_other(solution):
    def trained_copy(model, X, y, lr, epochs):
        trained = copy.deepcopy(model).requires_grad_()
        trained.load_state_dict(model.state_dict())
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(epochs):
            for parameter in trained.parameters():
                parameter.grad = None
            ((trained(X) - y) ** 2).mean().backward()
            optimizer.step()
        return trained.train()

    def classify_epochs(model, loader, optimizer, epochs):
        loss_fn = nn.CrossEntropyLoss(reduction="sum")
        model.train()
        losses = []
        for _ in range(epochs):
            total, samples = 0.0, 0
            for X, y in loader:
                optimizer.zero_grad(set_to_none=False)
                loss = loss_fn(model(X), y)
                (loss / len(y)).backward()
                optimizer.step()
                total, samples = total + loss.item(), samples + y.numel()
            losses.append(total / samples)
        return losses

    return {"trained_copy": trained_copy, "classify_epochs": classify_epochs}


excuse(
    line="loss = loss_fn(model(X), y)",
    becomes="loss = loss_fn(y, model(X))",
    within="fit_line",
    because="equivalent: the mean squared error and its gradients are the same with its arguments exchanged.",
)
excuse(
    line="loss_fn(trained(X), y).backward()",
    becomes="loss_fn(y, trained(X)).backward()",
    because="equivalent: the mean squared error and its gradients are the same with its arguments exchanged.",
)

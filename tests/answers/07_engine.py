"""Wrong answers that 07_engine must catch, and right ones it must accept."""

import numpy as np
import torch

from tutor.checks import excuse, right, wrong


def training(
    turn=None,
    *,
    add=lambda total, loss, size: total + loss.detach() * size,
    finish=lambda total, hits, samples, batches: (float(total) / samples, int(hits) / samples),
    start=lambda device: 0.0,
    mode=lambda model: model.train(),
    move=lambda tensor, device: tensor.to(device),
):
    """A `train_step` with its parts exchanged; `turn` makes the update and returns logits and loss."""

    def train_step(model, loader, loss_fn, optimizer, device):
        mode(model)
        total, hits, samples, batches = start(device), 0, 0, 0
        for X, y in loader:
            X, y = X.to(device), move(y, device)
            logits, loss = (turn or as_it_should_be)(model, loss_fn, optimizer, X, y)
            total = add(total, loss, len(y))
            hits = hits + (logits.argmax(dim=1) == y).sum()
            samples += len(y)
            batches += 1
        return finish(total, hits, samples, batches)

    return {"train_step": train_step}


def as_it_should_be(model, loss_fn, optimizer, X, y):
    logits = model(X)
    loss = loss_fn(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return logits, loss


@wrong(
    caught_by="test_count_hits",
    because="np.argmax without an axis finds the one largest logit of the whole batch, and it leaves torch.",
)
def numpy_argmax(solution):
    return {"count_hits": lambda logits, labels: (torch.as_tensor(np.argmax(logits.cpu().numpy())) == labels).sum()}


@wrong(caught_by="test_count_hits", because="argmax over dim=0 finds the best sample of each class, not the class.")
def argmax_of_columns(solution):
    return {"count_hits": lambda logits, labels: (logits.argmax(dim=0) == labels).sum()}


@wrong(caught_by="test_count_hits", because="The hits are read as a number at once: every batch then waits for it.")
def hits_read_at_once(solution):
    return {"count_hits": lambda logits, labels: (logits.argmax(dim=1) == labels).sum().item()}


@wrong(caught_by="test_count_hits", because="The mean of the hits is a share: batches of unequal size do not add up.")
def share_of_hits(solution):
    return {"count_hits": lambda logits, labels: (logits.argmax(dim=1) == labels).float().mean()}


@wrong(caught_by="test_count_hits", because="`.float()` is not needed: True and False add up to an int64 as they are.")
def hits_as_floats(solution):
    return {"count_hits": lambda logits, labels: (logits.argmax(dim=1) == labels).float().sum()}


@wrong(caught_by="test_reads", because="NumPy counts on the CPU: every batch waits for its logits to get there.")
def numpy_by_row(solution):
    def count_hits(logits, labels):
        rows = logits.detach().cpu().numpy()
        return torch.as_tensor((np.argmax(rows, axis=1) == labels.cpu().numpy()).sum())

    return {"count_hits": count_hits}


@wrong(
    caught_by="test_train_step_numbers",
    because="The mean of the batches' mean losses: a small last batch counts as much as a full one.",
)
def mean_of_means(solution):
    return training(
        add=lambda total, loss, size: total + loss.detach(),
        finish=lambda total, hits, samples, batches: (float(total) / batches, int(hits) / samples),
    )


@wrong(
    caught_by="test_train_step_numbers",
    because="The mean of the batches' shares: a hit in a small last batch counts for more than others.",
)
def mean_of_shares(solution):
    def train_step(model, loader, loss_fn, optimizer, device):
        numbers = [solution.train_step(model, [batch], loss_fn, optimizer, device) for batch in loader]
        sizes = [len(y) for _, y in loader]
        loss = sum(n * one for n, (one, _) in zip(sizes, numbers, strict=True)) / sum(sizes)
        return loss, sum(share for _, share in numbers) / len(numbers)

    return {"train_step": train_step}


@wrong(
    caught_by="test_train_step_numbers",
    because="Losses are kept as they are, in a sum or a list: it holds on to the graph of every one of them.",
)
def keeps_graphs(solution):
    return training(add=lambda total, loss, size: total + loss * size)


@wrong(
    caught_by="test_train_step_numbers",
    because="Losses are kept as they are, in a sum or a list: it holds on to the graph of every one of them.",
)
def keeps_a_list_of_losses(solution):
    return training(
        start=lambda device: [],
        add=lambda total, loss, size: [*total, (loss, size)],
        finish=lambda total, hits, samples, batches: (
            sum(loss.item() * size for loss, size in total) / samples,
            int(hits) / samples,
        ),
    )


@wrong(caught_by="test_train_step_numbers", because="The loss is returned as a tensor.")
def returns_tensors(solution):
    return training(finish=lambda total, hits, samples, batches: (total / samples, hits / samples))


@wrong(
    caught_by="test_train_step_numbers",
    because="A second call of the model counts the hits after the step: they are those of the weights that come next.",
)
def hits_after_the_step(solution):
    def turn(model, loss_fn, optimizer, X, y):
        _, loss = as_it_should_be(model, loss_fn, optimizer, X, y)
        with torch.no_grad():
            return model(X), loss

    return training(turn)


@wrong(
    caught_by="test_train_step_numbers",
    because="len(loader.dataset) counts samples that this loader never gives, as with drop_last or a sampler.",
)
def divides_by_the_dataset(solution):
    def train_step(model, loader, loss_fn, optimizer, device):
        loss, share = solution.train_step(model, loader, loss_fn, optimizer, device)
        given = sum(len(y) for _, y in loader) / len(loader.dataset)
        return loss * given, share * given

    return {"train_step": train_step}


@wrong(
    caught_by="test_train_step_numbers",
    because="Logits are kept until the epoch is over, and with them the graph of every batch; keep the hits alone.",
)
def keeps_logits(solution):
    def train_step(model, loader, loss_fn, optimizer, device):
        model.train()
        total, kept = 0.0, []
        for X, y in loader:
            logits, loss = as_it_should_be(model, loss_fn, optimizer, X.to(device), y.to(device))
            total += loss.detach() * len(y)
            kept.append((logits, y.to(device)))
        samples = sum(len(y) for _, y in kept)
        hits = sum(solution.count_hits(*one) for one in kept)
        return float(total) / samples, int(hits) / samples

    return {"train_step": train_step}


@wrong(caught_by="test_train_step_numbers", because="optimizer.step() is missing: gradients alone move nothing.")
def no_step(solution):
    def turn(model, loss_fn, optimizer, X, y):
        logits = model(X)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        loss.backward()
        return logits, loss

    return training(turn)


@wrong(caught_by="test_train_step_numbers", because="loss.backward() is missing: the optimizer finds no gradients.")
def no_backward(solution):
    def turn(model, loss_fn, optimizer, X, y):
        logits = model(X)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        optimizer.step()
        return logits, loss

    return training(turn)


@wrong(
    caught_by="test_train_step_numbers",
    because="zero_grad comes right before step, which then finds no gradients: backward belongs between them.",
)
def clear_step_backward(solution):
    def turn(model, loss_fn, optimizer, X, y):
        logits = model(X)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        optimizer.step()
        loss.backward()
        return logits, loss

    return training(turn)


@wrong(caught_by="test_train_step_numbers", because="The accuracy is a percentage; 0 to 1 was asked for.")
def percent(solution):
    return training(
        finish=lambda total, hits, samples, batches: (float(total) / samples, 100 * int(hits) / samples),
    )


@wrong(caught_by="test_train_step_numbers", because="zero_grad is missing: the gradients of all batches add up.")
def no_zero_grad(solution):
    def turn(model, loss_fn, optimizer, X, y):
        logits = model(X)
        loss = loss_fn(logits, y)
        loss.backward()
        optimizer.step()
        return logits, loss

    return training(turn)


@wrong(
    caught_by="test_train_step_numbers",
    because="A softmax before the loss: CrossEntropyLoss takes logits and does it itself.",
)
def softmax_first(solution):
    def turn(model, loss_fn, optimizer, X, y):
        return as_it_should_be(lambda batch: model(batch).softmax(dim=1), loss_fn, optimizer, X, y)

    return training(turn)


@wrong(
    caught_by="test_train_step_numbers",
    because="step comes before backward: every step uses the gradients of the batch before.",
)
def step_before_backward(solution):
    def turn(model, loss_fn, optimizer, X, y):
        logits = model(X)
        loss = loss_fn(logits, y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        return logits, loss

    return training(turn)


@wrong(
    caught_by="test_train_step_trajectory",
    because="model.train() is missing: after the first test the model trains on in evaluation mode.",
)
def no_train_mode(solution):
    return training(mode=lambda model: model)


def mode_set_once(solution, sets_mode):
    step = training(mode=lambda model: model)["train_step"]

    def train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every=1, progress=None):
        results = {name: [] for name in ("train_loss", "train_acc", "test_epoch", "test_loss", "test_acc")}
        if sets_mode:
            model.train()
        for epoch in (progress or iter)(range(1, epochs + 1)):
            loss, share = step(model, train_loader, loss_fn, optimizer, device)
            results["train_loss"].append(loss)
            results["train_acc"].append(share)
            if epoch % test_every == 0 or epoch == epochs:
                loss, share = solution.test_step(model, test_loader, loss_fn, device)
                results["test_epoch"].append(epoch)
                results["test_loss"].append(loss)
                results["test_acc"].append(share)
        return results

    return {"train": train}


@wrong(
    caught_by="test_train",
    because="eval() is never undone: training mode is set once, and from the second epoch on the model trains in "
    "evaluation mode.",
)
def eval_never_undone(solution):
    return mode_set_once(solution, True)


@wrong(caught_by="test_train", because="No epoch sets training mode: the model trains in the mode it came in.")
def mode_never_set(solution):
    return mode_set_once(solution, False)


def testing(*, mode=lambda model: model.eval(), guard=torch.inference_mode, move=lambda y, device: y.to(device)):
    """A `test_step` with its parts exchanged."""

    def test_step(model, loader, loss_fn, device):
        mode(model)
        total, hits, samples = 0.0, 0, 0
        with guard():
            for X, y in loader:
                X, y = X.to(device), move(y, device)
                logits = model(X)
                total += loss_fn(logits, y).detach() * len(y)
                hits += (logits.argmax(dim=1) == y).sum()
                samples += len(y)
        return float(total) / samples, int(hits) / samples

    return {"test_step": test_step}


@wrong(
    caught_by="test_test_step",
    because="model.eval() is missing: stopping the recording changes no layer's behaviour.",
)
def no_eval_mode(solution):
    return testing(mode=lambda model: model)


@wrong(caught_by="test_test_step", because="Nothing stops the recording: each test batch builds a graph for nobody.")
def records_the_test(solution):
    return testing(guard=torch.enable_grad)


@wrong(
    caught_by="test_test_step",
    because="len(loader.dataset) counts samples that this loader never gives, as with drop_last or a sampler.",
)
def test_divides_by_the_dataset(solution):
    def test_step(model, loader, loss_fn, device):
        loss, share = solution.test_step(model, loader, loss_fn, device)
        given = sum(len(y) for _, y in loader) / len(loader.dataset)
        return loss * given, share * given

    return {"test_step": test_step}


@wrong(
    caught_by="test_test_step",
    because="The mean of the batches' means: a small last batch counts as much as a full one.",
)
def test_mean_of_means(solution):
    def test_step(model, loader, loss_fn, device):
        numbers = [solution.test_step(model, [batch], loss_fn, device) for batch in loader]
        return tuple(sum(one) / len(one) for one in zip(*numbers, strict=True))

    return {"test_step": test_step}


@wrong(
    caught_by="test_reads",
    because="A read for every batch: right on a CPU, and on an accelerator each waits until the queue is empty.",
)
def reads_every_batch(solution):
    return training(add=lambda total, loss, size: total + loss.item() * size)


@wrong(caught_by="test_reads", because="The test reads its loss in every batch.")
def test_reads_every_batch(solution):
    def test_step(model, loader, loss_fn, device):
        model.eval()
        total, hits, samples = 0.0, 0, 0
        with torch.no_grad():
            for X, y in loader:
                X, y = X.to(device), y.to(device)
                logits = model(X)
                total += loss_fn(logits, y).item() * len(y)
                hits += solution.count_hits(logits, y)
                samples += len(y)
        return total / samples, int(hits) / samples

    return {"test_step": test_step}


@wrong(caught_by="test_device", because="Only the inputs follow the model; the labels stay on the CPU.")
def labels_stay_behind(solution):
    return training(move=lambda tensor, device: tensor)


@wrong(
    caught_by="test_device",
    because="torch.zeros(()) without device=: on a GPU, `total += loss` fails, for total is on the CPU.",
)
def sum_on_the_cpu(solution):
    def add(total, loss, size):
        total += loss.detach() * size
        return total

    return training(start=lambda device: torch.zeros(()), add=add)


def engine(*, order="train test", test_on=1, due=None, names=None, wrap=None):
    """A `train` with its parts exchanged; `due(epoch, epochs, test_every)` says when to test."""

    def build(solution):
        def train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every=1, progress=None):
            keys = names or ("train_loss", "train_acc", "test_epoch", "test_loss", "test_acc")
            results = {name: [] for name in keys}
            loaders = (train_loader, test_loader)
            for epoch in (wrap or (lambda progress, numbers: (progress or iter)(numbers)))(
                progress, range(1, epochs + 1)
            ):
                tests = due(epoch, epochs, test_every) if due else epoch % test_every == 0 or epoch == epochs
                for what in order.split():
                    if what == "train":
                        numbers = solution.train_step(model, train_loader, loss_fn, optimizer, device)
                        results[keys[0]].append(numbers[0])
                        results[keys[1]].append(numbers[1])
                    elif tests:
                        numbers = solution.test_step(model, loaders[test_on], loss_fn, device)
                        for key, number in zip(keys[2:], (epoch, *numbers), strict=True):
                            results[key].append(number)
            return results

        return {"train": train}

    return build


@wrong(caught_by="test_train", because="The model is tested on the data that it was trained on.")
def tests_on_the_training_data(solution):
    return engine(test_on=0)(solution)


@wrong(caught_by="test_train", because="Each epoch tests before it trains: the numbers are those of the epoch before.")
def tests_first(solution):
    return engine(order="test train")(solution)


@wrong(caught_by="test_train", because="Loss and share of the training are put into each other's lists.")
def swapped_lists(solution):
    return engine(names=("train_acc", "train_loss", "test_epoch", "test_loss", "test_acc"))(solution)


@wrong(
    caught_by="test_test_every",
    because="Every epoch is tested: the argument test_every is not used.",
)
def tests_every_epoch(solution):
    return engine(due=lambda epoch, epochs, test_every: True)(solution)


@wrong(
    caught_by="test_test_every",
    because="The test runs in every epoch, and only its numbers are kept now and then: the time is spent all the same.",
)
def tests_and_throws_away(solution):
    def train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every=1, progress=None):
        results = solution.train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, 1, progress)
        kept = [e for e in results["test_epoch"] if e % test_every == 0 or e == epochs]
        tests = {name: [numbers[e - 1] for e in kept] for name, numbers in results.items() if name.startswith("test")}
        return {**results, **tests}

    return {"train": train}


@wrong(caught_by="test_test_every", because="The last epoch has no test when test_every does not divide it.")
def last_epoch_untested(solution):
    return engine(due=lambda epoch, epochs, test_every: epoch % test_every == 0)(solution)


@wrong(
    caught_by="test_test_every",
    because="Epochs are counted from 0 for the test: the very first is tested, and the rest come one too late.",
)
def counted_from_zero(solution):
    return engine(due=lambda epoch, epochs, test_every: (epoch - 1) % test_every == 0 or epoch == epochs)(solution)


@wrong(caught_by="test_progress", because="progress is never called.")
def no_progress(solution):
    return engine(wrap=lambda progress, numbers: numbers)(solution)


@wrong(caught_by="test_progress", because="What progress returns is what to loop over; only so does it move.")
def bar_left_alone(solution):
    def beside(progress, numbers):
        if progress is not None:
            progress(numbers)
        return numbers

    return engine(wrap=beside)(solution)


@wrong(
    caught_by="test_progress",
    because="list(progress(...)) runs the bar to its end before the first epoch is trained.",
)
def bar_runs_ahead(solution):
    return engine(wrap=lambda progress, numbers: list((progress or iter)(numbers)))(solution)


@wrong(caught_by="test_progress", because="An iterator has no length: the bar cannot know how many epochs there are.")
def progress_of_an_iterator(solution):
    return engine(wrap=lambda progress, numbers: progress(iter(numbers)) if progress else numbers)(solution)


@wrong(caught_by="test_progress", because="progress is put around the batches; it belongs around the epochs.")
def progress_around_batches(solution):
    def train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every=1, progress=None):
        if progress is None:
            return solution.train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every)

        class Shown:
            def __iter__(self):
                return iter(progress(train_loader))

        return solution.train(model, Shown(), test_loader, loss_fn, optimizer, epochs, device, test_every)

    return {"train": train}


@right("by sums of detached losses in lists, stacked when the epoch is over")
def stacked(solution):
    def run(model, loader, loss_fn, device, optimizer=None):
        model.train(optimizer is not None)
        losses, hits = [], []
        for batch in loader:
            X, y = (part.to(device, non_blocking=True) for part in batch)
            with torch.set_grad_enabled(optimizer is not None):
                logits = model(X)
                loss = loss_fn(logits, y)
            if optimizer is not None:
                model.zero_grad()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses.append(loss.detach().expand(len(y)))
            hits.append(logits.detach().max(dim=1).indices.eq(y))
        return torch.cat(losses).mean().item(), torch.cat(hits).double().mean().item()

    def train_step(model, loader, loss_fn, optimizer, device):
        return run(model, loader, loss_fn, device, optimizer)

    def train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every=1, progress=None):
        rows, tests = [], []
        bar = range(epochs) if progress is None else progress(range(epochs))
        for epoch in bar:
            rows.append(train_step(model, train_loader, loss_fn, optimizer, device))
            if not (epoch + 1) % test_every or epoch + 1 == epochs:
                tests.append((epoch + 1, *run(model, test_loader, loss_fn, device)))
        return {
            "train_loss": [loss for loss, _ in rows],
            "train_acc": [share for _, share in rows],
            "test_epoch": [epoch for epoch, _, _ in tests],
            "test_loss": [loss for _, loss, _ in tests],
            "test_acc": [share for _, _, share in tests],
        }

    return {
        "count_hits": lambda logits, labels: logits.max(dim=1).indices.eq(labels).count_nonzero(),
        "train_step": train_step,
        "test_step": lambda model, loader, loss_fn, device: run(model, loader, loss_fn, device),
        "train": train,
    }


@right("by sums that start as tensors on the device, and no_grad in the test")
def sums_on_the_device(solution):
    def train_step(model, loader, loss_fn, optimizer, device):
        model.train()
        sums = torch.zeros(3, device=device)
        optimizer.zero_grad(set_to_none=False)
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            logits = model(X)
            loss = loss_fn(logits, y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            with torch.no_grad():
                sums[0] += loss * len(y)
                sums[1] += (logits.argmax(1) == y).sum()
                sums[2] += len(y)
        total, hits, samples = sums.tolist()
        return total / samples, hits / samples

    @torch.no_grad()
    def test_step(model, loader, loss_fn, device):
        model.eval()
        total = torch.zeros((), device=device)
        hits, samples = torch.zeros((), dtype=torch.long, device=device), 0
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            logits = model(X)
            total += loss_fn(logits, y) * y.numel()
            hits += torch.eq(logits.argmax(-1), y).sum()
            samples += len(X)
        return total.item() / samples, hits.item() / samples

    return {"train_step": train_step, "test_step": test_step}


@right("by counting hits one-hot, the results put together from pairs")
def one_hot(solution):
    def count_hits(logits, labels):
        at_label = logits.gather(1, labels[:, None])  # (B, 1)
        return (logits <= at_label).all(dim=1).sum()

    return {"count_hits": count_hits}


excuse(
    line="return (logits.argmax(dim=1) == labels).sum()",
    becomes="return (logits.argmax(dim=-1) == labels).sum()",
    because="equivalent: logits are (B, classes), where dimension 1 is the last.",
)

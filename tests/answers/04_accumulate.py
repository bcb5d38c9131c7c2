"""Wrong answers that 04_accumulate must catch, and right ones it must accept."""

import torch

from tutor.checks import right, wrong


@wrong(
    caught_by="test_walk_back_by_example",
    because="The first backward freed the graph: the second has nothing to walk through.",
)
def plain_calls(solution):
    def walk_back(loss, times):
        for _ in range(times):
            loss.backward()

    return {"walk_back": walk_back}


@wrong(
    caught_by="test_walk_back_frees", because="The graph is retained after the last walk too: it holds memory in vain."
)
def always_retains(solution):
    def walk_back(loss, times):
        for _ in range(times):
            loss.backward(retain_graph=True)

    return {"walk_back": walk_back}


@wrong(caught_by="test_walk_back_by_example", because="The range ends one early: there is a walk too few.")
def one_too_few(solution):
    def walk_back(loss, times):
        for _ in range(1, times):
            loss.backward(retain_graph=True)

    return {"walk_back": walk_back}


@wrong(
    caught_by="test_walk_back", because="One walk with the gradient `times` is the same sum, but the old one is lost."
)
def walk_back_clears(solution):
    def walk_back(loss, times):
        leaves = set()
        nodes = [loss.grad_fn]
        while nodes:
            node = nodes.pop()
            if hasattr(node, "variable"):
                leaves.add(node.variable)
            nodes += [one for one, _ in node.next_functions if one is not None]
        for leaf in leaves:
            leaf.grad = None
        (loss * times).backward()

    return {"walk_back": walk_back}


@wrong(
    caught_by="test_gradients_by_example",
    because="Without clearing, every gradient holds those of the batches before it as well.",
)
def never_cleared(solution):
    def gradients(w, batches):
        found = []
        for x, y in batches:
            solution.squared_errors(w, x, y).mean().backward()
            found.append(w.grad.clone())
        return found

    return {"gradients": gradients}


@wrong(
    caught_by="test_gradients_by_example",
    because="The list holds w.grad itself, one tensor for all batches, and zero_() clears it.",
)
def one_tensor_for_all(solution):
    def gradients(w, batches):
        found = []
        for x, y in batches:
            if w.grad is not None:
                w.grad.zero_()
            solution.squared_errors(w, x, y).mean().backward()
            found.append(w.grad)
        return found

    return {"gradients": gradients}


@wrong(caught_by="test_gradients_by_example", because="zero_() fails before the first backward: w.grad is None.")
def zero_of_none(solution):
    def gradients(w, batches):
        found = []
        for x, y in batches:
            w.grad.zero_()
            solution.squared_errors(w, x, y).mean().backward()
            found.append(w.grad.clone())
        return found

    return {"gradients": gradients}


@wrong(
    caught_by="test_gradients", because="Cleared after each batch only: an old gradient is still in the first entry."
)
def cleared_afterwards_only(solution):
    def gradients(w, batches):
        found = []
        for x, y in batches:
            solution.squared_errors(w, x, y).mean().backward()
            found.append(w.grad)
            w.grad = None
        return found

    return {"gradients": gradients}


@wrong(caught_by="test_gradients_stay", because="The last entry is still w.grad, and the next backward adds to it.")
def last_one_kept_in_w(solution):
    def gradients(w, batches):
        found = []
        for x, y in batches:
            w.grad = None
            solution.squared_errors(w, x, y).mean().backward()
            found.append(w.grad)
        return found

    return {"gradients": gradients}


@wrong(
    caught_by="test_mean_gradient_by_example",
    because="The mean of the batches' means: a sample of a small batch counts for more than one of a large batch.",
)
def mean_of_means(solution):
    def mean_gradient(w, batches):
        w.grad = None
        number = 0
        for x, y in batches:
            solution.squared_errors(w, x, y).mean().backward()
            number += 1
        w.grad /= number

    return {"mean_gradient": mean_gradient}


@wrong(
    caught_by="test_mean_gradient_by_example",
    because="Cleared before every batch: of all the gradients only the last is left.",
)
def clears_in_the_loop(solution):
    def mean_gradient(w, batches):
        samples = 0
        for x, y in batches:
            w.grad = None
            solution.squared_errors(w, x, y).sum().backward()
            samples += len(y)
        w.grad /= samples

    return {"mean_gradient": mean_gradient}


@wrong(caught_by="test_mean_gradient", because="Nothing clears w.grad first: the old gradient is averaged in.")
def old_gradient_included(solution):
    def mean_gradient(w, batches):
        samples = 0
        for x, y in batches:
            solution.squared_errors(w, x, y).sum().backward()
            samples += len(y)
        w.grad /= samples

    return {"mean_gradient": mean_gradient}


@wrong(
    caught_by="test_one_batch_at_a_time",
    because="One sum of all losses: its graph keeps every batch in memory until the end.",
)
def one_big_graph(solution):
    def mean_gradient(w, batches):
        w.grad = None
        total, samples = 0, 0
        for x, y in batches:
            total = total + solution.squared_errors(w, x, y).sum()
            samples += len(y)
        (total / samples).backward()

    return {"mean_gradient": mean_gradient}


@wrong(caught_by="test_one_batch_at_a_time", because="Joined into one big batch: all of it is in memory at once.")
def all_joined(solution):
    def mean_gradient(w, batches):
        w.grad = None
        xs, ys = zip(*batches, strict=True)
        solution.squared_errors(w, torch.cat(xs), torch.cat(ys)).mean().backward()

    return {"mean_gradient": mean_gradient}


@right("by one walk from a multiple of the loss, and torch.autograd.grad")
def functional(solution):
    def gradients(w, batches):
        return [torch.autograd.grad(solution.squared_errors(w, x, y).mean(), w)[0] for x, y in batches]

    def mean_gradient(w, batches):
        total, samples = torch.zeros_like(w), 0
        for x, y in batches:
            total += torch.autograd.grad(solution.squared_errors(w, x, y).sum(), w)[0]
            samples += len(y)
        w.grad = total.detach() / samples

    return {
        "walk_back": lambda loss, times: (loss * times).backward(),
        "gradients": gradients,
        "mean_gradient": mean_gradient,
    }


@right("by a starting gradient, clones, and a running mean")
def clones_and_weights(solution):
    def gradients(w, batches):
        found = []
        for x, y in batches:
            if w.grad is not None:
                w.grad.zero_()
            torch.nn.functional.mse_loss(x @ w, y).backward()
            found.append(w.grad.clone())
        return found

    def mean_gradient(w, batches):
        w.grad = torch.zeros_like(w)
        seen = 0
        for x, y in batches:
            w.grad.mul_(seen / (seen + len(y)))
            seen += len(y)
            (solution.squared_errors(w, x, y).sum() / seen).backward()

    def walk_back(loss, times):
        loss.backward(torch.full_like(loss, times))

    return {"walk_back": walk_back, "gradients": gradients, "mean_gradient": mean_gradient}


@right("by a fresh copy of w for each batch")
def on_copies(solution):
    def gradient_of_sum(w, x, y):
        leaf = w.detach().clone().requires_grad_()
        solution.squared_errors(leaf, x, y).sum().backward()
        return leaf.grad

    def mean_gradient(w, batches):
        w.grad = None
        samples = 0
        for x, y in batches:
            part = gradient_of_sum(w, x, y)
            w.grad = part if w.grad is None else w.grad + part
            samples += len(y)
        w.grad = w.grad / samples

    return {
        "gradients": lambda w, batches: [gradient_of_sum(w, x, y) / len(y) for x, y in batches],
        "mean_gradient": mean_gradient,
    }

"""Wrong answers that 04_gradient_descent must catch, and right ones it must accept."""

import math

import torch

from tutor.checks import excuse, right, wrong

excuse(
    line="shift = flat.reshape(w.shape)",
    becomes="shift = flat.view(w.shape)",
    because="equivalent: a flattened copy lies in memory in order",
)
excuse(
    line="return torch.stack(slopes).reshape(w.shape)",
    becomes="return torch.stack(slopes).view(w.shape)",
    because="equivalent: what stack makes is new and contiguous",
)
excuse(
    line="for parameter, velocity in zip(parameters, velocities, strict=True):",
    becomes="for parameter, velocity in zip(parameters, velocities):",
    because="equivalent: every parameter has its velocity, so both lists are of one length",
)
excuse(
    line="for parameter, velocity in zip(parameters, velocities, strict=True):",
    becomes="for parameter, velocity in zip(parameters, velocities, strict=False):",
    because="equivalent: every parameter has its velocity, so both lists are of one length",
)


def shifted(w, index, eps):
    """A copy of `w` with `eps` added to one element."""
    copy = w.detach().clone()
    copy.view(-1)[index] += eps
    return copy


@wrong(
    caught_by="test_numeric_gradient_by_example",
    because="A difference to one side only is off by a multiple of eps: look to both sides.",
)
def one_side_only(solution):
    def numeric_gradient(f, w, eps=1e-3):
        w = w.contiguous()
        slopes = [(f(shifted(w, i, eps)) - f(w)) / eps for i in range(w.numel())]
        return torch.stack(slopes).reshape(w.shape)

    return {"numeric_gradient": numeric_gradient}


@wrong(
    caught_by="test_numeric_gradient_by_example",
    because="f(w + eps) shifts all elements at once; each needs a shift of its own.",
)
def shifts_all(solution):
    def numeric_gradient(f, w, eps=1e-3):
        return torch.full_like(w, (f(w + eps) - f(w - eps)) / (2 * eps))

    return {"numeric_gradient": numeric_gradient}


@wrong(
    caught_by="test_numeric_gradient_by_example",
    because="f(w + eps) shifts all elements at once; each needs a shift of its own.",
)
def shifts_all_to_one_number(solution):
    return {"numeric_gradient": lambda f, w, eps=1e-3: (f(w + eps) - f(w - eps)) / (2 * eps)}


@wrong(
    caught_by="test_numeric_gradient_by_example",
    because="The input itself is shifted, and adding eps again does not always give the old number back.",
)
def shifts_the_input(solution):
    def numeric_gradient(f, w, eps=1e-3):
        gradient, flat = torch.empty_like(w), w.view(-1)
        for i in range(w.numel()):
            flat[i] += eps
            high = f(w)
            flat[i] -= 2 * eps
            low = f(w)
            flat[i] += eps
            gradient.view(-1)[i] = (high - low) / (2 * eps)
        return gradient

    return {"numeric_gradient": numeric_gradient}


@wrong(
    caught_by="test_numeric_gradient",
    because="This asks autograd: an f that records nothing has no gradient there, and nothing would be tested.",
)
def asks_autograd(solution):
    def numeric_gradient(f, w, eps=1e-3):
        leaf = w.detach().clone().requires_grad_()
        return torch.autograd.grad(f(leaf), leaf)[0]

    return {"numeric_gradient": numeric_gradient}


@wrong(caught_by="test_numeric_gradient", because="view(-1) cannot flatten what does not lie in memory row by row.")
def views_flat(solution):
    def numeric_gradient(f, w, eps=1e-3):
        gradient = torch.empty_like(w)
        for i in range(w.numel()):
            gradient.view(-1)[i] = (f(shifted(w, i, eps)) - f(shifted(w, i, -eps))) / (2 * eps)
        return gradient

    return {"numeric_gradient": numeric_gradient}


@wrong(caught_by="test_count_updates", because="An epoch is a pass over all batches, not one update.")
def epochs_are_updates(solution):
    return {"count_updates": lambda samples, batch_size, epochs: epochs}


@wrong(caught_by="test_count_updates", because="Rounded down: the smaller last batch makes an update too.")
def last_batch_forgotten(solution):
    return {"count_updates": lambda samples, batch_size, epochs: samples // batch_size * epochs}


@wrong(caught_by="test_count_updates", because="The batches do not run on into the next epoch: round up in each.")
def epochs_run_together(solution):
    return {"count_updates": lambda samples, batch_size, epochs: math.ceil(samples * epochs / batch_size)}


@wrong(
    caught_by="test_sgd_step_by_example",
    because="`w = w - ...` makes a new tensor under the old name: the caller's parameter never changes.",
)
def renames(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        with torch.no_grad():
            for i, w in enumerate(parameters):
                if w.grad is not None:
                    velocities[i] = momentum * velocities[i] + w.grad
                    w = w - rate * velocities[i]

    return {"sgd_step": sgd_step}


@wrong(caught_by="test_sgd_step_by_example", because="A leaf cannot be changed in place while PyTorch records.")
def while_recording(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        for w, v in zip(parameters, velocities, strict=True):
            if w.grad is not None:
                v.mul_(momentum).add_(w.grad)
                w.sub_(rate * v)

    return {"sgd_step": sgd_step}


@wrong(caught_by="test_sgd_step_by_example", because="Plus the gradient is uphill: the loss would grow.")
def uphill(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        with torch.no_grad():
            for w, v in zip(parameters, velocities, strict=True):
                if w.grad is not None:
                    v.mul_(momentum).add_(w.grad)
                    w.add_(rate * v)

    return {"sgd_step": sgd_step}


@wrong(
    caught_by="test_sgd_step_by_example",
    because="In a running average the gradient counts 1 - momentum; in SGD's velocity it counts in full.",
)
def running_average(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        with torch.no_grad():
            for w, v in zip(parameters, velocities, strict=True):
                if w.grad is not None:
                    v.mul_(momentum).add_((1 - momentum) * w.grad)
                    w.sub_(rate * v)

    return {"sgd_step": sgd_step}


@wrong(
    caught_by="test_sgd_step_by_example", because="The new velocity is a local name only: the next step never sees it."
)
def velocity_lost(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        with torch.no_grad():
            for w, v in zip(parameters, velocities, strict=True):
                if w.grad is not None:
                    v = momentum * v + w.grad
                    w.sub_(rate * v)

    return {"sgd_step": sgd_step}


@wrong(
    caught_by="test_sgd_step_by_example",
    because="The gradient was cleared: .grad stays, for clearing is the business of descend.",
)
def zeroes_in_the_step(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        solution.sgd_step(parameters, velocities, rate, momentum)
        for w in parameters:
            if w.grad is not None:
                w.grad.zero_()

    return {"sgd_step": sgd_step}


@wrong(
    caught_by="test_sgd_step_by_example",
    because="The gradient was cleared: .grad stays, for clearing is the business of descend.",
)
def clears_in_the_step(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        solution.sgd_step(parameters, velocities, rate, momentum)
        for w in parameters:
            w.grad = None

    return {"sgd_step": sgd_step}


@wrong(caught_by="test_sgd_step", because="A parameter whose .grad is None is to be left alone.")
def every_one_has_a_gradient(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        with torch.no_grad():
            for w, v in zip(parameters, velocities, strict=True):
                v.mul_(momentum).add_(w.grad)
                w.sub_(rate * v)

    return {"sgd_step": sgd_step}


@wrong(caught_by="test_sgd_step", because="None is no gradient of zero: such a parameter and its velocity stay.")
def none_is_zero(solution):
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        with torch.no_grad():
            for w, v in zip(parameters, velocities, strict=True):
                v.mul_(momentum).add_(0 if w.grad is None else w.grad)
                w.sub_(rate * v)

    return {"sgd_step": sgd_step}


@wrong(
    caught_by="test_descend_losses",
    because="Nothing clears the gradients: every update repeats all the ones before it.",
)
def never_clears(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for _ in range(epochs):
            for x, y in batches:
                loss = loss_of(x, y)
                loss.backward()
                solution.sgd_step(parameters, velocities, rate, momentum)
                losses.append(loss.item())
        return losses

    return {"descend": descend}


@wrong(
    caught_by="test_descend_losses",
    because="The first update includes the gradient that was lying there: clear before backward, not after the step.",
)
def clears_after_the_step(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for _ in range(epochs):
            for x, y in batches:
                loss = loss_of(x, y)
                loss.backward()
                solution.sgd_step(parameters, velocities, rate, momentum)
                for w in parameters:
                    w.grad = None
                losses.append(loss.item())
        return losses

    return {"descend": descend}


@wrong(caught_by="test_descend", because="Where no gradient is lying, .grad is None, and None has no zero_().")
def zero_of_none(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for _ in range(epochs):
            for x, y in batches:
                for w in parameters:
                    w.grad.zero_()
                loss = loss_of(x, y)
                loss.backward()
                solution.sgd_step(parameters, velocities, rate, momentum)
                losses.append(loss.item())
        return losses

    return {"descend": descend}


@wrong(caught_by="test_descend_losses", because="One update per epoch, after all batches: each batch should give one.")
def steps_once_an_epoch(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for _ in range(epochs):
            for w in parameters:
                w.grad = None
            for x, y in batches:
                loss = loss_of(x, y)
                loss.backward()
                losses.append(loss.item())
            solution.sgd_step(parameters, velocities, rate, momentum)
        return losses

    return {"descend": descend}


@wrong(caught_by="test_descend_losses", because="A list of tensors keeps the graph of every update: take the numbers.")
def keeps_tensors(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for _ in range(epochs):
            for x, y in batches:
                for w in parameters:
                    w.grad = None
                losses.append(loss_of(x, y))
                losses[-1].backward()
                solution.sgd_step(parameters, velocities, rate, momentum)
        return losses

    return {"descend": descend}


@wrong(
    caught_by="test_descend_losses", because="The loss is computed anew after the step: the one before was asked for."
)
def loss_after_the_step(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for _ in range(epochs):
            for x, y in batches:
                for w in parameters:
                    w.grad = None
                loss_of(x, y).backward()
                solution.sgd_step(parameters, velocities, rate, momentum)
                losses.append(loss_of(x, y).item())
        return losses

    return {"descend": descend}


@wrong(
    caught_by="test_descend_losses",
    because="The velocities start at zero in every epoch: what they had gathered is lost.",
)
def velocities_anew_each_epoch(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        losses = []
        for _ in range(epochs):
            losses += solution.descend(parameters, loss_of, batches, rate, momentum, 1)
        return losses

    return {"descend": descend}


@wrong(
    caught_by="test_by_hand", because="This is PyTorch's optimizer: here the update itself is what you should write."
)
def by_the_library(solution):
    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        optimizer, losses = torch.optim.SGD(parameters, lr=rate, momentum=momentum), []
        for _ in range(epochs):
            for x, y in batches:
                optimizer.zero_grad()
                loss = loss_of(x, y)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
        return losses

    return {"descend": descend}


@right("by shifted copies, counted batches, replaced velocities and gradients from torch.autograd.grad")
def functional(solution):
    def numeric_gradient(f, w, eps=1e-3):
        w = w.contiguous()
        slopes = [(f(shifted(w, i, eps)) - f(shifted(w, i, -eps))) / (2 * eps) for i in range(w.numel())]
        return torch.stack(slopes).reshape(w.shape)

    def sgd_step(parameters, velocities, rate, momentum=0.0):
        for i, w in enumerate(parameters):
            if w.grad is None:
                continue
            velocities[i] = momentum * velocities[i] + w.grad
            w.detach().sub_(velocities[i], alpha=rate)

    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [torch.zeros_like(w) for w in parameters], []
        for x, y in batches * epochs:
            loss = loss_of(x, y)
            for w, g in zip(parameters, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True):
                w.grad = g
            sgd_step(parameters, velocities, rate, momentum)
            losses.append(float(loss))
        return losses

    return {
        "numeric_gradient": numeric_gradient,
        "count_updates": lambda samples, batch_size, epochs: -(-samples // batch_size) * epochs,
        "sgd_step": sgd_step,
        "descend": descend,
    }


@right("by zero_ where there is a gradient, copy_, and the update written out")
def zeros_and_copies(solution):
    @torch.no_grad()
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        for w, v in zip(parameters, velocities, strict=True):
            if w.grad is not None:
                v.copy_(v * momentum + w.grad)
                w -= rate * v

    def descend(parameters, loss_of, batches, rate, momentum=0.0, epochs=1):
        velocities, losses = [w.detach() * 0 for w in parameters], []
        for _ in range(epochs):
            for x, y in batches:
                for w in parameters:
                    if w.grad is not None:
                        w.grad.zero_()
                loss = loss_of(x, y)
                loss.backward()
                losses.append(loss.detach().cpu().numpy().item())
                sgd_step(parameters, velocities, rate, momentum)
        return losses

    def count_updates(samples, batch_size, epochs):
        return sum(1 for _ in range(epochs) for _ in range(0, samples, batch_size))

    return {"sgd_step": sgd_step, "descend": descend, "count_updates": count_updates}


@right("by the foreach functions that torch.optim itself uses, and a jacobian of shifts")
def foreach(solution):
    def numeric_gradient(f, w, eps=1e-3):
        gradient = torch.zeros_like(w)
        for index in (
            torch.cartesian_prod(*map(torch.arange, w.shape)).reshape(w.numel(), w.ndim).tolist() if w.ndim else [[]]
        ):
            up, down = w.clone(), w.clone()
            up[tuple(index)] += eps
            down[tuple(index)] -= eps
            gradient[tuple(index)] = (f(up) - f(down)) / (2 * eps)
        return gradient

    @torch.no_grad()
    def sgd_step(parameters, velocities, rate, momentum=0.0):
        chosen = [i for i, w in enumerate(parameters) if w.grad is not None]
        if chosen:
            moving = [velocities[i] for i in chosen]
            torch._foreach_mul_(moving, momentum)
            torch._foreach_add_(moving, [parameters[i].grad for i in chosen])
            torch._foreach_add_([parameters[i] for i in chosen], moving, alpha=-rate)

    return {"numeric_gradient": numeric_gradient, "sgd_step": sgd_step}

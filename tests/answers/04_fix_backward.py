"""Wrong answers that 04_fix_backward must catch, and right ones it must accept."""

import torch

from tutor.checks import right, wrong


@wrong(
    caught_by="test_slope",
    because="requires_grad alone is not enough for a whole number: integers have no gradients, say a floating dtype.",
)
def whole_numbers_forgotten(solution):
    def slope(f, at):
        t = torch.tensor(at, requires_grad=True)
        f(t).backward()
        return t.grad.item()

    return {"slope": slope}


@wrong(caught_by="test_slope", because="Asking the result for a gradient records nothing of what came before it.")
def asks_the_result(solution):
    def slope(f, at):
        t = torch.tensor(float(at))
        f(t).requires_grad_().backward()
        return t.grad.item()

    return {"slope": slope}


@wrong(caught_by="test_slope", because="A difference quotient comes near the slope; walking back is exact.")
def by_differences(solution):
    def slope(f, at):
        high, low = (f(torch.tensor(at + eps)).item() for eps in (1e-3, -1e-3))
        return (high - low) / 2e-3

    return {"slope": slope}


@wrong(
    caught_by="test_slope", because="A cast is an operation: what float() returns is a result and keeps no gradient."
)
def casts_after_asking(solution):
    def slope(f, at):
        t = torch.tensor(at, dtype=torch.float32, requires_grad=True).double()
        f(t).backward()
        return t.grad.item()

    return {"slope": slope}


@wrong(
    caught_by="test_mean_error_gradient",
    because="backward(ones) starts one walk per error and adds them up: the gradient of the sum, not of the mean.",
)
def starts_from_ones(solution):
    def mean_error_gradient(w, x, y):
        errors = solution.squared_errors(w, x, y)
        errors.backward(torch.ones_like(errors))
        return w.grad

    return {"mean_error_gradient": mean_error_gradient}


@wrong(
    caught_by="test_mean_error_gradient",
    because="torch.autograd.grad returns a tuple, even for one tensor: take the gradient out of it.",
)
def a_tuple_of_one(solution):
    def mean_error_gradient(w, x, y):
        return torch.autograd.grad(solution.squared_errors(w, x, y).mean(), w)

    return {"mean_error_gradient": mean_error_gradient}


@wrong(
    caught_by="test_slope",
    because="torch.autograd.grad returns a tuple, even for one tensor: take the gradient out of it.",
)
def a_tuple_of_one_slope(solution):
    def slope(f, at):
        t = torch.tensor(float(at), requires_grad=True)
        return torch.autograd.grad(f(t), t)

    return {"slope": slope}


@wrong(caught_by="test_mean_error_gradient", because="Any scalar can be walked back from; the mean was asked for.")
def summed(solution):
    def mean_error_gradient(w, x, y):
        solution.squared_errors(w, x, y).sum().backward()
        return w.grad

    return {"mean_error_gradient": mean_error_gradient}


@wrong(caught_by="test_mean_error_gradient", because="A new tensor made of the mean has no history, so w gets nothing.")
def wrapped_anew(solution):
    def mean_error_gradient(w, x, y):
        torch.tensor(solution.squared_errors(w, x, y).mean().item(), requires_grad=True).backward()
        return w.grad

    return {"mean_error_gradient": mean_error_gradient}


@wrong(
    caught_by="test_penalised_loss",
    because="A number taken out by .item() has no history: the penalty has no part in the gradient.",
)
def penalty_as_a_number(solution):
    def penalised_loss(w, x, y, strength):
        return solution.squared_errors(w, x, y).mean() + strength * sum(v.item() ** 2 for v in w)

    return {"penalised_loss": penalised_loss}


@wrong(
    caught_by="test_penalised_loss",
    because="requires_grad on the penalty makes it a leaf of its own: nothing leads from it to w.",
)
def penalty_watched(solution):
    def penalised_loss(w, x, y, strength):
        penalty = torch.tensor(sum(v.item() ** 2 for v in w), dtype=w.dtype, requires_grad=True)
        return solution.squared_errors(w, x, y).mean() + strength * penalty

    return {"penalised_loss": penalised_loss}


@wrong(
    caught_by="test_penalised_loss", because="The penalty was not summed: the result has the shape of w instead of ()."
)
def penalty_not_summed(solution):
    def penalised_loss(w, x, y, strength):
        return solution.squared_errors(w, x, y).mean() + strength * w**2

    return {"penalised_loss": penalised_loss}


@wrong(caught_by="test_penalised_loss", because="w.data escapes the record just as .item() does.")
def penalty_of_the_data(solution):
    def penalised_loss(w, x, y, strength):
        return solution.squared_errors(w, x, y).mean() + strength * (w.data**2).sum()

    return {"penalised_loss": penalised_loss}


@wrong(
    caught_by="test_fit_one_step",
    because="A new tensor under the old name: the caller's w never moves.",
)
def a_new_leaf(solution):
    def fit(w, x, y, rate, steps):
        for _ in range(steps):
            solution.squared_errors(w, x, y).mean().backward()
            w = (w - rate * w.grad).detach().requires_grad_()

    return {"fit": fit}


@wrong(caught_by="test_fit_one_step", because="A leaf cannot be changed in place while PyTorch records.")
def in_place_while_recording(solution):
    def fit(w, x, y, rate, steps):
        for _ in range(steps):
            w.grad = None
            solution.squared_errors(w, x, y).mean().backward()
            w -= rate * w.grad

    return {"fit": fit}


@wrong(
    caught_by="test_fit", because="Nothing clears the gradient: each step is made with the sum of all gradients so far."
)
def never_clears(solution):
    def fit(w, x, y, rate, steps):
        for _ in range(steps):
            solution.squared_errors(w, x, y).mean().backward()
            with torch.no_grad():
                w -= rate * w.grad

    return {"fit": fit}


@wrong(caught_by="test_fit", because="Cleared after the step only: an old gradient still counts in the first one.")
def clears_afterwards(solution):
    def fit(w, x, y, rate, steps):
        for _ in range(steps):
            solution.squared_errors(w, x, y).mean().backward()
            with torch.no_grad():
                w -= rate * w.grad
            w.grad = None

    return {"fit": fit}


@wrong(
    caught_by="test_smoothed_losses_updates",
    because="retain_graph=True hides the mistake: each walk goes back through all batches, from the smoothed value.",
)
def retains_the_graph(solution):
    def smoothed_losses(w, batches, rate):
        smooth, history = 0.0, []
        for x, y in batches:
            w.grad = None
            smooth = 0.9 * smooth + 0.1 * solution.squared_errors(w, x, y).mean()
            smooth.backward(retain_graph=True)
            with torch.no_grad():
                w -= rate * w.grad
            history.append(smooth.item())
        return history

    return {"smoothed_losses": smoothed_losses}


@wrong(
    caught_by="test_smoothed_losses_updates",
    because="Detached, the old part is a number, but the step still comes from a tenth of the loss.",
)
def detaches_and_walks_from_the_smooth(solution):
    def smoothed_losses(w, batches, rate):
        smooth, history = torch.zeros((), dtype=w.dtype), []
        for x, y in batches:
            w.grad = None
            smooth = 0.9 * smooth.detach() + 0.1 * solution.squared_errors(w, x, y).mean()
            smooth.backward()
            with torch.no_grad():
                w -= rate * w.grad
            history.append(smooth.item())
        return history

    return {"smoothed_losses": smoothed_losses}


@wrong(
    caught_by="test_smoothed_losses",
    because="Tensors in the list hold on to the graphs of all batches: take the numbers out with .item().",
)
def history_of_tensors(solution):
    def smoothed_losses(w, batches, rate):
        smooth, history = 0.0, []
        for x, y in batches:
            w.grad = None
            loss = solution.squared_errors(w, x, y).mean()
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            smooth = 0.9 * smooth + 0.1 * loss
            history.append(smooth)
        return history

    return {"smoothed_losses": smoothed_losses}


@wrong(
    caught_by="test_smoothed_losses", because="These are the losses themselves: the running value is what was asked."
)
def not_smoothed(solution):
    def smoothed_losses(w, batches, rate):
        history = []
        for x, y in batches:
            history.append(solution.squared_errors(w, x, y).mean().item())
            solution.fit(w, x, y, rate, 1)
        return history

    return {"smoothed_losses": smoothed_losses}


@right("by torch.autograd.grad throughout")
def functional(solution):
    def gradient(w, x, y):
        return torch.autograd.grad(torch.nn.functional.mse_loss(x @ w, y), w)[0]

    def slope(f, at):
        t = torch.tensor(float(at)).requires_grad_()
        return float(torch.autograd.grad(f(t), t)[0])

    def fit(w, x, y, rate, steps):
        for _ in range(steps):
            w.detach().sub_(gradient(w, x, y), alpha=rate)

    def smoothed_losses(w, batches, rate):
        history = [0.0]
        for x, y in batches:
            history.append(0.9 * history[-1] + 0.1 * float(torch.nn.functional.mse_loss(x @ w, y)))
            fit(w, x, y, rate, 1)
        return history[1:]

    def penalised_loss(w, x, y, strength):
        return torch.nn.functional.mse_loss(x @ w, y) + strength * w.dot(w)

    return {
        "slope": slope,
        "mean_error_gradient": gradient,
        "penalised_loss": penalised_loss,
        "fit": fit,
        "smoothed_losses": smoothed_losses,
    }


@right("by starting gradients, zero_, an optimizer and a detached running value")
def with_an_optimizer(solution):
    def mean_error_gradient(w, x, y):
        errors = solution.squared_errors(w, x, y)
        errors.backward(torch.full_like(errors, 1 / len(errors)))
        return w.grad

    def penalised_loss(w, x, y, strength):
        return solution.squared_errors(w, x, y).mean() + strength * sum(v**2 for v in w)

    def fit(w, x, y, rate, steps):
        optimizer = torch.optim.SGD([w], lr=rate)
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=False)
            solution.squared_errors(w, x, y).mean().backward()
            optimizer.step()

    def smoothed_losses(w, batches, rate):
        optimizer, history = torch.optim.SGD([w], lr=rate), []
        smooth = torch.zeros((), dtype=torch.float64)
        for x, y in batches:
            optimizer.zero_grad()
            loss = solution.squared_errors(w, x, y).mean()
            loss.backward()
            optimizer.step()
            smooth = 0.9 * smooth + 0.1 * loss.detach().double().cpu()
            history.append(float(smooth))
        return history

    return {
        "slope": lambda f, at: torch.func.grad(f)(torch.tensor(float(at))).item(),
        "mean_error_gradient": mean_error_gradient,
        "penalised_loss": penalised_loss,
        "fit": fit,
        "smoothed_losses": smoothed_losses,
    }

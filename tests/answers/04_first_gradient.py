"""Wrong answers that 04_first_gradient must catch, and right ones it must accept."""

import torch

from tutor.checks import right, wrong


def leaf(number):
    """A watched float32 tensor of shape ()."""
    return torch.tensor(float(number), requires_grad=True)


@wrong(caught_by="test_watched", because="x is data: with requires_grad=True it collects a gradient nobody needs.")
def watches_the_data(solution):
    def line(x, w, b):
        x, w, b = leaf(x), leaf(w), leaf(b)
        y = w * x + b
        y.backward()
        return x, w, b, y

    return {"line": line}


@wrong(caught_by="test_gradients", because="Nobody called y.backward(), so every .grad is still None.")
def never_walks_back(solution):
    def line(x, w, b):
        x, w, b = torch.tensor(float(x)), leaf(w), leaf(b)
        return x, w, b, w * x + b

    return {"line": line}


@wrong(
    caught_by="test_recorded", because="y is computed with Python numbers and put into a new tensor: it has no history."
)
def computes_with_numbers(solution):
    def line(x, w, b):
        y = torch.tensor(float(w * x + b), requires_grad=True)
        y.backward()
        return torch.tensor(float(x)), leaf(w), leaf(b), y

    return {"line": line}


@wrong(
    caught_by="test_gradients",
    because="The cast after requires_grad makes w and b results; their leaves got the gradients.",
)
def casts_after_asking(solution):
    def line(x, w, b):
        x = torch.tensor(x, dtype=torch.float32)
        w = torch.tensor(w, dtype=torch.float64, requires_grad=True).float()
        b = torch.tensor(b, dtype=torch.float64, requires_grad=True).float()
        y = w * x + b
        y.backward()
        return x, w, b, y

    return {"line": line}


@wrong(caught_by="test_gradients", because="Two backward calls add up: every gradient is twice what it should be.")
def walks_back_twice(solution):
    def line(x, w, b):
        x, w, b = torch.tensor(float(x)), leaf(w), leaf(b)
        y = w * x + b
        y.backward(retain_graph=True)
        y.backward()
        return x, w, b, y

    return {"line": line}


@wrong(
    caught_by="test_any_line",
    because="torch.tensor(3) holds an integer, and integers have no gradients: say dtype=torch.float32.",
)
def floats_only(solution):
    def line(x, w, b):
        x, w, b = torch.tensor(x), torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)
        y = w * x + b
        y.backward()
        return x, w, b, y

    return {"line": line}


@wrong(caught_by="test_values", because="The tensors are float64; PyTorch's networks, and this exercise, use float32.")
def double_precision(solution):
    def line(x, w, b):
        x, w, b = (torch.tensor(number, dtype=torch.float64) for number in (x, w, b))
        y = w.requires_grad_() * x + b.requires_grad_()
        y.backward()
        return x, w, b, y

    return {"line": line}


@wrong(
    caught_by="test_error_gradients",
    because="The prediction is not a leaf: its .grad is None unless retain_grad() comes before backward().",
)
def no_retain_grad(solution):
    def error_gradients(x, w, b, target):
        w = leaf(w)
        prediction = w * x + b
        ((prediction - target) ** 2).backward()
        return w.grad, prediction.grad

    return {"error_gradients": error_gradients}


@wrong(
    caught_by="test_error_gradients",
    because="autograd.grad frees the record on its way: a second call finds nothing, so ask for both in one.",
)
def asks_twice(solution):
    def error_gradients(x, w, b, target):
        w = leaf(w)
        prediction = w * x + b
        error = (prediction - target) ** 2
        return torch.autograd.grad(error, w)[0], torch.autograd.grad(error, prediction)[0]

    return {"error_gradients": error_gradients}


@wrong(
    caught_by="test_error_gradients",
    because="torch.autograd.grad returns a tuple, even for one tensor: take the gradients out of it.",
)
def tuples_of_one(solution):
    def error_gradients(x, w, b, target):
        w = leaf(w)
        prediction = w * x + b
        error = (prediction - target) ** 2
        return torch.autograd.grad(error, w, retain_graph=True), torch.autograd.grad(error, prediction)

    return {"error_gradients": error_gradients}


@wrong(caught_by="test_error_gradients", because="This walks back from the prediction: the square is never derived.")
def walks_back_from_the_prediction(solution):
    def error_gradients(x, w, b, target):
        w = leaf(w)
        prediction = w * x + b
        return torch.autograd.grad(prediction, (w, prediction))

    return {"error_gradients": error_gradients}


@wrong(
    caught_by="test_any_error", because="Dividing the gradient of w by x gives that of the prediction, unless x is 0."
)
def divides_by_x(solution):
    def error_gradients(x, w, b, target):
        w = leaf(w)
        ((w * x + b - target) ** 2).backward()
        return w.grad, w.grad / x

    return {"error_gradients": error_gradients}


@right("by setting requires_grad_ afterwards, and torch.autograd.grad")
def functional(solution):
    def line(x, w, b):
        x, w, b = (torch.tensor(number).to(torch.float32) for number in (x, w, b))
        y = torch.add(torch.mul(w.requires_grad_(), x), b.requires_grad_())
        torch.autograd.backward(y)
        return x, w, b, y

    def error_gradients(x, w, b, target):
        w = leaf(w)
        prediction = w * x + b
        return torch.autograd.grad((prediction - target).square(), (w, prediction))

    return {"line": line, "error_gradients": error_gradients}


@right("by torch.nn.Parameter, and a hook that catches the gradient as it passes")
def parameters_and_a_hook(solution):
    def line(x, w, b):
        x = torch.tensor(x, dtype=torch.float)
        w, b = (torch.nn.Parameter(torch.tensor(number, dtype=torch.float)) for number in (w, b))
        y = torch.addcmul(b, w, x)
        y.backward()
        return x, w, b, y

    def error_gradients(x, w, b, target):
        caught = []
        w = leaf(w)
        prediction = w * x + b
        prediction.register_hook(caught.append)
        torch.nn.functional.mse_loss(prediction, torch.tensor(float(target))).backward()
        return w.grad, caught[0]

    return {"line": line, "error_gradients": error_gradients}


@right("by cutting the prediction loose: a leaf for the second half, and the chain rule for the first")
def in_two_halves(solution):
    def error_gradients(x, w, b, target):
        w = leaf(w)
        prediction = w * x + b
        start = prediction.detach().requires_grad_()
        ((start - target) ** 2).backward()
        prediction.backward(start.grad)
        return w.grad, start.grad

    return {"error_gradients": error_gradients}

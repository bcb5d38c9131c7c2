"""Wrong answers that 08_xor must catch, and right ones it must accept."""

import torch
from torch import nn

from tutor.checks import excuse, right, wrong


def shares(make):
    return {"shares_right": make}


@wrong(
    caught_by="test_shares_by_example", because="The hits are counted; divided by the number of points they are shares."
)
def counts(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b > 0) == y[:, None]).to(X.dtype).sum(dim=0))


@wrong(
    caught_by="test_shares_by_example",
    because="The mean goes over the lines: a share for each point, not for each line.",
)
def mean_of_lines(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b > 0) == y[:, None]).to(X.dtype).mean(dim=1))


@wrong(
    caught_by="test_shares_by_example",
    because="The labels (N,) broadcast along the lines; as a column (N, 1) they go along the points.",
)
def labels_along_lines(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b > 0) == y).to(X.dtype).mean(dim=0))


@wrong(
    caught_by="test_shares_by_example",
    because="`weights @ X.T` is `(L, N)`: to go along L the biases need to be a column `(L, 1)`, the labels a row.",
)
def turned_product(solution):
    return shares(lambda w, b, X, y: ((w @ X.T + b > 0) == y[:, None]).to(X.dtype).mean(dim=0))


@wrong(caught_by="test_shares_by_example", because="Logits are compared with 0.5; class 1 begins above a logit of 0.")
def half(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b > 0.5) == y[:, None]).to(X.dtype).mean(dim=0))


@wrong(caught_by="test_shares_by_example", because="The mean over everything: one number for all lines together.")
def mean_of_all(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b > 0) == y[:, None]).to(X.dtype).mean())


@wrong(caught_by="test_shares", because="A logit of exactly 0 says class 1 here; it should say class 0.")
def zero_is_one(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b >= 0) == y[:, None]).to(X.dtype).mean(dim=0))


@wrong(caught_by="test_shares_by_example", because="The bias is forgotten: all these lines go through the origin.")
def no_bias(solution):
    return shares(lambda w, b, X, y: ((X @ w.T > 0) == y[:, None]).to(X.dtype).mean(dim=0))


@wrong(caught_by="test_shares", because="`.float()` makes float32 of every dtype; the result has that of the points.")
def always_float32(solution):
    return shares(lambda w, b, X, y: ((X @ w.T + b > 0) == y[:, None]).float().mean(dim=0))


@wrong(
    caught_by="test_shares_without_a_loop",
    because="A loop over the lines: each turn costs more than a thousand products.",
)
def loop(solution):
    def shares_right(weights, biases, X, y):
        each = [((X @ w + b > 0) == y).to(X.dtype).mean() for w, b in zip(weights, biases, strict=True)]
        return torch.stack(each)

    return shares(shares_right)


@wrong(caught_by="test_logistic_regression", because="A sigmoid in the model: the loss has its own and wants logits.")
def sigmoid_in_the_model(solution):
    return {"logistic_regression": lambda: nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())}


@wrong(caught_by="test_logistic_regression", because="Without a bias the line goes through the origin.")
def line_without_bias(solution):
    return {"logistic_regression": lambda: nn.Linear(2, 1, bias=False)}


@wrong(caught_by="test_logistic_regression", because="A seed in the function reseeds the whole program.")
def seeded_line(solution):
    def logistic_regression():
        torch.manual_seed(3)
        return solution.logistic_regression()

    return {"logistic_regression": logistic_regression}


@wrong(
    caught_by="test_logistic_regression", because="One output for each class; here there is one logit, that of class 1."
)
def two_outputs(solution):
    return {"logistic_regression": lambda: nn.Linear(2, 2)}


def said(make, *, mode=lambda model: model.eval(), guard=torch.no_grad):
    def probabilities(model, X):
        mode(model)
        with guard():
            return make(model(X))

    return {"probabilities": probabilities}


@wrong(caught_by="test_probabilities", because="These are logits: the sigmoid is missing.")
def logits(solution):
    return said(lambda z: z.squeeze(1))


@wrong(caught_by="test_probabilities", because="A softmax over one logit is always 1.")
def softmax(solution):
    return said(lambda z: z.softmax(dim=1).squeeze(1))


@wrong(caught_by="test_probabilities", because="These are answers, 0 or 1: the rounding is one step too much.")
def rounded(solution):
    return said(lambda z: z.squeeze(1).sigmoid().round())


@wrong(caught_by="test_probabilities", because="A column still, (N, 1); a row (N,) was asked for.")
def column(solution):
    return said(torch.sigmoid)


@wrong(caught_by="test_probabilities", because="squeeze() takes the batch away, too, when it is one point.")
def squeezes_all(solution):
    return said(lambda z: z.squeeze().sigmoid())


@wrong(caught_by="test_probabilities", because="eval() is missing: dropout goes on dropping.")
def no_eval(solution):
    return said(lambda z: z.squeeze(1).sigmoid(), mode=lambda model: None)


@wrong(caught_by="test_probabilities", because="no_grad is missing: a graph is recorded that nobody needs.")
def recorded(solution):
    return said(lambda z: z.squeeze(1).sigmoid(), guard=torch.enable_grad)


def by_numbers(weight, bias, last, last_bias, bend=nn.ReLU):
    """A `solved_by_hand` of these numbers."""

    def solved_by_hand():
        model = nn.Sequential(nn.Linear(2, 2), bend(), nn.Linear(2, 1))
        state = {"0.weight": weight, "0.bias": bias, "2.weight": last, "2.bias": last_bias}
        model.load_state_dict({name: torch.tensor(numbers) for name, numbers in state.items()})
        return model

    return {"solved_by_hand": solved_by_hand}


@wrong(
    caught_by="test_solved_by_hand",
    because="Both units count the ones, and neither notices that there are two: this is OR.",
)
def an_or(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, 0.0], [[1.0, 0.0]], [-0.5])


@wrong(
    caught_by="test_solved_by_hand",
    because="A plain tensor cannot take a parameter's place: copy the numbers into the parameter, under no_grad.",
)
def assigns_a_tensor(solution):
    def solved_by_hand():
        model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
        model[0].weight = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
        return model

    return {"solved_by_hand": solved_by_hand}


@wrong(
    caught_by="test_solved_by_hand",
    because="With a bias above 0 the second unit is on at every point; it should begin only where both numbers are 1.",
)
def always_on(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, 1.0], [[1.0, -2.0]], [-0.5])


@wrong(
    caught_by="test_solved_by_hand",
    because="The last layer's two weights have changed places: what is taken away twice is the count of ones.",
)
def swapped_weights(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [[-2.0, 1.0]], [-0.5])


@wrong(
    caught_by="test_solved_by_hand",
    because="The two of (1, 1) is taken away once; it has to go below the boundary, so twice.",
)
def taken_once(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [[1.0, -1.0]], [-0.5])


@wrong(
    caught_by="test_solved_by_hand",
    because="The logits are 0, 1, 1, 0: without a last bias below 0, class 0 lies on the boundary.",
)
def on_the_boundary(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [[1.0, -2.0]], [0.0])


@wrong(
    caught_by="test_solved_by_hand", because="Without the ReLU two linear layers are one, and no line parts the points."
)
def no_bend_by_hand(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [[1.0, -2.0]], [-0.5], bend=nn.Identity)


@wrong(
    caught_by="test_solved_by_hand",
    because="The signs are turned: the logit is that of class 1, and has to be above 0 for it.",
)
def turned(solution):
    return by_numbers([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [[-1.0, 2.0]], [0.5])


@wrong(caught_by="test_solved_by_hand", because="A tanh where a ReLU was asked for.")
def tanh_by_hand(solution):
    return by_numbers([[4.0, 4.0], [4.0, 4.0]], [-2.0, -6.0], [[1.0, -1.0]], [-1.0], bend=nn.Tanh)


@wrong(
    caught_by="test_solved_by_hand", because="The last bias is left as nn.Linear drew it: other numbers at every call."
)
def bias_by_chance(solution):
    def solved_by_hand():
        model = solution.mlp(2)
        model[1] = nn.ReLU()
        with torch.no_grad():
            model[0].weight.fill_(1.0)
            model[0].bias.copy_(torch.tensor([0.0, -1.0]))
            model[2].weight.copy_(torch.tensor([[1.0, -2.0]]))
        return model

    return {"solved_by_hand": solved_by_hand}


@wrong(
    caught_by="test_solved_by_hand", because="Frozen: the parameters require no gradients, and could not be trained on."
)
def frozen(solution):
    return {"solved_by_hand": lambda: solution.solved_by_hand().requires_grad_(False)}


@wrong(caught_by="test_solved_by_hand", because="A trained network, and by chance: the numbers were to be set by hand.")
def trained(solution):
    def solved_by_hand():
        model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
        solution.train(model, solution.X_XOR, solution.Y_XOR, 50, 0.5)
        return model

    return {"solved_by_hand": solved_by_hand}


@wrong(caught_by="test_mlp", because="No bend between the layers: two linear layers are one, and XOR is out of reach.")
def no_bend(solution):
    return {"mlp": lambda hidden=8: nn.Sequential(nn.Linear(2, hidden), nn.Linear(hidden, 1))}


@wrong(caught_by="test_mlp", because="A single linear layer: this is logistic regression, and XOR is out of its reach.")
def linear(solution):
    return {"mlp": lambda hidden=8: nn.Linear(2, 1)}


@wrong(caught_by="test_mlp", because="A ReLU where a tanh was asked for.")
def relu_network(solution):
    return {"mlp": lambda hidden=8: nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 1))}


@wrong(caught_by="test_mlp", because="`hidden` is not used: there are always eight units.")
def eight_always(solution):
    return {"mlp": lambda hidden=8: solution.mlp(8)}


@wrong(caught_by="test_mlp", because="A sigmoid at the end: the loss has its own and wants logits.")
def sigmoid_at_the_end(solution):
    return {"mlp": lambda hidden=8: nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1), nn.Sigmoid())}


@wrong(
    caught_by="test_mlp",
    because="A seed in the function reseeds the whole program, and the same weights come each time.",
)
def seeded(solution):
    def mlp(hidden=8):
        torch.manual_seed(0)
        return solution.mlp(hidden)

    return {"mlp": mlp}


@right("by einsum and counts, classes with forward, and detectors of (0, 1) and (1, 0)")
def by_classes(solution):
    class Net(nn.Module):
        def __init__(self, hidden, bend):
            super().__init__()
            self.second = nn.Linear(hidden, 1)
            self.first = nn.Linear(2, hidden)
            self.bend = bend

        def forward(self, x):
            return self.second(self.bend(self.first(x)))

    class Logistic(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(2, 1)

        def forward(self, x):
            return self.linear(x)

    def solved_by_hand():
        net = Net(2, torch.relu)
        net.first.weight.data = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
        nn.init.zeros_(net.first.bias)
        nn.init.constant_(net.second.weight, 3.0)
        nn.init.constant_(net.second.bias, -1.0)
        return net

    def shares_right(weights, biases, X, y):
        logits = torch.einsum("ld,nd->ln", weights, X) + biases[:, None]
        hits = torch.where(y.bool(), logits > 0, logits <= 0)
        return hits.sum(dim=1).to(y.dtype) / len(y)

    @torch.inference_mode()
    def probabilities(model, X):
        model.train(False)
        return 1 / (1 + torch.exp(-model(X)[:, 0]))

    return {
        "logistic_regression": Logistic,
        "solved_by_hand": solved_by_hand,
        "shares_right": shares_right,
        "probabilities": probabilities,
        "mlp": lambda hidden=8: Net(hidden, torch.tanh),
    }


@right("by the points with a column of ones, a state_dict, and a mode that is put back")
def by_state_dict(solution):
    def shares_right(weights, biases, X, y):
        ones = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)  # (N, 3)
        lines = torch.cat([weights, biases.unsqueeze(1)], dim=1)  # (L, 3)
        said = (torch.mm(lines, ones.t()) > 0).to(y.dtype)  # (L, N)
        return 1 - (said - y).abs().mean(dim=1)

    def probabilities(model, X):
        mode = model.training
        model.eval()
        with torch.no_grad():
            found = torch.sigmoid(model(X).reshape(-1))
        model.train(mode)
        return found

    numbers = [[1.0, 1.0], [-1.0, -1.0]], [-0.5, 1.5], [[-2.0, -2.0]], [2.5]
    return {
        "shares_right": shares_right,
        "probabilities": probabilities,
        "logistic_regression": lambda: nn.Sequential(nn.Linear(2, 1)),
        **by_numbers(*numbers),
    }


excuse(
    line="said = X @ weights.T + biases > 0",
    becomes="said = X @ weights.mT + biases > 0",
    because="equivalent: of a matrix, T and mT are the same.",
)

excuse(
    line="last.weight.copy_(torch.tensor([[1.0, -2.0]]))",
    becomes="last.weight.copy_(torch.tensor([[1.0, -4.0]]))",
    because="a right answer, too: the logit of (1, 1) is further below 0.",
)

"""Wrong answers that 08_fix_rounded_loss must catch, and right ones it must accept."""

import torch
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def binary(loss_of, labels_of=lambda logits: (logits >= 0).double()):
    """A `binary_step` with another loss of (logits, y), or other labels."""

    def binary_step(model, X, y, optimizer):
        model.train()
        logits = model(X)
        loss = loss_of(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item(), (labels_of(logits) == y).sum().item() / len(y)

    return {"binary_step": binary_step}


def classes(loss_of):
    """A `class_step` with another loss of (logits, y)."""

    def class_step(model, X, y, optimizer):
        model.train()
        logits = model(X)
        loss = loss_of(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item(), (logits.argmax(dim=1) == y).sum().item() / len(y)

    return {"class_step": class_step}


def measured(loss_of, labels_of=lambda logits: (logits >= 0).double()):
    """A `measure` with another loss of (logits, y), or other labels."""

    def measure(model, X, y):
        model.eval()
        with torch.no_grad():
            logits = model(X)
            loss = loss_of(logits, y).item()
        return loss, (labels_of(logits) == y).sum().item() / len(y)

    return {"measure": measure}


def rounded(logits):
    return logits.sigmoid().round()


@wrong(
    caught_by="test_binary_step_by_example",
    because="round stands before the loss: its gradient is 0, so every weight stays where it is.",
)
def loss_of_rounded(solution):
    return binary(lambda logits, y: F.binary_cross_entropy_with_logits(rounded(logits), y))


@wrong(
    caught_by="test_binary_step_by_example",
    because="BCELoss of rounded predictions is 0 or 100 for each sample; and round lets no gradient through.",
)
def bce_of_rounded(solution):
    return binary(lambda logits, y: F.binary_cross_entropy(rounded(logits), y))


@wrong(
    caught_by="test_binary_step_by_example",
    because="Comparing cuts the graph, and requires_grad_() begins a new one that does not lead to the weights.",
)
def loss_of_compared(solution):
    return binary(
        lambda logits, y: F.binary_cross_entropy_with_logits((logits >= 0).double().requires_grad_(), y),
    )


@wrong(
    caught_by="test_binary_step_by_example",
    because="round is gone, but the sigmoid is still there: the loss with logits applies it a second time.",
)
def sigmoid_twice(solution):
    return binary(lambda logits, y: F.binary_cross_entropy_with_logits(logits.sigmoid(), y))


@wrong(
    caught_by="test_binary_step_by_example",
    because="The mean squared error of the probabilities has a gradient, but it is not the cross entropy.",
)
def squared_error(solution):
    return binary(lambda logits, y: F.mse_loss(logits.sigmoid(), y))


@wrong(caught_by="test_binary_step_by_example", because="The losses were added up: the step is N times too large.")
def sum_of_losses(solution):
    return binary(lambda logits, y: F.binary_cross_entropy_with_logits(logits, y, reduction="sum"))


@wrong(
    caught_by="test_binary_step_by_example",
    because="The logits were compared with `y` as they are: no label is made of them.",
)
def logits_as_labels(solution):
    return binary(F.binary_cross_entropy_with_logits, labels_of=lambda logits: logits)


@wrong(
    caught_by="test_binary_step",
    because="round and `>` make label 0 of a logit of exactly 0; it is label 1 here.",
)
def rounded_labels(solution):
    return binary(F.binary_cross_entropy_with_logits, labels_of=rounded)


@wrong(
    caught_by="test_binary_step_by_example",
    because="The sigmoid of -1e-17 is rounded to 0.5: a label is read from the logit, not from its probability.",
)
def labels_of_probabilities(solution):
    return binary(F.binary_cross_entropy_with_logits, labels_of=lambda logits: (logits.sigmoid() >= 0.5).double())


@wrong(
    caught_by="test_measure_by_example",
    because="The sigmoid of -1e-17 is rounded to 0.5: a label is read from the logit, not from its probability.",
)
def measure_labels_of_probabilities(solution):
    return measured(F.binary_cross_entropy_with_logits, labels_of=lambda logits: (logits.sigmoid() >= 0.5).double())


@wrong(
    caught_by="test_binary_step_by_example", because="The loss is measured after the step; from before it is asked for."
)
def loss_after_the_step(solution):
    def binary_step(model, X, y, optimizer):
        _, accuracy = solution.binary_step(model, X, y, optimizer)
        return F.binary_cross_entropy_with_logits(model(X), y).item(), accuracy

    return {"binary_step": binary_step}


@wrong(
    caught_by="test_binary_step_by_example",
    because="The loss is still a tensor, with its graph: `.item()` is its number.",
)
def loss_as_tensor(solution):
    def binary_step(model, X, y, optimizer):
        loss, accuracy = solution.binary_step(model, X, y, optimizer)
        return torch.tensor(loss), accuracy

    return {"binary_step": binary_step}


@wrong(caught_by="test_binary_step_by_example", because="The accuracy is in percent; the share, 0 to 1, is asked for.")
def percent(solution):
    def binary_step(model, X, y, optimizer):
        loss, accuracy = solution.binary_step(model, X, y, optimizer)
        return loss, 100 * accuracy

    return {"binary_step": binary_step}


@wrong(
    caught_by="test_class_step_by_example",
    because="requires_grad_() gives the labels a gradient, and the weights none: argmax has cut the graph.",
)
def loss_of_argmax(solution):
    def loss_of(logits, y):
        return F.cross_entropy(logits.softmax(dim=1).argmax(dim=1).double().requires_grad_(), y.double())

    return classes(loss_of)


@wrong(
    caught_by="test_class_step_by_example",
    because="cross_entropy wants the logits (N, C); labels (N,) have nothing left to learn from.",
)
def loss_of_labels(solution):
    return classes(lambda logits, y: F.cross_entropy(logits.argmax(dim=1), y))


@wrong(
    caught_by="test_class_step_by_example",
    because="One-hot rows of the labels have the right shape, and no graph that leads to the weights.",
)
def loss_of_one_hot(solution):
    def loss_of(logits, y):
        one_hot = F.one_hot(logits.argmax(dim=1), logits.shape[1]).double()
        return F.cross_entropy(one_hot.requires_grad_(), y)

    return classes(loss_of)


@wrong(
    caught_by="test_class_step_by_example",
    because="round of the probabilities has the gradient 0: no weight moves.",
)
def loss_of_rounded_classes(solution):
    return classes(lambda logits, y: F.cross_entropy(logits.softmax(dim=1).round(), y))


@wrong(
    caught_by="test_class_step_by_example",
    because="argmax is gone, and the softmax is still there: cross entropy applies it a second time.",
)
def softmax_twice(solution):
    return classes(lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y))


@wrong(
    caught_by="test_steps_of_deeper_models",
    because="The gradients that the model came with were added to the new ones: clear before backward.",
)
def old_gradients(solution):
    def binary_step(model, X, y, optimizer):
        model.train()
        logits = model(X)
        loss = F.binary_cross_entropy_with_logits(logits, y)
        loss.backward()
        optimizer.step()
        return loss.item(), ((logits >= 0) == (y == 1)).sum().item() / len(y)

    return {"binary_step": binary_step}


@wrong(
    caught_by="test_steps_of_deeper_models",
    because="The gradients that the model came with were added to the new ones: clear before backward.",
)
def cleared_after_the_step(solution):
    def class_step(model, X, y, optimizer):
        model.train()
        logits = model(X)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item(), (logits.argmax(dim=1) == y).sum().item() / len(y)

    return {"class_step": class_step}


@wrong(
    caught_by="test_steps_of_deeper_models",
    because="The step is taken in evaluation mode: the running statistics of the batch normalisation do not move.",
)
def step_in_evaluation_mode(solution):
    def class_step(model, X, y, optimizer):
        logits = model(X)
        loss = F.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item(), (logits.argmax(dim=1) == y).sum().item() / len(y)

    return {"class_step": class_step}


@wrong(
    caught_by="test_measure_by_example",
    because="The loss takes rounded predictions for logits: a 1 is a probability of 0.73, and a 0 one of 0.5.",
)
def measure_of_rounded(solution):
    return measured(lambda logits, y: F.binary_cross_entropy_with_logits(rounded(logits), y))


@wrong(
    caught_by="test_measure_by_example",
    because="BCELoss of rounded predictions counts 100 for each wrong label: that is the accuracy again, not the loss.",
)
def measure_bce_of_rounded(solution):
    return measured(lambda logits, y: F.binary_cross_entropy(rounded(logits), y))


@wrong(
    caught_by="test_measure_by_example", because="The sigmoid is applied twice: the loss with logits does it itself."
)
def measure_sigmoid_twice(solution):
    return measured(lambda logits, y: F.binary_cross_entropy_with_logits(logits.sigmoid(), y))


@wrong(caught_by="test_measure", because="round and `>` make label 0 of a logit of exactly 0; it is label 1 here.")
def measure_rounded_labels(solution):
    return measured(F.binary_cross_entropy_with_logits, labels_of=rounded)


@wrong(caught_by="test_measure_leaves_the_model", because="Without torch.no_grad() a graph is recorded for nothing.")
def measure_records(solution):
    def measure(model, X, y):
        model.eval()
        logits = model(X)
        loss = F.binary_cross_entropy_with_logits(logits, y)
        return loss.item(), ((logits >= 0) == (y == 1)).sum().item() / len(y)

    return {"measure": measure}


@wrong(
    caught_by="test_measure_leaves_the_model",
    because="eval() is missing: batch normalisation uses, and keeps, this batch's statistics.",
)
def measure_in_training_mode(solution):
    def measure(model, X, y):
        with torch.no_grad():
            logits = model(X)
        loss = F.binary_cross_entropy_with_logits(logits, y)
        return loss.item(), ((logits >= 0) == (y == 1)).sum().item() / len(y)

    return {"measure": measure}


def until(loss_of, *, stop=lambda accuracy, goal: accuracy >= goal, first=0):
    """A `train_until` with another loss of (logits, y, accuracy), or another end."""

    def train_until(model, X, y, optimizer, goal, most_steps):
        model.train()
        for step in range(most_steps):
            logits = model(X)
            accuracy = (logits.argmax(dim=1) == y).sum().item() / len(y)
            if stop(accuracy, goal):
                return step + first
            loss = loss_of(logits, y, accuracy)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return most_steps

    return {"train_until": train_until}


@wrong(
    caught_by="test_train_until_by_example",
    because="A new tensor of the accuracy depends on no weight, whatever requires_grad says.",
)
def loss_of_accuracy(solution):
    return until(lambda logits, y, accuracy: torch.tensor(1 - accuracy, requires_grad=True))


@wrong(
    caught_by="test_train_until_by_example",
    because="The cross entropy was put into a new tensor: torch.tensor copies its number and leaves its graph behind.",
)
def loss_in_a_new_tensor(solution):
    return until(
        lambda logits, y, accuracy: torch.tensor(F.cross_entropy(logits, y).item(), requires_grad=True),
    )


@wrong(
    caught_by="test_train_until_by_example",
    because="Multiplying by the accuracy changes the length of the steps: it has no place in the loss.",
)
def loss_times_errors(solution):
    return until(lambda logits, y, accuracy: (1 - accuracy) * F.cross_entropy(logits, y))


@wrong(caught_by="test_train_until", because="A goal that is just reached is reached: at least, not more than.")
def more_than_the_goal(solution):
    return until(lambda logits, y, _: F.cross_entropy(logits, y), stop=lambda accuracy, goal: accuracy > goal)


@wrong(
    caught_by="test_train_until_at_the_goal",
    because="A share in float32 may lie just below the goal: 7 of 10 is 0.6999999881. Divide Python's numbers.",
)
def share_in_float32(solution):
    def train_until(model, X, y, optimizer, goal, most_steps):
        model.train()
        for step in range(most_steps):
            logits = model(X)
            if (logits.argmax(dim=1) == y).float().mean().item() >= goal:
                return step
            optimizer.zero_grad()
            F.cross_entropy(logits, y).backward()
            optimizer.step()
        return most_steps

    return {"train_until": train_until}


@wrong(caught_by="test_train_until", because="The turn that stops takes no step: steps are counted one too many.")
def counted_from_one(solution):
    return until(lambda logits, y, _: F.cross_entropy(logits, y), first=1)


@wrong(
    caught_by="test_train_until",
    because="The gradients that the model came with were added to those of the first step: clear before backward.",
)
def until_cleared_after_the_step(solution):
    def train_until(model, X, y, optimizer, goal, most_steps):
        model.train()
        for step in range(most_steps):
            logits = model(X)
            if (logits.argmax(dim=1) == y).sum().item() / len(y) >= goal:
                return step
            F.cross_entropy(logits, y).backward()
            optimizer.step()
            optimizer.zero_grad()
        return most_steps

    return {"train_until": train_until}


@wrong(
    caught_by="test_train_until_by_example",
    because="zero_grad is missing: the gradients of all steps add up.",
)
def until_without_clearing(solution):
    def train_until(model, X, y, optimizer, goal, most_steps):
        model.train()
        for step in range(most_steps):
            logits = model(X)
            if (logits.argmax(dim=1) == y).sum().item() / len(y) >= goal:
                return step
            F.cross_entropy(logits, y).backward()
            optimizer.step()
        return most_steps

    return {"train_until": train_until}


@wrong(caught_by="test_train_until", because="The step is taken before the accuracy is looked at.")
def step_before_look(solution):
    def train_until(model, X, y, optimizer, goal, most_steps):
        for step in range(most_steps):
            _, accuracy = solution.class_step(model, X, y, optimizer)
            if accuracy >= goal:
                return step
        return most_steps

    return {"train_until": train_until}


@wrong(caught_by="test_train_until_by_example", because="train() is missing: the steps are taken in evaluation mode.")
def until_in_evaluation_mode(solution):
    def train_until(model, X, y, optimizer, goal, most_steps):
        for step in range(most_steps):
            logits = model(X)
            if (logits.argmax(dim=1) == y).sum().item() / len(y) >= goal:
                return step
            optimizer.zero_grad()
            F.cross_entropy(logits, y).backward()
            optimizer.step()
        return most_steps

    return {"train_until": train_until}


@right("by BCELoss of the sigmoid, and by nll_loss of log_softmax")
def other_losses(solution):
    def loss_of(logits, y):
        return F.nll_loss(logits.log_softmax(dim=1), y)

    return {
        **binary(lambda logits, y: F.binary_cross_entropy(logits.sigmoid(), y)),
        **classes(loss_of),
        **measured(lambda logits, y: torch.nn.BCELoss()(logits.sigmoid(), y)),
    }


@right("by the modules, with labels as integers, and with class_step inside train_until")
def with_modules(solution):
    def binary_step(model, X, y, optimizer):
        model.train()
        optimizer.zero_grad(set_to_none=False)
        logits = model(X)
        loss = torch.nn.BCEWithLogitsLoss()(logits, y)
        loss.backward()
        optimizer.step()
        return loss.item(), torch.where(logits < 0, 0, 1).eq(y.long()).double().mean().item()

    def train_until(model, X, y, optimizer, goal, most_steps):
        taken = 0
        while taken < most_steps:
            with torch.no_grad():
                labels = model(X).argmax(dim=1)
            if (labels == y).double().mean().item() >= goal:
                break
            solution.class_step(model, X, y, optimizer)
            taken += 1
        return taken

    return {"binary_step": binary_step, "train_until": train_until}


@right("by inference_mode, softplus and softmax before argmax")
def by_softplus(solution):
    def measure(model, X, y):
        with torch.inference_mode():
            logits = model.eval()(X)
            loss = (F.softplus(logits) - y * logits).mean().item()
            accuracy = ((logits >= 0).to(y.dtype) == y).to(y.dtype).mean().item()
        return loss, accuracy

    return {"measure": measure}


excuse(
    line="hits = logits.argmax(dim=1) == y",
    becomes="hits = logits.argmax(dim=-1) == y",
    within="class_step",
    because="equivalent: of two dimensions, 1 is the last.",
)
excuse(
    line="hits = logits.argmax(dim=1) == y",
    becomes="hits = logits.argmax(dim=-1) == y",
    within="train_until",
    because="equivalent: of two dimensions, 1 is the last.",
)
excuse(
    line="if hits.sum().item() / len(y) >= goal:",
    becomes="if hits.sum() / len(y) >= goal:",
    because="equivalent: a tensor of one boolean has a truth value, too.",
)

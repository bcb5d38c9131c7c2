"""Wrong answers that 08_logits_to_labels must catch, and right ones it must accept."""

import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_binary_probabilities_by_example",
    because="Softmax over the samples makes them compete: each has its own sigmoid, and these need not sum to 1.",
)
def softmax_of_samples(solution):
    def binary_probabilities(logits):
        p = logits.softmax(dim=0)
        return torch.stack([1 - p, p], dim=1)

    return {"binary_probabilities": binary_probabilities}


@wrong(
    caught_by="test_binary_probabilities_by_example",
    because="Sigmoids of different samples were made to add up to 1; only the two classes of one sample do.",
)
def sigmoids_that_sum_to_one(solution):
    def binary_probabilities(logits):
        p = logits.sigmoid() / logits.sigmoid().sum()
        return torch.stack([1 - p, p], dim=1)

    return {"binary_probabilities": binary_probabilities}


@wrong(
    caught_by="test_binary_probabilities_by_example",
    because="The probability of class 1 stands in the first column; classes are counted from 0.",
)
def columns_swapped(solution):
    def binary_probabilities(logits):
        p = logits.sigmoid()
        return torch.stack([p, 1 - p], dim=1)

    return {"binary_probabilities": binary_probabilities}


@wrong(
    caught_by="test_binary_probabilities_by_example",
    because="stack without dim=1 lays the two classes below each other, as rows.",
)
def rows_for_columns(solution):
    def binary_probabilities(logits):
        p = logits.sigmoid()
        return torch.stack([1 - p, p])

    return {"binary_probabilities": binary_probabilities}


@wrong(
    caught_by="test_binary_probabilities_by_example",
    because="Only class 1 is there; class 0 has the rest of the probability.",
)
def one_column(solution):
    return {"binary_probabilities": torch.sigmoid}


@wrong(
    caught_by="test_binary_probabilities",
    because="`.float()`, and torch.tensor of a list, make float32 of every dtype.",
)
def always_float32(solution):
    return {"binary_probabilities": lambda logits: solution.binary_probabilities(logits.float())}


@wrong(
    caught_by="test_class_probabilities_by_example",
    because="Sigmoid looks at each logit alone: the probabilities of a sample do not add up to 1.",
)
def sigmoid_of_classes(solution):
    return {"class_probabilities": torch.sigmoid}


@wrong(
    caught_by="test_class_probabilities_by_example",
    because="dim=0 goes over the samples: each class's column adds up to 1.",
)
def softmax_over_samples(solution):
    return {"class_probabilities": lambda logits: logits.softmax(dim=0)}


@wrong(
    caught_by="test_class_probabilities_by_example",
    because="log_softmax gives the logarithms of the probabilities, which are below 0.",
)
def logarithms(solution):
    return {"class_probabilities": lambda logits: logits.log_softmax(dim=1)}


@wrong(
    caught_by="test_class_probabilities",
    because="The last dimension holds the classes of (N, C) only; of (N, C, H, W) it is a row of pixels.",
)
def softmax_over_the_last(solution):
    return {"class_probabilities": lambda logits: logits.softmax(dim=-1)}


@wrong(
    caught_by="test_probabilities_of_large_logits",
    because="exp of 10,000 is infinite: the value comes out right, and its gradient is inf / inf.",
)
def sigmoid_by_formula(solution):
    def binary_probabilities(logits):
        p = 1 / (1 + torch.exp(-logits))
        return torch.stack([1 - p, p], dim=1)

    return {"binary_probabilities": binary_probabilities}


@wrong(
    caught_by="test_probabilities_of_large_logits",
    because="exp of 10,000 is infinite, and inf / inf is nan: the highest logit has to be subtracted first.",
)
def softmax_by_formula(solution):
    return {"class_probabilities": lambda logits: logits.exp() / logits.exp().sum(dim=1, keepdim=True)}


@wrong(
    caught_by="test_probabilities_of_large_logits",
    because="The result has left the graph: after detach(), .data or no_grad no gradient flows back.",
)
def without_gradient(solution):
    return {"class_probabilities": lambda logits: logits.detach().softmax(dim=1)}


@wrong(
    caught_by="test_small_probabilities",
    because="At a logit of 20 p is rounded to 1, and 1 - p to 0: the digits of class 0 are in the sigmoid of -z.",
)
def rest_of_one(solution):
    def binary_probabilities(logits):
        p = logits.sigmoid()
        return torch.stack([1 - p, p], dim=1)

    return {"binary_probabilities": binary_probabilities}


@wrong(
    caught_by="test_binary_labels",
    because="round takes the tie of 0.5 to the even number, 0, and leaves floats.",
)
def rounded_floats(solution):
    return {"binary_labels": lambda logits: torch.round(torch.sigmoid(logits))}


@wrong(
    caught_by="test_binary_labels",
    because="At a tie, a logit of 0, the label is 1: round goes to the even number, 0, and `>` leaves the tie out.",
)
def rounded(solution):
    return {"binary_labels": lambda logits: torch.round(torch.sigmoid(logits)).long()}


@wrong(
    caught_by="test_binary_labels",
    because="At a tie, a logit of 0, the label is 1: round goes to the even number, 0, and `>` leaves the tie out.",
)
def tie_left_out(solution):
    return {"binary_labels": lambda logits: (logits > 0).long()}


@wrong(caught_by="test_binary_labels", because="0.5 is the border for probabilities; for logits it is 0.")
def border_of_probabilities(solution):
    return {"binary_labels": lambda logits: (logits >= 0.5).long()}


@wrong(
    caught_by="test_binary_labels",
    because="Comparing gives booleans; labels are int64.",
)
def booleans(solution):
    return {"binary_labels": lambda logits: logits >= 0}


@wrong(
    caught_by="test_binary_labels",
    because="The sigmoid of -1e-9 is rounded to 0.5: a label is read from the logit, not from its probability.",
)
def through_probabilities(solution):
    return {"binary_labels": lambda logits: (torch.sigmoid(logits) >= 0.5).long()}


@wrong(
    caught_by="test_binary_labels",
    because="`.long()` cuts off behind the point: every probability below 1 becomes label 0.",
)
def cut_off(solution):
    return {"binary_labels": lambda logits: torch.sigmoid(logits).long()}


@wrong(
    caught_by="test_class_labels",
    because="dim=0 picks a sample for each class; a class for each sample is asked for.",
)
def best_sample(solution):
    return {"class_labels": lambda logits: logits.argmax(dim=0)}


@wrong(
    caught_by="test_class_labels",
    because="argmax without dim gives one position in the flattened tensor.",
)
def argmax_of_all(solution):
    return {"class_labels": lambda logits: logits.argmax()}


@wrong(
    caught_by="test_class_labels",
    because="The last dimension of (N, C, H, W) is a row of pixels, not the classes.",
)
def labels_of_the_last(solution):
    return {"class_labels": lambda logits: logits.argmax(dim=-1)}


@wrong(
    caught_by="test_class_labels",
    because="keepdim leaves a dimension of size 1 where the classes were.",
)
def dimension_kept(solution):
    return {"class_labels": lambda logits: logits.argmax(dim=1, keepdim=True)}


@wrong(
    caught_by="test_class_labels",
    because="Sorting in ascending order and taking the last class gives the last of several equal ones.",
)
def last_of_equal(solution):
    return {"class_labels": lambda logits: logits.shape[1] - 1 - logits.flip(1).argmax(dim=1)}


@wrong(
    caught_by="test_class_labels",
    because="`max(dim=1)` gives values and indices; the values are logits, not labels.",
)
def highest_values(solution):
    return {"class_labels": lambda logits: logits.max(dim=1).values}


@wrong(
    caught_by="test_class_labels",
    because="The sigmoids of 20 and 30 are both 1 in float32: what was different is equal now.",
)
def argmax_of_sigmoids(solution):
    return {"class_labels": lambda logits: logits.sigmoid().argmax(dim=1)}


@wrong(
    caught_by="test_class_labels_of_close_logits",
    because="Softmax before argmax is one step too many: probabilities of logits that lie close are rounded to a tie.",
)
def argmax_of_softmax(solution):
    return {"class_labels": lambda logits: logits.softmax(dim=1).argmax(dim=1)}


@wrong(
    caught_by="test_elsewhere",
    because="torch.zeros makes a tensor on the CPU, and the logits may be elsewhere.",
)
def zeros_on_the_cpu(solution):
    def binary_probabilities(logits):
        zeros = torch.zeros(len(logits), dtype=logits.dtype)
        return torch.stack([zeros, logits], dim=1).softmax(dim=1)

    return {"binary_probabilities": binary_probabilities}


@right("by the softmax of two logits, and by torch.where")
def two_logits(solution):
    return {
        "binary_probabilities": lambda logits: torch.stack([torch.zeros_like(logits), logits], 1).softmax(1),
        "binary_labels": lambda logits: torch.where(logits < 0, 0, 1),
        "class_labels": lambda logits: torch.max(logits, dim=1).indices,
    }


@right("by the sigmoids of both signs, and by exp of log_softmax")
def both_signs(solution):
    return {
        "binary_probabilities": lambda logits: torch.cat([-logits[:, None], logits[:, None]], dim=1).sigmoid(),
        "class_probabilities": lambda logits: logits.log_softmax(dim=1).exp(),
        "binary_labels": lambda logits: torch.ge(logits, 0).long(),
    }


@right("by exp, with the highest logit subtracted first")
def stable_formula(solution):
    def class_probabilities(logits):
        parts = (logits - logits.amax(dim=1, keepdim=True)).exp()
        return parts / parts.sum(dim=1, keepdim=True)

    return {"class_probabilities": class_probabilities}


excuse(
    line="return torch.stack([torch.sigmoid(-logits), torch.sigmoid(logits)], dim=1)",
    becomes="return torch.stack([torch.sigmoid(-logits), torch.sigmoid(logits)], dim=-1)",
    because="equivalent: the new dimension behind the only one is both 1 and the last.",
)

"""Wrong answers that 08_losses must catch, and right ones it must accept."""

import torch
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_log_sum_exp", because="What was subtracted from all z has to be added to the logarithm.")
def largest_lost(solution):
    return {"log_sum_exp": lambda z: (z - z.amax(dim=-1, keepdim=True)).exp().sum(dim=-1).log()}


@wrong(caught_by="test_log_sum_exp", because="The sum runs over the rows; the last dimension is asked for.")
def over_the_rows(solution):
    return {"log_sum_exp": lambda z: z.exp().sum(dim=0).log()}


@wrong(caught_by="test_log_sum_exp", because="sum() without dim adds up all rows.")
def over_everything(solution):
    return {"log_sum_exp": lambda z: z.exp().sum().log()}


@wrong(caught_by="test_log_sum_exp", because="keepdim leaves a dimension of size 1 in the result.")
def dimension_kept(solution):
    return {"log_sum_exp": lambda z: solution.log_sum_exp(z).unsqueeze(-1)}


@wrong(caught_by="test_log_sum_exp", because="dim=1 is the last dimension of a table only.")
def dimension_one(solution):
    def log_sum_exp(z):
        largest = z.amax(dim=1, keepdim=True)
        return (z - largest).exp().sum(dim=1).log() + largest.squeeze(1)

    return {"log_sum_exp": log_sum_exp}


@wrong(caught_by="test_log_sum_exp", because="`-=` writes into the caller's logits.")
def subtracted_in_place(solution):
    def log_sum_exp(z):
        largest = z.amax(dim=-1, keepdim=True)
        z -= largest
        return z.exp().sum(dim=-1).log() + largest.squeeze(-1)

    return {"log_sum_exp": log_sum_exp}


@wrong(
    caught_by="test_log_sum_exp_of_large_numbers",
    because="exp(10_000) is infinite: the largest number of the row has to go out before exp.",
)
def literally(solution):
    return {"log_sum_exp": lambda z: z.exp().sum(dim=-1).log()}


@wrong(
    caught_by="test_log_sum_exp_of_large_numbers",
    because="One m for the whole table: in rows far below it every exp is 0, and the logarithm -inf.",
)
def largest_of_all(solution):
    return {"log_sum_exp": lambda z: (z - z.max()).exp().sum(dim=-1).log() + z.max()}


@wrong(
    caught_by="test_log_sum_exp_of_large_numbers",
    because="clamp changes large numbers instead of shifting all of them: their gradient is 0 as well.",
)
def clamped(solution):
    return {"log_sum_exp": lambda z: z.clamp(-80, 80).exp().sum(dim=-1).log()}


@wrong(caught_by="test_bce_by_example", because="The losses were added up; the mean is asked for.")
def sum_of_losses(solution):
    return {"bce_with_logits": lambda logits, targets: solution.bce_with_logits(logits, targets) * logits.numel()}


@wrong(caught_by="test_bce_by_example", because="y and 1 - y have changed places: class 1 has the logarithm of p.")
def targets_inverted(solution):
    return {"bce_with_logits": lambda logits, targets: solution.bce_with_logits(logits, 1 - targets)}


@wrong(
    caught_by="test_bce_by_example",
    because="Only the part of class 1 is there: what the model says about class 0 costs nothing.",
)
def class_one_only(solution):
    return {"bce_with_logits": lambda logits, targets: -(targets * logits.sigmoid().log()).mean()}


@wrong(
    caught_by="test_bce_by_example",
    because="The sigmoid is in the loss already: probabilities are taken for logits here.",
)
def sigmoid_twice(solution):
    return {"bce_with_logits": lambda logits, targets: solution.bce_with_logits(logits.sigmoid(), targets)}


@wrong(caught_by="test_bce_by_example", because="A target of 0.25 is a share, and was treated as class 0.")
def hard_targets(solution):
    return {"bce_with_logits": lambda logits, targets: solution.bce_with_logits(logits, targets.round())}


@wrong(
    caught_by="test_bce", because="mean(dim=0) leaves the other dimensions; all elements go into one mean, of shape ()."
)
def mean_of_the_first(solution):
    def bce_with_logits(logits, targets):
        both = torch.stack([torch.zeros_like(logits), logits], dim=-1)
        return (solution.log_sum_exp(both) - targets * logits).mean(dim=0)

    return {"bce_with_logits": bce_with_logits}


@wrong(
    caught_by="test_bce_of_large_logits",
    because="The sigmoid of a large logit is exactly 0 or 1, and the logarithm of 0 is -inf.",
)
def by_sigmoid(solution):
    def bce_with_logits(logits, targets):
        p = logits.sigmoid()
        return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()

    return {"bce_with_logits": bce_with_logits}


@wrong(
    caught_by="test_bce_of_large_logits",
    because="Clipping the probability caps the loss at about 16, and its gradient is 0 where it matters most.",
)
def by_clipped_sigmoid(solution):
    def bce_with_logits(logits, targets):
        p = logits.sigmoid().clamp(1e-7, 1 - 1e-7)
        return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()

    return {"bce_with_logits": bce_with_logits}


@wrong(caught_by="test_bce_of_large_logits", because="log(1 + exp(z)) is infinite for a logit of 10,000.")
def log_of_one_plus_exp(solution):
    return {"bce_with_logits": lambda logits, targets: (logits.exp().log1p() - targets * logits).mean()}


@wrong(
    caught_by="test_bce_of_large_logits",
    because="torch.where chooses values, but the gradient of the other branch is computed as well: 0 * inf is nan.",
)
def where_of_two_branches(solution):
    def bce_with_logits(logits, targets):
        softplus = torch.where(logits > 0, logits + (-logits).exp().log1p(), logits.exp().log1p())
        return (softplus - targets * logits).mean()

    return {"bce_with_logits": bce_with_logits}


@wrong(caught_by="test_bce_of_large_logits", because="The loss is cut off from the graph: no gradient flows back.")
def detached(solution):
    return {"bce_with_logits": lambda logits, targets: solution.bce_with_logits(logits.detach(), targets)}


@wrong(
    caught_by="test_bce_gradient_at_zero",
    because="At 0 relu and clamp have the slope of their left side, abs that of the middle: -y comes out, not 1/2 - y.",
)
def by_clamp_and_abs(solution):
    def bce_with_logits(logits, targets):
        return (logits.clamp(min=0) - targets * logits + (-logits.abs()).exp().log1p()).mean()

    return {"bce_with_logits": bce_with_logits}


@wrong(
    caught_by="test_bce_gradient_at_zero",
    because="At 0 relu and clamp have the slope of their left side, abs that of the middle: -y comes out, not 1/2 - y.",
)
def by_relu_and_abs(solution):
    def bce_with_logits(logits, targets):
        return (logits.relu() - targets * logits + (-logits.abs()).exp().log1p()).mean()

    return {"bce_with_logits": bce_with_logits}


@wrong(
    caught_by="test_cross_entropy_by_example",
    because="Softmax is in the loss already: a second one takes probabilities for logits, and no error says so.",
)
def softmax_before(solution):
    def cross_entropy(logits, labels, weight=None):
        return solution.cross_entropy(logits.softmax(dim=1), labels, weight)

    return {"cross_entropy": cross_entropy}


@wrong(caught_by="test_cross_entropy_by_example", because="The losses were added up; the mean is asked for.")
def sum_of_entropies(solution):
    def cross_entropy(logits, labels, weight=None):
        return solution.cross_entropy(logits, labels, weight) * len(labels)

    return {"cross_entropy": cross_entropy}


@wrong(
    caught_by="test_cross_entropy_by_example",
    because="Indexing with a colon and a list takes every label's column for every row: (N, N) logits instead of N.",
)
def columns_of_all(solution):
    def cross_entropy(logits, labels, weight=None):
        return (solution.log_sum_exp(logits)[:, None] - logits[:, labels]).mean()

    return {"cross_entropy": cross_entropy}


@wrong(
    caught_by="test_cross_entropy_by_example",
    because="The mean over a one-hot table (N, C) divides by N times C; there are N losses.",
)
def mean_of_the_table(solution):
    def cross_entropy(logits, labels, weight=None):
        one_hot = F.one_hot(labels, logits.shape[1])
        return ((solution.log_sum_exp(logits)[:, None] - logits) * one_hot).mean()

    return {"cross_entropy": cross_entropy}


@wrong(caught_by="test_cross_entropy_by_example", because="The minus is missing: losses are positive.")
def sign(solution):
    def cross_entropy(logits, labels, weight=None):
        return -solution.cross_entropy(logits, labels, weight)

    return {"cross_entropy": cross_entropy}


@wrong(
    caught_by="test_cross_entropy", because="The weighted losses were divided by N: then twice the weights double it."
)
def weights_not_in_the_mean(solution):
    def cross_entropy(logits, labels, weight=None):
        losses = solution.log_sum_exp(logits) - logits.gather(1, labels[:, None]).squeeze(1)
        return losses.mean() if weight is None else (weight[labels] * losses).mean()

    return {"cross_entropy": cross_entropy}


@wrong(caught_by="test_cross_entropy", because="The sum of all classes' weights is not that of the samples' weights.")
def weights_of_classes(solution):
    def cross_entropy(logits, labels, weight=None):
        losses = solution.log_sum_exp(logits) - logits.gather(1, labels[:, None]).squeeze(1)
        return losses.mean() if weight is None else (weight[labels] * losses).sum() / weight.sum()

    return {"cross_entropy": cross_entropy}


@wrong(caught_by="test_cross_entropy", because="The weights are not used.")
def weights_ignored(solution):
    return {"cross_entropy": lambda logits, labels, weight=None: solution.cross_entropy(logits, labels)}


@wrong(
    caught_by="test_cross_entropy",
    because="The logits were multiplied by the weights; it is the losses that are weighted.",
)
def weights_times_logits(solution):
    def cross_entropy(logits, labels, weight=None):
        if weight is not None:
            logits = logits * weight
        return solution.cross_entropy(logits, labels)

    return {"cross_entropy": cross_entropy}


@wrong(
    caught_by="test_cross_entropy_of_large_logits",
    because="Softmax rounds small probabilities to 0, whose logarithm is -inf.",
)
def log_of_softmax(solution):
    def cross_entropy(logits, labels, weight=None):
        losses = -logits.softmax(dim=1).log().gather(1, labels[:, None]).squeeze(1)
        weights = torch.ones_like(losses) if weight is None else weight[labels]
        return (weights * losses).sum() / weights.sum()

    return {"cross_entropy": cross_entropy}


@wrong(caught_by="test_by_hand", because="torch.logsumexp is the first function already: write it by hand.")
def by_logsumexp(solution):
    return {"log_sum_exp": lambda z: torch.logsumexp(z, dim=-1)}


@wrong(caught_by="test_by_hand", because="logcumsumexp ends with logsumexp, ready-made: write it by hand.")
def by_logcumsumexp(solution):
    return {"log_sum_exp": lambda z: torch.logcumsumexp(z, dim=-1)[..., -1]}


@wrong(caught_by="test_by_hand", because="PyTorch's own loss is the exercise: write it by hand.")
def by_the_loss(solution):
    return {"cross_entropy": lambda logits, labels, weight=None: F.cross_entropy(logits, labels, weight=weight)}


@wrong(caught_by="test_by_hand", because="softplus(z) is log(1 + exp(z)), ready-made: write it by hand.")
def by_softplus(solution):
    return {"bce_with_logits": lambda logits, targets: (F.softplus(logits) - targets * logits).mean()}


@wrong(caught_by="test_elsewhere", because="torch.zeros makes a tensor on the CPU, and the logits may be elsewhere.")
def zeros_on_the_cpu(solution):
    def bce_with_logits(logits, targets):
        both = torch.stack([torch.zeros(logits.shape, dtype=logits.dtype), logits], dim=-1)
        return (solution.log_sum_exp(both) - targets * logits).mean()

    return {"bce_with_logits": bce_with_logits}


@right("by max, log1p and (z + |z|) / 2, with the right logits by their indices")
def by_log1p(solution):
    def log_sum_exp(z):
        largest = z.max(dim=-1).values.detach()
        return largest + torch.log(torch.exp(z - largest.unsqueeze(-1)).sum(-1))

    def bce_with_logits(logits, targets):
        return ((logits + logits.abs()) / 2 - targets * logits + torch.log1p(torch.exp(-logits.abs()))).mean()

    def cross_entropy(logits, labels, weight=None):
        log_p = logits - log_sum_exp(logits)[:, None]
        losses = -log_p[torch.arange(len(labels), device=labels.device), labels]
        weights = torch.ones_like(losses) if weight is None else weight[labels]
        return (weights * losses).sum() / weights.sum()

    return {"log_sum_exp": log_sum_exp, "bce_with_logits": bce_with_logits, "cross_entropy": cross_entropy}


@right("the binary loss by the other, and one-hot labels")
def one_by_the_other(solution):
    def bce_with_logits(logits, targets):
        z, y = logits.reshape(-1, 1), targets.reshape(-1)
        table = torch.cat([torch.zeros_like(z), z], dim=1)
        zeros = torch.zeros(len(z), dtype=torch.int64, device=z.device)
        losses = [-(table - solution.log_sum_exp(table)[:, None])[:, k] for k in (0, 1)]
        return (losses[1] * y + losses[0] * (1 - y)).mean() + 0 * zeros.sum()

    def cross_entropy(logits, labels, weight=None):
        classes = torch.arange(logits.shape[1], device=labels.device)
        one_hot = (labels[:, None] == classes).to(logits.dtype)
        if weight is not None:
            one_hot = one_hot * weight
        losses = (solution.log_sum_exp(logits)[:, None] - logits) * one_hot
        return losses.sum() / one_hot.sum()

    return {"bce_with_logits": bce_with_logits, "cross_entropy": cross_entropy}


@right("by the sum first, and then the right logits")
def right_logit_last(solution):
    def cross_entropy(logits, labels, weight=None):
        losses = solution.log_sum_exp(logits) - logits.gather(1, labels[:, None]).squeeze(1)
        weights = torch.ones_like(losses) if weight is None else weight[labels]
        return (weights * losses).sum() / weights.sum()

    return {"cross_entropy": cross_entropy}


@right("by torch.maximum, which halves the gradient at a tie")
def by_maximum(solution):
    def bce_with_logits(logits, targets):
        positive = torch.maximum(logits, torch.zeros_like(logits))
        return (positive - targets * logits + torch.log(1 + torch.exp(-logits.abs()))).mean()

    return {"bce_with_logits": bce_with_logits}


excuse(
    line="both = torch.stack([torch.zeros_like(logits), logits], dim=-1)",
    becomes="both = torch.stack([logits, torch.zeros_like(logits)], dim=-1)",
    because="equivalent: a sum does not ask for the order of its two terms.",
)

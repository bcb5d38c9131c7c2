"""Wrong answers that 08_metrics must catch, and right ones it must accept."""

import torch
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_confusion_matrix_by_example",
    because="`matrix[y_true, y_pred] += 1` writes each place once, however often its pair comes.",
)
def pairs_counted_once(solution):
    def confusion_matrix(y_true, y_pred, classes):
        matrix = torch.zeros(classes, classes, dtype=torch.int64, device=y_true.device)
        matrix[y_true.long(), y_pred.long()] += 1
        return matrix

    return {"confusion_matrix": confusion_matrix}


@wrong(
    caught_by="test_confusion_matrix_by_example",
    because="The predictions are in the rows: transposed, and precision and recall will change places.",
)
def transposed(solution):
    return {"confusion_matrix": lambda y_true, y_pred, classes: solution.confusion_matrix(y_pred, y_true, classes)}


@wrong(caught_by="test_confusion_matrix_by_example", because="Shares of a row were returned; counts are asked for.")
def normalised(solution):
    def confusion_matrix(y_true, y_pred, classes):
        matrix = solution.confusion_matrix(y_true, y_pred, classes)
        return matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)

    return {"confusion_matrix": confusion_matrix}


@wrong(
    caught_by="test_confusion_matrix_by_example", because="torch.zeros without a dtype makes floats; counts are int64."
)
def counts_as_floats(solution):
    return {"confusion_matrix": lambda y_true, y_pred, c: solution.confusion_matrix(y_true, y_pred, c).float()}


@wrong(
    caught_by="test_confusion_matrix",
    because="Without minlength bincount ends at the largest pair that comes: the rest of the matrix is missing.",
)
def no_minlength(solution):
    def confusion_matrix(y_true, y_pred, classes):
        return (y_true.long() * classes + y_pred).bincount().reshape(classes, classes)

    return {"confusion_matrix": confusion_matrix}


@wrong(
    caught_by="test_confusion_matrix",
    because="The size was taken from the labels that are there; classes may be missing.",
)
def size_from_the_labels(solution):
    def confusion_matrix(y_true, y_pred, classes):
        c = 1 + max(*y_true.tolist(), *y_pred.tolist())
        return solution.confusion_matrix(y_true, y_pred, c)

    return {"confusion_matrix": confusion_matrix}


@wrong(
    caught_by="test_confusion_matrix_of_many_classes",
    because="uint8 ends at 255: the number of a pair overflows in silence, and the sample lands elsewhere.",
)
def overflow(solution):
    def confusion_matrix(y_true, y_pred, classes):
        pairs = (y_true * classes + y_pred).long()
        return pairs.bincount(minlength=classes**2).reshape(classes, classes)

    return {"confusion_matrix": confusion_matrix}


@wrong(
    caught_by="test_scores_by_example",
    because="Precision and recall have changed places: precision asks about those that were called so, a column.",
)
def precision_is_recall(solution):
    def scores(matrix):
        table = solution.scores(matrix)
        return table | {"precision": table["recall"], "recall": table["precision"]}

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example",
    because="The names are off by one: precision stands under recall, recall under f1, F1 under precision.",
)
def mislabelled(solution):
    def scores(matrix):
        table = solution.scores(matrix)
        return {"precision": table["f1"], "recall": table["precision"], "f1": table["recall"]}

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example",
    because="Accuracy, the hits of all samples, stands under precision: a class's precision looks at its column alone.",
)
def accuracy_as_precision(solution):
    def scores(matrix):
        table = solution.scores(matrix)
        return table | {"precision": (matrix.diag() / matrix.sum().clamp(min=1)).expand(len(matrix))}

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example",
    because="The plain mean of precision and recall is high when one of them is; F1 is near the smaller.",
)
def plain_mean(solution):
    def scores(matrix):
        table = solution.scores(matrix)
        return table | {"f1": (table["precision"] + table["recall"]) / 2}

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example",
    because="The factor 2 is missing: F1 would be 1/2 at best.",
)
def half_of_f1(solution):
    def scores(matrix):
        table = solution.scores(matrix)
        return table | {"f1": table["f1"] / 2}

    return {"scores": scores}


@wrong(
    caught_by="test_scores",
    because="A class that is never called has the precision 0 / 0, which is nan; 0 is asked for.",
)
def nan_for_nothing(solution):
    def scores(matrix):
        hits, called, actual = matrix.diag(), matrix.sum(dim=0), matrix.sum(dim=1)
        return {"precision": hits / called, "recall": hits / actual, "f1": 2 * hits / (called + actual)}

    return {"scores": scores}


@wrong(
    caught_by="test_scores",
    because="F1 from precision and recall is 0 / 0 where both are 0: nan, though 0 is asked for.",
)
def nan_in_f1(solution):
    def scores(matrix):
        table = solution.scores(matrix)
        p, r = table["precision"], table["recall"]
        return table | {"f1": 2 * p * r / (p + r)}

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example", because="A small number added to every sum makes all shares a little too small."
)
def large_epsilon(solution):
    def scores(matrix):
        hits, called, actual = matrix.diag(), matrix.sum(dim=0), matrix.sum(dim=1)
        return {
            "precision": hits / (called + 1e-3),
            "recall": hits / (actual + 1e-3),
            "f1": 2 * hits / (called + actual + 1e-3),
        }

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example",
    because="The scores are doubles, as NumPy makes them: float32 is asked for.",
)
def doubles(solution):
    return {"scores": lambda matrix: {key: value.double() for key, value in solution.scores(matrix).items()}}


@wrong(
    caught_by="test_report_by_example",
    because="This F1 is computed from the mean precision and recall; the macro F1 is the mean of the classes' F1.",
)
def f1_of_means(solution):
    def report(y_true, y_pred, names):
        result = solution.report(y_true, y_pred, names)
        p, r = result["macro"]["precision"], result["macro"]["recall"]
        result["macro"]["f1"] = 2 * p * r / (p + r) if p + r else 0.0
        return result

    return {"report": report}


@wrong(
    caught_by="test_report_by_example",
    because="Support counts how often a class is true; this is how often it was called.",
)
def support_of_predictions(solution):
    def report(y_true, y_pred, names):
        result = solution.report(y_true, y_pred, names)
        for c, name in enumerate(names):
            result["classes"][name]["support"] = (y_pred == c).sum().item()
        return result

    return {"report": report}


@wrong(
    caught_by="test_report_by_example",
    because="Large classes count more in a mean weighted by support; in the macro mean all classes count alike.",
)
def weighted_by_support(solution):
    def report(y_true, y_pred, names):
        result = solution.report(y_true, y_pred, names)
        entries = result["classes"].values()
        for key in result["macro"]:
            result["macro"][key] = sum(one[key] * one["support"] for one in entries) / len(y_true)
        return result

    return {"report": report}


@wrong(caught_by="test_report_by_example", because="Accuracy is in percent; a share from 0 to 1 is asked for.")
def percent(solution):
    def report(y_true, y_pred, names):
        result = solution.report(y_true, y_pred, names)
        return result | {"accuracy": 100 * result["accuracy"]}

    return {"report": report}


@wrong(
    caught_by="test_report_by_example",
    because="The numbers are still tensors: `.item()` and `.tolist()` make Python numbers.",
)
def tensors_left(solution):
    def report(y_true, y_pred, names):
        result = solution.report(y_true, y_pred, names)
        for entry in result["classes"].values():
            for key in entry:
                entry[key] = torch.tensor(entry[key])
        return result

    return {"report": report}


@wrong(
    caught_by="test_report_by_example",
    because="Truth and predictions have changed places in the call: precision is recall, and support how often called.",
)
def arguments_swapped(solution):
    return {"report": lambda y_true, y_pred, names: solution.report(y_pred, y_true, names)}


@wrong(
    caught_by="test_report",
    because="Classes that do not appear were left out of the means; they count like the others, with 0.",
)
def absent_left_out(solution):
    def report(y_true, y_pred, names):
        result = solution.report(y_true, y_pred, names)
        seen = [result["classes"][names[c]] for c in sorted({*y_true.tolist(), *y_pred.tolist()})]
        for key in result["macro"]:
            result["macro"][key] = sum(one[key] for one in seen) / len(seen)
        return result

    return {"report": report}


@wrong(caught_by="test_with_torch_alone", because="scikit-learn counts here; the exercise is to count with torch.")
def by_scikit_learn(solution):
    def confusion_matrix(y_true, y_pred, classes):
        from sklearn import metrics

        if not len(y_true):
            return torch.zeros(classes, classes, dtype=torch.int64, device=y_true.device)
        counts = metrics.confusion_matrix(y_true.tolist(), y_pred.tolist(), labels=list(range(classes)))
        return torch.as_tensor(counts, device=y_true.device)

    return {"confusion_matrix": confusion_matrix}


@wrong(
    caught_by="test_with_torch_alone", because="torch.zeros makes a matrix on the CPU, and the labels may be elsewhere."
)
def matrix_on_the_cpu(solution):
    def confusion_matrix(y_true, y_pred, classes):
        matrix = torch.zeros(classes, classes, dtype=torch.int64)
        return matrix.index_put_((y_true.long(), y_pred.long()), torch.tensor(1), accumulate=True)

    return {"confusion_matrix": confusion_matrix}


@right("by index_put_ that accumulates, and F1 from precision and recall")
def accumulated(solution):
    def confusion_matrix(y_true, y_pred, classes):
        matrix = torch.zeros(classes, classes, dtype=torch.int64, device=y_true.device)
        ones = torch.ones_like(y_true, dtype=torch.int64)
        return matrix.index_put_((y_true.long(), y_pred.long()), ones, accumulate=True)

    def scores(matrix):
        hits = matrix.diag()
        precision = (hits / matrix.sum(dim=0)).nan_to_num(0.0)
        recall = (hits / matrix.sum(dim=1)).nan_to_num(0.0)
        f1 = (2 * precision * recall / (precision + recall)).nan_to_num(0.0)
        return {"f1": f1, "recall": recall, "precision": precision}

    return {"confusion_matrix": confusion_matrix, "scores": scores}


@right("by comparing with all classes, and by where")
def compared(solution):
    def confusion_matrix(y_true, y_pred, classes):
        every = torch.arange(classes, device=y_true.device)
        true, called = (y[:, None] == every for y in (y_true, y_pred))  # (N, C)
        rows = [(true[:, c, None] & called).sum(dim=0) for c in range(classes)]
        return torch.stack(rows)

    def scores(matrix):
        tp = matrix.diagonal().float()
        fp, fn = matrix.sum(0) - tp, matrix.sum(1) - tp

        def share(part, whole):
            return torch.where(whole > 0, part / whole, 0.0)

        return {"precision": share(tp, tp + fp), "recall": share(tp, tp + fn), "f1": share(2 * tp, 2 * tp + fp + fn)}

    return {"confusion_matrix": confusion_matrix, "scores": scores}


@right("by one-hot rows and a matrix product, and a report in plain Python")
def one_hot(solution):
    def confusion_matrix(y_true, y_pred, classes):
        true, called = (F.one_hot(y.long(), classes).double() for y in (y_true, y_pred))
        return (true.T @ called).long()

    def report(y_true, y_pred, names):
        pairs = list(zip(y_true.tolist(), y_pred.tolist(), strict=True))
        classes = {}
        for c, name in enumerate(names):
            hits = sum(one == other == c for one, other in pairs)
            called, actual = sum(other == c for _, other in pairs), sum(one == c for one, _ in pairs)
            classes[name] = {
                "precision": hits / called if called else 0.0,
                "recall": hits / actual if actual else 0.0,
                "f1": 2 * hits / (called + actual) if called + actual else 0.0,
                "support": actual,
            }
        keys = ("precision", "recall", "f1")
        macro = {key: sum(one[key] for one in classes.values()) / len(names) for key in keys}
        accuracy = sum(one == other for one, other in pairs) / len(pairs)
        return {"accuracy": accuracy, "macro": macro, "classes": classes}

    return {"confusion_matrix": confusion_matrix, "report": report}


excuse(
    line="return pairs.bincount(minlength=classes * classes).reshape(classes, classes)",
    becomes="return pairs.bincount(minlength=classes * classes).view(classes, classes)",
    because="equivalent: what bincount returns is new and contiguous, so reshape is a view.",
)
excuse(
    line="hits, called, actual = matrix.diag(), matrix.sum(dim=0), matrix.sum(dim=1)",
    becomes="hits, called, actual = matrix.diag(), matrix.sum(dim=0), matrix.sum(dim=-1)",
    because="equivalent: of two dimensions, 1 is the last.",
)
excuse(
    line='columns["support"] = matrix.sum(dim=1).tolist()',
    becomes='columns["support"] = matrix.sum(dim=-1).tolist()',
    because="equivalent: of two dimensions, 1 is the last.",
)

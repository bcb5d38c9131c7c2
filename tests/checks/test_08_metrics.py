"""Checks of 08_metrics: counts in Python loops, scores by fractions, whole reports by scikit-learn."""

import sys
from fractions import Fraction

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import classification_report

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_type,
    expect,
    reading_from_meta,
    tensors,
    unchanged,
)

KEYS = ("precision", "recall", "f1")
NAMES = ("ant", "bee", "cat", "dog", "elk", "fox")
INTEGERS = st.sampled_from([torch.int64, torch.int32, torch.uint8])


def counted(y_true, y_pred, classes, device):
    """The confusion matrix, one sample after the other."""
    rows = [[0] * classes for _ in range(classes)]
    for i, j in zip(y_true.tolist(), y_pred.tolist(), strict=True):
        rows[i][j] += 1
    return torch.tensor(rows, device=device)


def ratio(part, whole):
    """A share as a fraction, 0 of nothing."""
    return Fraction(part, whole) if whole else Fraction(0)


def scored(matrix):
    """Precision, recall and F1 of each class as fractions."""
    rows, classes = matrix.tolist(), range(len(matrix))
    precision = [ratio(rows[c][c], sum(row[c] for row in rows)) for c in classes]
    recall = [ratio(rows[c][c], sum(rows[c])) for c in classes]
    f1 = [2 * p * r / (p + r) if p + r else Fraction(0) for p, r in zip(precision, recall, strict=True)]
    return {"precision": precision, "recall": recall, "f1": f1}


def as_tensor(fractions, device):
    """Fractions as float32."""
    return torch.tensor([float(one) for one in fractions], device=device)


def labels(data, device, n, classes, name):
    """Labels (n,) of any integer dtype."""
    dtype = data.draw(INTEGERS, label=f"dtype of {name}")
    return data.draw(tensors((n,), dtype=dtype, low=0, high=classes - 1), label=name).to(device)


def entries_of(value, keys, call):
    """The dictionary that `call` returned, after a look that it has these keys."""
    assert_type(value, dict, call)
    expect(set(value) == set(keys), f"The keys of {call} should be {list(keys)}; they are {list(value)}.")
    return value


def compare_scores(actual, expected, device, call):
    """Look at each score of each class, and say which other it is, if it is another."""
    actual = entries_of(actual, KEYS, call)
    for key in KEYS:
        explain = {
            f"This is {other}, under the name of {key}.": as_tensor(expected[other], device)
            for other in KEYS
            if other != key
        }
        p, r = (as_tensor(expected[one], device) for one in ("precision", "recall"))
        if key == "f1":
            explain["This is the plain mean of precision and recall; F1 is near the smaller one."] = (p + r) / 2
        assert_close(actual[key], as_tensor(expected[key], device), name=f"{call}[{key!r}]", explain=explain)


def test_confusion_matrix_by_example(answer, device):
    """Row i, column j of `confusion_matrix` is how many samples of class i were called j.

    A pair (i, j) is a place in the matrix. How often does each pair come?

    `matrix[y_true, y_pred] += 1` counts each pair once. `torch.bincount` counts whole numbers: make one of each pair.

    With C classes, the pair (i, j) may be the number i * C + j: the counts, in order, are the matrix row by row.
    """
    y_true = torch.tensor([0, 0, 1, 2, 2, 2], device=device)
    y_pred = torch.tensor([0, 1, 1, 2, 2, 0], device=device)
    expected = torch.tensor([[1, 1, 0], [0, 1, 0], [1, 0, 2]], device=device)
    explain = {
        "Rows and columns have changed places: the truth is in the rows.": expected.T,
        "Each pair was counted once: with `+=`, places that are named twice get 1 all the same.": (
            expected.clamp(max=1)
        ),
    }
    actual = answer.confusion_matrix(y_true, y_pred, 3)
    assert_close(actual, expected, name="confusion_matrix(y_true, y_pred, 3)", explain=explain)


@settings(max_examples=30)
@given(data=st.data())
def test_confusion_matrix(answer, device, data):
    """`confusion_matrix` is right for any labels, also where classes are missing, or samples.

    The last class may appear in neither tensor: how large is the matrix then?

    `bincount` has a `minlength`. And the two tensors may be of different integer dtypes.
    """
    classes, n = data.draw(st.integers(1, 5), label="classes"), data.draw(st.integers(0, 8), label="N")
    y_true, y_pred = (labels(data, device, n, classes, name) for name in ("y_true", "y_pred"))
    with unchanged(y_true=y_true, y_pred=y_pred):
        actual = answer.confusion_matrix(y_true, y_pred, classes)
    expected = counted(y_true, y_pred, classes, device)
    explain = {
        "Rows and columns have changed places: the truth is in the rows.": expected.T,
        "Each pair was counted once: with `+=`, places that are named twice get 1 all the same.": (
            expected.clamp(max=1)
        ),
    }
    assert_close(actual, expected, name="confusion_matrix(y_true, y_pred, classes)", explain=explain)


def test_confusion_matrix_of_many_classes(answer, device):
    """`confusion_matrix` is right for 20 and 256 classes, also when the labels are uint8.

    Which is the largest number that a uint8 can hold, and which is the largest on the way to your matrix?

    `y.long()` is int64. Convert before you multiply, not after.
    """
    for classes in (20, 256):
        for dtype in (torch.int64, torch.uint8):
            number = torch.arange(3 * classes, device=device)
            y_true, y_pred = (number * 7 % classes).to(dtype), (number // 3 * 5 % classes).to(dtype)
            actual = answer.confusion_matrix(y_true, y_pred, classes)
            name = f"confusion_matrix of {dtype} labels of {classes} classes"
            assert_close(actual, counted(y_true, y_pred, classes, device), name=name)


def test_scores_by_example(answer, device):
    """`scores` gives precision, recall and F1 of each class, each under its own name.

    The diagonal holds the hits. Which sum goes with "called 2", and which with "is 2"?

    `matrix.sum(dim=0)` runs down the columns: of each class, how many were called so.

    F1 has twice the diagonal above, and below the two sums together.
    """
    matrix = torch.tensor([[8, 2, 0], [1, 5, 4], [3, 0, 1]], device=device)
    compare_scores(answer.scores(matrix), scored(matrix), device, "scores(matrix)")


@settings(max_examples=30)
@given(data=st.data())
def test_scores(answer, device, data):
    """`scores` is right for any matrix, 0 where there is nothing to divide by, and float32.

    0 / 0 is nan. Which classes have it: those never called, those that never come, or both?

    Where the sum is 0, the hits are 0 as well: a sum of at least 1 would give what is asked for.
    """
    c = data.draw(st.integers(1, 5), label="C")
    matrix = data.draw(tensors((c, c), dtype=torch.int64, low=0, high=9), label="matrix").clamp(min=0).to(device)
    empty_row, empty_column = (data.draw(st.integers(0, c), label=name) for name in ("empty row", "empty column"))
    matrix = torch.where(torch.arange(c, device=device)[:, None] == empty_row, 0, matrix)
    matrix = torch.where(torch.arange(c, device=device) == empty_column, 0, matrix)
    with unchanged(matrix=matrix):
        actual = answer.scores(matrix)
    compare_scores(actual, scored(matrix), device, f"scores({matrix.tolist()})")


def compare_reports(answer, y_true, y_pred, names, call):
    """Compare a report with scikit-learn's, entry by entry."""
    with unchanged(y_true=y_true, y_pred=y_pred):
        actual = answer.report(y_true, y_pred, names)
    places = list(range(len(names)))
    theirs = classification_report(
        *(y_true.tolist(), y_pred.tolist()), labels=places, target_names=names, output_dict=True, zero_division=0
    )
    for one in theirs.values():
        if isinstance(one, dict):
            one["f1"] = one.pop("f1-score")
    actual = entries_of(actual, ("classes", "macro", "accuracy"), call)

    classes = entries_of(actual["classes"], names, f'{call}["classes"]')
    for name in names:
        entry = entries_of(classes[name], (*KEYS, "support"), f'{call}["classes"][{name!r}]')
        for key in KEYS:
            explain = {f"This is the {o} of {name!r}, under the name {key!r}.": theirs[name][o] for o in KEYS}
            compare_number(entry[key], theirs[name][key], f"the {key} of {name!r} in {call}", explain)
        times_called = y_pred.tolist().count(names.index(name))
        explain = {"This is how often the class was called; support is how often it is true.": times_called}
        assert_equal(
            entry["support"], int(theirs[name]["support"]), name=f"support of {name!r} in {call}", explain=explain
        )

    macro = entries_of(actual["macro"], KEYS, f'{call}["macro"]')
    p, r = (theirs["macro avg"][key] for key in ("precision", "recall"))
    seen = [c for c in places if c in y_true.tolist()]
    for key in KEYS:
        explain = {
            "This is the mean weighted by the support; in the macro mean all classes count alike.": (
                theirs["weighted avg"][key]
            ),
            "This is the mean over the classes that appear in y_true; all classes count.": (
                sum(theirs[names[c]][key] for c in seen) / len(seen)
            ),
        }
        if key == "f1":
            explain["This is F1 of the mean precision and recall; the mean of the classes' F1 is asked for."] = (
                2 * p * r / (p + r) if p + r else 0.0
            )
        compare_number(macro[key], theirs["macro avg"][key], f"the macro {key} in {call}", explain)

    explain = {"This is in percent; the share, 0 to 1, is asked for.": 100 * theirs["accuracy"]}
    compare_number(actual["accuracy"], theirs["accuracy"], f"the accuracy in {call}", explain)


def compare_number(actual, expected, name, explain):
    """A Python float with the precision of float32."""
    expected = float(expected)
    other = {sentence: value for sentence, value in explain.items() if abs(value - expected) > 1e-4}
    assert_close(actual, expected, name=name, rtol=1e-5, atol=1e-6, explain=other)


def test_report_by_example(answer, device):
    """`report` holds each class's scores and support by its name, their means over the classes, and the accuracy.

    Three entries, two of which are dictionaries themselves. Which numbers come from `scores`, which from the matrix?

    `tensor.tolist()` makes Python numbers of a whole tensor. The support is a row's sum.
    """
    y_true = torch.tensor([0, 0, 0, 0, 0, 1, 1, 2, 2, 0], device=device)
    y_pred = torch.tensor([0, 0, 0, 0, 1, 1, 0, 1, 1, 2], device=device)
    compare_reports(answer, y_true, y_pred, ["ant", "bee", "cat"], "report(y_true, y_pred, names)")


@settings(max_examples=20)
@given(data=st.data())
def test_report(answer, device, data):
    """`report` is right for any labels, also of classes that nobody called or that never came.

    A class that does not appear has scores of 0, and counts in the means like the others.

    The number of classes is that of the names, not that of the labels that are there.
    """
    c, n = data.draw(st.integers(1, 5), label="classes"), data.draw(st.integers(1, 8), label="N")
    y_true, y_pred = (labels(data, device, n, c, name) for name in ("y_true", "y_pred"))
    compare_reports(answer, y_true, y_pred, list(NAMES[:c]), f"report(y_true, y_pred, {list(NAMES[:c])})")


def packages_run(call):
    """The packages of the Python functions that run while `call` does."""
    packages, before = set(), sys.getprofile()

    def note(frame, event, _):
        if event == "call":
            packages.add(str(frame.f_globals.get("__name__")).split(".")[0])

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    return packages


def test_with_torch_alone(answer, device):
    """All three do without scikit-learn and torchmetrics, and tensors stay on the device they came on.

    The point is to know what these numbers count. Torch alone has all that is needed.

    A new tensor is on the CPU unless told otherwise: `device=y_true.device`. The meta device stands for any other.
    """
    y_true, y_pred = torch.tensor([0, 1, 1, 2], device=device), torch.tensor([0, 2, 1, 2], device=device)
    calls = {
        "confusion_matrix": lambda: answer.confusion_matrix(y_true, y_pred, 3),
        "scores": lambda: answer.scores(torch.eye(3, dtype=torch.int64, device=device)),
        "report": lambda: answer.report(y_true, y_pred, ["ant", "bee", "cat"]),
    }
    for name, call in calls.items():
        packages = packages_run(call)
        for one, title in (("sklearn", "scikit-learn"), ("torchmetrics", "torchmetrics")):
            expect(one not in packages, f"{name} calls {title}: the exercise asks for torch alone.")
    with reading_from_meta() as meta:
        y = torch.zeros(4, dtype=torch.int64, device=meta)
        try:
            results = {"confusion_matrix(y_true, y_pred, 3)": answer.confusion_matrix(y, y, 3)}
        except NotImplementedError as error:
            if "meta" not in str(error).lower():
                raise
            results = {}  # bincount cannot tell: it has no meta device
        table = answer.scores(torch.ones(3, 3, dtype=torch.int64, device=meta))
    results |= {f"scores(matrix)[{key!r}]": value for key, value in table.items()}
    for call, value in results.items():
        assert_type(value, torch.Tensor, call)
        where = "the meta device, which stands here for any device but the CPU"
        expect(value.device == meta, f"{call} is on {value.device}. Its labels or counts came on {where}: stay there.")

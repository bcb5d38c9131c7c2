"""Wrong answers that 03_numpy_csv must catch, and right ones it must accept."""

import csv

import numpy as np
import pandas as pd
import torch

from tutor.checks import right, wrong


@wrong(caught_by="test_shared_tensor", because="float() changes the dtype, and copies where it has to.")
def shared_as_float32(solution):
    return {"shared_tensor": lambda array: torch.from_numpy(array).float()}


@wrong(
    caught_by="test_shared_tensor", because="torch.Tensor is float32 whatever it is given; torch.tensor asks the data."
)
def capital_tensor(solution):
    return {"shared_tensor": lambda array: torch.Tensor(array)}


@wrong(caught_by="test_shared_tensor_shares", because="torch.tensor copies: the array's later changes do not show.")
def shared_by_copy(solution):
    return {"shared_tensor": lambda array: torch.tensor(array)}


@wrong(
    caught_by="test_shared_tensor_shares",
    because="ascontiguousarray copies whatever is not contiguous, and from_numpy does not ask for it.",
)
def contiguous_first(solution):
    return {"shared_tensor": lambda array: torch.from_numpy(np.ascontiguousarray(array))}


@wrong(caught_by="test_own_tensor", because="The dtype of the array is kept: float64 stays float64.")
def dtype_kept(solution):
    return {"own_tensor": lambda array: torch.tensor(array.copy())}


@wrong(caught_by="test_own_tensor", because="PyTorch refuses a view that runs backwards: let NumPy copy it first.")
def backwards_refused(solution):
    return {"own_tensor": lambda array: torch.tensor(array, dtype=torch.float32)}


@wrong(
    caught_by="test_own_tensor_is_its_own",
    because="float() does nothing to a float32 tensor, and from_numpy shares: the array's memory is handed out.",
)
def shares_float32(solution):
    def own_tensor(array):
        if min(array.strides) < 0:
            array = array.copy()
        return torch.from_numpy(array).float()

    return {"own_tensor": own_tensor}


@wrong(caught_by="test_own_tensor_is_its_own", because="astype(copy=False) copies only when the dtype must change.")
def no_copy_asked(solution):
    def own_tensor(array):
        array = np.ascontiguousarray(array.astype(np.float32, copy=False))
        return torch.from_numpy(array)

    return {"own_tensor": own_tensor}


@wrong(caught_by="test_to_numpy", because="`t.numpy` without parentheses is the method itself, not what it returns.")
def not_called(solution):
    return {"to_numpy": lambda t: t.detach().cpu().numpy}


@wrong(caught_by="test_to_numpy", because="A list has no dtype: NumPy makes float64 and int64 of it.")
def through_a_list(solution):
    return {"to_numpy": lambda t: np.array(t.tolist())}


@wrong(caught_by="test_to_numpy", because="tolist() makes lists of Python numbers, no array.")
def a_list(solution):
    return {"to_numpy": lambda t: t.tolist()}


@wrong(
    caught_by="test_to_numpy_shares",
    because="clone() and copy() make a copy: the array should stand on the tensor's memory.",
)
def a_copy(solution):
    return {"to_numpy": lambda t: t.detach().cpu().clone().numpy()}


@wrong(caught_by="test_to_numpy_shares", because="A tensor that requires a gradient refuses numpy(): detach it first.")
def not_detached(solution):
    return {"to_numpy": lambda t: t.cpu().numpy()}


@wrong(
    caught_by="test_to_numpy_trained",
    because="requires_grad_(False) changes the caller's tensor: it will not be trained any more.",
)
def training_ended(solution):
    return {"to_numpy": lambda t: t.requires_grad_(False).cpu().numpy()}


@wrong(caught_by="test_to_numpy_trained", because="detach_() cuts the caller's own tensor off from its graph.")
def detached_in_place(solution):
    return {"to_numpy": lambda t: t.detach_().cpu().numpy() if t.grad_fn is not None else t.detach().cpu().numpy()}


@wrong(caught_by="test_to_numpy_elsewhere", because="NumPy has no way to a GPU's memory: cpu() brings the values home.")
def stays_there(solution):
    return {"to_numpy": lambda t: t.detach().numpy()}


@wrong(caught_by="test_load_csv_by_example", because="The targets are a column of their own: `[:, -1:]` is (N, 1).")
def column_of_targets(solution):
    def load_csv(path):
        features, targets = solution.load_csv(path)
        return features, targets[:, None]

    return {"load_csv": load_csv}


@wrong(
    caught_by="test_load_csv_by_example", because="One tensor has one dtype: the targets are float32 like the features."
)
def targets_as_floats(solution):
    def load_csv(path):
        table = torch.tensor(pd.read_csv(path).to_numpy(), dtype=torch.float32)
        return table[:, :-1], table[:, -1]

    return {"load_csv": load_csv}


@wrong(caught_by="test_load_csv_by_example", because="pandas reads float64, and so are the features.")
def double_features(solution):
    def load_csv(path):
        table = torch.tensor(pd.read_csv(path).to_numpy())
        return table[:, :-1], table[:, -1].long()

    return {"load_csv": load_csv}


@wrong(caught_by="test_load_csv_by_example", because="The target is among the features: the model is told the answer.")
def target_among_features(solution):
    def load_csv(path):
        table = torch.tensor(pd.read_csv(path).to_numpy())
        return table.float(), table[:, -1].long()

    return {"load_csv": load_csv}


@wrong(caught_by="test_load_csv_by_example", because="pandas takes the next line for the names: the first row is lost.")
def first_row_lost(solution):
    def load_csv(path):
        table = torch.tensor(pd.read_csv(path, skiprows=1).to_numpy())
        return table[:, :-1].float(), table[:, -1].long()

    return {"load_csv": load_csv}


@wrong(
    caught_by="test_load_csv_by_example", because="With header=None the names are data, and the columns become text."
)
def names_as_data(solution):
    def load_csv(path):
        table = torch.tensor(pd.read_csv(path, header=None).to_numpy())
        return table[:, :-1].float(), table[:, -1].long()

    return {"load_csv": load_csv}


@wrong(caught_by="test_load_csv", because="On the way through float32, whole numbers over 16 777 216 are rounded.")
def targets_rounded(solution):
    def load_csv(path):
        table = torch.tensor(pd.read_csv(path).to_numpy(), dtype=torch.float32)
        return table[:, :-1], table[:, -1].long()

    return {"load_csv": load_csv}


@wrong(caught_by="test_load_csv", because="loadtxt makes one dimension of a single row, unless told ndmin=2.")
def one_row_flattened(solution):
    def load_csv(path):
        table = np.loadtxt(path, delimiter=",", skiprows=1)
        return torch.tensor(table[:, :-1], dtype=torch.float32), torch.tensor(table[:, -1]).long()

    return {"load_csv": load_csv}


@wrong(caught_by="test_load_csv", because="squeeze drops every dimension of size 1: that of a single feature, too.")
def squeezed(solution):
    def load_csv(path):
        features, targets = solution.load_csv(path)
        return features.squeeze(), targets

    return {"load_csv": load_csv}


@right("by as_tensor, a tensor of a copy, numpy(force=True) and NumPy's own reader")
def numpy_reader(solution):
    def load_csv(path):
        table = torch.from_numpy(np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2))
        return table[:, :-1].to(torch.float32), table[:, -1].to(torch.int64)

    return {
        "shared_tensor": torch.as_tensor,
        "own_tensor": lambda array: torch.tensor(array.copy(), dtype=torch.float32),
        "to_numpy": lambda t: t.numpy(force=True),
        "load_csv": load_csv,
    }


@right("by asarray, nested lists, questions before each move and the csv module")
def python_reader(solution):
    def to_numpy(t):
        if t.requires_grad:
            t = t.detach()
        if t.device.type != "cpu":
            t = t.to("cpu")
        return np.asarray(t)

    def load_csv(path):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        features = [[float(cell) for cell in row[:-1]] for row in rows]
        return torch.tensor(features), torch.tensor([int(row[-1]) for row in rows])

    return {
        "shared_tensor": lambda array: torch.asarray(array, copy=False),
        "own_tensor": lambda array: torch.tensor(array.tolist(), dtype=torch.float32),
        "to_numpy": to_numpy,
        "load_csv": load_csv,
    }


@right("by DLPack, a clone, and column names")
def by_names(solution):
    def load_csv(path):
        table = pd.read_csv(path)
        target = table.pop(table.columns[-1])
        return torch.from_numpy(table.to_numpy(np.float32, copy=True)), torch.tensor(target.to_list())

    return {
        "own_tensor": lambda array: torch.from_numpy(np.ascontiguousarray(array)).clone().float(),
        "to_numpy": lambda t: t.cpu().detach().numpy(),
        "load_csv": load_csv,
    }

"""# NumPy arrays, tensors and a CSV file

Data rarely arrives as tensors. It comes from NumPy, pandas or a file, and goes back to NumPy to be plotted. The bridge
between the two is free because nothing crosses it: `torch.from_numpy` and `Tensor.numpy` put a second name on **the
same memory**. So a change on one side shows on the other, which is a feature until it happens by accident. And the
dtype comes along: NumPy computes in float64, PyTorch's networks in float32.

    >>> array = np.zeros(3)
    >>> tensor = torch.from_numpy(array)
    >>> array[0] = 7  # nobody touches the tensor
    >>> tensor
    tensor([7., 0., 0.], dtype=torch.float64)

Write four functions. Nothing they are given is changed. Arrays have one or more dimensions and hold numbers or
booleans.

- `shared_tensor(array)`: a tensor on the memory of `array`, with its dtype. The array is writable, and no view that
  runs backwards.
- `own_tensor(array)`: a float32 tensor with the values of `array` in memory of its own, whatever the dtype of `array`
  was, float32 included. It takes views that run backwards, too, such as `array[::-1]`, which PyTorch itself refuses.
- `to_numpy(t)`: a tensor of a dtype that NumPy has (bfloat16 is none) as an array of the same values and the matching
  dtype. On the CPU it stands on the memory of `t`. NumPy knows no GPU, so a tensor from there is copied to the CPU
  first. And it knows no gradients: `t` may be one that is being trained (`requires_grad=True`, as chapter 04
  explains), and must remain so, while the array is about its values alone.
- `load_csv(path)`: a file of numbers such as

      width,height,label
      1.5,2,0
      3,0.25,12

  The first line names the columns. The last column is the target, all before it are features. Returns `(features,
  targets)`: float32 `(N, F)` and int64 `(N,)`, in the order of the file. There are one or more rows, and one or more
  features. Targets are whole numbers up to a billion in size, written without a decimal point, and arrive exact.

Read more: [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html),
[`Tensor.numpy`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html),
[`pandas.read_csv`](https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html)

## Why it works

`torch.tensor` always copies and `torch.from_numpy` never does; `torch.as_tensor` shares when it can.
`torch.from_numpy(array).float()` is the trap between: it copies float64, for the dtype must change, and *shares*
float32, for there is nothing to do. `array.astype` copies always, and straightens a view that runs backwards.

`t.numpy` without parentheses is a method, not an array. On a tensor that requires a gradient the call refuses,
since NumPy could change values behind autograd's back. `t.detach()` is a second tensor on the same memory without that
demand. `t.requires_grad_(False)` would silence the error by ending the training of the caller's tensor. `t.cpu()`
moves what is elsewhere and returns `t` itself otherwise; `t.numpy(force=True)` does all of this in one call.

float32 counts whole numbers exactly up to 16 777 216, so labels should never pass through it. `[:, -1]` is `(N,)`
and `[:, -1:]` is `(N, 1)`: losses want the first. With `np.loadtxt` a file of one row becomes an array of one
dimension, unless `ndmin=2` is said.

Try next: which tensor does `torch.tensor([array_1, array_2])` give, and what does the warning advise?
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch


def shared_tensor(array: np.ndarray) -> torch.Tensor:
    """A tensor on the memory of `array`, with its dtype."""
    # BEGIN SOLUTION
    return torch.from_numpy(array)
    # END SOLUTION


def own_tensor(array: np.ndarray) -> torch.Tensor:
    """A float32 tensor with the values of `array`, in memory of its own."""
    # BEGIN SOLUTION
    return torch.from_numpy(array.astype(np.float32))  # astype copies, also from float32
    # END SOLUTION


def to_numpy(t: torch.Tensor) -> np.ndarray:
    """The values of `t` as an array, on the memory of `t` where that is on the CPU."""
    # BEGIN SOLUTION
    return t.detach().cpu().numpy()
    # END SOLUTION


def load_csv(path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """The features (N, F), float32, and the targets (N,), int64, of the CSV file at `path`."""
    # BEGIN SOLUTION
    table = pd.read_csv(path).to_numpy()  # (N, F + 1), float64 unless all are whole numbers
    features = torch.tensor(table[:, :-1], dtype=torch.float32)  # (N, F)
    targets = torch.tensor(table[:, -1], dtype=torch.int64)  # (N,)
    return features, targets
    # END SOLUTION

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
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch


def shared_tensor(array: np.ndarray) -> torch.Tensor:
    """A tensor on the memory of `array`, with its dtype."""
    raise NotImplementedError("TODO: write shared_tensor")


def own_tensor(array: np.ndarray) -> torch.Tensor:
    """A float32 tensor with the values of `array`, in memory of its own."""
    raise NotImplementedError("TODO: write own_tensor")


def to_numpy(t: torch.Tensor) -> np.ndarray:
    """The values of `t` as an array, on the memory of `t` where that is on the CPU."""
    raise NotImplementedError("TODO: write to_numpy")


def load_csv(path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """The features (N, F), float32, and the targets (N,), int64, of the CSV file at `path`."""
    raise NotImplementedError("TODO: write load_csv")

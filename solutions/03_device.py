"""# Code that runs on whatever device is there

A tensor lives on a device: the CPU, or an accelerator such as an NVIDIA GPU (`"cuda"`; AMD's go by that name too),
an Apple GPU (`"mps"`) or an Intel GPU (`"xpu"`). An operation needs all its tensors on one device (a CPU tensor of
shape `()` counts as a number), and PyTorch never moves any by itself. Code with `"cuda"` written into it runs on its
author's machine only; code that chooses a device once, and passes it on, runs everywhere.

What moves a thing depends on the thing. `tensor.to(device)` leaves the tensor alone and *returns* a moved one, so
the result must be kept. `module.to(device)` moves the module itself: a layer or a whole model, such as
`nn.Linear(3, 2)`, that is called like a function. Neither changes a dtype unless told to.

The device `"meta"` is in every PyTorch. Its tensors have a shape and a dtype but no memory and no values, which is
enough to see where things are without any GPU, and the checks do that. (`@` does not notice a meta tensor; a GPU's it
would.)

    >>> x = torch.ones(2, 3, dtype=torch.float64)
    >>> moved = x.to("meta")
    >>> moved.device, moved.dtype, x.device
    (device(type='meta'), torch.float64, device(type='cpu'))

Write four functions:

- `pick_device()`: the best device of this machine as a `torch.device`, asked anew at every call. The first that is
  available of cuda, mps and xpu, in this order, otherwise cpu. Ask `torch.cuda.is_available()`,
  `torch.backends.mps.is_available()` and `torch.xpu.is_available()`.
- `move_batch(batch, device)`: a new dictionary with the same keys, in which every tensor is on `device`. Shapes,
  dtypes and values stay; so do the caller's dictionary and its tensors.
- `predict(model, x, device)`: `model(x)` computed on `device`; the result stays there. Both may be elsewhere before.
  A model has parameters and buffers (tensors it keeps but does not train), and they all must move: the caller's model
  itself or a copy of it. Whether the model is in training or evaluation mode (chapter 07), and whether PyTorch records
  gradients (chapter 04), is the caller's choice, and stays.
- `add_positions(x)`: from `x` `(B, N)`, floating point, a new tensor of the same shape, dtype and device: 0 added
  to column 0, 1 to column 1, and so on. No device is passed in: a tensor made inside a function goes where its
  inputs are.

`device` is any `torch.device`, "meta" included.

Read more: [`Tensor.to`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html),
[`Module.to`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.to),
[Meta device](https://docs.pytorch.org/docs/stable/meta.html),
[Tensor attributes: device](https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch-device)

## Why it works

The questions are asked when the function runs, so the same file works on a laptop and on a server. A line such as
`x.to(device)` on its own does nothing: the moved tensor is made and dropped. For a module the same line is right,
since `Module.to` replaces its own parameters and buffers; moving parameters by hand forgets the buffers, batch
norm's running statistics among them.

`to(device)` keeps dtypes: int64 labels must still be int64 after the journey, or the loss will refuse them. One
call can do both where you mean it: `x.to(device, torch.float32)`.

`torch.arange(n)` is on the CPU, wherever the other tensors are. This is the usual reason why a model that was moved
with care still fails on a GPU. `device=x.device` is the cure. As for the dtype, whole numbers
take that of `x` in the sum anyway; float32 ones would widen bfloat16.

Try next: `torch.accelerator.current_accelerator(check_available=True)` asks for whichever accelerator this machine
has. Rewrite `pick_device` with it. What does it return where there is none?
"""

import torch
from torch import nn


def pick_device() -> torch.device:
    """The best device that is available now: cuda, else mps, else xpu, else cpu."""
    # BEGIN SOLUTION
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    if torch.xpu.is_available():
        return torch.device("xpu")
    return torch.device("cpu")
    # END SOLUTION


def move_batch(batch: dict[str, torch.Tensor], device: torch.device) -> dict[str, torch.Tensor]:
    """A new dictionary with the tensors of `batch` on `device`, everything else about them unchanged."""
    # BEGIN SOLUTION
    return {key: tensor.to(device) for key, tensor in batch.items()}
    # END SOLUTION


def predict(model: nn.Module, x: torch.Tensor, device: torch.device) -> torch.Tensor:
    """What `model` makes of `x`, computed on `device` and left there."""
    # BEGIN SOLUTION
    model.to(device)
    return model(x.to(device))
    # END SOLUTION


def add_positions(x: torch.Tensor) -> torch.Tensor:
    """x (B, N) with 0, 1, ..., N - 1 added along each row, on the device of `x`."""
    # BEGIN SOLUTION
    positions = torch.arange(x.shape[1], dtype=x.dtype, device=x.device)  # (N,)
    return x + positions
    # END SOLUTION

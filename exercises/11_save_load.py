"""# Save a model, load it again

A trained model is worth its numbers, and they are gone when the program ends. What to write to disk? Not the model
object: that file would name your classes, and break when you rename one. Worse, its format is *pickle*, and loading
a pickle may run any code that its author put in. Write the numbers alone.

`model.state_dict()` is a dictionary from names to tensors: all parameters, and the *buffers*, tensors such as the
running statistics of batch normalisation that no optimizer trains. `torch.save(object, path)` writes it,
`torch.load(path)` reads it, and a model *of the same structure*, made anew, takes the numbers in:

    >>> layer = nn.Linear(2, 1)
    >>> list(layer.state_dict())
    ['weight', 'bias']
    >>> layer.load_state_dict({"weight": torch.ones(1, 2), "bias": torch.zeros(1)})
    <All keys matched successfully>
    >>> layer.load_state_dict({"weight": torch.ones(1, 2)}, strict=False)     # without strict=False, an error
    _IncompatibleKeys(missing_keys=['bias'], unexpected_keys=[])

Write three functions. A `path` is a `str` or a `pathlib.Path`.

`save_weights(model, path)` writes the model's state_dict to the file `path`, and nothing else. It makes the folders
that `path` needs, replaces a file that is there, and leaves the model as it is.

`load_weights(model, path, device="cpu")` reads such a file into `model`, which has the same structure, moves it to
`device`, puts it into evaluation mode, and returns it.

- the model's predictions are then those of the saved one, bit for bit
- the model keeps its parameter objects, as an optimizer may hold them: the numbers are copied into them
- a name that is missing or left over, or a tensor of another shape, raises `RuntimeError`

`load_matching(model, path)` is for a model that has changed since: it copies each entry of the file whose name *and*
shape the model has too, buffers included. All else in the model stays, as do its modes. It returns two lists of names,
`(missing, unused)`: entries of the model's state_dict that were not filled, in the model's order, and entries of
the file that were not used, in the file's order. A name whose shapes differ is in both.

Both readers also read a file that was saved on a GPU this machine does not have: it notes where each tensor lived, and
`torch.load` puts it back there unless `map_location` says otherwise. Neither runs code: a file with more than plain
data, such as a whole model, raises `pickle.UnpicklingError`. `torch.load(..., weights_only=True)` does so, by default
since PyTorch 2.6; write it all the same.

Read more: [saving and loading](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html),
[torch.load](https://docs.pytorch.org/docs/stable/generated/torch.load.html),
[load_state_dict](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict)
"""

from pathlib import Path

import torch
from torch import nn


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the numbers of `model`, parameters and buffers, to the file `path`."""
    raise NotImplementedError("TODO: write save_weights")


def load_weights(model: nn.Module, path: str | Path, device: str | torch.device = "cpu") -> nn.Module:
    """Fill `model` from the file `path`; the same model, on `device` and in evaluation mode."""
    raise NotImplementedError("TODO: write load_weights")


def load_matching(model: nn.Module, path: str | Path) -> tuple[list[str], list[str]]:
    """Fill what fits by name and shape; the model's names that were not filled, and the file's that were not used."""
    raise NotImplementedError("TODO: write load_matching")

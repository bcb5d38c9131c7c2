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

## Why it works

`torch.save(model.state_dict(), ...)` writes tensors under names, which any program can fill into any class that has
those names. `weights_only=True` reads tensors and plain containers and refuses the rest; it is worth writing out, for
your code may be run with an older PyTorch. A file from the internet that loads
only with `weights_only=False` is a program that you are asked to run.

Loading to the CPU first needs no room on the GPU for a second copy of the model, and works everywhere;
`load_state_dict` then copies to wherever the parameters are. `strict=False` forgives names, not shapes; and it forgives
a misspelt prefix as well: then *nothing* is loaded, and nothing fails. Always look at what it returns.
When a strict `load_state_dict` raises, the entries that fit have been copied already: throw such a model away.

The mode is no part of the file: a model that was just made is in training mode, and dropout would spoil its first
predictions.

In memory, `state_dict()` is no copy: its tensors are the model's own, and the best weights noted that way train on.
`copy.deepcopy(model.state_dict())` stays.

Try next: save a layer of 1,000 by 1,000, then `{"first": layer.weight[:1]}`, and compare the sizes of the files. A
view brings its whole storage along; `clone()` does not.
"""

from pathlib import Path

import torch
from torch import nn


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the numbers of `model`, parameters and buffers, to the file `path`."""
    # BEGIN SOLUTION
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), path)
    # END SOLUTION


def load_weights(model: nn.Module, path: str | Path, device: str | torch.device = "cpu") -> nn.Module:
    """Fill `model` from the file `path`; the same model, on `device` and in evaluation mode."""
    # BEGIN SOLUTION
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state)
    return model.to(device).eval()
    # END SOLUTION


def load_matching(model: nn.Module, path: str | Path) -> tuple[list[str], list[str]]:
    """Fill what fits by name and shape; the model's names that were not filled, and the file's that were not used."""
    # BEGIN SOLUTION
    saved = torch.load(path, map_location="cpu", weights_only=True)
    own = model.state_dict()
    fitting = {name: one for name, one in saved.items() if name in own and one.shape == own[name].shape}
    model.load_state_dict(fitting, strict=False)
    return [name for name in own if name not in fitting], [name for name in saved if name not in fitting]
    # END SOLUTION

"""# From notebook to program

A notebook is a fine place to think and a poor one to run from: to train with another seed you edit a cell, and nothing
in it can be imported. The same code in **modules**, small files with one job each, can be run with other settings,
tested, and used again. This exercise is a folder of five:

- `data_setup.py`: `create_dataloaders` makes the data
- `model_builder.py`: `PointClassifier`, the model
- `engine.py`: `train_step` and `accuracy`, for any model and any loader
- `utils.py`: `save_model` and `load_model`
- `train.py`: the program, which puts them together

Work from top to bottom. What each function does, its docstring says. It works from its arguments: constants in capitals
may be global, a loader, a model or a device may not.

A file imports its neighbours by name, `import engine`. The first import runs the file from top to bottom. Python gives
each file a name, `__name__`:

    $ cat hello.py
    print("my name is", __name__)
    $ python hello.py
    my name is __main__
    $ python -c "import hello"
    my name is hello

In the file that Python was started with it is `__main__`; in an imported one, the file's own name.

Importing one of your files must do nothing but define: no output, no file, no training, no random number drawn.
When all is written, this trains and saves a model, with the Python that tutor was installed into, for that one has
torch:

    $ python exercises/11_modular/train.py --epochs 2 --out models/points.pt
    epoch 1: loss 1.0335, test accuracy 0.8000
    epoch 2: loss 0.8425, test accuracy 0.8500
    saved to models/points.pt

The numbers are the same each time: everything random comes from `--seed`. `make_points` and `parse_args` are given.

Read more: [saving and loading](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html),
[`__main__`](https://docs.python.org/3/library/__main__.html),
[argparse](https://docs.python.org/3/library/argparse.html),
[reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html)

## Why it works

Loaders, models and devices come as arguments. That is why the engine trains any classifier, and why a check, or you,
can try each piece alone. `from data_setup import train_loader` would be a global name again, made at import with
settings that nobody could change.

The training loader draws its order from a generator of its own. Had it drawn from the global one, which the model's
first weights also come from, another `--hidden-units` would shuffle the points differently, and a comparison of two
sizes would compare two things.

`main(words)` takes its words as an argument, so it can be called from Python as well as from a shell; with None,
argparse reads the shell's. The guard at the bottom calls it only when the file is the program. A wrong ending of
`--out` is refused by `parse_args`, before the first epoch and not after the last.

Try next: `python exercises/11_modular/train.py --seed 1`, then a loop in the shell over five seeds. How far apart are
the results?
"""

import torch
from torch.utils.data import DataLoader, TensorDataset

CLASSES = ("left", "right", "top")
CENTRES = torch.tensor([[-1.0, -0.5], [1.0, -0.5], [0.0, 1.0]])

Points = tuple[torch.Tensor, torch.Tensor]


def make_points(samples: int, generator: torch.Generator) -> Points:
    """Points around three centres, float32 of shape (samples, 2), and their classes, int64 of shape (samples,)."""
    y = torch.randint(len(CLASSES), (samples,), generator=generator)
    return CENTRES[y] + 0.6 * torch.randn(samples, 2, generator=generator), y


def create_dataloaders(samples: int, batch_size: int, seed: int) -> tuple[DataLoader[Points], DataLoader[Points]]:
    """The loaders for training and for testing, of batches of `batch_size`, the last one shorter where it must be.

    A new torch.Generator, seeded with `seed`, goes to `make_points`, for all `samples` (at least 5), and then to the
    training loader alone: that has the first four fifths of the points, rounded down, and shuffles them anew in each
    epoch. The test loader has the others, always in the order in which they were made. Called again with the same
    arguments, it all repeats itself; PyTorch's global generator is left alone.
    """
    # BEGIN SOLUTION
    generator = torch.Generator().manual_seed(seed)
    X, y = make_points(samples, generator)  # (samples, 2), (samples,)
    kept = samples * 4 // 5
    train_set = TensorDataset(X[:kept], y[:kept])
    test_set = TensorDataset(X[kept:], y[kept:])
    train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)
    return train_loader, DataLoader(test_set, batch_size)
    # END SOLUTION

r"""# Keep track of experiments

Which of last week's forty runs was best, and with what settings? A file can say: *JSON lines*, one run per line. A
crash can spoil only its last line, for a new run is added at the end.

    >>> import json
    >>> json.dumps({"lr": 0.1, "note": "two\nlines", "loss": float("nan")})
    '{"lr": 0.1, "note": "two\\nlines", "loss": NaN}'

`NaN` is Python's addition, which stricter readers refuse. Beware of it, the loss of a run that blew up: `<` and `>` of
it are False, so that `min` may find it best.

A long run that is interrupted should go on as if nothing had happened. That takes more than weights: the optimizer's
momentum, the scheduler's place, and the random generator's state.

Write five functions. Each `path` is a `pathlib.Path` in a folder that exists.

`log_run(path, run)` adds `run`, a dictionary of what JSON can hold, as one line, ended by a newline, to the file, which
is made if it is missing. Any text must come back as it was.

`read_runs(path)` returns the runs in the file's order, as a list of dictionaries: an empty one if there is no file. A
program killed while writing leaves half a line at the end of the file, without a newline: `read_runs` leaves that out,
and `log_run` begins a new line after it, so that the next run is read again. A last line that lacks only its newline
counts. Lines that are no JSON are left out, the others are runs. (A block under `suppress(E)` passes over its error E.)

`best_run(runs, key, mode="min")` returns the run whose number under `key` is smallest, or largest for `mode="max"`; of
equals, the first. Runs without the key, or with None or nan there, do not count; None is returned if no run counts.

`save_checkpoint(path, model, optimizer, scheduler, epoch)` writes all that a run needs to go on: the three state_dicts,
the number of epochs done, and the state of PyTorch's global CPU generator. `torch.load(path, weights_only=True)` can
read the file; its layout is yours. If writing fails midway, by whatever error, the error is passed on, and a checkpoint
that was at `path` before is whole and unchanged: never write into that file. What is left beside it does no harm.

`load_checkpoint(path, model, optimizer, scheduler)` puts all of it back, into objects newly made in the same way, and
returns the number of epochs. Training then goes on, on a CPU, bit for bit as it would have without the break. A file
from a GPU machine is read, and code in a file refused, as in 11_save_load.

Read more: [json](https://docs.python.org/3/library/json.html),
[general checkpoints](https://docs.pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html),
[get_rng_state](https://docs.pytorch.org/docs/stable/generated/torch.get_rng_state.html),
[Path.replace](https://docs.python.org/3/library/pathlib.html#pathlib.Path.replace)

## Why it works

Adding a line is nearly the safest write there is: what stands in the file is not touched. A checkpoint is replaced
as a whole, so it is written beside the old one first; `Path.replace` then puts it in its place in one step, and at no
moment is there half a file under the name that matters. The crash that spoils a checkpoint is never far: jobs are
killed while they write, and disks are full.

Momentum is why weights alone do not resume: the first steps after the break would start from rest. The scheduler counts
epochs, and one that starts again at 0 has the wrong rate for all that follow. Make model, optimizer and loader first
and load *then*, for making a model draws numbers, too. The generator's state is a tensor of bytes on the CPU, wherever
the model is, one more reason to load to the CPU; runs on a GPU also draw from `torch.cuda.get_rng_state_all()`, runs
with NumPy from its generators, and a `DataLoader` with a generator of its own from that. Save what you draw from.

The numbers 3 and "3" are different to JSON, a tuple comes back as a list, and a tensor is refused: log `loss.item()`.

Try next: log the settings *before* training and the results after, under one name, and find the runs that never ended.
"""

import json
import math
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

Run = dict[str, Any]


def log_run(path: Path, run: Run) -> None:
    """Add `run` as a line of JSON to the file `path`."""
    # BEGIN SOLUTION
    line = json.dumps(run).encode() + b"\n"
    with path.open("ab+") as file:  # reads anywhere, writes at the end
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                line = b"\n" + line
        file.write(line)
    # END SOLUTION


def read_runs(path: Path) -> list[Run]:
    """The runs in the file `path`, without lines that are no JSON."""
    # BEGIN SOLUTION
    if not path.exists():
        return []
    runs = []
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            runs.append(json.loads(line))
    return runs
    # END SOLUTION


def best_run(runs: list[Run], key: str, mode: str = "min") -> Run | None:
    """The first run with the smallest (mode "min") or largest ("max") number under `key`, None if there is none."""
    # BEGIN SOLUTION
    counting = [run for run in runs if run.get(key) is not None and not math.isnan(run[key])]
    choose = min if mode == "min" else max
    return choose(counting, key=lambda run: run[key], default=None)
    # END SOLUTION


def save_checkpoint(path: Path, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, epoch: int) -> None:
    """Write what a run needs to go on after `epoch` epochs; the file `path` is replaced whole or not at all."""
    # BEGIN SOLUTION
    checkpoint = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "epoch": epoch,
        "rng": torch.get_rng_state(),
    }
    beside = path.with_name(path.name + ".part")
    torch.save(checkpoint, beside)
    beside.replace(path)
    # END SOLUTION


def load_checkpoint(path: Path, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> int:
    """Put a run back to where it was saved; the number of epochs done."""
    # BEGIN SOLUTION
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    torch.set_rng_state(checkpoint["rng"])
    return checkpoint["epoch"]
    # END SOLUTION

"""The program: python exercises/11_modular/train.py --epochs 2 --out models/points.pt"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

import data_setup
import engine
import model_builder
import utils

SAMPLES = 400
FEATURES = 2


def model_path(text: str) -> Path:
    """The path in `text`, if a model can be saved there: a wrong ending is refused before anything is trained."""
    path = Path(text)
    if path.suffix not in utils.ENDINGS:
        raise argparse.ArgumentTypeError(f"{text} should end in {' or '.join(utils.ENDINGS)}")
    return path


def parse_args(words: Sequence[str] | None) -> argparse.Namespace:
    """The settings in `words`; with None, in those behind the program's name in the shell."""
    parser = argparse.ArgumentParser(description="Train a classifier of points.")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--hidden-units", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=model_path, default=Path("models/points.pt"))
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Train on the CPU as `words` say, with SGD, and save the model.

    Makes loaders of SAMPLES points, then calls torch.manual_seed with the seed, then makes the model: so its weights
    depend on the seed and on nothing drawn before. After each epoch prints a line with its number, loss and test
    accuracy, after the last one where the model is, as in the statement's example.
    """
    raise NotImplementedError("TODO: write main")


# TODO: call main, but only when this file is the program

"""# Leaks between training and test data

A test set answers one question: how does the model do on data that it has never met? When a test sample, or something
computed from it, gets into training, the answer comes out too good. No error tells you; the numbers look *better*.
This is called a leak. Here is one: two splits are two draws, and they know nothing of each other.

    >>> torch.manual_seed(0)
    >>> train, _ = random_split(range(10), [7, 3])
    >>> _, test = random_split(range(10), [7, 3])
    >>> sorted(set(train) & set(test))   # all three test samples are in train, too
    [0, 1, 5]

The five functions below were written in a hurry. Run each, find what is wrong, and mend it. This is what they should
do; no input is changed:

- **`leaked(train, test)`** finds leaks. Both are datasets of pairs `(x, y)`. All x have the same dtype and the same
  shape, for example `(3,)` or `(1, 28, 28)`; `test` may be empty, `train` is not. It returns the positions, a list of
  ints from low to high, of those samples of `test` whose x equals, in all its numbers, the x of a sample of `train`; y
  does not matter. Broken: it finds leaks where there are none.
- **`fashion(root)`** returns torchvision's FashionMNIST training data and test data, from the files under `root`,
  made float by `TO_FLOAT` (given, and right). Broken: a model that knows all the answers.
- **`make_loaders(train_data, test_data, batch_size, *, seed)`** returns two loaders. The first hands out every sample
  of `train_data` once an epoch, mixed anew each time; `seed` alone decides its orders, also when the second loader is
  read in between. The second hands out every sample of `test_data` in order. Both keep a short last batch. Broken:
  misspelt names, and behind them four mistakes that raise nothing.
- **`normalise(train, test)`** takes features `(N, F)` and `(M, F)` of one float dtype, with N at least 2 and no
  constant column in `train`. It returns both: from each column the mean is subtracted, then it is divided by the
  standard deviation (`torch.std`'s), mean and deviation both of the *training* column. Broken: it is silent.
- **`split_by_group(groups, test_groups, *, seed)`** splits samples that belong together, such as the photos of one
  patient. `groups` is a list of names, one per sample; `test_groups` is how many groups are drawn at random for
  testing, 0 to all of them, by `seed` alone, the same in every run of the program. It returns two lists of indices,
  from low to high: the samples of the other groups, and those of the drawn ones. Broken: patients in both.

Read more: [FashionMNIST](https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.FashionMNIST.html),
[torch.eq](https://docs.pytorch.org/docs/stable/generated/torch.eq.html),
[DataLoader](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader)

## Why it works

- `x in tensor` asks whether *any* number of the two agrees, and two black corners in the same place are enough.
  Compare elementwise, ask for `all` along the numbers of a sample, and then for `any` along the samples.
- `train=True` twice loads one set under two names. It runs, and test accuracy follows training accuracy to 100 %. A
  look at `len`, 60,000 and 10,000, would have told.
- The misspelt keyword is the harmless mistake: it raises at once. A loader over the wrong dataset is the same
  leak as above. Shuffling the test data changes no average, yet `predictions[i]` is no longer that of sample i;
  `drop_last=True` measures on fewer samples than there are. And a generator that both loaders share makes training
  depend on when you test: every epoch of a loader draws from it, shuffled or not.
- Mean and standard deviation are learnt from data as weights are, so they come from the training data alone. In use,
  samples come one at a time: there is no other statistic to take.
- Ten photos of one patient are nearly the same photo. Split by photo, the model recognises the patient, not the
  illness. Draw groups, not samples. And the order of a `set` of strings changes from run to run: sort it before you
  draw.

Try next: give `leaked` the FashionMNIST that torchvision downloads (a few thousand images at a time). Are all images
unique?
"""

import torch
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets import FashionMNIST
from torchvision.transforms import v2

TO_FLOAT = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.ToPureTensor()])  # (1, 28, 28), 0 to 1

Labelled = Dataset[tuple[torch.Tensor, int]]


def leaked(train: Labelled, test: Labelled) -> list[int]:
    """The positions of the samples of `test` whose x is also that of a sample of `train`."""
    # BEGIN SOLUTION
    known = torch.stack([x for x, _ in train])  # (N, ...)
    return [place for place, (x, _) in enumerate(test) if (known == x).flatten(1).all(dim=1).any()]
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # known = torch.stack([x for x, _ in train])  # (N, ...)
    # return [place for place, (x, _) in enumerate(test) if x in known]
    # END PROMPT


def fashion(root: str) -> tuple[FashionMNIST, FashionMNIST]:
    """FashionMNIST's training data and test data, from the files under `root`."""
    # BEGIN SOLUTION
    train_data = FashionMNIST(root, train=True, transform=TO_FLOAT)
    test_data = FashionMNIST(root, train=False, transform=TO_FLOAT)
    return train_data, test_data
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # train_data = FashionMNIST(root, transform=TO_FLOAT)
    # test_data = FashionMNIST(root, transform=TO_FLOAT)
    # return train_data, test_data
    # END PROMPT


def make_loaders(
    train_data: Labelled, test_data: Labelled, batch_size: int, *, seed: int
) -> tuple[DataLoader[tuple[torch.Tensor, int]], DataLoader[tuple[torch.Tensor, int]]]:
    """A loader that shuffles `train_data` and one that keeps the order of `test_data`."""
    # BEGIN SOLUTION
    generator = torch.Generator().manual_seed(seed)
    train_loader = DataLoader(train_data, batch_size=batch_size, shuffle=True, generator=generator)
    test_loader = DataLoader(test_data, batch_size=batch_size)
    return train_loader, test_loader
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # generator = torch.Generator().manual_seed(seed)
    # train_loader = DataLoader(train_data, batchsize=batch_size, shufle=True, generator=generator)
    # test_loader = DataLoader(train_data, batchsize=batch_size, shufle=True, drop_last=True, generator=generator)
    # return train_loader, test_loader
    # END PROMPT


def normalise(train: torch.Tensor, test: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The features (N, F) and (M, F), both by the mean and standard deviation of the training data's columns."""
    # BEGIN SOLUTION
    mean, std = train.mean(dim=0), train.std(dim=0)  # (F,)
    return (train - mean) / std, (test - mean) / std
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # everything = torch.cat([train, test])
    # mean, std = everything.mean(dim=0), everything.std(dim=0)  # (F,)
    # return (train - mean) / std, (test - mean) / std
    # END PROMPT


def split_by_group(groups: list[str], test_groups: int, *, seed: int) -> tuple[list[int], list[int]]:
    """The indices of the samples to train on, and of those to test on, with no group in both."""
    # BEGIN SOLUTION
    names = sorted(set(groups))
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed)).tolist()
    drawn = {names[number] for number in order[:test_groups]}
    train = [index for index, group in enumerate(groups) if group not in drawn]
    test = [index for index, group in enumerate(groups) if group in drawn]
    return train, test
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # order = torch.randperm(len(groups), generator=torch.Generator().manual_seed(seed)).tolist()
    # return sorted(order[test_groups:]), sorted(order[:test_groups])
    # END PROMPT

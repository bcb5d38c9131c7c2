"""Wrong and right answers to 11_modular: names for a module, or the whole text of one."""

import torch
from torch import nn
from torch.utils.data import DataLoader, random_split

from tutor.checks import excuse, rewritten, right, wrong

excuse(
    line="hits += (logits.argmax(dim=1) == y.to(device)).sum()",
    becomes="hits += (logits.argmax(dim=-1) == y.to(device)).sum()",
    because="equivalent: logits are (B, classes), where dimension 1 is the last.",
)
excuse(
    line="state = torch.load(path, map_location=device, weights_only=True)",
    becomes="state = torch.load(path, map_location=device)",
    because="equivalent: True is the default from torch 2.6 on, the oldest that tutor installs with.",
)
excuse(
    line="total += loss.detach() * len(y)",
    becomes="total += loss * len(y)",
    because="the same numbers: only the memory of the graphs is held until the epoch ends, which 07_engine checks.",
)
excuse(
    line='device = torch.device("cpu")',
    becomes='device = "cpu"',
    because="equivalent: torch takes a device's name wherever it takes a device.",
)


@wrong(
    caught_by="test_create_dataloaders",
    because="random_split draws which points test: they are not the last fifth, and they come in another order.",
)
def split_at_random(solution):
    def create_dataloaders(samples, batch_size, seed):
        generator = torch.Generator().manual_seed(seed)
        data = torch.utils.data.TensorDataset(*solution.data_setup.make_points(samples, generator))
        first = samples * 4 // 5
        train, test = random_split(data, [first, samples - first], generator=generator)
        return DataLoader(train, batch_size, shuffle=True, generator=generator), DataLoader(test, batch_size)

    return {"data_setup": {"create_dataloaders": create_dataloaders}}


@wrong(
    caught_by="test_create_dataloaders",
    because="torch.manual_seed(seed) in create_dataloaders seeds the global generator, on which other code relies.",
)
def global_seed(solution):
    text = rewritten(
        solution.data_setup, "generator = torch.Generator().manual_seed(seed)", "generator = torch.manual_seed(seed)"
    )
    return {"data_setup": text}


@wrong(
    caught_by="test_create_dataloaders",
    because="the test loader has the generator too, and draws from it: the order of the next epoch is another one.",
)
def generator_for_both(solution):
    text = rewritten(
        solution.data_setup, "DataLoader(test_set, batch_size)", "DataLoader(test_set, batch_size, generator=generator)"
    )
    return {"data_setup": text}


@wrong(
    caught_by="test_create_dataloaders",
    because="a second generator with the same seed shuffles, where the one that made the points is asked for.",
)
def second_generator(solution):
    second = "shuffle=True, generator=torch.Generator().manual_seed(seed))"
    return {"data_setup": rewritten(solution.data_setup, "shuffle=True, generator=generator)", second)}


@wrong(
    caught_by="test_create_dataloaders",
    because="without shuffle=True every epoch has the same batches in the order in which the points were made.",
)
def never_shuffled(solution):
    return {"data_setup": rewritten(solution.data_setup, "shuffle=True, ", "")}


@wrong(
    caught_by="test_point_classifier",
    because="the sizes are those of the notebook's data; a module takes them from its arguments.",
)
def sizes_of_the_notebook(solution):
    class PointClassifier(nn.Module):
        def __init__(self, in_features, hidden_units, classes):
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(2, hidden_units), nn.ReLU(), nn.Linear(hidden_units, 3))

        def forward(self, x):
            return self.layers(x)

    return {"model_builder": {"PointClassifier": PointClassifier}}


@wrong(caught_by="test_train_step", because="the mean over batches is taken, and a short last batch counts as much.")
def mean_of_means(solution):
    text = rewritten(
        solution.engine, "total += loss.detach() * len(y)\n        samples += len(y)", "total += loss.detach()"
    )
    return {"engine": text.replace("float(total) / samples", "float(total) / len(loader)")}


@wrong(caught_by="test_train_step", because="`device` of the arguments is never used: a GPU would get no batch.")
def batches_stay(solution):
    return {"engine": rewritten(solution.engine, "X, y = X.to(device), y.to(device)  # (B, ...), (B,)", "pass")}


@wrong(caught_by="test_accuracy", because="the model tests in training mode, where batch normalisation learns.")
def no_eval(solution):
    return {"engine": rewritten(solution.engine, "model.eval()", "model.train()")}


@wrong(caught_by="test_save_model", because="the whole model is saved: its class must be found again to read it.")
def whole_model(solution):
    return {"utils": rewritten(solution.utils, "torch.save(model.state_dict(), path)", "torch.save(model, path)")}


@wrong(caught_by="test_save_model", because="the folder above the file is not made where it lacks.")
def no_folder(solution):
    return {"utils": rewritten(solution.utils, "path.parent.mkdir(parents=True, exist_ok=True)", "pass")}


@wrong(
    caught_by="test_load_model",
    because="strict=False passes over names that are not the model's: another model's file would load nothing.",
)
def not_strict(solution):
    return {"utils": rewritten(solution.utils, "load_state_dict(state)", "load_state_dict(state, strict=False)")}


@wrong(
    caught_by="test_importing_does_nothing",
    because="main() stands in train.py without the guard: it runs when the file is imported, too.",
)
def without_the_guard(solution):
    guard = 'if __name__ == "__main__":\n    main()'
    return {"train": rewritten(solution.train, guard, 'main(["--epochs", "1", "--out", "models/points.pt"])')}


@wrong(
    caught_by="test_importing_does_nothing",
    because="the seed is set at the outermost level of a module: importing it changes everybody's random numbers.",
)
def seeded_at_import(solution):
    return {"utils": rewritten(solution.utils, "\n\ndef save_model", "\ntorch.manual_seed(0)\n\n\ndef save_model")}


@wrong(
    caught_by="test_main",
    because="no torch.manual_seed comes before the model: it begins with other weights each time.",
)
def unseeded_model(solution):
    return {"train": rewritten(solution.train, "    torch.manual_seed(args.seed)\n", "")}


@wrong(caught_by="test_main", because="the learning rate is written into main, and --learning-rate changes nothing.")
def settings_of_the_notebook(solution):
    text = rewritten(solution.train, "lr=args.learning_rate", "lr=0.1")
    return {"train": text}


@wrong(caught_by="test_program", because="nobody calls main: the program defines it and ends.")
def never_called(solution):
    return {"train": rewritten(solution.train, 'if __name__ == "__main__":\n    main()', "")}


@wrong(caught_by="test_program", because="main gets no words in the program, for [] is an empty list of them.")
def empty_words(solution):
    return {"train": rewritten(solution.train, "    main()\n", "    main([])\n")}


@right("names imported from the modules")
def from_imports(solution):
    text = rewritten(solution.train, "import engine\n", "from engine import accuracy, train_step\n")
    text = text.replace("engine.train_step(", "train_step(").replace("engine.accuracy(", "accuracy(")
    return {"train": text}


@right("layers by name, and torch.relu")
def layers_by_name(solution):
    return {"model_builder": LAYERS_BY_NAME}


LAYERS_BY_NAME = """
import torch
from torch import nn


class PointClassifier(nn.Module):
    def __init__(self, in_features, hidden_units, classes):
        super().__init__()
        self.hidden = nn.Linear(in_features, hidden_units)
        self.out = nn.Linear(hidden_units, classes)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))
"""


@right("data sets by Subset, hits as numbers, a guard that reads sys.argv")
def otherwise(solution):
    data = rewritten(
        solution.data_setup, "TensorDataset(X[:kept], y[:kept])", "Subset(TensorDataset(X, y), range(kept))"
    )
    data = data.replace("TensorDataset(X[kept:], y[kept:])", "Subset(TensorDataset(X, y), range(kept, samples))")
    data = data.replace("import DataLoader,", "import DataLoader, Subset,")
    guard = 'if __name__ == "__main__":\n    import sys\n\n    main(sys.argv[1:])'
    return {
        "data_setup": data,
        "engine": rewritten(solution.engine, "y.to(device)).sum()", "y.to(device)).sum().item()"),
        "train": rewritten(solution.train, 'if __name__ == "__main__":\n    main()', guard),
    }

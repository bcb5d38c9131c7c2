"""Wrong answers that 12_transfer_learning must catch, and right ones it must accept."""

import copy

import torch
from torch import nn
from torch.utils.data import TensorDataset

from tutor.checks import right, wrong


def model_with(solution, *, start=None, compute=None, switch=None):
    """A Transfer of `start(self, backbone, features, classes)`, `compute(self, x)` and `switch(self, mode)`."""

    class Transfer(nn.Module):
        def __init__(self, backbone, features, classes):
            super().__init__()
            if start is not None:
                start(self, backbone, features, classes)
                return
            solution.freeze(backbone)
            self.backbone = backbone.eval()
            self.head = nn.Linear(features, classes)

        def forward(self, x):
            return compute(self, x) if compute is not None else self.head(self.backbone(x))

        def train(self, mode=True):
            if switch is not None:
                return switch(self, mode)
            super().train(mode)
            self.backbone.eval()
            return self

    return {"Transfer": Transfer}


@wrong(caught_by="test_freeze", because="eval() sets modes; the parameters still require gradients.")
def eval_for_freeze(solution):
    return {"freeze": lambda module: module.eval()}


@wrong(
    caught_by="test_freeze",
    because="module.requires_grad = False sets an attribute of the module, which nobody asks for.",
)
def attribute_of_the_module(solution):
    def freeze(module):
        module.requires_grad = False

    return {"freeze": freeze}


@wrong(caught_by="test_freeze", because="Old gradients are left, and an optimizer moves whatever has one.")
def old_gradients_stay(solution):
    return {"freeze": lambda module: module.requires_grad_(False)}


@wrong(
    caught_by="test_freeze",
    because="The gradients are zeros, not None: momentum and weight decay would still move the weights.",
)
def zeroed_gradients(solution):
    def freeze(module):
        module.zero_grad(set_to_none=False)
        module.requires_grad_(False)

    return {"freeze": freeze}


@wrong(caught_by="test_freeze", because="Only the weights are frozen: a bias is a parameter, too.")
def weights_alone(solution):
    def freeze(module):
        for name, parameter in module.named_parameters():
            if name.endswith("weight"):
                parameter.requires_grad_(False)
            parameter.grad = None

    return {"freeze": freeze}


@wrong(
    caught_by="test_freeze",
    because="Only the layers at the first level are frozen: parameters(recurse=False) looks no deeper.",
)
def first_level(solution):
    def freeze(module):
        for child in module.children():
            for parameter in child.parameters(recurse=False):
                parameter.requires_grad_(False)
                parameter.grad = None

    return {"freeze": freeze}


@wrong(caught_by="test_freeze", because="Modes are switched as well: freeze is about gradients alone.")
def freeze_switches(solution):
    def freeze(module):
        solution.freeze(module)
        module.eval()

    return {"freeze": freeze}


@wrong(
    caught_by="test_transfer_by_example", because="The backbone is not frozen: its parameters still require gradients."
)
def not_frozen(solution):
    def start(self, backbone, features, classes):
        self.backbone = backbone.eval()
        self.head = nn.Linear(features, classes)

    return model_with(solution, start=start)


@wrong(
    caught_by="test_transfer_by_example",
    because="The whole model is frozen, the head with it: nothing is left to train.",
)
def head_frozen_too(solution):
    def start(self, backbone, features, classes):
        self.backbone = backbone.eval()
        self.head = nn.Linear(features, classes)
        solution.freeze(self)

    return model_with(solution, start=start)


@wrong(
    caught_by="test_transfer_by_example",
    because="A copy of the backbone is kept; the one that was given is not frozen.",
)
def keeps_a_copy(solution):
    def start(self, backbone, features, classes):
        self.backbone = copy.deepcopy(backbone).eval()
        solution.freeze(self.backbone)
        self.head = nn.Linear(features, classes)

    return model_with(solution, start=start)


@wrong(
    caught_by="test_transfer_by_example",
    because="The sizes of nn.Linear change places: features come in, classes go out.",
)
def sizes_swapped(solution):
    def start(self, backbone, features, classes):
        solution.freeze(backbone)
        self.backbone = backbone.eval()
        self.head = nn.Linear(classes, features)

    return model_with(solution, start=start)


@wrong(
    caught_by="test_transfer_by_example", because="The head is a network of its own: one linear layer was asked for."
)
def deep_head(solution):
    def start(self, backbone, features, classes):
        solution.freeze(backbone)
        self.backbone = backbone.eval()
        self.head = nn.Sequential(nn.Linear(features, features), nn.ReLU(), nn.Linear(features, classes))

    return model_with(solution, start=start)


@wrong(caught_by="test_transfer_by_example", because="The features are handed out: the head is never called.")
def no_head_in_forward(solution):
    return model_with(solution, compute=lambda self, x: self.backbone(x))


@wrong(caught_by="test_transfer_by_example", because="A softmax stands behind the head; the loss wants logits.")
def softmax(solution):
    return model_with(solution, compute=lambda self, x: self.head(self.backbone(x)).softmax(dim=1))


@wrong(
    caught_by="test_modes",
    because="model.train() wakes the backbone up: batch normalisation moves its statistics, dropout drops.",
)
def train_not_overridden(solution):
    return model_with(solution, switch=lambda self, mode: nn.Module.train(self, mode))


@wrong(
    caught_by="test_modes", because="Until the first train() or eval(), the backbone is in the mode that it came in."
)
def awake_at_first(solution):
    def start(self, backbone, features, classes):
        solution.freeze(backbone)
        self.backbone = backbone
        self.head = nn.Linear(features, classes)

    return model_with(solution, start=start)


@wrong(caught_by="test_modes", because="train returns None; model.train() is often the start of a chain.")
def returns_nothing(solution):
    def switch(self, mode):
        nn.Module.train(self, mode)
        self.backbone.eval()

    return model_with(solution, switch=switch)


@wrong(
    caught_by="test_modes", because="The mode is not handed on: eval() calls train(False), and all are trained again."
)
def mode_lost(solution):
    def switch(self, mode):
        nn.Module.train(self)
        self.backbone.eval()
        return self

    return model_with(solution, switch=switch)


@wrong(caught_by="test_modes", because="The model's own mode is never set: super().train(mode) sets it.")
def own_mode_forgotten(solution):
    def switch(self, mode):
        self.head.train(mode)
        self.backbone.eval()
        return self

    return model_with(solution, switch=switch)


@wrong(caught_by="test_modes", because="Only batch normalisation is put back: the backbone's dropout drops.")
def batch_norm_alone(solution):
    def switch(self, mode):
        nn.Module.train(self, mode)
        for module in self.backbone.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                module.eval()
        return self

    return model_with(solution, switch=switch)


@wrong(
    caught_by="test_modes",
    because="The attribute of the backbone alone is set: the modules inside stay in training mode.",
)
def attribute_alone(solution):
    def switch(self, mode):
        nn.Module.train(self, mode)
        self.backbone.training = False
        return self

    return model_with(solution, switch=switch)


@wrong(caught_by="test_modes", because="The head sleeps, too: only the backbone is to stay in evaluation mode.")
def always_eval(solution):
    return model_with(solution, switch=lambda self, mode: nn.Module.train(self, False))


@wrong(
    caught_by="test_gradients_pass",
    because="no_grad, or detach, cuts the graph in forward: nothing that lies before the head gets a gradient.",
)
def no_grad_in_forward(solution):
    def compute(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)

    return model_with(solution, compute=compute)


@wrong(
    caught_by="test_gradients_pass",
    because="no_grad, or detach, cuts the graph in forward: nothing that lies before the head gets a gradient.",
)
def detached(solution):
    return model_with(solution, compute=lambda self, x: self.head(self.backbone(x).detach()))


def part_alone_learns(model, part):
    model.backbone.requires_grad_(False)
    part.requires_grad_(True)


def tuner(groups, unfreeze=part_alone_learns, **settings):
    """A fine_tune with the groups of `groups(model, part, lr, backbone_lr)`."""

    def fine_tune(model, part, lr, backbone_lr):
        unfreeze(model, part)
        return torch.optim.SGD(groups(model, part, lr, backbone_lr), **({"lr": lr, "momentum": 0.9} | settings))

    return {"fine_tune": fine_tune}


def two_groups(model, part, lr, backbone_lr):
    return [{"params": model.head.parameters()}, {"params": part.parameters(), "lr": backbone_lr}]


@wrong(caught_by="test_fine_tune", because="The whole backbone is unfrozen: only the part was to learn.")
def unfreezes_all(solution):
    return tuner(two_groups, unfreeze=lambda model, part: model.requires_grad_(True))


@wrong(caught_by="test_fine_tune", because="Nothing is unfrozen: the optimizer never sees a gradient of the part.")
def unfreezes_nothing(solution):
    return tuner(two_groups, unfreeze=lambda model, part: None)


@wrong(caught_by="test_fine_tune", because="The optimizer holds the whole backbone, frozen parts as well.")
def holds_the_backbone(solution):
    return tuner(
        lambda model, part, lr, backbone_lr: [
            {"params": model.head.parameters()},
            {"params": model.backbone.parameters(), "lr": backbone_lr},
        ]
    )


@wrong(caught_by="test_fine_tune", because="The optimizer holds all parameters, at one rate.")
def all_at_one_rate(solution):
    return tuner(lambda model, part, lr, backbone_lr: list(model.parameters()))


@wrong(
    caught_by="test_fine_tune_again",
    because="What an earlier call unfroze still requires gradients, but no optimizer holds it.",
)
def earlier_part_stays(solution):
    return tuner(two_groups, unfreeze=lambda model, part: part.requires_grad_(True))


@wrong(caught_by="test_fine_tune", because="All learn at one rate: the backbone was to go slowly.")
def one_rate(solution):
    return tuner(lambda model, part, lr, backbone_lr: [p for p in model.parameters() if p.requires_grad])


@wrong(caught_by="test_fine_tune", because="The two rates change places.")
def rates_swapped(solution):
    return {"fine_tune": lambda model, part, lr, backbone_lr: solution.fine_tune(model, part, backbone_lr, lr)}


@wrong(caught_by="test_fine_tune", because="The head is left out: it goes on learning together with the part.")
def part_alone(solution):
    return tuner(lambda model, part, lr, backbone_lr: [{"params": part.parameters(), "lr": backbone_lr}])


@wrong(caught_by="test_fine_tune", because="The momentum of 0.9 is missing.")
def no_momentum(solution):
    return tuner(two_groups, momentum=0.0)


@wrong(
    caught_by="test_fine_tune",
    because="The part is put into training mode: its statistics would move with every small batch.",
)
def wakes_the_part(solution):
    return tuner(two_groups, unfreeze=lambda model, part: part.requires_grad_(True).train())


def extractor(feature, **more):
    """An extract_features by `feature(model, X)`."""

    def extract_features(model, loader):
        with torch.no_grad():
            pairs = [(feature(model, X), y) for X, y in loader]
        return TensorDataset(torch.cat([one for one, _ in pairs]), torch.cat([y for _, y in pairs]))

    return {"extract_features": extract_features} | more


@wrong(caught_by="test_extract_features", because="The head was called as well: these are logits, not features.")
def logits_for_features(solution):
    return extractor(lambda model, X: model(X))


@wrong(
    caught_by="test_extract_features",
    because="inference_mode makes tensors that no training can use, ever; no_grad makes usual ones.",
)
def inference_tensors(solution):
    return {"extract_features": torch.inference_mode()(solution.extract_features)}


@wrong(
    caught_by="test_extract_features",
    because="The graph is recorded whenever a part is unfrozen, and kept for every batch.",
)
def records(solution):
    def extract_features(model, loader):
        pairs = [(model.backbone(X), y) for X, y in loader]
        return TensorDataset(torch.cat([one for one, _ in pairs]), torch.cat([y for _, y in pairs]))

    return {"extract_features": extract_features}


@wrong(caught_by="test_extract_features", because="Only the last batch is returned: each one replaces the one before.")
def last_batch(solution):
    def extract_features(model, loader):
        with torch.no_grad():
            for X, y in loader:
                features, labels = model.backbone(X), y
        return TensorDataset(features, labels)

    return {"extract_features": extract_features}


@wrong(caught_by="test_extract_features", because="torch.stack wants batches of one size; the last is smaller.")
def stacked(solution):
    def extract_features(model, loader):
        with torch.no_grad():
            pairs = [(model.backbone(X), y) for X, y in loader]
        features, labels = torch.stack([one for one, _ in pairs]), torch.stack([y for _, y in pairs])
        return TensorDataset(features.flatten(0, 1), labels.flatten())

    return {"extract_features": extract_features}


@wrong(caught_by="test_extract_features", because="A pair of tensors is no data set.")
def a_pair(solution):
    return {"extract_features": lambda model, loader: solution.extract_features(model, loader).tensors}


@wrong(
    caught_by="test_extract_features",
    because="The loader is run through twice; shuffled, features and labels would not belong together.",
)
def twice(solution):
    def extract_features(model, loader):
        with torch.no_grad():
            features = torch.cat([model.backbone(X) for X, _ in loader])
        return TensorDataset(features, torch.cat([y for _, y in loader]))

    return {"extract_features": extract_features}


@wrong(
    caught_by="test_extract_features", because="The model is left in evaluation mode; it was in training mode before."
)
def leaves_eval(solution):
    return extractor(lambda model, X: model.eval().backbone(X))


@wrong(
    caught_by="test_extract_features",
    because="The features are frozen by freezing the backbone: what was unfrozen no longer learns.",
)
def freezes_again(solution):
    def feature(model, X):
        solution.freeze(model.backbone)
        return model.backbone(X)

    return extractor(feature)


@right("by requires_grad_ of the module, hidden in eval(), and features of a DataLoader's batches")
def other_calls(solution):
    def freeze(module):
        module.zero_grad()
        module.requires_grad_(False)

    def start(self, backbone, features, classes):
        self.head = nn.Linear(features, classes)
        freeze(backbone)
        self.backbone = backbone
        self.train(self.training)

    def switch(self, mode):
        self.training = mode
        self.head.train(mode)
        self.backbone.train(False)
        return self

    @torch.inference_mode()
    def gather(model, loader):
        rows, labels = [], []
        for X, y in loader:
            rows.extend(model.backbone(X).unbind())
            labels.extend(y.unbind())
        return torch.stack(rows), torch.stack(labels)

    def extract_features(model, loader):
        features, labels = gather(model, loader)
        return TensorDataset(features.clone(), labels.clone())

    return {"freeze": freeze, "extract_features": extract_features} | model_with(solution, start=start, switch=switch)


@right("by nn.Sequential's way of calling, and groups added one after the other")
def groups_added(solution):
    def fine_tune(model, part, lr, backbone_lr):
        learning = set(part.parameters())
        for parameter in model.backbone.parameters():
            parameter.requires_grad = parameter in learning
        optimizer = torch.optim.SGD(list(part.parameters()), lr=backbone_lr, momentum=0.9)
        optimizer.add_param_group({"params": list(model.head.parameters()), "lr": lr})
        return optimizer

    def compute(self, x):
        for part in (self.backbone, self.head):
            x = part(x)
        return x

    return {"fine_tune": fine_tune} | model_with(solution, compute=compute)


@right("by one group for each parameter that requires a gradient")
def group_by_group(solution):
    def fine_tune(model, part, lr, backbone_lr):
        wanted = set(part.parameters())
        model.backbone.requires_grad_(False)
        for parameter in wanted:
            parameter.requires_grad_()
        groups = [{"params": [p], "lr": lr} for p in model.head.parameters()]
        groups += [{"params": [p], "lr": backbone_lr} for p in model.parameters() if p in wanted]
        return torch.optim.SGD(groups, lr=1.0, momentum=0.9)

    def extract_features(model, loader):
        features, labels = torch.tensor([]), torch.tensor([])
        for n, (X, y) in enumerate(loader):
            rows = model.backbone(X).detach()
            features = rows if n == 0 else torch.vstack([features, rows])
            labels = y if n == 0 else torch.hstack([labels, y])
        return TensorDataset(features, labels)

    return {"fine_tune": fine_tune, "extract_features": extract_features}

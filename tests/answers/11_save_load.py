"""Wrong answers that 11_save_load must catch, and right ones it must accept."""

import copy
import io
from pathlib import Path

import torch

from tutor.checks import excuse, right, wrong


def saver(content):
    """A save_weights that writes `content(model)`."""

    def build(model, path):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(content(model), path)

    return {"save_weights": build}


def read(path):
    return torch.load(path, map_location="cpu", weights_only=True)


def loader(fill, finish=lambda model, device: model.to(device).eval()):
    """A load_weights that does `fill(model, path)`, then `finish(model, device)`."""

    def load_weights(model, path, device="cpu"):
        fill(model, path)
        return finish(model, device)

    return {"load_weights": load_weights}


def matcher(fits, load=lambda model, fitting: model.load_state_dict(fitting, strict=False)):
    """A load_matching that loads the entries for which `fits(name, tensor, own)` holds."""

    def load_matching(model, path):
        saved, own = read(path), model.state_dict()
        fitting = {name: one for name, one in saved.items() if fits(name, one, own)}
        load(model, fitting)
        return [name for name in own if name not in fitting], [name for name in saved if name not in fitting]

    return {"load_matching": load_matching}


def by_name_and_shape(name, one, own):
    return name in own and own[name].shape == one.shape


@wrong(
    caught_by="test_save_by_example",
    because="The file holds more than numbers: the model object, or the method without its brackets.",
)
def the_whole_model(solution):
    return saver(lambda model: model)


@wrong(
    caught_by="test_save_by_example",
    because="The file holds more than numbers: the model object, or the method without its brackets.",
)
def no_brackets(solution):
    return saver(lambda model: model.state_dict)


@wrong(caught_by="test_save_by_example", because="torch.save takes the object first and the path second.")
def swapped(solution):
    return {"save_weights": lambda model, path: torch.save(path, model.state_dict())}


@wrong(
    caught_by="test_save_by_example",
    because="The state_dict was put under a name of its own; nothing else belongs in the file.",
)
def in_a_dictionary(solution):
    return saver(lambda model: {"model": model.state_dict(), "epoch": 0})


@wrong(caught_by="test_save_by_example", because="The values are lists: tensors are what load_state_dict takes.")
def as_lists(solution):
    return saver(lambda model: {name: one.tolist() for name, one in model.state_dict().items()})


@wrong(caught_by="test_save_by_example", because="Nothing is written: state_dict() only hands the numbers out.")
def only_in_memory(solution):
    return {"save_weights": lambda model, path: copy.deepcopy(model.state_dict())}


@wrong(
    caught_by="test_save",
    because="Parameters are not all: the running statistics of batch normalisation are buffers, and they are missing.",
)
def parameters_alone(solution):
    return saver(lambda model: {name: one.detach() for name, one in model.named_parameters()})


@wrong(caught_by="test_save", because="torch.save makes no folders: the one that is to hold the file is not there.")
def no_folders(solution):
    return {"save_weights": lambda model, path: torch.save(model.state_dict(), path)}


@wrong(caught_by="test_save", because="path may be a str, which has no .parent.")
def path_taken_for_granted(solution):
    def save_weights(model, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(model.state_dict(), path)

    return {"save_weights": save_weights}


@wrong(caught_by="test_save", because="A file that is there already is left as it is: the old numbers stay.")
def keeps_the_old_file(solution):
    def save_weights(model, path):
        if not Path(path).exists():
            solution.save_weights(model, path)

    return {"save_weights": save_weights}


@wrong(
    caught_by="test_save",
    because="The model is put into evaluation mode to be saved, and stays there: training would go on in it.",
)
def saves_in_eval(solution):
    return saver(lambda model: model.eval().state_dict())


@wrong(
    caught_by="test_save_by_example",
    because="The numbers are halved to float16 on the way to the file, and do not come back.",
)
def half_precision(solution):
    return saver(lambda model: copy.deepcopy(model).half().state_dict())


@wrong(caught_by="test_load", because="load_state_dict is spelt without a capital letter.")
def misspelt(solution):
    return loader(lambda model, path: model.load_state_Dict(read(path)))


@wrong(caught_by="test_load", because="load_state_dict takes the dictionary that torch.load reads, not the path.")
def loads_the_path(solution):
    return loader(lambda model, path: model.load_state_dict(path))


@wrong(caught_by="test_load", because="load_state_dict returns a report on the names; the model itself was asked for.")
def returns_the_report(solution):
    def load_weights(model, path, device="cpu"):
        return model.load_state_dict(read(path))

    return {"load_weights": load_weights}


@wrong(caught_by="test_load", because="The file holds a dictionary of numbers, which is not the model yet.")
def returns_the_state(solution):
    return {"load_weights": lambda model, path, device="cpu": torch.load(path, map_location=device)}


@wrong(caught_by="test_load", because="The model stays in training mode: dropout would spoil its predictions.")
def stays_in_training(solution):
    return loader(solution.load_weights, lambda model, device: model.train().to(device))


@wrong(caught_by="test_load", because="A copy of the model is filled and returned; the one that was given stays empty.")
def fills_a_copy(solution):
    return {"load_weights": lambda model, path, device="cpu": solution.load_weights(copy.deepcopy(model), path, device)}


@wrong(
    caught_by="test_load",
    because="assign=True puts the file's tensors in the parameters' place: an optimizer keeps the old ones.",
)
def assigns(solution):
    return loader(lambda model, path: model.load_state_dict(read(path), assign=True))


@wrong(
    caught_by="test_load", because="Only parameters are copied: the running statistics of the new model stay 0 and 1."
)
def fills_parameters_alone(solution):
    def fill(model, path):
        state = read(path)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(state[name])

    return loader(fill)


@wrong(caught_by="test_load", because="The parameters are frozen on the way; loading is no reason to stop training.")
def freezes(solution):
    return loader(solution.load_weights, lambda model, device: model.requires_grad_(False).to(device))


@wrong(
    caught_by="test_load_strict",
    because="strict=False forgives names that are missing or misspelt: a model filled by half predicts nonsense.",
)
def not_strict(solution):
    return loader(lambda model, path: model.load_state_dict(read(path), strict=False))


@wrong(
    caught_by="test_from_another_device",
    because="Without map_location, tensors are put back on the GPU they came from.",
)
def no_map_location(solution):
    return loader(lambda model, path: model.load_state_dict(torch.load(path, weights_only=True)))


@wrong(
    caught_by="test_from_another_device",
    because="load_matching reads without map_location: tensors go to the GPU they came from.",
)
def matching_without_map_location(solution):
    def load_matching(model, path):
        saved = torch.load(path, weights_only=True)
        again = io.BytesIO()
        torch.save(saved, again)
        again.seek(0)
        return solution.load_matching(model, again)

    return {"load_matching": load_matching}


@wrong(caught_by="test_device", because="The numbers are read to the device, but the model stays where it was made.")
def model_stays(solution):
    return loader(solution.load_weights, lambda model, device: model.cpu().eval())


@wrong(
    caught_by="test_runs_no_code",
    because="weights_only=False reads any pickle, and a pickle may run code while it is read.",
)
def runs_code(solution):
    return loader(lambda model, path: model.load_state_dict(torch.load(path, map_location="cpu", weights_only=False)))


@wrong(caught_by="test_runs_no_code", because="load_matching reads any pickle: a pickle may run code while it is read.")
def matching_runs_code(solution):
    def load_matching(model, path):
        torch.load(path, map_location="cpu", weights_only=False)
        return solution.load_matching(model, path)

    return {"load_matching": load_matching}


@wrong(
    caught_by="test_runs_no_code",
    because="A file that torch.load refuses is read again with weights_only=False: that is what it is refused for.",
)
def second_attempt(solution):
    def fill(model, path):
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except Exception:
            state = torch.load(path, map_location="cpu", weights_only=False)
        model.load_state_dict(state)

    return loader(fill)


@wrong(
    caught_by="test_matching_by_example",
    because="strict=False forgives names, not shapes: a tensor of another shape raises an error.",
)
def forgives_shapes(solution):
    return matcher(lambda name, one, own: name in own)


@wrong(
    caught_by="test_matching_by_example",
    because="What load_state_dict returns names no entry whose shape differs: it was not handed over.",
)
def returns_incompatible_keys(solution):
    def load_matching(model, path):
        saved, own = read(path), model.state_dict()
        fitting = {name: one for name, one in saved.items() if by_name_and_shape(name, one, own)}
        keys = model.load_state_dict(fitting, strict=False)
        return list(keys.missing_keys), list(keys.unexpected_keys)

    return {"load_matching": load_matching}


@wrong(
    caught_by="test_matching",
    because="The two lists have changed places: first the model's names that were not filled, then the file's.",
)
def lists_swapped(solution):
    return {"load_matching": lambda model, path: solution.load_matching(model, path)[::-1]}


@wrong(caught_by="test_matching_by_example", because="The names were found, and nothing was copied into the model.")
def copies_nothing(solution):
    return matcher(by_name_and_shape, load=lambda model, fitting: None)


@wrong(
    caught_by="test_matching",
    because="The number of elements is compared, not the shape: (2,) and (1, 2) are not alike.",
)
def by_number_of_elements(solution):
    def load(model, fitting):
        own = model.state_dict()
        model.load_state_dict({n: one.reshape(own[n].shape) for n, one in fitting.items()}, strict=False)

    return matcher(lambda name, one, own: name in own and one.numel() == own[name].numel(), load)


@wrong(
    caught_by="test_matching_by_example", because="Only parameters are looked at: the buffers of the file are left out."
)
def matches_parameters_alone(solution):
    def load_matching(model, path):
        saved, own = read(path), dict(model.named_parameters())
        fitting = {name: one for name, one in saved.items() if by_name_and_shape(name, one, own)}
        model.load_state_dict(fitting, strict=False)
        return [name for name in own if name not in fitting], [name for name in saved if name not in fitting]

    return {"load_matching": load_matching}


@wrong(
    caught_by="test_matching_by_example",
    because="Sets have no order: the lists should be in that of the model and of the file.",
)
def sorted_names(solution):
    def load_matching(model, path):
        missing, unused = solution.load_matching(model, path)
        return sorted(missing), sorted(unused)

    return {"load_matching": load_matching}


@wrong(
    caught_by="test_matching_by_example", because="The lists are right, but only parameters are filled, not buffers."
)
def fills_no_buffers(solution):
    def load(model, fitting):
        parameters = dict(model.named_parameters())
        model.load_state_dict({name: one for name, one in fitting.items() if name in parameters}, strict=False)

    return matcher(by_name_and_shape, load)


@wrong(caught_by="test_matching", because="The model is switched to evaluation mode; only its numbers were to change.")
def matching_switches_modes(solution):
    def load_matching(model, path):
        return solution.load_matching(model.eval(), path)

    return {"load_matching": load_matching}


@right("by an open file, and a map_location that is a function")
def open_file(solution):
    def save_weights(model, path):
        path = Path(path)
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            torch.save({name: one.detach().cpu() for name, one in model.state_dict().items()}, file)

    def load_weights(model, path, device="cpu"):
        model = model.to(device)
        with Path(path).open("rb") as file:
            model.load_state_dict(torch.load(file, map_location=lambda storage, place: storage))
        model.eval()
        return model

    return {"save_weights": save_weights, "load_weights": load_weights}


@right("by reading straight to the device, and copying tensor by tensor")
def tensor_by_tensor(solution):
    def load_weights(model, path, device="cpu"):
        model.to(device)
        model.load_state_dict(torch.load(str(path), map_location=torch.device(device), weights_only=True))
        return model.train(False)

    def load_matching(model, path):
        saved = torch.load(path, map_location=torch.device("cpu"))
        missing, used = [], set()
        with torch.no_grad():
            for name, target in model.state_dict().items():
                if name in saved and saved[name].size() == target.size():
                    target.copy_(saved[name])
                    used.add(name)
                else:
                    missing.append(name)
        return missing, [name for name in saved if name not in used]

    return {"load_weights": load_weights, "load_matching": load_matching}


@right("by a state_dict of the model's own, updated and loaded strictly")
def updated(solution):
    def load_matching(model, path):
        merged, unused = dict(model.state_dict()), []
        missing = list(merged)
        for name, one in torch.load(path, map_location="cpu").items():
            if name not in merged or merged[name].shape != one.shape:
                unused.append(name)
                continue
            merged[name] = one
            missing.remove(name)
        model.load_state_dict(merged)
        return missing, unused

    return {"load_matching": load_matching}


excuse(
    line='state = torch.load(path, map_location="cpu", weights_only=True)',
    becomes='state = torch.load(path, map_location="cpu")',
    because="equivalent: weights_only=True is the default since torch 2.6, the oldest that tutor works with.",
)
excuse(
    line='saved = torch.load(path, map_location="cpu", weights_only=True)',
    becomes='saved = torch.load(path, map_location="cpu")',
    because="equivalent: weights_only=True is the default since torch 2.6, the oldest that tutor works with.",
)

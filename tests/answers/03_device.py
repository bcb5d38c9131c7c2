"""Wrong answers that 03_device must catch, and right ones it must accept."""

import copy

import torch

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_pick_cpu", because="The device is written down: this runs on a machine with CUDA only.")
def always_cuda(solution):
    return {"pick_device": lambda: torch.device("cuda")}


@wrong(caught_by="test_pick_cpu", because='"cpu" is a string: a device is `torch.device("cpu")`.')
def a_string(solution):
    return {"pick_device": lambda: str(solution.pick_device())}


@wrong(caught_by="test_pick_the_only_one", because="Apple's and Intel's GPUs are never asked for.")
def cuda_or_cpu(solution):
    return {"pick_device": lambda: torch.device("cuda" if torch.cuda.is_available() else "cpu")}


@wrong(caught_by="test_pick_the_only_one", because="The device was chosen when the file was imported, not when asked.")
def chosen_once(solution):
    device = torch.device("cpu")  # as it was on the machine that imported the file
    return {"pick_device": lambda: device}


@wrong(
    caught_by="test_pick_the_only_one", because="is_available without () is a function, and a function is always true."
)
def not_called(solution):
    def pick_device():
        if torch.cuda.is_available():
            return torch.device("cuda")
        if torch.backends.mps.is_available():
            return torch.device("mps")
        return torch.device("cpu") if torch.xpu.is_available else torch.device("xpu")

    return {"pick_device": pick_device}


@wrong(
    caught_by="test_pick_in_order",
    because="Later questions overwrite the answers of earlier ones: the order is reversed.",
)
def last_one_wins(solution):
    def pick_device():
        device = torch.device("cpu")
        if torch.cuda.is_available():
            device = torch.device("cuda")
        if torch.backends.mps.is_available():
            device = torch.device("mps")
        if torch.xpu.is_available():
            device = torch.device("xpu")
        return device

    return {"pick_device": pick_device}


@wrong(
    caught_by="test_move_batch_arrives",
    because="The result's tensors were not moved to `device`: `.to(device)` returns a moved one, to be kept.",
)
def result_discarded(solution):
    def move_batch(batch, device):
        for tensor in batch.values():
            tensor.to(device)
        return dict(batch)

    return {"move_batch": move_batch}


@wrong(
    caught_by="test_move_batch_arrives",
    because="The result's tensors were not moved to `device`: `.to(device)` returns a moved one, to be kept.",
)
def loop_variable_only(solution):
    def move_batch(batch, device):
        moved = dict(batch)
        for tensor in moved.values():
            tensor = tensor.to(device)
        return moved

    return {"move_batch": move_batch}


@wrong(
    caught_by="test_move_batch_arrives",
    because="The result's tensors were not moved to `device`: `.to(device)` returns a moved one, to be kept.",
)
def moved_to_cuda(solution):
    def move_batch(batch, device):
        target = "cuda" if torch.cuda.is_available() else "cpu"
        return {key: tensor.to(target) for key, tensor in batch.items()}

    return {"move_batch": move_batch}


@wrong(caught_by="test_move_batch_arrives", because="Labels become floats: moving must not change a dtype.")
def cast_on_the_way(solution):
    return {"move_batch": lambda batch, device: {k: t.to(device, torch.float32) for k, t in batch.items()}}


@wrong(caught_by="test_move_batch_keeps", because="The moved tensors are written into the caller's own dictionary.")
def written_into_the_batch(solution):
    def move_batch(batch, device):
        for key in batch:
            batch[key] = batch[key].to(device)
        return batch

    return {"move_batch": move_batch}


@wrong(caught_by="test_predict_goes_there", because="to() does not move a tensor in place, as it does a module.")
def input_left_behind(solution):
    def predict(model, x, device):
        model.to(device)
        x.to(device)
        return model(x)

    return {"predict": predict}


@wrong(
    caught_by="test_predict_goes_there",
    because="The model is not on `device`, or not all of it: its parameters and its buffers must move, as `x` does.",
)
def model_left_behind(solution):
    return {"predict": lambda model, x, device: model(x.to(device))}


@wrong(
    caught_by="test_predict_goes_there",
    because="The model is not on `device`, or not all of it: its parameters and its buffers must move, as `x` does.",
)
def buffers_forgotten(solution):
    def predict(model, x, device):
        for module in model.modules():
            for name, parameter in list(module.named_parameters(recurse=False)):
                setattr(module, name, torch.nn.Parameter(parameter.detach().to(device)))
        return model(x.to(device))

    return {"predict": predict}


@wrong(caught_by="test_predict_goes_there", because="This runs where CUDA is, and nowhere else.")
def predicted_on_cuda(solution):
    def predict(model, x, device):
        return model.cuda()(x.cuda())

    return {"predict": predict}


@wrong(caught_by="test_predict", because="to(device, torch.float32) casts as well: a float64 model cannot take it.")
def input_cast(solution):
    return {"predict": lambda model, x, device: model.to(device)(x.to(device, torch.float32))}


@wrong(caught_by="test_add_positions", because="The numbers run down the rows instead of along them.")
def positions_of_rows(solution):
    return {"add_positions": lambda x: x + torch.arange(x.shape[0], dtype=x.dtype, device=x.device)[:, None]}


@wrong(caught_by="test_add_positions", because="The positions are added to `x` itself, which belongs to the caller.")
def added_in_place(solution):
    return {"add_positions": lambda x: x.add_(torch.arange(x.shape[1], dtype=x.dtype, device=x.device))}


@wrong(caught_by="test_add_positions_follows", because="arange without a device is on the CPU, wherever x is.")
def positions_on_the_cpu(solution):
    return {"add_positions": lambda x: x + torch.arange(x.shape[1])}


@wrong(caught_by="test_add_positions_follows", because="float32 positions widen a bfloat16 tensor to float32.")
def positions_in_float32(solution):
    return {"add_positions": lambda x: x + torch.arange(x.shape[1], dtype=torch.float32, device=x.device)}


@right("by one expression, new_tensor and a copy of the model")
def one_expression(solution):
    def pick_device():
        return torch.device(
            "cuda"
            if torch.cuda.is_available()
            else "mps"
            if torch.backends.mps.is_available()
            else "xpu"
            if torch.xpu.is_available()
            else "cpu"
        )

    def predict(model, x, device):
        return copy.deepcopy(model).to(device)(x.to(device))

    return {
        "pick_device": pick_device,
        "predict": predict,
        "add_positions": lambda x: x + x.new_tensor(range(x.shape[1])),
    }


@wrong(
    caught_by="test_predict",
    because="The result is that of another mode: `.eval()` and `.train()` are the caller's to call.",
)
def in_evaluation_mode(solution):
    return {"predict": lambda model, x, device: model.eval().to(device)(x.to(device))}


@wrong(caught_by="test_predict", because="The result is right, but the model is left in another mode than it came in.")
def changes_the_mode_afterwards(solution):
    def predict(model, x, device):
        y = solution.predict(model, x, device)
        model.eval()
        return y

    return {"predict": predict}


@wrong(
    caught_by="test_predict",
    because="set_grad_enabled(False) holds for the whole program; `with torch.no_grad():` ends with its block.",
)
def gradients_switched_off(solution):
    def predict(model, x, device):
        torch.set_grad_enabled(False)
        return solution.predict(model, x, device)

    return {"predict": predict}


@right("by torch.accelerator, a loop and a moved range")
def accelerator(solution):
    def move_batch(batch, device):
        moved = {}
        for key in batch:
            moved[key] = batch[key].to(device=device, non_blocking=True)
        return moved

    def predict(model, x, device):
        model = model.to(device)
        x = x.to(device)
        return model(x)

    return {
        "pick_device": lambda: torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu"),
        "move_batch": move_batch,
        "predict": predict,
        "add_positions": lambda x: x + torch.arange(x.shape[1]).to(x),
    }


@right("by counting devices, indices, and a running sum of ones")
def counted(solution):
    def pick_device():
        if torch.cuda.device_count() > 0:
            return torch.device("cuda:0")
        for kind, question in [("mps", torch.backends.mps.is_available), ("xpu", torch.xpu.is_available)]:
            if question():
                return torch.device(kind, 0)
        return torch.device("cpu")

    def predict(model, x, device):
        with torch.no_grad():
            return model.to(device)(x.to(device))

    return {
        "pick_device": pick_device,
        "move_batch": lambda batch, device: dict(zip(batch, (t.to(device) for t in batch.values()), strict=True)),
        "predict": predict,
        "add_positions": lambda x: x + torch.ones_like(x).cumsum(dim=1) - 1,
    }


excuse(
    line="positions = torch.arange(x.shape[1], dtype=x.dtype, device=x.device)",
    becomes="positions = torch.arange(x.shape[1], device=x.device)",
    because="equivalent: x is floating point, and int64 numbers added to it take its dtype.",
)

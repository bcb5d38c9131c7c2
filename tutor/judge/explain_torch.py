"""What torch's commonest error messages mean, in one plain sentence each.

It owns the list of messages and their explanations. A message that is not on the list gets none.
"""

import re
from collections.abc import Callable

_Explain = str | Callable[[re.Match[str]], str]


def explain_torch(message: str) -> str | None:
    """One sentence on what `message` of torch means and what to look at, None for a message not known."""
    for pattern, explanation in _KNOWN:
        found = pattern.search(message)
        if found:
            return explanation if isinstance(explanation, str) else explanation(found)
    return None


def _matrix_shapes(found: re.Match[str]) -> str:
    (a, b), (c, d) = (found[1].split("x"), found[2].split("x"))
    text = f"A matrix product needs the inner sizes to agree: ({a}, {b}) @ ({c}, {d}) has {b} against {c}"
    if b == d:
        return f"{text}. With the second one transposed they would."
    if a == c:
        return f"{text}. With the first one transposed they would."
    if a == d:
        return f"{text}. The other way round they would: is the order swapped?"
    return f"{text}."


def _broadcast(found: re.Match[str]) -> str:
    a, b, dim = found.groups()
    return (
        f"Broadcasting lines shapes up from the right: in dimension {dim} one has {a} and the other {b}, "
        "and they must be equal unless one of them is 1."
    )


def _two_dtypes(found: re.Match[str]) -> str:
    names = {"float": "float32", "double": "float64", "long": "int64", "int": "int32", "half": "float16"}
    first, second = (names.get(one.lower(), one.lower()) for one in found.groups())
    return f"Two dtypes meet here, {first} and {second}: convert one with `.to(other.dtype)`, or make both alike."


def _two_devices(found: re.Match[str]) -> str:
    return (
        f"One tensor is on {found[1]} and another on {found[2]}: create or move them on the same device, "
        "for example with `.to(x.device)`."
    )


def _elements(found: re.Match[str]) -> str:
    sides = [int(side) for side in re.findall(r"-?\d+", found[1])]
    product = 1
    for side in sides:
        product *= side
    if -1 in sides:
        return f"{found[2]} elements cannot be spread over the shape ({found[1]}) without a remainder."
    return f"A reshape keeps the number of elements: ({found[1]}) holds {product}, the tensor has {found[2]}."


def _channels(found: re.Match[str]) -> str:
    return (
        f"The convolution was made for {found[1]} channels and is given {found[2]}: images are (batch, channels, "
        "height, width)."
    )


def _last_index(found: re.Match[str]) -> str:
    size = int(found[2])
    if size == 0:
        return "A dimension of size 0 has no index at all."
    # after `...` and with index tensors torch counts dimensions otherwise than the learner does
    return (
        f"In a dimension of size {size} the last index is {size - 1}; which dimension it is, torch may count wrongly."
    )


def _batches(found: re.Match[str]) -> str:
    return (
        f"In a batched matrix product, (B, N, K) @ (B, K, M), the second tensor must begin with the sizes {found[1]} "
        f"and begins with {found[2]}: are two of its dimensions to be swapped?"
    )


_GRAPH_IS_CUT = (
    "The way back to the parameters is cut: something was made without `requires_grad=True`, or passed through "
    "`.detach()`, `.item()`, NumPy or `torch.no_grad()`."
)

_LIST: tuple[tuple[str, _Explain], ...] = (
    (r"shapes cannot be multiplied \((\d+x\d+) and (\d+x\d+)\)", _matrix_shapes),
    (
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
        _broadcast,
    ),
    (r"[Ee]xpected all tensors to be on the same device.*?two devices, ([\w:]+) and ([\w:]+)", _two_devices),
    (
        r"Cannot re-initialize CUDA in forked subprocess|Found no NVIDIA driver|not compiled with CUDA enabled",
        "This attempt has no CUDA device: ask for the device that is there instead of writing `cuda`.",
    ),
    (r"on device ([\w:]+) is not on the expected device ([\w:]+?)[!.]*(?:\s|$)", _two_devices),
    (
        r"[Ee]xpected all tensors to be on the same device",
        "Move all tensors to one device, for example `.to(x.device)`.",
    ),
    (r"Expected size for first two dimensions of batch2 tensor to be: (\[.*?\]) but got: (\[.*?\])", _batches),
    (
        r"unsupported operand type.*'NoneType'|must be Tensor, not NoneType",
        "One of the two is None: was something not given, or not returned?",
    ),
    (
        r"'NoneType' object is not callable",
        "What stands before the brackets is None: a function that returned nothing, or a name that was overwritten.",
    ),
    (
        r"'NoneType' object has no attribute '(?:item|zero_|clone|detach|numpy|tolist|norm|mul_|add_|sub_)'",
        "If that is a `.grad`: it is None until a walk back has reached this very leaf, and a result keeps none.",
    ),
    (r"same dtype, but got:? (\w+) (?:!=|and) (\w+)", _two_dtypes),
    (r"expected scalar type Long but found (\w+)", "Class labels and indices must be int64: `.long()` converts them."),
    (r"expected scalar type (\w+) but found (\w+)", _two_dtypes),
    (r"Found dtype (\w+) but expected (\w+)", _two_dtypes),
    (r"does not require grad and does not have a grad_fn", _GRAPH_IS_CUT),
    (
        r"appears to not have been used in the graph",
        (
            "As far as autograd knows the result does not depend on that input: "
            "did it pass through `.detach()`, `.item()`, NumPy, `torch.tensor(...)` or `torch.no_grad()`?"
        ),
    ),
    (r"One of the differentiated Tensors does not require grad", _GRAPH_IS_CUT),
    (
        r"[Oo]nly Tensors of floating point and complex dtype can require gradients",
        "Integers have no gradients: make the tensor with a floating dtype such as torch.float32.",
    ),
    (
        r"grad can be implicitly created only for scalar outputs",
        "`backward()` starts from one number: reduce the loss with `.mean()` or `.sum()` first.",
    ),
    (
        r"Trying to backward through the graph a second time",
        (
            "The first `backward()` freed the graph. Usually the loss is to be computed anew before the second, and "
            "what goes from one step to the next carried as `.item()` or `.detach()`; to walk one graph twice on "
            "purpose, give the first call `retain_graph=True`."
        ),
    ),
    (
        r"a leaf Variable that requires grad is being used in an in-place operation",
        "A parameter cannot be changed in place while autograd records: do it under `torch.no_grad()`.",
    ),
    (
        r"modified by an inplace operation",
        (
            "Something that the backward pass still needs was overwritten by an in-place operation (`+=`, `x[...] =`, "
            "`relu_`)."
        ),
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        (
            "No gradient flows through NumPy: where one must, stay with tensors (`.clone()` copies); elsewhere leave "
            "the graph first, `.detach().numpy()`."
        ),
    ),
    (
        r"Index tensor must have the same number of dimensions as input tensor",
        (
            "The index needs as many dimensions as the tensor. Where one is missing at its end, `.unsqueeze(-1)` adds "
            "it with size 1."
        ),
    ),
    (
        r"number of dimensions in the tensor input does not match .*?input\.dim\(\) = (\d+) .*?len\(dims\) = (\d+)",
        lambda m: (
            f"`permute` names every dimension once: the tensor has {m[1]}, and {m[2]} are named. (It need not be "
            "sparse for torch to say so.)"
        ),
    ),
    (
        r"(cat|stack)\(\) takes from \d+ to \d+ positional arguments|(cat|stack)\(\): argument 'tensors' .* not Tensor",
        lambda m: f"`torch.{m[1] or m[2]}` takes one list (or tuple) of tensors: no `*` in front of a list.",
    ),
    (
        r"can't convert (?:[\w:]+) device type tensor to numpy",
        "NumPy works in main memory: `.cpu()` before `.numpy()`.",
    ),
    (r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)", _elements),
    (
        r"view size is not compatible with input tensor's size and stride",
        (
            "Its strides fit no view of that shape: `.reshape(...)` copies where it must. (`.clone()` keeps the "
            "strides of a transposed tensor.)"
        ),
    ),
    (
        r"Boolean value of Tensor with (?:more than one|no) value",
        "`if` needs one truth value and the tensor has several (or none): reduce it with `.all()` or `.any()`.",
    ),
    (
        r"could not infer output dtype. Input dtype must be either a floating point",
        "A mean of integers is not an integer: convert with `.float()` first.",
    ),
    (
        r"Tensor with \d+ elements? cannot be converted to Scalar",
        "`.item()` takes the number out of a tensor with exactly one element.",
    ),
    (
        r"Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)",
        lambda m: f"The tensor's dimensions are numbered {m[1]} to {m[2]}, and dimension {m[3]} was asked for.",
    ),
    (
        r"index (-?\d+) is out of bounds for dimension \d+ with size (\d+)",
        _last_index,
    ),
    (r"expected input.*? to have (\d+) channels, but got (\d+) channels", _channels),
    (
        r"stack expects each tensor to be equal size",
        "`torch.stack` needs tensors of one shape; `torch.cat` joins along a dimension that exists.",
    ),
    (
        r"Sizes of tensors must match except in dimension (\d+)",
        lambda m: f"To be joined along dimension {m[1]}, tensors must agree in every other dimension.",
    ),
    (
        r"Tensors must have same number of dimensions",
        "`torch.cat` joins along a dimension that exists; `torch.stack` or `unsqueeze` adds one.",
    ),
    (
        r"Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs are available",
        '"cuda" stands in the code, but this machine has none: take the device of an input, or one that is there.',
    ),
    (
        r"optimizer got an empty parameter list",
        "The model has no registered parameters: layers must be attributes set in `__init__` (or in an nn.ModuleList).",
    ),
    (
        r"cannot assign .* before Module.__init__\(\) call|no attribute '_(?:modules|parameters)'",
        "`super().__init__()` must be the first line of the module's `__init__`.",
    ),
    (
        r"missing the required \"forward\" function",
        "The module has no `forward` method: is it spelled so, and indented inside the class?",
    ),
    (
        r"[Cc]annot copy out of meta tensor|cannot be called on meta tensors",
        (
            "This needs a tensor's values where only its shape is known: is something on another device than the "
            "input's, or taken out by `.item()`?"
        ),
    ),
    (
        r"Expected more than 1 value per channel when training",
        "Batch norm in training mode needs more than one sample: is the model meant to be in `eval()` mode?",
    ),
)

_KNOWN = tuple((re.compile(pattern, re.DOTALL), explanation) for pattern, explanation in _LIST)

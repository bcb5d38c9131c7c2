"""# The kind of a tensor's elements, and how to change it

Images arrive as bytes, labels as integers, and networks compute with float32. So you will often **cast**: make a
tensor of another dtype from one you have. Casts and sums go wrong in silence. A byte that grows past 255 starts again
at 0, a float that becomes an integer loses its fraction, and no error tells you.

`x.to(dtype)` casts. It changes nothing in `x`; when `x` has that dtype already, you get `x` itself:

    >>> pixels = torch.tensor([0, 100, 250], dtype=torch.uint8)  # uint8 holds whole numbers from 0 to 255
    >>> pixels + 10
    tensor([ 10, 110,   4], dtype=torch.uint8)
    >>> torch.tensor([2.7, -2.7]).to(torch.int64)
    tensor([ 2, -2])

When two dtypes meet, PyTorch **promotes** both to one that suits them: bool below integers below floats, and within
a kind one that is wide enough for both. *Beside a tensor with dimensions*, a Python number or a tensor of shape `()`
counts only when its kind is higher: above, 10 did not widen the bytes, but `pixels + 0.5` is float32. Floats are
float16, bfloat16, float32 and float64; `is_floating_point` asks a tensor whether it holds them.

Write five functions. All results are on the device of their inputs, and no input is changed.

- `scalar(number)`: a tensor of shape `()` holding an `int`, `float` or `bool`. PyTorch infers the dtype: int64,
  float32 or bool.
- `to_pixels(x)`: floats from 0 to 1, any shape, to uint8: 255 times each, rounded to the nearest. No product
  lies exactly halfway between two whole numbers.
- `brighten(pixels, amount)`: uint8, with `amount` (an int from -1000 to 1000) added to each. A result below 0
  becomes 0, one above 255 becomes 255.
- `noise_like(x)`: new random numbers at every call, uniform from 0 up to 1, in the shape of `x`; dtype of `x` when
  that is a float, otherwise float32. Do not call `torch.manual_seed`: the next exercise tells why.
- `in_common(a, b)`: the tuple of `a` and `b`, both cast to the dtype that `a + b` would have. Their shapes may not
  fit together, so you cannot always compute the sum. A tensor that needs no cast may be returned as it is.

Read more: [`torch.dtype`](https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype) with the rules of
promotion, [`Tensor.to`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html),
[`torch.round`](https://docs.pytorch.org/docs/stable/generated/torch.round.html),
[`torch.clamp`](https://docs.pytorch.org/docs/stable/generated/torch.clamp.html),
[`torch.rand_like`](https://docs.pytorch.org/docs/stable/generated/torch.rand_like.html),
[`torch.result_type`](https://docs.pytorch.org/docs/stable/generated/torch.result_type.html)
"""

import torch


def scalar(number: float) -> torch.Tensor:
    """A tensor of shape () that holds `number`, with the dtype that PyTorch infers."""
    raise NotImplementedError("TODO: write scalar")


def to_pixels(x: torch.Tensor) -> torch.Tensor:
    """From floats in 0 to 1 to the nearest of 0 to 255, as uint8, in the same shape."""
    raise NotImplementedError("TODO: write to_pixels")


def brighten(pixels: torch.Tensor, amount: int) -> torch.Tensor:
    """uint8 `pixels` with `amount` added to each, kept within 0 to 255, as uint8."""
    raise NotImplementedError("TODO: write brighten")


def noise_like(x: torch.Tensor) -> torch.Tensor:
    """Uniform random numbers in the shape of `x`, in its dtype if that is a float, otherwise float32."""
    raise NotImplementedError("TODO: write noise_like")


def in_common(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """`a` and `b`, both with the dtype that a + b would have."""
    raise NotImplementedError("TODO: write in_common")

"""Wrong answers that 01_dtype_like must catch, and right ones it must accept."""

import torch

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_scalar", because="torch.Tensor(3) takes 3 as a size: three elements that nobody has written.")
def capital_tensor(solution):
    return {"scalar": lambda number: torch.Tensor(number)}


@wrong(caught_by="test_scalar", because="Brackets make a list of one element: its shape is (1,), not ().")
def list_of_one(solution):
    return {"scalar": lambda number: torch.tensor([number])}


@wrong(caught_by="test_scalar", because="Every number becomes a float32: by `float()`, or by a fixed dtype.")
def always_float(solution):
    return {"scalar": lambda number: torch.tensor(float(number))}


@wrong(caught_by="test_scalar", because="Every number becomes a float32: by `float()`, or by a fixed dtype.")
def fixed_dtype(solution):
    return {"scalar": lambda number: torch.tensor(number, dtype=torch.float32)}


@wrong(caught_by="test_to_pixels_by_example", because="A cast to integers cuts the fraction off: 254.7 becomes 254.")
def truncated(solution):
    return {"to_pixels": lambda x: (x * 255).to(torch.uint8)}


@wrong(caught_by="test_to_pixels_by_example", because="The cast comes first, and makes 0 of everything below 1.")
def cast_first(solution):
    return {"to_pixels": lambda x: x.to(torch.uint8) * 255}


@wrong(caught_by="test_to_pixels_by_example", because="round() keeps the dtype: without a cast it is float.")
def never_cast(solution):
    return {"to_pixels": lambda x: (x * 255).round()}


@wrong(caught_by="test_to_pixels_by_example", because="256 for 255: 1 becomes 256, which a byte cannot hold.")
def one_step_too_many(solution):
    return {"to_pixels": lambda x: (x * 256).floor().to(torch.uint8)}


@wrong(caught_by="test_to_pixels", because="`x *= 255` writes into the caller's tensor.")
def writes_into_x(solution):
    def to_pixels(x):
        x *= 255
        return x.round().to(torch.uint8)

    return {"to_pixels": to_pixels}


@wrong(caught_by="test_brighten_by_example", because="The sum is computed in uint8: 250 + 10 is 4 there.")
def wraps_around(solution):
    return {"brighten": lambda pixels, amount: pixels + amount}


@wrong(caught_by="test_brighten_by_example", because="The clamp comes too late: in uint8, 250 + 10 is 4 already.")
def clamped_too_late(solution):
    return {"brighten": lambda pixels, amount: (pixels + amount).clamp(0, 255)}


@wrong(caught_by="test_brighten_by_example", because="Widened and never narrowed again: pixels are uint8.")
def stays_wide(solution):
    return {"brighten": lambda pixels, amount: (pixels.int() + amount).clamp(0, 255)}


@wrong(caught_by="test_brighten", because="Only the upper end is kept: what falls below 0 starts again at 255.")
def one_end(solution):
    return {"brighten": lambda pixels, amount: (pixels.int() + amount).clamp(max=255).to(torch.uint8)}


@wrong(caught_by="test_noise_like", because="The noise has x's dtype: no integer lies between 0 and 1.")
def like_integers(solution):
    return {"noise_like": lambda x: torch.rand_like(x)}


@wrong(caught_by="test_noise_like", because="torch.rand knows the shape alone: neither the dtype of x nor its device.")
def shape_alone(solution):
    return {"noise_like": lambda x: torch.rand(x.shape)}


@wrong(caught_by="test_noise_like", because="dtype=float32 for everything: a float64 x should get float64 noise.")
def always_single(solution):
    return {"noise_like": lambda x: torch.rand_like(x, dtype=torch.float32)}


@wrong(caught_by="test_noise_like", because="The noise is made on the CPU, wherever x is.")
def on_the_cpu(solution):
    return {"noise_like": lambda x: torch.rand(x.shape, dtype=x.dtype if x.is_floating_point() else None)}


@wrong(caught_by="test_noise_like", because="Seeding inside a function makes the whole program's randomness repeat.")
def seeds(solution):
    def noise_like(x):
        torch.manual_seed(0)
        return solution.noise_like(x)

    return {"noise_like": noise_like}


@wrong(caught_by="test_noise_is_uniform", because="randn is the normal distribution: rand without n is uniform.")
def normal_noise(solution):
    return {"noise_like": lambda x: torch.randn_like(x, dtype=solution.noise_like(x).dtype)}


@wrong(caught_by="test_noise_is_uniform", because="Cast to x's integers and back, the noise is nothing but zeros.")
def through_integers(solution):
    return {"noise_like": lambda x: solution.noise_like(x).to(x.dtype).to(solution.noise_like(x).dtype)}


@wrong(caught_by="test_in_common", because="b takes the dtype of a, even where that loses its fractions.")
def dtype_of_the_first(solution):
    return {"in_common": lambda a, b: (a, b.to(a.dtype))}


@wrong(caught_by="test_in_common", because="float32 for everything: two integers promote to an integer.")
def both_float(solution):
    return {"in_common": lambda a, b: (a.float(), b.float())}


@wrong(caught_by="test_in_common", because="a + b needs shapes that fit together, and the dtype can be had without it.")
def adds(solution):
    def in_common(a, b):
        dtype = (a + b).dtype
        return a.to(dtype), b.to(dtype)

    return {"in_common": in_common}


@wrong(caught_by="test_in_common", because="x.to(dtype) returns the cast tensor; x itself stays as it was.")
def result_discarded(solution):
    def in_common(a, b):
        dtype = torch.result_type(a, b)
        a.to(dtype)
        b.to(dtype)
        return a, b

    return {"in_common": in_common}


@wrong(
    caught_by="test_in_common_without_dimensions",
    because="Dtypes alone (promote_types) do not tell it: a tensor of shape () counts less than one with dimensions.",
)
def dtypes_alone(solution):
    def in_common(a, b):
        dtype = torch.promote_types(a.dtype, b.dtype)
        return a.to(dtype), b.to(dtype)

    return {"in_common": in_common}


@right("by the short names of casts, and by an addition of one half")
def short_names(solution):
    def brighten(pixels, amount):
        return torch.clamp(pixels.float() + amount, min=0.0, max=255.0).byte()

    def noise_like(x):
        return torch.empty_like(x, dtype=x.dtype if x.dtype.is_floating_point else torch.float).uniform_()

    return {
        "scalar": torch.as_tensor,
        "to_pixels": lambda x: x.mul(255).add(0.5).byte(),
        "brighten": brighten,
        "noise_like": noise_like,
    }


@right("by asking small tensors what their sum is")
def small_sums(solution):
    def in_common(a, b):
        one_a, one_b = a.new_ones([1] * a.dim()), b.new_ones([1] * b.dim())
        dtype = (one_a + one_b).dtype
        return a.type(dtype), b.type(dtype)

    return {"in_common": in_common, "scalar": lambda number: torch.full((), number)}


@right("by choosing element by element, and by naming shape, dtype and device")
def named_one_by_one(solution):
    def brighten(pixels, amount):
        wide = amount + pixels.long()
        wide = torch.where(wide < 0, 0, wide)
        return torch.where(wide > 255, 255, wide).type_as(pixels)

    def noise_like(x):
        if torch.is_floating_point(x):
            return torch.rand(x.size(), dtype=x.dtype, device=x.device)
        return torch.rand(x.size(), device=x.device)

    return {
        "to_pixels": lambda x: torch.floor(x.double() * 255 + 0.5).to(dtype=torch.uint8),
        "brighten": brighten,
        "noise_like": noise_like,
    }


excuse(
    line="dtype = torch.result_type(a, b)",
    becomes="dtype = torch.result_type(b, a)",
    because="equivalent: promotion does not ask which of the two comes first",
)

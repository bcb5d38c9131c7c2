"""Wrong answers that 09_conv_pool must catch, and right ones it must accept."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import right, wrong


def convolution(solution, *, rows=lambda weight: weight.flatten(1), bias=lambda bias: bias[:, None], turned=False):
    """A conv2d by unfold with parts to replace; `turned` splits the places into width rows."""

    def conv2d(x, weight, b=None, stride=1, padding=0):
        kernel = weight.shape[2:]
        sides = [solution.output_size(x.shape[n + 2], kernel[n], stride, padding) for n in (0, 1)]
        y = rows(weight) @ F.unfold(x, kernel, stride=stride, padding=padding)
        y = y if b is None else y + bias(b)
        return y.reshape(*y.shape[:2], *(sides[::-1] if turned else sides))

    return {"conv2d": conv2d}


def pooling(of_windows, step=lambda kernel: kernel):
    """A max_pool2d by `of_windows`, a function from (B, C, height, width, k, k) to (B, C, height, width)."""

    def max_pool2d(x, kernel, stride=None):
        stride = step(kernel) if stride is None else stride
        return of_windows(x.unfold(2, kernel, stride).unfold(3, kernel, stride))

    return {"max_pool2d": max_pool2d}


@wrong(
    caught_by="test_output_size_by_example", because="These are the steps between places: the first place is missing."
)
def steps_for_places(solution):
    return {"output_size": lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel) // stride}


@wrong(caught_by="test_output_size_by_example", because="Padding stands on both sides: it counts twice.")
def padding_once(solution):
    return {"output_size": lambda size, kernel, stride=1, padding=0: (size + padding - kernel) // stride + 1}


@wrong(caught_by="test_output_size_by_example", because="/ makes a float: a number of places is an int, by //.")
def float_size(solution):
    return {"output_size": lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel) / stride + 1}


@wrong(caught_by="test_output_size_by_example", because="Rounded up, the last window reaches beyond the image.")
def rounded_up(solution):
    return {
        "output_size": lambda size, kernel, stride=1, padding=0: math.ceil((size + 2 * padding - kernel) / stride) + 1
    }


@wrong(
    caught_by="test_output_size_by_example", because="The side is divided by the stride, whatever the kernel's size."
)
def kernel_forgotten(solution):
    return {"output_size": lambda size, kernel, stride=1, padding=0: (size + 2 * padding) // stride}


@wrong(caught_by="test_output_size", because="Where nothing fits, // still gives a number: nobody asks first.")
def fits_always(solution):
    return {"output_size": lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel) // stride + 1}


@wrong(caught_by="test_output_size", because="The kernel is compared with the bare side: padding makes room for more.")
def compared_without_padding(solution):
    def output_size(size, kernel, stride=1, padding=0):
        if kernel > size + padding:
            raise ValueError("too large")
        return (size + 2 * padding - kernel) // stride + 1

    return {"output_size": output_size}


@wrong(
    caught_by="test_conv2d_by_example",
    because="The places stay in one row: they are to be split into height and width.",
)
def places_in_a_row(solution):
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        y = weight.flatten(1) @ F.unfold(x, weight.shape[2:], stride=stride, padding=padding)
        return y if bias is None else y + bias[:, None]

    return {"conv2d": conv2d}


@wrong(caught_by="test_conv2d_by_example", because="The places are split into width rows: height comes first.")
def width_before_height(solution):
    return convolution(solution, turned=True)


@wrong(caught_by="test_conv2d_by_example", because="The filter is turned round, as in mathematics; networks do not.")
def turned_filters(solution):
    return convolution(solution, rows=lambda weight: weight.flip(2, 3).flatten(1))


@wrong(caught_by="test_conv2d_by_example", because="Rows and columns of the filter change places.")
def transposed_filters(solution):
    return convolution(solution, rows=lambda weight: weight.transpose(2, 3).flatten(1))


@wrong(
    caught_by="test_conv2d_by_example",
    because="flatten() puts all filters into one row: each is to have a row of its own, flatten(1).",
)
def all_in_one_row(solution):
    return convolution(solution, rows=lambda weight: weight.flatten())


@wrong(
    caught_by="test_conv2d",
    because="The channels come last in the filter's row: unfold puts channel, then row, then column.",
)
def channels_last(solution):
    return convolution(solution, rows=lambda weight: weight.permute(0, 2, 3, 1).flatten(1))


@wrong(
    caught_by="test_conv2d", because="A bias (K,) lines up with the places, the last dimension, not with the filters."
)
def bias_along_places(solution):
    return convolution(solution, bias=lambda bias: bias)


@wrong(caught_by="test_conv2d", because="The bias is left out.")
def no_bias(solution):
    return convolution(solution, bias=torch.zeros_like)


@wrong(caught_by="test_conv2d", because="`if bias:` asks a tensor for true or false; several numbers have no answer.")
def asks_the_bias(solution):
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        y = F.unfold(x, weight.shape[2:], stride=stride, padding=padding).mT @ weight.flatten(1).mT
        if bias:
            y = y + bias
        return y.mT.unflatten(2, (solution.output_size(x.shape[2], weight.shape[2], stride, padding), -1))

    return {"conv2d": conv2d}


@wrong(caught_by="test_conv2d", because="weight.view cannot flatten filters that are not contiguous; flatten can.")
def by_view(solution):
    return convolution(solution, rows=lambda weight: weight.view(len(weight), -1))


@wrong(caught_by="test_conv2d", because="One kernel size for both sides: filters may be higher than wide.")
def square_kernels(solution):
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        kernel = weight.shape[3]
        height = solution.output_size(x.shape[2], kernel, stride, padding)
        y = weight.flatten(1) @ F.unfold(x, weight.shape[2:], stride=stride, padding=padding)
        y = y if bias is None else y + bias[:, None]
        return y.unflatten(2, (height, solution.output_size(x.shape[3], kernel, stride, padding)))

    return {"conv2d": conv2d}


@wrong(
    caught_by="test_conv2d", because="Each filter sees the sum of the channels: it has other numbers for each channel."
)
def one_filter_for_all_channels(solution):
    inner = convolution(solution)["conv2d"]

    def conv2d(x, weight, bias=None, stride=1, padding=0):
        return inner(x.sum(1, keepdim=True), weight.mean(1, keepdim=True), bias, stride, padding)

    return {"conv2d": conv2d}


@wrong(caught_by="test_conv2d", because="Windows and size know nothing of the padding: it is not passed on.")
def padding_left_out(solution):
    inner = convolution(solution)["conv2d"]
    return {"conv2d": lambda x, weight, bias=None, stride=1, padding=0: inner(x, weight, bias, stride)}


@wrong(caught_by="test_conv2d", because="The result is made float32, whatever the dtype of x is.")
def always_float32(solution):
    inner = convolution(solution)["conv2d"]
    return {"conv2d": lambda *args, **settings: inner(*args, **settings).float()}


@wrong(caught_by="test_max_pool2d", because="The largest of all channels together: each channel is pooled for itself.")
def channels_mixed(solution):
    return pooling(lambda windows: windows.amax((1, 4, 5), keepdim=True)[..., 0, 0].expand(windows.shape[:4]))


@wrong(
    caught_by="test_max_pool2d",
    because="A column holds the whole window of the first channel, then of the next: the channels come first.",
)
def channels_dealt_out(solution):
    def max_pool2d(x, kernel, stride=None):
        stride = stride or kernel
        sides = [solution.output_size(side, kernel, stride) for side in x.shape[2:]]
        windows = F.unfold(x, kernel, stride=stride)
        return windows.unflatten(1, (kernel * kernel, x.shape[1])).amax(1).unflatten(2, sides)

    return {"max_pool2d": max_pool2d}


@wrong(caught_by="test_max_pool2d", because="The mean of each window: max pooling keeps the largest number.")
def average(solution):
    return pooling(lambda windows: windows.mean((4, 5)))


@wrong(
    caught_by="test_max_pool2d", because="Without a stride, it is 1 here: windows overlap, and hardly anything shrinks."
)
def stride_of_one(solution):
    return pooling(lambda windows: windows.amax((4, 5)), step=lambda kernel: 1)


@wrong(caught_by="test_max_pool2d", because="The stride is 2 whatever the kernel is.")
def stride_of_two(solution):
    return pooling(lambda windows: windows.amax((4, 5)), step=lambda kernel: 2)


@wrong(caught_by="test_max_pool2d", because="The result begins with zeros, which are larger than negative numbers.")
def not_below_zero(solution):
    return pooling(lambda windows: windows.amax((4, 5)).clamp(min=0))


@wrong(caught_by="test_max_pool2d", because="max along a dimension gives values and places: a pair, not a tensor.")
def pair_of_max(solution):
    return pooling(lambda windows: windows.flatten(4).max(dim=4))


@wrong(caught_by="test_max_pool2d", because="Height and width change places at the end.")
def pooled_turned(solution):
    return pooling(lambda windows: windows.amax((4, 5)).transpose(2, 3))


@wrong(caught_by="test_gradients", because="detach cuts x off: no gradient flows back to it.")
def detached(solution):
    inner = convolution(solution)["conv2d"]
    return {"conv2d": lambda x, *more, **settings: inner(x.detach(), *more, **settings)}


@wrong(caught_by="test_gradients", because="Under no_grad nothing is recorded.")
def pooled_without_graph(solution):
    return pooling(torch.no_grad()(lambda windows: windows.amax((4, 5))))


@wrong(caught_by="test_no_place", because="Only the height is looked at: a window may be too wide.")
def only_the_height(solution):
    def max_pool2d(x, kernel, stride=None):
        stride = stride or kernel
        height = solution.output_size(x.shape[2], kernel, stride)
        width = max(0, (x.shape[3] - kernel) // stride + 1)
        y = x.new_empty(*x.shape[:2], height, width)
        rows = [x[:, :, i * stride : i * stride + kernel] for i in range(height)]
        for j in range(width):
            y[..., j] = torch.stack([row[..., j * stride : j * stride + kernel].amax((2, 3)) for row in rows], 2)
        return y

    return {"max_pool2d": max_pool2d}


@wrong(caught_by="test_devices", because="zeros without a device is made on the CPU, wherever x is.")
def made_on_the_cpu(solution):
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        inner = convolution(solution)["conv2d"](x, weight, bias, stride, padding)
        y = torch.zeros(inner.shape, dtype=x.dtype)
        y[:] = inner
        return y

    return {"conv2d": conv2d}


@wrong(caught_by="test_by_hand", because="F.conv2d is what is to be written.")
def ready_made_convolution(solution):
    return {"conv2d": F.conv2d}


@wrong(caught_by="test_by_hand", because="nn.MaxPool2d is what is to be written.")
def ready_made_pooling(solution):
    return {"max_pool2d": lambda x, kernel, stride=None: nn.MaxPool2d(kernel, stride)(x)}


@wrong(caught_by="test_by_hand", because="F.max_pool2d is what is to be written.")
def ready_made_pooling_function(solution):
    return {"max_pool2d": F.max_pool2d}


@right("by slices: one for each pixel of the window, shifted sums and maxima")
def by_slices(solution):
    def cut(x, i, j, sides, stride):
        height, width = sides
        return x[:, :, i : i + stride * (height - 1) + 1 : stride, j : j + stride * (width - 1) + 1 : stride]

    def output_size(size, kernel, stride=1, padding=0):
        starts = range(0, size + 2 * padding - kernel + 1, stride)
        if not starts:
            raise ValueError("no place")
        return len(starts)

    def conv2d(x, weight, bias=None, stride=1, padding=0):
        x = F.pad(x, [padding] * 4)
        kh, kw = weight.shape[2:]
        sides = output_size(x.shape[2], kh, stride), output_size(x.shape[3], kw, stride)
        shifts = [(i, j) for i in range(kh) for j in range(kw)]
        y = sum(torch.einsum("bchw,kc->bkhw", cut(x, i, j, sides, stride), weight[:, :, i, j]) for i, j in shifts)
        return y if bias is None else y + bias.reshape(1, -1, 1, 1)

    def max_pool2d(x, kernel, stride=None):
        stride = stride or kernel
        sides = [output_size(side, kernel, stride) for side in x.shape[2:]]
        shifts = [(i, j) for i in range(kernel) for j in range(kernel)]
        return torch.stack([cut(x, i, j, sides, stride) for i, j in shifts]).max(dim=0).values

    return {"output_size": output_size, "conv2d": conv2d, "max_pool2d": max_pool2d}


@right("by Tensor.unfold, a view of all windows, and einsum")
def by_views(solution):
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        padded = x.new_zeros(*x.shape[:2], *(side + 2 * padding for side in x.shape[2:]))
        padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]] = x
        windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
        y = torch.einsum("bchwij,kcij->bkhw", windows, weight)
        return y if bias is None else y + bias[:, None, None]

    return {"conv2d": conv2d} | pooling(lambda windows: windows.amax((4, 5)))


@right("by loops over the places")
def by_loops(solution):
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        x = F.pad(x, (padding, padding, padding, padding))
        kh, kw = weight.shape[2:]
        height, width = solution.output_size(x.shape[2], kh, stride), solution.output_size(x.shape[3], kw, stride)
        y = torch.zeros(len(x), len(weight), height, width, dtype=x.dtype, device=x.device)
        for i in range(height):
            for j in range(width):
                window = x[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
                y[:, :, i, j] = (window * weight).sum((2, 3, 4))
        return y if bias is None else y + bias.view(-1, 1, 1)

    def max_pool2d(x, kernel, stride=None):
        stride = kernel if stride is None else stride
        rows = [range(0, solution.output_size(side, kernel, stride) * stride, stride) for side in x.shape[2:]]
        return torch.stack(
            [torch.stack([x[:, :, i : i + kernel, j : j + kernel].amax((2, 3)) for j in rows[1]], -1) for i in rows[0]],
            -2,
        )

    return {"conv2d": conv2d, "max_pool2d": max_pool2d}


@right("by nn.Unfold, with the batch and the channels folded into one for the pooling")
def by_the_module(solution):
    def max_pool2d(x, kernel, stride=None):
        batch, channels, height, width = x.shape
        stride = stride or kernel
        columns = nn.Unfold(kernel, stride=stride)(x.reshape(batch * channels, 1, height, width))
        return columns.max(dim=1)[0].reshape(batch, channels, solution.output_size(height, kernel, stride), -1)

    return {"max_pool2d": max_pool2d}

"""Wrong answers that 02_squeeze_permute must catch, and right ones it must accept."""

import torch

from tutor.checks import right, wrong


@wrong(
    caught_by="test_to_chw_by_example",
    because="A reshape cuts the elements anew in their old order: the shape is right and the pixels are mixed up.",
)
def chw_by_reshape(solution):
    return {"to_chw": lambda image: image.reshape(image.shape[2], image.shape[0], image.shape[1])}


@wrong(
    caught_by="test_to_chw_by_example",
    because="This is (C, W, H), as `transpose(0, 2)` makes it: height and width are swapped.",
)
def chw_by_transpose(solution):
    return {"to_chw": lambda image: image.transpose(0, 2)}


@wrong(
    caught_by="test_to_chw_by_example",
    because="This is the way from (C, H, W) to (H, W, C): `permute` lists where each new dimension was before, not "
    "where each old one goes.",
)
def chw_the_way_back(solution):
    return {"to_chw": lambda image: image.permute(1, 2, 0)}


@wrong(
    caught_by="test_to_chw_by_example",
    because="The function torch.permute takes the order as one tuple; the method takes the numbers one by one.",
)
def chw_without_tuple(solution):
    return {"to_chw": lambda image: torch.permute(image, 2, 0, 1)}


@wrong(caught_by="test_to_chw_by_example", because="Three channels are written down; an image may have one, or four.")
def chw_of_three(solution):
    return {"to_chw": lambda image: torch.stack([image[:, :, c] for c in range(3)])}


@wrong(
    caught_by="test_to_hwc_by_example",
    because="The same permutation once more does not lead back: it takes three to come round.",
)
def hwc_same_again(solution):
    return {"to_hwc": lambda images: images.movedim(-1, -3)}


@wrong(caught_by="test_to_hwc_by_example", because="Four numbers fit a batch; an image alone has three dimensions.")
def hwc_batch_only(solution):
    return {"to_hwc": lambda images: images.permute(0, 2, 3, 1)}


@wrong(caught_by="test_to_hwc", because="Three numbers fit a single image only; a batch has four dimensions.")
def hwc_image_only(solution):
    return {"to_hwc": lambda images: images.permute(1, 2, 0)}


@wrong(
    caught_by="test_to_hwc",
    because="An image and a batch are told apart, but five dimensions occur as well: count from the end.",
)
def hwc_of_three_or_four(solution):
    return {"to_hwc": lambda images: images.permute(1, 2, 0) if images.ndim == 3 else images.permute(0, 2, 3, 1)}


@wrong(
    caught_by="test_to_hwc",
    because="An image and a batch are told apart, but five dimensions occur as well: count from the end.",
)
def hwc_moved_from_0_or_1(solution):
    return {"to_hwc": lambda images: images.movedim(0 if images.ndim == 3 else 1, -1)}


@wrong(caught_by="test_to_hwc", because="The channels of a batch are at 1, not at 0: that moves the batch.")
def hwc_from_the_front(solution):
    return {"to_hwc": lambda images: images.movedim(0, -1)}


@wrong(caught_by="test_to_hwc_by_example", because="transpose swaps two dimensions: height and width change places.")
def hwc_by_transpose(solution):
    return {"to_hwc": lambda images: images.transpose(-3, -1)}


@wrong(caught_by="test_to_hwc_by_example", because="A reshape keeps the elements in order: the pixels are mixed up.")
def hwc_by_reshape(solution):
    def to_hwc(images):
        *front, channels, height, width = images.shape
        return images.reshape(*front, height, width, channels)

    return {"to_hwc": to_hwc}


@wrong(caught_by="test_as_batch", because="A grey image lacks two dimensions, channel and batch; this adds one.")
def batch_adds_one(solution):
    return {"as_batch": lambda image: image.unsqueeze(0)}


@wrong(caught_by="test_as_batch", because="Two dimensions are added to every image, also to one that has channels.")
def batch_adds_two(solution):
    return {"as_batch": lambda image: image[None, None]}


@wrong(caught_by="test_as_batch", because="unsqueeze_ with its underscore changes the caller's image.")
def batch_in_place(solution):
    def as_batch(image):
        while image.ndim < 4:
            image.unsqueeze_(0)
        return image

    return {"as_batch": as_batch}


@wrong(
    caught_by="test_as_batch",
    because="A dimension was added behind the image; batch and channel both stand in front of height and width.",
)
def batch_behind(solution):
    return {"as_batch": lambda image: (image[None] if image.ndim == 2 else image).unsqueeze(-1)}


@wrong(
    caught_by="test_as_batch",
    because="(C, 1, H, W) is C grey images; one image with C channels is (1, C, H, W).",
)
def batch_of_channels(solution):
    return {"as_batch": lambda image: image[None, None] if image.ndim == 2 else image.unsqueeze(1)}


@wrong(caught_by="test_one_per_sample", because="squeeze() drops every dimension of size 1, the batch of one too.")
def sample_squeezed(solution):
    return {"one_per_sample": lambda outputs: outputs.squeeze()}


@wrong(caught_by="test_one_per_sample", because="There is no dimension 1 in a (B,): squeeze(1) raises IndexError.")
def sample_squeezed_at_1(solution):
    return {"one_per_sample": lambda outputs: outputs.squeeze(1)}


@wrong(caught_by="test_one_per_sample", because="The last dimension of a (1,) is its batch: squeeze(-1) drops it.")
def sample_squeezed_last(solution):
    return {"one_per_sample": lambda outputs: outputs.squeeze(-1)}


@wrong(
    caught_by="test_one_per_sample_refuses",
    because="`flatten()` and `reshape(-1)` take any shape: of (4, 2) they make eight samples.",
)
def sample_flattened(solution):
    return {"one_per_sample": lambda outputs: outputs.flatten()}


@wrong(
    caught_by="test_one_per_sample_refuses",
    because="squeeze(1) keeps quiet when there is nothing to drop: (4, 2) comes back as it was.",
)
def sample_not_looked_at(solution):
    return {"one_per_sample": lambda outputs: outputs.squeeze(1) if outputs.ndim == 2 else outputs}


@wrong(caught_by="test_one_per_sample_refuses", because="Column 0 of (B, 2) is not its only one: the rest is lost.")
def sample_first_column(solution):
    return {"one_per_sample": lambda outputs: outputs[:, 0] if outputs.ndim > 1 else outputs}


@wrong(
    caught_by="test_one_per_sample_refuses",
    because="As many elements as samples does not make it (B, 1): (4, 1, 1) has that too.",
)
def sample_by_count(solution):
    def one_per_sample(outputs):
        if outputs.ndim == 0 or outputs.numel() != len(outputs):
            raise ValueError("not one output per sample")
        return outputs.flatten()

    return {"one_per_sample": one_per_sample}


@wrong(caught_by="test_views", because="`contiguous()` and `clone()` copy what was permuted; return the view itself.")
def chw_contiguous(solution):
    return {"to_chw": lambda image: image.permute(2, 0, 1).contiguous()}


@wrong(caught_by="test_views", because="`stack`, `cat` and `clone()` copy; `unsqueeze` and `None` in brackets do not.")
def batch_by_stack(solution):
    return {"as_batch": lambda image: torch.stack([image if image.ndim == 3 else image[None]])}


@wrong(
    caught_by="test_gradients",
    because="`.data` and `detach()` share the memory and leave the graph: no gradient flows back.",
)
def hwc_of_data(solution):
    return {"to_hwc": lambda images: images.data.movedim(-3, -1)}


@right("by swapping twice, permute with numbers from the end, None as an index, and a view of the batch's length")
def other_names(solution):
    def to_hwc(images):
        front = range(images.ndim - 3)
        return images.permute(*front, -2, -1, -3)

    def one_per_sample(outputs):
        if tuple(outputs.shape) not in ((len(outputs),), (len(outputs), 1)) if outputs.ndim else True:
            raise ValueError("expected (B, 1) or (B,)")
        return outputs.view(-1)

    return {
        "to_chw": lambda image: image.transpose(1, 2).transpose(0, 1),
        "to_hwc": to_hwc,
        "as_batch": lambda image: image[None, None] if image.ndim == 2 else image[None],
        "one_per_sample": one_per_sample,
    }


@right("by einsum, a reshape that need not copy, and an index of the only column")
def einsum_and_indices(solution):
    def one_per_sample(outputs):
        match tuple(outputs.shape):
            case (_,):
                return outputs
            case (_, 1):
                return outputs[:, 0]
        raise ValueError("expected (B, 1) or (B,)")

    return {
        "to_chw": lambda image: torch.einsum("hwc->chw", image),
        "to_hwc": lambda images: images.transpose(-3, -2).transpose(-2, -1),
        "as_batch": lambda image: image.reshape(1, -1, *image.shape[-2:]),
        "one_per_sample": one_per_sample,
    }

"""Wrong answers that 12_deploy must catch, and right ones it must accept."""

import copy
import io
import math
from pathlib import Path

import torch
from torch import nn

from tutor.checks import excuse, right, wrong


def deployable(compute):
    """A Deployable of `compute(self, images)`."""

    class Deployable(nn.Module):
        def __init__(self, model, mean, std):
            super().__init__()
            self.model, self.mean, self.std = model, mean, std

        def forward(self, images):
            return compute(self, images)

    return {"Deployable": Deployable}


def scaled(self, images):
    return (images.unsqueeze(1).float() / 255 - self.mean) / self.std


def labelled(images, probabilities):
    pixels = images.flatten(1)
    return torch.where(pixels.amax(1) == pixels.amin(1), -1, probabilities.argmax(1)), probabilities


def of_inputs(inputs):
    """A Deployable whose model gets `inputs(self, images)`."""
    return deployable(lambda self, images: labelled(images, self.model(inputs(self, images)).softmax(1)))


def of_labels(labels):
    """A Deployable whose labels are `labels(images, probabilities)`."""

    def compute(self, images):
        probabilities = self.model(scaled(self, images)).softmax(1)
        return labels(images, probabilities), probabilities

    return deployable(compute)


@wrong(
    caught_by="test_forward_by_example", because="The pixels are not divided by 255: the model was trained on 0 to 1."
)
def not_divided(solution):
    return of_inputs(lambda self, images: (images.unsqueeze(1).float() - self.mean) / self.std)


@wrong(caught_by="test_forward_by_example", because="Mean and std are left out.")
def not_normalised(solution):
    return of_inputs(lambda self, images: images.unsqueeze(1).float() / 255)


@wrong(caught_by="test_forward_by_example", because="Mean and std are applied before the division by 255.")
def normalised_first(solution):
    return of_inputs(lambda self, images: (images.unsqueeze(1).float() - self.mean) / self.std / 255)


@wrong(caught_by="test_forward_by_example", because="The dimension of the channel is missing.")
def no_channel(solution):
    return of_inputs(lambda self, images: scaled(self, images).squeeze(1))


@wrong(caught_by="test_forward_by_example", because="unsqueeze(0) makes one picture with a channel for each.")
def channel_in_front(solution):
    return of_inputs(lambda self, images: scaled(self, images).transpose(0, 1))


@wrong(
    caught_by="test_forward_by_example",
    because="double() makes float64 of the pixels; the model's numbers are float32.",
)
def in_float64(solution):
    return of_inputs(lambda self, images: scaled(self, images.double()).double())


@wrong(caught_by="test_forward_by_example", because="These are the logits: probabilities come from a softmax.")
def logits(solution):
    return deployable(lambda self, images: labelled(images, self.model(scaled(self, images))))


@wrong(
    caught_by="test_forward_by_example",
    because="The softmax goes along the pictures; each one's probabilities add up to 1.",
)
def softmax_over_pictures(solution):
    return deployable(lambda self, images: labelled(images, self.model(scaled(self, images)).softmax(0)))


@wrong(caught_by="test_forward_by_example", because="Blank pictures get a class like any other.")
def blank_is_classified(solution):
    return of_labels(lambda images, probabilities: probabilities.argmax(1))


@wrong(
    caught_by="test_forward_by_example", because="Only black pictures count as blank: all pixels equal was asked for."
)
def black_is_blank(solution):
    return of_labels(
        lambda images, probabilities: torch.where(images.flatten(1).amax(1) == 0, -1, probabilities.argmax(1))
    )


@wrong(
    caught_by="test_forward_by_example",
    because="The whole batch is looked at: one blank picture among others is not found.",
)
def blank_batch(solution):
    return of_labels(
        lambda images, probabilities: torch.where(images.amax() == images.amin(), -1, probabilities.argmax(1))
    )


@wrong(
    caught_by="test_forward_by_example",
    because="The labels are the largest probabilities; their places were asked for.",
)
def values_for_places(solution):
    return of_labels(lambda images, probabilities: probabilities.max(1).values)


@wrong(caught_by="test_forward_by_example", because="The results change places: labels come first.")
def results_swapped(solution):
    def compute(self, images):
        return labelled(images, self.model(scaled(self, images)).softmax(1))[::-1]

    return deployable(compute)


@wrong(caught_by="test_forward", because="A tensor made in forward is on the CPU, wherever the pictures are.")
def minus_one_on_the_cpu(solution):
    def labels(images, probabilities):
        pixels = images.flatten(1)
        found = torch.full((len(images),), -1)
        other = pixels.amax(1) != pixels.amin(1)
        found[other] = probabilities.argmax(1)[other]
        return found

    return of_labels(labels)


@wrong(caught_by="test_forward", because="squeeze drops the dimension of the batch, too, when there is one picture.")
def squeezed(solution):
    return of_labels(lambda images, probabilities: labelled(images, probabilities)[0].squeeze())


@wrong(
    caught_by="test_forward",
    because="Whoever compares only neighbouring rows calls a picture of one row, or of equal rows, blank.",
)
def rows_compared(solution):
    def labels(images, probabilities):
        same = (images == images[:, :1]).flatten(1).all(1)
        return torch.where(same, -1, probabilities.argmax(1))

    return of_labels(labels)


def comparer(combine, grad=False, absolute=True):
    """A compare whose largest so far and that of a batch go through `combine`."""

    def compare(module, program, batches):
        differing, largest = 0, 0.0
        with torch.set_grad_enabled(grad):
            for images in batches:
                (labels, rows), (other_labels, other_rows) = module(images), program(images)
                differing += int((labels != other_labels).sum())
                change = rows - other_rows
                largest = combine(largest, (change.abs() if absolute else change).max().item())
        return differing, largest

    return {"compare": compare}


def nan_or_max(largest, one):
    return max(largest, one) if largest == largest and one == one else float("nan")


@wrong(caught_by="test_compare", because="max(0.0, nan) is 0.0: a program that returns nan looks perfect.")
def nan_overlooked(solution):
    return comparer(combine=max)


@wrong(caught_by="test_compare", because="Only the last batch counts; the largest of all was asked for.")
def last_batch(solution):
    return comparer(combine=lambda largest, one: one)


@wrong(caught_by="test_compare", because="The differences of the batches are added up; the largest was asked for.")
def added_up(solution):
    return comparer(combine=lambda largest, one: largest + one)


@wrong(caught_by="test_compare", because="Without abs, a difference of -0.5 is smaller than none.")
def signed(solution):
    return comparer(combine=nan_or_max, absolute=False)


@wrong(caught_by="test_compare", because="The labels that agree are counted.")
def counts_hits(solution):
    def compare(module, program, batches):
        batches = list(batches)
        differing, largest = solution.compare(module, program, batches)
        return sum(len(images) for images in batches) - differing, largest

    return {"compare": compare}


@wrong(caught_by="test_compare", because="The numbers are tensors: an int and a float were asked for.")
def tensors_returned(solution):
    def compare(module, program, batches):
        differing, largest = solution.compare(module, program, batches)
        return torch.tensor(differing), torch.tensor(largest)

    return {"compare": compare}


@wrong(caught_by="test_compare", because="Without batches, max of nothing raises an error.")
def no_batches(solution):
    def compare(module, program, batches):
        found = [solution.compare(module, program, [images]) for images in batches]
        largest = [one for _, one in found]
        worst = float("nan") if any(map(math.isnan, largest)) else max(largest)
        return sum(one for one, _ in found), worst

    return {"compare": compare}


@wrong(caught_by="test_compare_records_nothing", because="Gradients are recorded for what is only looked at.")
def records(solution):
    return comparer(combine=nan_or_max, grad=True)


@wrong(
    caught_by="test_compare_records_nothing",
    because="The module is switched to evaluation mode: it is called as it is.",
)
def switches(solution):
    def compare(module, program, batches):
        if isinstance(module, nn.Module):
            module.eval()
        return solution.compare(module, program, batches)

    return {"compare": compare}


def shipper(prepare=lambda module: copy.deepcopy(module).eval(), example=None, dynamic=None, save=torch.export.save):
    """A ship of `prepare(module)` and `example(images)`."""

    def ship(module, images, path):
        shown = torch.cat([images, images]) if example is None else example(images)
        shapes = ({0: torch.export.Dim("batch")},) if dynamic is None else dynamic(shown)
        save(torch.export.export(prepare(module), (shown,), dynamic_shapes=shapes), path)

    return {"ship": ship}


@wrong(
    caught_by="test_ship_by_example",
    because="An `if`, or bool(), on a tensor's values cannot be recorded: torch.where chooses for each picture.",
)
def python_chooses(solution):
    def labels(images, probabilities):
        found = []
        for image, row in zip(images, probabilities, strict=True):
            found.append(torch.tensor(-1, device=images.device) if image.max() == image.min() else row.argmax())
        return torch.stack(found)

    return of_labels(labels)


@wrong(caught_by="test_ship_by_example", because="torch.save writes no program that torch.export.load could read.")
def torch_save(solution):
    return {"ship": lambda module, images, path: torch.save(module.state_dict(), path)}


@wrong(caught_by="test_ship_by_example", because="Nothing is written: the program is made and thrown away.")
def not_saved(solution):
    return shipper(save=lambda program, path: None)


@wrong(caught_by="test_ship_by_example", because="The arguments of forward go in a tuple, even if there is only one.")
def no_tuple(solution):
    def ship(module, images, path):
        program = torch.export.export(copy.deepcopy(module).eval(), images)
        torch.export.save(program, path)

    return {"ship": ship}


@wrong(
    caught_by="test_ship_any_number",
    because="The number of pictures is recorded as that of the example: nothing says that it varies.",
)
def fixed_number(solution):
    return shipper(example=lambda images: images, dynamic=lambda shown: None)


@wrong(
    caught_by="test_ship_any_number", because="A single picture is recorded as one for ever: sizes of 1 cannot vary."
)
def one_example(solution):
    return shipper(example=lambda images: images)


@wrong(caught_by="test_ship_in_evaluation_mode", because="Dropout and batch normalisation are recorded as in training.")
def recorded_in_training(solution):
    return shipper(prepare=copy.deepcopy)


@wrong(caught_by="test_ship_in_evaluation_mode", because="The caller's module is left in evaluation mode.")
def leaves_eval(solution):
    return shipper(prepare=lambda module: module.eval())


@wrong(
    caught_by="test_ship_in_evaluation_mode",
    because="train() afterwards also wakes up what was in evaluation mode before.",
)
def all_trained_again(solution):
    def ship(module, images, path):
        solution.ship(module, images, path)
        module.train()

    return {"ship": ship}


@wrong(caught_by="test_load", because="An ExportedProgram cannot be called; its module() can.")
def not_a_module(solution):
    return {"load": lambda path: torch.export.load(path)}


@wrong(caught_by="test_load", because="torch.load reads pickles; a program is read by torch.export.load.")
def torch_load(solution):
    return {"load": lambda path: torch.load(path)}


@wrong(caught_by="test_load", because="`module` stands there without its brackets: it is the method that is returned.")
def no_brackets(solution):
    return {"load": lambda path: torch.export.load(path).module}


@right("by buffers, F-less softmax, and sorting for the blank pictures")
def buffers(solution):
    class Deployable(nn.Module):
        def __init__(self, model, mean, std):
            super().__init__()
            self.model = model
            self.register_buffer("mean", torch.tensor(mean))
            self.register_buffer("std", torch.tensor(std))

        def forward(self, images):
            x = images[:, None].to(torch.float32).div(255).sub(self.mean).div(self.std)
            logits = self.model(x)
            first = images.flatten(1)[:, :1]
            blank = (images.flatten(1) == first).all(dim=1)
            labels = logits.argmax(dim=-1).masked_fill(blank, -1)
            return labels, torch.log_softmax(logits, dim=-1).exp()

    def ship(module, images, path):
        modes = [(part, part.training) for part in module.modules()]
        module.eval()
        try:
            example = images.repeat(3, 1, 1)
            with torch.no_grad():
                program = torch.export.export(
                    module, (example,), dynamic_shapes={"images": {0: torch.export.Dim("n", min=1)}}
                )
            torch.export.save(program, path)
        finally:
            for part, training in modes:
                part.training = training

    def load(path):
        program = torch.export.load(str(path)).module()
        return lambda images: program(images)

    return {"Deployable": Deployable, "ship": ship, "load": load}


@right("by a dimension that is found out, a buffer in memory, and differences gathered in lists")
def gathered(solution):
    def ship(module, images, path):
        example = images.expand(2, -1, -1) if len(images) == 1 else images
        shapes = ({0: torch.export.Dim.AUTO},)
        program = torch.export.export(copy.deepcopy(module).train(False), (example,), dynamic_shapes=shapes)
        buffer = io.BytesIO()
        torch.export.save(program, buffer)
        Path(path).write_bytes(buffer.getvalue())

    @torch.inference_mode()
    def compare(module, program, batches):
        counts, changes = [0], [torch.zeros(1)]
        for images in batches:
            mine, theirs = module(images), program(images)
            counts.append((mine[0] != theirs[0]).count_nonzero().item())
            changes.append((mine[1] - theirs[1]).abs().flatten().cpu())
        return sum(counts), float(torch.cat(changes).max())

    return {"ship": ship, "compare": compare}


excuse(
    line="largest.append((probabilities - other_probabilities).abs().max().item())",
    becomes="largest.append((probabilities - other_probabilities).abs().max())",
    because="equivalent: torch.tensor takes a list of tensors of one element as it takes one of floats.",
)
excuse(
    line="probabilities = self.model(x).softmax(dim=1)",
    becomes="probabilities = self.model(x).softmax(dim=-1)",
    because="equivalent: it has two dimensions, (B, ...), where dimension 1 is the last.",
)
excuse(
    line="blank = pixels.amax(dim=1) == pixels.amin(dim=1)",
    becomes="blank = pixels.amax(dim=-1) == pixels.amin(dim=1)",
    because="equivalent: it has two dimensions, (B, ...), where dimension 1 is the last.",
)
excuse(
    line="blank = pixels.amax(dim=1) == pixels.amin(dim=1)",
    becomes="blank = pixels.amax(dim=1) == pixels.amin(dim=-1)",
    because="equivalent: it has two dimensions, (B, ...), where dimension 1 is the last.",
)
excuse(
    line="return torch.where(blank, -1, probabilities.argmax(dim=1)), probabilities",
    becomes="return torch.where(blank, -1, probabilities.argmax(dim=-1)), probabilities",
    because="equivalent: it has two dimensions, (B, ...), where dimension 1 is the last.",
)
excuse(
    line='dynamic = ({0: torch.export.Dim("batch")},)',
    becomes='dynamic = ({0: torch.export.Dim("batch_")},)',
    because="equivalent: the dimension may have any name.",
)

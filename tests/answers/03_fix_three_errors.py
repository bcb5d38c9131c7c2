"""Wrong answers that 03_fix_three_errors must catch, and right ones it must accept."""

import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_normalise_by_example",
    because="(C,), and (1, C) too, is aligned with the columns of the images, W: mean and std both need (C, 1, 1).",
)
def along_the_columns(solution):
    return {"normalise": lambda images, mean, std: (images - mean) / std}


@wrong(caught_by="test_normalise_by_example", because="mean[:, None] is (C, 1): it is aligned with the rows, H.")
def along_the_rows(solution):
    return {"normalise": lambda images, mean, std: (images - mean[:, None]) / std[:, None]}


@wrong(caught_by="test_normalise_by_example", because="The channels were moved to the end and never moved back.")
def left_channels_last(solution):
    return {"normalise": lambda images, mean, std: (images.permute(0, 2, 3, 1) - mean) / std}


@wrong(caught_by="test_normalise_by_example", because="One mean of all channels is no mean of each.")
def one_mean_for_all(solution):
    return {"normalise": lambda images, mean, std: (images - mean.mean()) / std.mean()}


@wrong(
    caught_by="test_normalise_by_example",
    because="(C,), and (1, C) too, is aligned with the columns of the images, W: mean and std both need (C, 1, 1).",
)
def one_dimension_in_front(solution):
    return {"normalise": lambda images, mean, std: (images - mean[None, :]) / std[None, :]}


@wrong(
    caught_by="test_normalise_by_example",
    because="(C,), and (1, C) too, is aligned with the columns of the images, W: mean and std both need (C, 1, 1).",
)
def std_forgotten(solution):
    return {"normalise": lambda images, mean, std: (images - mean[:, None, None]) / std}


@wrong(caught_by="test_normalise", because="A size is looked for that equals C, and the first to do so need not be C.")
def first_size_that_fits(solution):
    def normalise(images, mean, std):
        shape = [1, 1, 1, 1]
        shape[max(dim for dim in (1, 2, 3) if images.shape[dim] == len(mean))] = len(mean)
        return (images - mean.reshape(shape)) / std.reshape(shape)

    return {"normalise": normalise}


@wrong(caught_by="test_normalise", because="`-=` writes into the caller's images.")
def in_place(solution):
    def normalise(images, mean, std):
        images -= mean[:, None, None]
        images /= std[:, None, None]
        return images

    return {"normalise": normalise}


@wrong(caught_by="test_class_scores_by_example", because="`@` does not promote: both sides need one dtype.")
def mixed(solution):
    return {"class_scores": lambda features, weight, bias: features @ weight.T + bias}


@wrong(
    caught_by="test_class_scores_by_example",
    because="The weights follow the features here: as integers they lose everything behind the point.",
)
def weights_follow(solution):
    return {"class_scores": lambda features, weight, bias: features @ weight.to(features.dtype).T + bias}


@wrong(
    caught_by="test_class_scores_by_example",
    because="The weights follow the features here: as integers they lose everything behind the point.",
)
def bias_follows_too(solution):
    def class_scores(features, weight, bias):
        return features @ weight.to(features.dtype).T + bias.to(features.dtype)

    return {"class_scores": class_scores}


@wrong(caught_by="test_class_scores_by_example", because="The scores are float64; they should have the weights' dtype.")
def everything_double(solution):
    def class_scores(features, weight, bias):
        return features.double() @ weight.double().T + bias.double()

    return {"class_scores": class_scores}


@wrong(caught_by="test_class_scores", because="float() is float32: it does not fit float64 weights.")
def always_float32(solution):
    return {"class_scores": lambda features, weight, bias: features.float() @ weight.T + bias}


@wrong(caught_by="test_class_scores", because="Without the cast back, float64 features make float64 scores.")
def promoted(solution):
    def class_scores(features, weight, bias):
        common = torch.promote_types(features.dtype, weight.dtype)
        return features.to(common) @ weight.to(common).T + bias

    return {"class_scores": class_scores}


@wrong(
    caught_by="test_hits_of_many_classes",
    because="to(scores) takes the dtype too, and bfloat16 counts whole numbers only up to 256.",
)
def labels_to_scores(solution):
    return {"hits": lambda scores, labels: scores.argmax(dim=1).to(scores) == labels.to(scores)}


@wrong(caught_by="test_hits", because="argmax over dim=0 finds the best row of each class.")
def best_rows(solution):
    return {"hits": lambda scores, labels: scores.argmax(dim=0) == labels.to(scores.device)}


@wrong(
    caught_by="test_hits_elsewhere",
    because="The labels did not get to the device of the scores, `scores.device`; and `.to` returns what it moved.",
)
def labels_stay(solution):
    return {"hits": lambda scores, labels: scores.argmax(dim=1) == labels}


@wrong(
    caught_by="test_hits_elsewhere",
    because="The labels did not get to the device of the scores, `scores.device`; and `.to` returns what it moved.",
)
def moved_and_dropped(solution):
    def hits(scores, labels):
        labels.to(scores.device)
        return scores.argmax(dim=1) == labels

    return {"hits": hits}


@wrong(caught_by="test_hits_elsewhere", because="The scores are brought to the CPU; the result belongs where they are.")
def scores_come_home(solution):
    return {"hits": lambda scores, labels: scores.argmax(dim=1).cpu() == labels.cpu()}


@wrong(
    caught_by="test_hits_elsewhere",
    because="The labels did not get to the device of the scores, `scores.device`; and `.to` returns what it moved.",
)
def labels_to_cuda(solution):
    def hits(scores, labels):
        place = "cuda" if torch.cuda.is_available() else "cpu"
        return scores.argmax(dim=1) == labels.to(place)

    return {"hits": hits}


@wrong(
    caught_by="test_classify",
    because="flatten() merged the batch into the features: `start_dim` says where to begin.",
)
def flattened_whole(solution):
    def classify(images, labels, mean, std, weight, bias):
        normal = solution.normalise(images.to(mean.device), mean, std)
        return solution.hits(solution.class_scores(normal.flatten(), weight, bias), labels)

    return {"classify": classify}


@wrong(
    caught_by="test_classify",
    because="flatten() merged the batch into the features: `start_dim` says where to begin.",
)
def batch_flattened(solution):
    def classify(images, labels, mean, std, weight, bias):
        normal = solution.normalise(images.to(mean.device), mean, std)
        return solution.hits(solution.class_scores(normal.flatten()[None], weight, bias), labels)

    return {"classify": classify}


@wrong(caught_by="test_classify", because="Permuted before it is flattened, the pixels meet the weights of others.")
def channels_last(solution):
    def classify(images, labels, mean, std, weight, bias):
        normal = solution.normalise(images.to(mean.device), mean, std).permute(0, 2, 3, 1)
        return solution.hits(solution.class_scores(normal.flatten(1), weight, bias), labels)

    return {"classify": classify}


@wrong(caught_by="test_classify", because="The images are not normalised on the way.")
def not_normalised(solution):
    def classify(images, labels, mean, std, weight, bias):
        return solution.hits(solution.class_scores(images.to(mean.device).flatten(1), weight, bias), labels)

    return {"classify": classify}


@wrong(caught_by="test_classify_elsewhere", because="The images did not get to the device of `mean`.")
def images_stay(solution):
    def classify(images, labels, mean, std, weight, bias):
        normal = solution.normalise(images, mean, std)
        return solution.hits(solution.class_scores(normal.flatten(1), weight, bias), labels)

    return {"classify": classify}


@wrong(caught_by="test_classify_elsewhere", because="Everything is brought to the CPU, where the model is not.")
def all_on_the_cpu(solution):
    def classify(images, labels, mean, std, weight, bias):
        normal = solution.normalise(images, mean.cpu(), std.cpu())
        return solution.hits(solution.class_scores(normal.flatten(1), weight.cpu(), bias.cpu()), labels)

    return {"classify": classify}


@right("by views of four dimensions, torch.addmm and moving everything first")
def moved_first(solution):
    def normalise(images, mean, std):
        return (images - mean.view(1, -1, 1, 1)).div(std.view(1, -1, 1, 1))

    def hits(scores, labels):
        labels = labels.to(scores.device)
        return torch.eq(torch.argmax(scores, dim=-1), labels)

    def classify(images, labels, mean, std, weight, bias):
        images, labels = images.to(weight), labels.to(weight.device)
        features = normalise(images, mean, std).reshape(len(images), -1)
        return (features @ weight.T + bias).argmax(dim=1) == labels

    return {
        "normalise": normalise,
        "class_scores": lambda features, weight, bias: torch.addmm(bias, features.to(weight), weight.mT),
        "hits": hits,
        "classify": classify,
    }


@right("by channels moved to the end and back, nn.functional.linear and max with indices")
def channels_moved(solution):
    def normalise(images, mean, std):
        return ((images.movedim(1, -1) - mean) / std).movedim(-1, 1)

    def class_scores(features, weight, bias):
        return torch.nn.functional.linear(features.type(weight.dtype), weight, bias)

    def hits(scores, labels):
        _, predictions = scores.max(dim=1)
        return predictions == labels.to(device=scores.device, non_blocking=True)

    return {"normalise": normalise, "class_scores": class_scores, "hits": hits}


@right("by swapping batch and channels, a sum of products, and looking each label up")
def swapped(solution):
    def normalise(images, mean, std):
        return ((images.transpose(1, 3) - mean) / std).transpose(1, 3)

    def class_scores(features, weight, bias):
        return (features.to(weight.dtype).unsqueeze(1) * weight).sum(-1) + bias

    return {"normalise": normalise, "class_scores": class_scores}


excuse(
    line="return features.to(weight.dtype) @ weight.T + bias",
    becomes="return features.to(weight.dtype) @ weight.mT + bias",
    because="equivalent: for two dimensions, T and mT are the same.",
)
excuse(
    line="return scores.argmax(dim=1) == labels.to(scores.device)",
    becomes="return scores.argmax(dim=-1) == labels.to(scores.device)",
    because="equivalent: scores has two dimensions: 1 is the last.",
)

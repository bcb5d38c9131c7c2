"""Wrong answers that 07_predict must catch, and right ones it must accept."""

import torch

from tutor.checks import excuse, right, wrong


def probabilities(
    *,
    batch=lambda image: image.unsqueeze(0),
    place=lambda image, model: image.to(next(model.parameters()).device),
    mode=lambda model: model.eval(),
    guard=torch.no_grad,
    soften=lambda logits: logits.softmax(dim=1)[0],
):
    """A `probabilities` with its parts exchanged."""

    def probabilities(model, image):
        mode(model)
        with guard():
            return soften(model(place(batch(image), model)))

    return {"probabilities": probabilities}


@wrong(
    caught_by="test_a_batch_of_one",
    because="The image has no batch dimension: its channels are taken for a batch.",
)
def no_batch(solution):
    return probabilities(batch=lambda image: image)


@wrong(
    caught_by="test_a_batch_of_one",
    because="The new dimension is not in front: the channels are where the batch should be.",
)
def batch_in_second_place(solution):
    return probabilities(batch=lambda image: image.unsqueeze(1))


@wrong(
    caught_by="test_probabilities_by_example",
    because="The result has a row for each image still: one row was asked for.",
)
def keeps_the_batch(solution):
    return probabilities(soften=lambda logits: logits.softmax(dim=1))


@wrong(
    caught_by="test_probabilities_by_example",
    because="The softmax goes over the batch of one: along a size of 1, all its values are 1.",
)
def softmax_over_the_batch(solution):
    return probabilities(soften=lambda logits: logits.softmax(dim=0)[0])


@wrong(caught_by="test_probabilities_by_example", because="These are logits: the softmax is missing.")
def logits_alone(solution):
    return probabilities(soften=lambda logits: logits[0])


@wrong(
    caught_by="test_probabilities_by_example",
    because="sigmoid asks of each class by itself, yes or no: the results do not add up to 1.",
)
def sigmoid(solution):
    return probabilities(soften=lambda logits: logits.sigmoid()[0])


@wrong(caught_by="test_probabilities_by_example", because="These are the logarithms of the probabilities.")
def log_softmax(solution):
    return probabilities(soften=lambda logits: logits.log_softmax(dim=1)[0])


@wrong(
    caught_by="test_a_batch_of_one",
    because="The image has no batch dimension: its channels are taken for a batch.",
)
def only_colour(solution):
    return probabilities(batch=lambda image: image if len(image) == 1 else image[None])


@wrong(caught_by="test_a_batch_of_one", because="The pixels are flattened before the model gets them.")
def flattened(solution):
    return probabilities(batch=lambda image: image.reshape(1, -1))


@wrong(
    caught_by="test_probabilities",
    because="exp() of large logits is infinite, and inf / inf is nan: softmax subtracts the highest first.",
)
def softmax_by_hand(solution):
    return probabilities(soften=lambda logits: logits[0].exp() / logits[0].exp().sum())


@wrong(
    caught_by="test_probabilities", because="squeeze() drops every size of 1: with one class, that of the classes too."
)
def squeezed(solution):
    return probabilities(soften=lambda logits: logits.softmax(dim=1).squeeze())


@wrong(caught_by="test_probabilities", because="The logits are float64 here, and float() makes float32 of them.")
def always_float32(solution):
    return probabilities(soften=lambda logits: logits.float().softmax(dim=1)[0])


@wrong(
    caught_by="test_evaluation_mode",
    because="eval() is missing: neither no_grad nor inference_mode keeps dropout from dropping.",
)
def no_eval(solution):
    return probabilities(mode=lambda model: None)


@wrong(
    caught_by="test_evaluation_mode",
    because="eval() is missing: neither no_grad nor inference_mode keeps dropout from dropping.",
)
def inference_mode_is_not_eval(solution):
    return probabilities(mode=lambda model: None, guard=torch.inference_mode)


@wrong(
    caught_by="test_nothing_recorded",
    because="no_grad is missing: the run builds a graph, even if detach() lets go of it afterwards.",
)
def recorded(solution):
    return probabilities(guard=torch.enable_grad)


@wrong(
    caught_by="test_nothing_recorded",
    because="no_grad is missing: the run builds a graph, even if detach() lets go of it afterwards.",
)
def detached(solution):
    return probabilities(guard=torch.enable_grad, soften=lambda logits: logits.softmax(dim=1)[0].detach())


@wrong(
    caught_by="test_nothing_recorded", because="The model is frozen for good: its weights cannot be trained any more."
)
def frozen(solution):
    return probabilities(mode=lambda model: model.eval().requires_grad_(False))


@wrong(
    caught_by="test_nothing_recorded",
    because="The gradients of the model are cleared: a prediction is no training step.",
)
def clears_gradients(solution):
    return probabilities(mode=lambda model: (model.eval(), model.zero_grad()))


@wrong(caught_by="test_device", because="The image stays on the CPU, wherever the model is.")
def image_stays(solution):
    return probabilities(place=lambda image, model: image)


@wrong(caught_by="test_device", because="The image stays on the CPU, wherever the model is.")
def to_without_keeping(solution):
    def place(image, model):
        image.to(next(model.parameters()).device)
        return image

    return probabilities(place=place)


@wrong(caught_by="test_device", because="The model comes to the image here; the image should go to the model.")
def model_comes_to_the_image(solution):
    def place(image, model):
        model.to(image.device)
        return image

    return probabilities(place=place)


@wrong(caught_by="test_device", because="The result is brought to the CPU; it belongs on the model's device.")
def result_on_the_cpu(solution):
    return probabilities(soften=lambda logits: logits.softmax(dim=1)[0].cpu())


@wrong(caught_by="test_predict_by_example", because="The number of the class is no name: look it up in class_names.")
def number_for_name(solution):
    def predict(model, image, class_names):
        p = solution.probabilities(model, image)
        return p.argmax().item(), p.max().item()

    return {"predict": predict}


@wrong(caught_by="test_predict_by_example", because="The probability is a tensor still: .item() makes a float of it.")
def tensor_for_float(solution):
    def predict(model, image, class_names):
        p = solution.probabilities(model, image)
        return class_names[p.argmax()], p.max()

    return {"predict": predict}


@wrong(caught_by="test_predict_by_example", because="This is the highest logit: the softmax is missing.")
def logit_for_probability(solution):
    def predict(model, image, class_names):
        with torch.no_grad():
            logits = model.eval()(image[None].to(next(model.parameters()).device))[0]
        return class_names[logits.argmax()], logits.max().item()

    return {"predict": predict}


@wrong(caught_by="test_predict_by_example", because="The name alone was returned, without its probability.")
def name_alone(solution):
    return {"predict": lambda model, image, class_names: solution.predict(model, image, class_names)[0]}


@wrong(caught_by="test_predict_by_example", because="The probability is a percentage; 0 to 1 was asked for.")
def percent(solution):
    def predict(model, image, class_names):
        name, p = solution.predict(model, image, class_names)
        return name, 100 * p

    return {"predict": predict}


def likeliest(solution):
    """A `predict` that does without `top_classes`."""

    def predict(model, image, class_names):
        p, i = solution.probabilities(model, image).max(dim=0)
        return class_names[i], p.item()

    return predict


@wrong(
    caught_by="test_top_classes_by_example",
    because="The names are taken from the front of class_names, not from where the probabilities stand.",
)
def names_from_the_front(solution):
    def top_classes(model, image, class_names, k):
        values = solution.probabilities(model, image).sort(descending=True).values[:k]
        return list(zip(class_names, values.tolist(), strict=False))

    return {"top_classes": top_classes, "predict": likeliest(solution)}


@wrong(
    caught_by="test_top_classes_by_example", because="sort() begins with the lowest: these are the least likely ones."
)
def lowest_first(solution):
    def top_classes(model, image, class_names, k):
        values, indices = solution.probabilities(model, image).sort()
        return [(class_names[i], p) for i, p in zip(indices.tolist()[:k], values.tolist(), strict=False)]

    return {"top_classes": top_classes, "predict": likeliest(solution)}


@wrong(
    caught_by="test_top_classes_by_example",
    because="The classes are the right ones, but the likeliest should be first.",
)
def likeliest_last(solution):
    return {"top_classes": lambda *arguments: solution.top_classes(*arguments)[::-1]}


@wrong(
    caught_by="test_top_classes_by_example",
    because="The probabilities are tensors still: .item() makes floats of them.",
)
def tensors_in_top_classes(solution):
    def top_classes(model, image, class_names, k):
        values, indices = solution.probabilities(model, image).topk(min(k, len(class_names)))
        return [(class_names[i], p) for i, p in zip(indices, values, strict=True)]

    return {"top_classes": top_classes, "predict": likeliest(solution)}


@wrong(caught_by="test_top_classes_by_example", because="topk raises when k is more than there are classes.")
def topk_of_too_many(solution):
    def top_classes(model, image, class_names, k):
        values, indices = solution.probabilities(model, image).topk(k)
        return [(class_names[i], p) for i, p in zip(indices.tolist(), values.tolist(), strict=True)]

    return {"top_classes": top_classes}


@wrong(
    caught_by="test_predict_follows_the_rules",
    because="predict calls the model by itself and forgets what probabilities has seen to.",
)
def predict_without_the_rules(solution):
    def predict(model, image, class_names):
        p = model(image[None]).softmax(dim=1)[0]
        return class_names[p.argmax()], p.max().item()

    return {"predict": predict}


@right("by inference_mode, max and sorted Python pairs")
def sorted_pairs(solution):
    @torch.inference_mode()
    def probabilities(model, image):
        model.train(False)
        parameter = next(iter(model.parameters()))
        return torch.nn.functional.softmax(model(image.to(parameter)[None]), dim=-1).squeeze(0)

    def predict(model, image, class_names):
        p, i = probabilities(model, image).max(dim=0)
        return class_names[int(i)], float(p)

    def top_classes(model, image, class_names, k):
        pairs = zip(class_names, probabilities(model, image).tolist(), strict=True)
        return sorted(pairs, key=lambda pair: pair[1], reverse=True)[:k]

    return {"probabilities": probabilities, "predict": predict, "top_classes": top_classes}


@right("by logsumexp, stack and argsort, with the model's mode put back")
def by_logsumexp(solution):
    def probabilities(model, image):
        mode = model.training
        model.eval()
        with torch.no_grad():
            (logits,) = model(torch.stack([image]).to(next(model.parameters()).device))
            model.train(mode)
            return (logits - logits.logsumexp(dim=0)).exp()

    def top_classes(model, image, class_names, k):
        p = probabilities(model, image)
        return [(class_names[i], p[i].item()) for i in p.argsort(descending=True)[:k]]

    return {"probabilities": probabilities, "top_classes": top_classes}


@right("by the probability less the highest logit, on any floating dtype")
def by_hand(solution):
    def probabilities(model, image):
        device = {p.device for p in model.parameters()}.pop()
        with torch.set_grad_enabled(False):
            logits = model.eval()(image.reshape(1, *image.shape).to(device)).reshape(-1)
        powers = (logits - logits.max()).exp()
        return powers / powers.sum()

    return {"probabilities": probabilities}


excuse(
    line="return logits[0].softmax(dim=0)",
    becomes="return logits[0].softmax(dim=-1)",
    because="equivalent: the logits of one image are (classes,), where dimension 0 is the last.",
)

excuse(
    line="likeliest = int(each.argmax())",
    becomes="likeliest = each.argmax()",
    because="equivalent here: a list takes a tensor of one whole number for an index; not every Sequence does.",
)

excuse(
    line="likeliest = each.topk(min(k, len(each))).indices.tolist()",
    becomes="likeliest = each.topk(min(k, len(each))).indices",
    because="equivalent here: a list takes a tensor of one whole number for an index; not every Sequence does.",
)

excuse(
    line="likeliest = each.topk(min(k, len(each))).indices.tolist()",
    becomes="likeliest = each.topk(min(len(each), k)).indices.tolist()",
    because="equivalent: the smaller of two whole numbers does not depend on their order.",
)

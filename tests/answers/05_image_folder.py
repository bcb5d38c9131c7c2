"""Wrong answers that 05_image_folder must catch, and right ones it must accept."""

import os
from functools import lru_cache
from pathlib import Path

from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms.v2.functional import pil_to_tensor

from tutor.checks import right, wrong


def numbered(names):
    """The pair (classes, class_to_idx) of names in order."""
    names = list(names)
    return names, {name: number for number, name in enumerate(names)}


def place(path):
    """What files are sorted by: the folder as text, then the name."""
    return str(path.parent), path.name


def selecting(solution, choose, *, key=place):
    """The dataset whose images of a class are those that `choose(class folder)` gives."""

    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            self.classes, self.class_to_idx = solution.find_classes(root)
            self.transform = transform
            self.samples = []
            for name, number in self.class_to_idx.items():
                found = sorted(choose(Path(root, name)), key=key)
                if not found:
                    raise FileNotFoundError(f"There is no image of {name} in {root}.")
                self.samples += [(path, number) for path in found]

    return {"ImageFolderCustom": ImageFolderCustom}


def is_image(path, endings):
    return path.is_file() and path.suffix.lower() in endings


@wrong(caught_by="test_find_classes", because="Stray files are taken for classes: look which entries are folders.")
def files_are_classes(solution):
    return {"find_classes": lambda directory: numbered(sorted(entry.name for entry in Path(directory).iterdir()))}


@wrong(
    caught_by="test_find_classes",
    because="Sorted as in a dictionary of words, not as `sorted` does: torchvision gives other numbers.",
)
def ignores_case(solution):
    return {"find_classes": lambda directory: numbered(sorted(solution.find_classes(directory)[0], key=str.lower))}


@wrong(caught_by="test_find_classes", because="The classes are in reverse order: numbers must not depend on a listing.")
def not_sorted(solution):
    return {"find_classes": lambda directory: numbered(sorted(solution.find_classes(directory)[0], reverse=True))}


@wrong(caught_by="test_find_classes", because="The numbers begin at 1; class numbers begin at 0.")
def from_one(solution):
    def find_classes(directory):
        classes, numbers = solution.find_classes(directory)
        return classes, {name: number + 1 for name, number in numbers.items()}

    return {"find_classes": find_classes}


@wrong(
    caught_by="test_no_classes",
    because="An empty directory gives an empty list and no error: a wrong path stays unnoticed.",
)
def no_error(solution):
    def find_classes(directory):
        return numbered(sorted(entry.name for entry in os.scandir(directory) if entry.is_dir()))

    return {"find_classes": find_classes}


@wrong(caught_by="test_which_files", because="Only .jpg is looked for: .png, .jpeg and the rest are silently left out.")
def jpg_only(solution):
    return selecting(solution, lambda folder: folder.rglob("*.jpg"))


@wrong(caught_by="test_which_files", because="Endings are compared as they are: a camera's .JPG is no .jpg.")
def small_letters_only(solution):
    def choose(folder):
        files = [path for path in folder.rglob("*") if path.is_file()]
        return [path for path in files if path.suffix in solution.ENDINGS]

    return selecting(solution, choose)


@wrong(caught_by="test_samples", because="Only the class folder itself is read, not the folders within it.")
def one_level(solution):
    return selecting(solution, lambda folder: [path for path in folder.iterdir() if is_image(path, solution.ENDINGS)])


@wrong(caught_by="test_which_files", because="Every file is taken for an image, thumbnails and notes too.")
def every_file(solution):
    return selecting(solution, lambda folder: [path for path in folder.rglob("*") if path.is_file()])


def ordered(solution, key):
    """The dataset with the right images of each class, sorted by `key`."""
    return selecting(
        solution, lambda folder: [path for path in folder.rglob("*") if is_image(path, solution.ENDINGS)], key=key
    )


@wrong(
    caught_by="test_order",
    because="Whole paths are sorted: files in deeper folders come too early, torchvision has them after.",
)
def sorts_whole_paths(solution):
    return ordered(solution, str)


@wrong(caught_by="test_order", because="Only the name is compared: first comes the folder that the file lies in.")
def sorts_names(solution):
    return ordered(solution, lambda path: path.name)


@wrong(
    caught_by="test_order",
    because="A Path is compared part by part, so that `old/x` comes before `old 2`; as text it comes after.",
)
def sorts_paths_by_parts(solution):
    return ordered(solution, lambda path: (path.parent, path.name))


@wrong(caught_by="test_order", because="The files come as a listing gives them: it promises no order.")
def files_not_sorted(solution):
    return selecting(
        solution,
        lambda folder: sorted(
            (path for path in folder.rglob("*") if is_image(path, solution.ENDINGS)), key=place, reverse=True
        ),
        key=lambda _: 0,
    )


@wrong(
    caught_by="test_samples",
    because="The class is looked up by the folder right above the file; deeper files then get a number by default.",
)
def parent_or_default(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            super().__init__(root, transform)
            self.samples = [(path, self.class_to_idx.get(Path(path).parent.name, 0)) for path, _ in self.samples]

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(
    caught_by="test_samples",
    because="The class is taken from the folder right above the file, which need not be the class folder.",
)
def parent_is_class(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            super().__init__(root, transform)
            self.samples = [(path, self.class_to_idx[path.parent.name]) for path, _ in self.samples]

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_samples", because="The attribute has another name: class_to_idx is what others look for.")
def misspelt(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            super().__init__(root, transform)
            self.classes_to_idx = self.class_to_idx
            del self.class_to_idx

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_which_files", because="The classes' names stand where their numbers should.")
def names_for_numbers(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            super().__init__(root, transform)
            self.samples = [(path, self.classes[number]) for path, number in self.samples]

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_empty_class", because="A class without images goes unnoticed: the model can never learn it.")
def empty_class(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            self.classes, self.class_to_idx = solution.find_classes(root)
            self.transform = transform
            self.samples = [
                (path, number)
                for name, number in self.class_to_idx.items()
                for path in sorted(Path(root, name).rglob("*"), key=place)
                if is_image(path, solution.ENDINGS)
            ]

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_which_files", because="A folder whose name ends like an image's is taken for an image.")
def folders_are_images(solution):
    return selecting(
        solution, lambda folder: [path for path in folder.rglob("*") if path.suffix.lower() in solution.ENDINGS]
    )


@wrong(
    caught_by="test_which_files",
    because="The ending is not at the end: of a name with several dots, only what follows the last one counts.",
)
def ending_anywhere(solution):
    def choose(folder):
        files = [path for path in folder.rglob("*") if path.is_file()]
        return [path for path in files if any(ending in path.name.lower() for ending in solution.ENDINGS)]

    return selecting(solution, choose)


@wrong(
    caught_by="test_which_files",
    because="The ending is not at the end: of a name with several dots, only what follows the last one counts.",
)
def first_dot(solution):
    def choose(folder):
        files = [path for path in folder.rglob("*") if path.is_file()]
        return [path for path in files if f".{[*path.name.lower().split('.'), ''][1]}" in solution.ENDINGS]

    return selecting(solution, choose)


def opening(solution, open_image):
    """The dataset that opens its images with `open_image(path)`."""

    class ImageFolderCustom(solution.ImageFolderCustom):
        def __getitem__(self, index):
            path, number = self.samples[index]
            image = open_image(path)
            return (image if self.transform is None else self.transform(image)), number

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_image", because="The image keeps its file's mode: grey has 1 channel, transparent 4.")
def own_mode(solution):
    return opening(solution, Image.open)


@wrong(caught_by="test_image", because="A tensor is handed out: turning an image into one is a transform's business.")
def tensor(solution):
    return opening(solution, lambda path: pil_to_tensor(Image.open(path).convert("RGB")))


@wrong(caught_by="test_image", because="An index past the end begins again at the front: a `for` loop never ends.")
def wraps_around(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __getitem__(self, index):
            return super().__getitem__(index % len(self))

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_image", because="Negative indices are refused; a list counts them from its end.")
def refuses_negative(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __getitem__(self, index):
            if not 0 <= index < len(self):
                raise IndexError(index)
            return super().__getitem__(index)

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(
    caught_by="test_which_files",
    because="Every image is opened when the dataset is made; paths are all that is needed.",
)
def eager(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            super().__init__(root, transform)
            self.images = [Image.open(path).convert("RGB") for path, _ in self.samples]

        def __getitem__(self, index):
            image, number = self.images[index], self.samples[index][1]
            return (image if self.transform is None else self.transform(image)), number

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_lazy", because="Images once opened are kept for ever: after an epoch all are in memory.")
def caches(solution):
    return opening(solution, lru_cache(maxsize=None)(lambda path: Image.open(path).convert("RGB")))


@wrong(caught_by="test_transform", because="The transform is stored and never called.")
def forgets_transform(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __init__(self, root, transform=None):
            super().__init__(root)

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(
    caught_by="test_transform", because="The image is converted after the transform, which gets the file's own mode."
)
def transforms_first(solution):
    class ImageFolderCustom(solution.ImageFolderCustom):
        def __getitem__(self, index):
            path, number = self.samples[index]
            if self.transform is None:
                return super().__getitem__(index)
            return self.transform(Image.open(path)), number

    return {"ImageFolderCustom": ImageFolderCustom}


@wrong(caught_by="test_by_hand", because="torchvision's own function does the work that was yours to do here.")
def asks_torchvision(solution):
    def find_classes(directory):
        from torchvision.datasets.folder import find_classes as found

        return found(directory)

    return {"find_classes": find_classes}


@wrong(caught_by="test_by_hand", because="This is torchvision's ImageFolder under another name.")
def subclasses_torchvision(solution):
    from torchvision.datasets import ImageFolder

    class ImageFolderCustom(ImageFolder):
        pass

    return {"ImageFolderCustom": ImageFolderCustom}


@right("by os.scandir and os.walk, with paths as text")
def by_os(solution):
    def find_classes(directory):
        with os.scandir(directory) as entries:
            classes = sorted(entry.name for entry in entries if entry.is_dir())
        if len(classes) == 0:
            raise FileNotFoundError(directory)
        return classes, dict(zip(classes, range(len(classes)), strict=True))

    class ImageFolderCustom(Dataset):
        def __init__(self, root, transform=None):
            self.classes, self.class_to_idx = find_classes(root)
            self.transform = transform
            self.samples = []
            for name in self.classes:
                before = len(self.samples)
                for folder, _, files in sorted(os.walk(f"{root}/{name}")):
                    for file in sorted(files):
                        if file.lower().endswith(solution.ENDINGS):
                            self.samples.append((f"{folder}/{file}", self.class_to_idx[name]))
                if len(self.samples) == before:
                    raise FileNotFoundError(name)

        def __len__(self):
            return len(self.samples)

        def __getitem__(self, index):
            path, number = self.samples[index]
            image = Image.open(path).convert("RGB")
            if self.transform:
                image = self.transform(image)
            return image, number

    return {"find_classes": find_classes, "ImageFolderCustom": ImageFolderCustom}


@right("by one walk over the tree, grouped and counted afterwards")
def by_one_walk(solution):
    def find_classes(directory):
        classes = [path.name for path in Path(directory).glob("*") if path.is_dir()]
        classes.sort()
        if not classes:
            raise FileNotFoundError("no classes")
        return classes, {name: classes.index(name) for name in classes}

    class ImageFolderCustom(Dataset):
        def __init__(self, root, transform=lambda image: image):
            root = Path(root)
            self.classes, self.class_to_idx = find_classes(root)
            self.transform = transform or (lambda image: image)
            found = []
            for path in root.rglob("*"):
                first, *rest = path.relative_to(root).parts
                if rest and path.is_file() and path.name.lower().endswith(solution.ENDINGS):
                    found.append((self.class_to_idx[first], str(path.parent), path.name))
            if {number for number, _, _ in found} != set(range(len(self.classes))):
                raise FileNotFoundError("a class has no image")
            self.samples = [[Path(folder) / name, number] for number, folder, name in sorted(found)]

        def __len__(self):
            return len(self.samples)

        def __getitem__(self, index):
            path, number = self.samples[index]
            with path.open("rb") as file:
                return [self.transform(Image.open(file).convert("RGB")), number]

    return {"find_classes": find_classes, "ImageFolderCustom": ImageFolderCustom}

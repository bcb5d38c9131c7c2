"""Wrong answers that 12_experiment_tracking must catch, and right ones it must accept."""

import io
import json
import math
import tempfile
from pathlib import Path

import torch

from tutor.checks import excuse, right, wrong


def logger(line=json.dumps, mode="a", end="\n"):
    """A log_run that writes `line(run)`."""

    def log_run(path, run):
        torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
        with path.open(mode, encoding="utf-8", newline="\n") as file:
            file.write("\n" * (torn and end == "\n") + line(run) + end)

    return {"log_run": log_run}


@wrong(
    caught_by="test_log_by_example", because='The mode "w" empties the file at each call: only the last run is left.'
)
def overwrites(solution):
    return logger(mode="w")


@wrong(caught_by="test_log_by_example", because="The newline is missing: all runs stand in one line.")
def no_newline(solution):
    return logger(end="")


@wrong(
    caught_by="test_log_by_example",
    because="str(run) is Python, not JSON: quotes, None and True are written differently.",
)
def as_python(solution):
    return logger(str)


@wrong(caught_by="test_log_by_example", because="indent spreads a run over several lines; each run was to be one.")
def indented(solution):
    return logger(lambda run: json.dumps(run, indent=2))


@wrong(
    caught_by="test_log_by_example",
    because="An empty file has no last byte that is a newline, and no half line either.",
)
def blank_line_first(solution):
    def log_run(path, run):
        torn = path.exists() and not path.read_bytes().endswith(b"\n")
        with path.open("ab") as file:
            file.write(b"\n" * torn + json.dumps(run).encode() + b"\n")

    return {"log_run": log_run}


@wrong(caught_by="test_log_by_example", because="The file holds one list of all runs, not a line for each.")
def one_list(solution):
    def log_run(path, run):
        runs = json.loads(path.read_text()) if path.exists() else []
        path.write_text(json.dumps([*runs, run]))

    return {"log_run": log_run}


@wrong(caught_by="test_log_by_example", because="A time stamp of its own is added: a run comes back as it was given.")
def adds_a_key(solution):
    return logger(lambda run: json.dumps({**run, "logged": True}))


@wrong(caught_by="test_log_by_example", because="All values are made text; numbers are to stay numbers.")
def all_text(solution):
    return logger(lambda run: json.dumps({key: str(value) for key, value in run.items()}))


def reader(lines=lambda path: path.read_bytes().split(b"\n"), parse=json.loads, errors=ValueError, missing=True):
    """A read_runs of the `lines`, without those for which `parse` raises."""

    def read_runs(path):
        if missing and not path.exists():
            return []
        runs = []
        for line in lines(path):
            try:
                runs.append(parse(line))
            except errors:
                continue
        return runs

    return {"read_runs": read_runs}


@wrong(caught_by="test_read_by_example", because="A file that is not there cannot be opened: there are no runs yet.")
def no_file(solution):
    return reader(missing=False)


@wrong(caught_by="test_read_by_example", because="json.loads takes one line at a time, not the whole file.")
def whole_file(solution):
    return {"read_runs": lambda path: json.loads(path.read_text()) if path.exists() else []}


@wrong(caught_by="test_read_by_example", because="A line that is no JSON stops the reading with an error.")
def raises(solution):
    return reader(errors=())


@wrong(
    caught_by="test_read_by_example", because="The reading ends at the first line that is no JSON: the rest is lost."
)
def stops(solution):
    def read_runs(path):
        runs = []
        if path.exists():
            for line in path.read_bytes().split(b"\n"):
                try:
                    runs.append(json.loads(line))
                except ValueError:
                    break
        return runs

    return {"read_runs": read_runs}


@wrong(caught_by="test_read_by_example", because="A generator is used up after one turn; a list was asked for.")
def generator(solution):
    return {"read_runs": lambda path: iter(solution.read_runs(path))}


@wrong(caught_by="test_read_by_example", because="The newest run comes first: the order of the file was asked for.")
def reversed_order(solution):
    return {"read_runs": lambda path: solution.read_runs(path)[::-1]}


@wrong(caught_by="test_read_by_example", because="The last line is left out always, and not only when it is torn.")
def without_the_last(solution):
    return {"read_runs": lambda path: reader()["read_runs"](path)[:-1]}


@wrong(
    caught_by="test_what_is_logged_is_read",
    because="str.splitlines ends a line at more characters than newline, and ensure_ascii=False leaves them in.",
)
def other_line_ends(solution):
    lines = reader(lambda path: path.read_text(encoding="utf-8").splitlines())
    return logger(lambda run: json.dumps(run, ensure_ascii=False)) | lines


@wrong(
    caught_by="test_diverged",
    because="allow_nan=False refuses the loss of a run that blew up: it would not be in the file.",
)
def refuses_nan(solution):
    return logger(lambda run: json.dumps(run, allow_nan=False))


@wrong(caught_by="test_diverged", because="nan and infinity are replaced by None, and can be told apart no more.")
def nan_to_none(solution):
    def line(run):
        kept = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in run.items()}
        return json.dumps(kept)

    return logger(line)


@wrong(caught_by="test_torn", because="The run is added to the half line that a crash left, and lost with it.")
def continues_the_torn_line(solution):
    def log_run(path, run):
        with path.open("a") as file:
            file.write(json.dumps(run) + "\n")

    return {"log_run": log_run}


@wrong(caught_by="test_torn", because="A last line is left out though it is whole: it lacks nothing but its newline.")
def newline_demanded(solution):
    return reader(lambda path: path.read_bytes().split(b"\n")[:-1])


@wrong(caught_by="test_torn", because="A crash may cut a character in half: the file is then no UTF-8 text as a whole.")
def text_as_a_whole(solution):
    lines = reader(lambda path: path.read_text(encoding="utf-8").split("\n"))
    return logger(lambda run: json.dumps(run, ensure_ascii=False)) | lines


def chooser(counts, choose=None):
    """A best_run among the runs for which `counts(run, key)` holds."""

    def best_run(runs, key, mode="min"):
        those = [run for run in runs if counts(run, key)]
        if choose is not None:
            return choose(those, key, mode)
        return (min if mode == "min" else max)(those, key=lambda run: run[key], default=None)

    return {"best_run": best_run}


def number(run, key):
    return run.get(key) is not None and run[key] == run[key]


@wrong(caught_by="test_best_by_example", because="min keeps a nan that comes first: nothing is smaller than it.")
def nan_wins(solution):
    return chooser(lambda run, key: run.get(key) is not None)


@wrong(caught_by="test_best_by_example", because="A run without the key raises a KeyError; it does not count.")
def key_taken_for_granted(solution):
    return chooser(lambda run, key: not math.isnan(run[key]))


@wrong(caught_by="test_best_by_example", because="None is no number: it cannot be compared with one.")
def none_is_compared(solution):
    return chooser(lambda run, key: key in run and not (isinstance(run[key], float) and math.isnan(run[key])))


@wrong(
    caught_by="test_best_by_example", because="`if run.get(key)` leaves out a loss of 0.0, which is as good as can be."
)
def zero_does_not_count(solution):
    return chooser(lambda run, key: run.get(key) and number(run, key))


@wrong(
    caught_by="test_best_by_example",
    because="The number itself is returned; the run with all its settings was asked for.",
)
def returns_the_number(solution):
    return chooser(number, lambda runs, key, mode: (min if mode == "min" else max)(run[key] for run in runs))


@wrong(caught_by="test_best_by_example", because="The mode is not looked at: the smallest is always taken.")
def always_smallest(solution):
    return chooser(number, lambda runs, key, mode: min(runs, key=lambda run: run[key], default=None))


@wrong(caught_by="test_best_by_example", because="min of nothing raises an error; None was asked for.")
def nothing_left(solution):
    return chooser(number, lambda runs, key, mode: (min if mode == "min" else max)(runs, key=lambda run: run[key]))


@wrong(caught_by="test_best_by_example", because="Of equals, the last is taken.")
def last_of_equals(solution):
    def choose(runs, key, mode):
        best = None
        for run in runs:
            if best is None or (run[key] <= best[key] if mode == "min" else run[key] >= best[key]):
                best = run
        return best

    return chooser(number, choose)


@wrong(caught_by="test_best_by_example", because="sort changes the caller's list.")
def sorts_in_place(solution):
    def best_run(runs, key, mode="min"):
        worst = math.inf if mode == "min" else -math.inf
        runs.sort(key=lambda run: run[key] if number(run, key) else worst, reverse=mode == "max")
        return runs[0] if runs and number(runs[0], key) else None

    return {"best_run": best_run}


@wrong(caught_by="test_best", because="The best so far starts at infinity, which a loss of infinity does not beat.")
def starts_at_infinity(solution):
    def choose(runs, key, mode):
        best, score = None, math.inf if mode == "min" else -math.inf
        for run in runs:
            if run[key] < score if mode == "min" else run[key] > score:
                best, score = run, run[key]
        return best

    return chooser(number, choose)


def keeper(*parts, rng=True, write=None, read=None):
    """save_checkpoint and load_checkpoint of some of the parts."""

    def default_write(checkpoint, path):
        beside = path.with_suffix(".new")
        torch.save(checkpoint, beside)
        beside.replace(path)

    def save_checkpoint(path, model, optimizer, scheduler, epoch):
        things = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
        checkpoint = {name: things[name].state_dict() for name in parts} | {"epoch": epoch}
        if rng:
            checkpoint["rng"] = torch.get_rng_state()
        (write or default_write)(checkpoint, path)

    def load_checkpoint(path, model, optimizer, scheduler):
        things = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
        checkpoint = (read or torch.load)(path)
        for name in parts:
            things[name].load_state_dict(checkpoint[name])
        if rng:
            torch.set_rng_state(checkpoint["rng"])
        return checkpoint["epoch"]

    return {"save_checkpoint": save_checkpoint, "load_checkpoint": load_checkpoint}


ALL = ("model", "optimizer", "scheduler")


@wrong(
    caught_by="test_weights_come_back",
    because="The objects themselves are pickled; torch.load refuses them unless it may run code.",
)
def pickles_objects(solution):
    def save_checkpoint(path, model, optimizer, scheduler, epoch):
        torch.save({"model": model, "optimizer": optimizer, "epoch": epoch}, path)

    return {"save_checkpoint": save_checkpoint}


@wrong(
    caught_by="test_weights_come_back", because="The numbers are read and left lying: nothing is put into the model."
)
def reads_only(solution):
    return {"load_checkpoint": lambda path, model, optimizer, scheduler: torch.load(path)["epoch"]}


@wrong(caught_by="test_weights_come_back", because="The number of epochs is not returned.")
def returns_nothing(solution):
    def load_checkpoint(path, model, optimizer, scheduler):
        solution.load_checkpoint(path, model, optimizer, scheduler)

    return {"load_checkpoint": load_checkpoint}


@wrong(caught_by="test_weights_come_back", because="One epoch too many: what was saved is the number of epochs done.")
def next_epoch(solution):
    return {"load_checkpoint": lambda path, *parts: solution.load_checkpoint(path, *parts) + 1}


@wrong(
    caught_by="test_weights_come_back",
    because="Only parameters are saved: the running statistics of batch normalisation are lost.",
)
def no_buffers(solution):
    def save_checkpoint(path, model, optimizer, scheduler, epoch):
        solution.save_checkpoint(path, model, optimizer, scheduler, epoch)
        checkpoint = torch.load(path)
        names = {name for name, _ in model.named_parameters()}
        checkpoint["model"] = {name: one for name, one in checkpoint["model"].items() if name in names}
        torch.save(checkpoint, path)

    def load_checkpoint(path, model, optimizer, scheduler):
        checkpoint = torch.load(path)
        model.load_state_dict(checkpoint["model"], strict=False)
        return checkpoint["epoch"]

    return {"save_checkpoint": save_checkpoint, "load_checkpoint": load_checkpoint}


@wrong(
    caught_by="test_weights_come_back",
    because="The model is put into evaluation mode to be saved, and training goes on in it.",
)
def saves_in_eval(solution):
    def save_checkpoint(path, model, optimizer, scheduler, epoch):
        solution.save_checkpoint(path, model.eval(), optimizer, scheduler, epoch)

    return {"save_checkpoint": save_checkpoint}


@wrong(
    caught_by="test_goes_on",
    because="The optimizer starts anew: its momentum is lost, and the first steps go elsewhere.",
)
def without_the_optimizer(solution):
    return keeper("model", "scheduler")


@wrong(
    caught_by="test_goes_on",
    because="The scheduler starts at epoch 0 again: the learning rates that follow are those of the beginning.",
)
def without_the_scheduler(solution):
    return keeper("model", "optimizer")


@wrong(
    caught_by="test_goes_on", because="The random generator is where it happens to be: other batches, other dropout."
)
def without_the_generator(solution):
    return keeper(*ALL, rng=False)


@wrong(
    caught_by="test_goes_on",
    because="The seed is saved, not the state: the random numbers begin again at the first one.",
)
def seed_for_state(solution):
    parts = keeper(*ALL, rng=False)

    def save_checkpoint(path, model, optimizer, scheduler, epoch):
        parts["save_checkpoint"](path, model, optimizer, scheduler, epoch)
        torch.save(torch.load(path) | {"seed": torch.initial_seed()}, path)

    def load_checkpoint(path, model, optimizer, scheduler):
        epoch = parts["load_checkpoint"](path, model, optimizer, scheduler)
        torch.manual_seed(torch.load(path)["seed"])
        return epoch

    return {"save_checkpoint": save_checkpoint, "load_checkpoint": load_checkpoint}


@wrong(
    caught_by="test_old_checkpoint_survives",
    because="torch.save empties the file before it writes: if it fails, the old checkpoint is gone.",
)
def writes_over(solution):
    return keeper(*ALL, write=torch.save)


@wrong(
    caught_by="test_old_checkpoint_survives",
    because="Making the bytes first is not enough: write_bytes empties the file, and may then fail on a full disk.",
)
def buffer_written_over(solution):
    def write(checkpoint, path):
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        path.write_bytes(buffer.getvalue())

    return keeper(*ALL, write=write)


@wrong(caught_by="test_old_checkpoint_survives", because="The old checkpoint is deleted before the new one is written.")
def deletes_first(solution):
    def write(checkpoint, path):
        path.unlink(missing_ok=True)
        beside = path.with_suffix(".new")
        torch.save(checkpoint, beside)
        beside.replace(path)

    return keeper(*ALL, write=write)


@wrong(
    caught_by="test_old_checkpoint_survives", because="The error is swallowed: nobody learns that nothing was saved."
)
def swallows(solution):
    def write(checkpoint, path):
        beside = path.with_suffix(".new")
        try:
            torch.save(checkpoint, beside)
        except OSError:
            return
        beside.replace(path)

    return keeper(*ALL, write=write)


@wrong(caught_by="test_old_checkpoint_survives", because="A checkpoint that is there is never replaced.")
def never_replaces(solution):
    def write(checkpoint, path):
        beside = path.with_suffix(".new")
        torch.save(checkpoint, beside)
        if not path.exists():
            beside.replace(path)

    return keeper(*ALL, write=write)


@wrong(
    caught_by="test_runs_no_code",
    because="weights_only=False reads any pickle, and a pickle may run code while it is read.",
)
def runs_code(solution):
    return keeper(*ALL, read=lambda path: torch.load(path, weights_only=False))


@wrong(
    caught_by="test_from_another_device",
    because="Without map_location, tensors are put back on the GPU they came from.",
)
def no_map_location(solution):
    return keeper(*ALL)


@right("by separate files of text, a temporary file of the system's naming, and the old file kept beside")
def other_files(solution):
    def log_run(path, run):
        if not path.exists():
            path.touch()
        with path.open("rb+") as file:
            whole = file.read()
            if whole and whole[-1] != ord("\n"):
                file.write(b"\n")
            file.write(f"{json.dumps(run, ensure_ascii=False)}\n".encode())

    def read_runs(path):
        def parsed():
            try:
                with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
                    for line in file:
                        try:
                            yield json.loads(line)
                        except json.JSONDecodeError:
                            pass
            except FileNotFoundError:
                return

        return list(parsed())

    def best_run(runs, key, mode="min"):
        sign = 1 if mode == "min" else -1
        ranked = [(sign * run[key], place) for place, run in enumerate(runs) if number(run, key)]
        return runs[min(ranked)[1]] if ranked else None

    def write(checkpoint, path):
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            torch.save(checkpoint, file)
        Path(file.name).replace(path)

    found = keeper(*reversed(ALL), write=write, read=lambda path: torch.load(path, map_location="cpu"))
    return {"log_run": log_run, "read_runs": read_runs, "best_run": best_run} | found


@right("by a buffer in memory that is written when it is whole, and a tuple for the checkpoint")
def buffered(solution):
    def save_checkpoint(path, model, optimizer, scheduler, epoch):
        buffer = io.BytesIO()
        states = [part.state_dict() for part in (model, optimizer, scheduler)]
        torch.save((*states, epoch, torch.random.get_rng_state()), buffer)
        beside = path.parent / f"~{path.name}"
        beside.write_bytes(buffer.getvalue())
        beside.rename(path)

    def load_checkpoint(path, *parts):
        with path.open("rb") as file:
            *states, epoch, rng = torch.load(file, map_location=torch.device("cpu"), weights_only=True)
        for part, state in zip(parts, states, strict=True):
            part.load_state_dict(state)
        torch.default_generator.set_state(rng)
        return epoch

    def best_run(runs, key, mode="min"):
        best = None
        for run in runs:
            if not number(run, key):
                continue
            if best is None or (run[key] < best[key] if mode == "min" else run[key] > best[key]):
                best = run
        return best

    return {"save_checkpoint": save_checkpoint, "load_checkpoint": load_checkpoint, "best_run": best_run}


excuse(
    line='checkpoint = torch.load(path, map_location="cpu", weights_only=True)',
    becomes='checkpoint = torch.load(path, map_location="cpu")',
    because="equivalent: weights_only=True is the default since torch 2.6, the oldest that tutor works with.",
)
excuse(
    line='beside = path.with_name(path.name + ".part")',
    becomes='beside = path.with_name(path.name + ".part_")',
    because="equivalent: the name of the file that is soon replaced is nobody's business.",
)

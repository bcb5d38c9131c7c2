"""Checks of 10_timing: distances in Python's numbers, and a simulated computer with its own clocks and accelerator.

No verdict depends on real time.
"""

import time
import timeit
from contextlib import contextmanager

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_type,
    expect,
    forbid,
    home,
    reading_from_meta,
    show_plot,
    tensors,
    unchanged,
)

CLOCKS = ("perf_counter", "time", "monotonic", "process_time", "thread_time")
REAL = {name: (getattr(time, name), getattr(time, f"{name}_ns")) for name in CLOCKS}
BUSY, LAUNCH, WORK, SETTING_UP = 64.0, 0.25, 2.0, 8.0  # seconds of the simulated computer


class Computer:
    """A simulated computer: work is queued and done when somebody waits; only the right clock tells the time.

    `busy` seconds of work are queued before anything begins; the first `cold` calls cost more.
    """

    def __init__(self, device, busy=0.0, cold=0):
        self.device = device
        self.now, self.queued, self.cold, self.calls = 1024.0, busy, cold, 0
        self.waited = []

    def call(self):
        """Queue work for the device, or do it at once on the CPU."""
        self.calls += 1
        self.now += LAUNCH + (SETTING_UP if self.calls <= self.cold else 0)
        self.queued += WORK
        if self.device.type == "cpu":
            self.finish()

    def finish(self):
        """Let the time pass until nothing is queued."""
        self.now, self.queued = self.now + self.queued, 0.0

    def wait(self, kind, device=None):
        """What the functions that synchronise do, for the accelerators of a kind."""
        if kind != self.device.type or kind == "cpu":
            raise RuntimeError(f"synchronize of {kind} was called on a simulated computer that has only {self.device}")
        which = torch.device(self.device.type if device is None else device)
        number = which.index or 0
        if which.type != self.device.type:
            raise ValueError(f"{which} doesn't match the accelerator {self.device} of this simulated computer")
        self.waited.append(torch.device(which.type, number))
        if number == (self.device.index or 0):
            self.finish()

    def any_wait(self, device=None):
        """torch.accelerator.synchronize."""
        self.wait(self.device.type, device)

    def clock(self, name):
        """A clock of the module time: the wall clock is set back all the time, others stand still or are coarse."""
        other = {"time": lambda: 5e8 - 3 * self.now, "monotonic": lambda: float(self.now // 16 * 16)}
        return other.get(name, (lambda: self.now) if name == "perf_counter" else (lambda: 7.0))

    @contextmanager
    def running(self, answer):
        """Put the clocks and the functions that synchronise in place of the real ones."""
        there = self.device.type
        with pytest.MonkeyPatch.context() as patch:
            fakes = {}
            for name, (real, real_ns) in REAL.items():
                fakes[real] = self.clock(name)
                fakes[real_ns] = lambda clock=fakes[real]: int(clock() * 10**9)
                patch.setattr(time, name, fakes[real])
                patch.setattr(time, f"{name}_ns", fakes[real_ns])
            patch.setattr(timeit, "default_timer", fakes[REAL["perf_counter"][0]])
            for name, value in list(vars(answer).items()):
                for real, fake in fakes.items():
                    if value is real:  # from time import perf_counter
                        patch.setattr(answer, name, fake)
            for kind in ("cuda", "mps", "xpu"):
                module = getattr(torch, kind)
                patch.setattr(module, "synchronize", lambda device=None, kind=kind: self.wait(kind, device))
                patch.setattr(module, "is_available", lambda kind=kind: there == kind, raising=False)
            patch.setattr(torch.backends.mps, "is_available", lambda: there == "mps")
            patch.setattr(torch.accelerator, "synchronize", self.any_wait)
            patch.setattr(torch.accelerator, "is_available", lambda *_, **__: there != "cpu")
            patch.setattr(
                torch.accelerator,
                "current_accelerator",
                lambda *_, **__: None if there == "cpu" else torch.device(there),
            )
            yield


def times_of(answer, device, *, busy=0.0, cold=0, **arguments):
    """What `time_calls` gives on a simulated computer, with the computer."""
    computer = Computer(torch.device(device), busy, cold)
    with computer.running(answer):
        actual = answer.time_calls(computer.call, computer.device, **arguments)
    assert_type(actual, list, "time_calls(call, device)")
    return actual, computer


def test_nearest_by_example(answer, device):
    """`nearest` of the points (0, 0), (5.5, 0), (9, 1) and the centres (1, 0), (9, 0) is [0, 1, 1], an int64 tensor.

    With a dimension of size 1 in the middle, each point meets each centre: what is the shape then?

    Square the differences, sum over the coordinates, and ask for the place of the smallest along the centres.
    """
    points = torch.tensor([[0.0, 0.0], [5.5, 0.0], [9.0, 1.0]], device=device)
    centres = torch.tensor([[1.0, 0.0], [9.0, 0.0]], device=device)
    actual = answer.nearest(points, centres)
    explain = {
        "These are the farthest centres.": torch.tensor([1, 0, 0], device=device),
        "For each centre, this is the nearest point; for each point the nearest centre is asked for.": torch.tensor(
            [0, 2], device=device
        ),
    }
    expected = torch.tensor([0, 1, 1], device=device)
    assert_close(actual, expected, name="nearest(points, centres)", explain=explain)


@settings(max_examples=40)
@given(data=st.data(), n=st.integers(1, 5), k=st.integers(1, 4), d=st.integers(1, 3))
def test_nearest(answer, device, data, n, k, d):
    """`nearest` gives every point a centre than which none is nearer, for any sizes, also of 1.

    A single point, a single centre or a single coordinate: does a dimension vanish, or does a comparison broadcast?

    Count the dimensions (N, K, D): the last one is summed away, then the centres are compared.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    place = home(dtype, device)
    points = data.draw(tensors((n, d), dtype=dtype), label="points").to(place)
    centres = data.draw(tensors((k, d), dtype=dtype), label="centres").to(place)
    with unchanged(points=points, centres=centres):
        actual = answer.nearest(points, centres)
    assert_type(actual, torch.Tensor, "nearest(points, centres)")
    assert_equal(actual.shape, torch.Size([n]), name=f"shape of nearest for points {(n, d)} and centres {(k, d)}")
    assert_equal(actual.dtype, torch.int64, name="dtype of nearest(points, centres)")
    assert_equal(actual.device, points.device, name="device of nearest(points, centres)")
    for number, (point, chosen) in enumerate(zip(points.tolist(), actual.tolist(), strict=True)):
        distances = [sum((a - b) ** 2 for a, b in zip(point, one, strict=True)) for one in centres.tolist()]
        expect(0 <= chosen < k, f"nearest(points, centres)[{number}] is {chosen}; there are {k} centres.")
        expect(
            distances[chosen] <= min(distances) + 1e-3,
            f"For point {number}, {point}, nearest chose centre {chosen} of {centres.tolist()}; centre "
            f"{distances.index(min(distances))} is nearer.",
        )


def test_nearest_without_loops(answer):
    """`nearest` makes the same few calls for 40 points and 15 centres as for 2, and works where tensors are.

    A loop over the centres alone is still a loop: its calls grow with their number.

    `points[:, None]` has the shape (N, 1, D) and broadcasts against (K, D). No tensor has to be read.
    """
    generator = torch.Generator().manual_seed(1)
    for n, k, d in ((40, 15, 13), (2, 30, 1), (30, 2, 2)):
        points, centres = (torch.randn(rows, d, generator=generator) for rows in (n, k))
        read = (torch.Tensor.tolist, torch.Tensor.item, torch.Tensor.numpy)
        with forbid(*read, at_most_calls=12):
            answer.nearest(points, centres)
    with reading_from_meta() as meta:
        actual = answer.nearest(torch.ones(4, 2, device=meta), torch.ones(3, 2, device=meta))
    assert_equal(getattr(actual, "device", None), meta, name="device of nearest(...) of tensors on meta")


def test_synchronise(answer):
    """`synchronise` waits for the device that it is given, and on the CPU does nothing.

    The computers of this check are simulated: one has two CUDA devices, one is an Apple, one has a CPU alone.

    Ask `device.type`, not what the computer has: one with an accelerator has a CPU too.

    Which device does `synchronize` wait for when it is not told one?
    """
    for there, name in (("cuda", "cuda"), ("mps", "mps"), ("cpu", "cpu"), ("cuda", "cpu"), ("cuda:1", "cuda:1")):
        computer = Computer(torch.device(there), busy=BUSY)
        try:
            with computer.running(answer):
                answer.synchronise(torch.device(name))
        except (RuntimeError, ValueError) as error:
            kind = f"{type(error).__name__}: {error}"
            raise Mismatch(f"synchronise({name}) on a simulated computer with {there} raises {kind}.") from error
        if name == "cpu":
            expect(not computer.waited, f"synchronise(cpu) should do nothing; it waited for {there}.")
        else:
            waited = f", but for {computer.waited[0]}" if computer.waited else ""
            done = computer.queued == 0
            expect(done, f"synchronise did not wait for the simulated device {name}{waited}: its work is not done.")


def test_time_calls_on_the_cpu(answer):
    """`time_calls` calls `warm_ups` times untimed, then `repeats` times, and returns the seconds of each of these.

    The simulated call takes 2.25 seconds, by `time.perf_counter`. Other clocks are set, coarse, or stand still.

    The first two take 10.25: they are the warm-ups, and no time of theirs is in the list.

    Read the clock before and after each single call; a list gets their difference.
    """
    each = LAUNCH + WORK
    for arguments, repeats, warm_ups in (
        ({}, 5, 2),
        ({"repeats": 3}, 3, 2),
        ({"repeats": 1, "warm_ups": 4}, 1, 4),
        ({"repeats": 4, "warm_ups": 0}, 4, 0),
    ):
        given_so = "".join(f", {name}={value}" for name, value in arguments.items())
        name = f"time_calls(call, cpu{given_so})"
        actual, computer = times_of(answer, "cpu", cold=min(2, warm_ups), **arguments)
        expect(
            computer.calls == repeats + warm_ups,
            f"{name} made {computer.calls} calls; {warm_ups} to warm up and {repeats} to time were asked for.",
        )
        explain = {
            "The first calls, which set things up, are among those timed.": [each + SETTING_UP] * 2
            + [each] * (repeats - 2),
            "This is the time of all calls together.": [each * repeats],
            "Each is the time since the first call began.": [each * (n + 1) for n in range(repeats)],
        }
        if repeats < 3:
            explain = None
        assert_close(actual, [each] * repeats, name=name, explain=explain)


@settings(max_examples=20)
@given(
    device=st.sampled_from(["cuda", "cuda:1", "mps"]),
    repeats=st.integers(1, 4),
    warm_ups=st.integers(0, 3),
    busy=st.sampled_from([0.0, BUSY]),
)
@example(device="cuda", repeats=3, warm_ups=0, busy=BUSY)
@example(device="cuda", repeats=3, warm_ups=2, busy=0.0)
def test_time_calls_waits(answer, device, repeats, warm_ups, busy):
    """On an accelerator each time holds the call's own work, all of it, and nothing that was queued before.

    A call here returns after 0.25 seconds and has 2 seconds of work queued. When is it done?

    Wait before you read the second clock. And before the first: the warm-ups too have queued their work.
    """
    actual, _ = times_of(answer, device, busy=busy, repeats=repeats, warm_ups=warm_ups)
    earlier = busy + WORK * warm_ups
    explain = {"The clock was read before the work was done: these are the times of queueing.": [LAUNCH] * repeats}
    if earlier:
        explain["Work that was queued before is in the first time."] = [
            earlier + LAUNCH + WORK,
            *[LAUNCH + WORK] * (repeats - 1),
        ]
    queued = f" and {busy:.0f} s of other work in the queue" if busy else ""
    name = f"time_calls on a simulated {device}, {repeats} repeats after {warm_ups} warm-ups{queued},"
    assert_close(actual, [LAUNCH + WORK] * repeats, name=name, explain=explain)


def test_report_by_example(answer):
    """`report` of [0.004, 0.0025, 0.003] is `nearest on cpu: median 3.000 ms, fastest 2.500 ms, 3 runs`.

    Milliseconds are thousandths: multiply. The format of a number stands inside the braces, behind a colon.

    `{x:.3f}` gives three decimals. The median is the middle one of the sorted times.
    """
    seconds = [0.004, 0.0025, 0.003]
    actual = answer.report("nearest", torch.device("cpu"), seconds)
    assert_equal(
        actual,
        "nearest on cpu: median 3.000 ms, fastest 2.500 ms, 3 runs",
        name='report("nearest", cpu, [0.004, 0.0025, 0.003])',
        explain={
            "These are seconds, not milliseconds.": "nearest on cpu: median 0.003 ms, fastest 0.003 ms, 3 runs",
            "This is the mean, not the median.": "nearest on cpu: median 3.167 ms, fastest 2.500 ms, 3 runs",
        },
    )
    expect(seconds == [0.004, 0.0025, 0.003], f"report changed the list of seconds that it was given to {seconds}.")


@settings(max_examples=30)
@given(
    micros=st.lists(st.integers(1, 2_000_000).map(lambda n: 2 * n), min_size=1, max_size=6),
    name=st.sampled_from(["nearest", "loop"]),
    device=st.sampled_from(["cpu", "cuda:1"]),
)
@example(micros=[4000, 2000], name="loop", device="cpu")
@example(micros=[8000, 2000, 6000, 1000], name="loop", device="cuda:1")
def test_report(answer, micros, name, device):
    """`report` tells name, device, median, fastest and number for any times, an even number of them too.

    Of four times, two are in the middle, and the median is their mean. `torch.median` takes the lower one.

    The standard library's `statistics` knows the median.

    A device in an f-string is printed whole, `cuda:1`; its `type` is `cuda` alone.
    """
    ordered = sorted(micros)
    middle = (ordered[len(ordered) // 2] + ordered[(len(ordered) - 1) // 2]) // 2
    shown = [f"{one // 1000}.{one % 1000:03d}" for one in (middle, ordered[0])]
    seconds = [one / 1_000_000 for one in micros]
    actual = answer.report(name, torch.device(device), seconds)
    expected = f"{name} on {device}: median {shown[0]} ms, fastest {shown[1]} ms, {len(micros)} runs"
    assert_equal(actual, expected, name=f"report({name!r}, {device}, {seconds})")


def test_real_calls(answer, device):
    """On this machine `time_calls` gives times that are long enough, for two small networks and for both searches.

    If everything above holds and this does not: is the clock read around the call, and around nothing less?

    No time here is too long or too short for you to pass; the plot is for you to look at.
    """
    x = torch.randn(64, 1, 28, 28).to(device)
    v0 = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Linear(10, 10)).to(device)
    v1 = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.ReLU(), nn.Linear(10, 10), nn.ReLU()).to(device)
    points, centres = torch.randn(40, 3).to(device), torch.randn(5, 3).to(device)
    calls = {
        "two layers": lambda: v0(x),
        "with ReLU": lambda: v1(x),
        "loop": lambda: answer.nearest_by_loop(points, centres),
        "your nearest": lambda: answer.nearest(points, centres),
    }
    lines, told = {}, []
    for name, call in calls.items():
        inside = []

        def timed(call=call, inside=inside):
            start = REAL["perf_counter"][0]()
            call()
            inside.append(REAL["perf_counter"][0]() - start)

        seconds = answer.time_calls(timed, device, repeats=6, warm_ups=2)
        assert_type(seconds, list, "time_calls(call, device, repeats=6, warm_ups=2)")
        assert_equal([type(one) for one in seconds], [float] * 6, name=f"types of the times of {name}")
        for number, (one, least) in enumerate(zip(seconds, inside[2:], strict=True)):
            expect(
                one >= least - 1e-6,
                f"Time {number} of {name!r} is {1000 * one:.3f} ms, but the call alone took {1000 * least:.3f} ms: the "
                "times are not those of single calls.",
            )
        lines[name] = [1000 * one for one in seconds]
        told.append(answer.report(name, device, seconds))
    show_plot("Milliseconds of each run, by your clock", lines, x="run", y="ms", text="; ".join(map(str, told)))


def bench_nearest(module, device):
    """Timing: 500 points and 20 centres in 8 dimensions."""
    points, centres = torch.randn(500, 8, device=device), torch.randn(20, 8, device=device)
    return lambda: module.nearest(points, centres)

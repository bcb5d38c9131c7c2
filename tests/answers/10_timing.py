"""Wrong answers that 10_timing must catch, and right ones it must accept."""

import statistics
import time

import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_nearest_without_loops",
    because="A loop over the centres is left: calls to torch grow with their number.",
)
def loop_over_centres(solution):
    def nearest(points, centres):
        return torch.stack([(points - centre).square().sum(1) for centre in centres], dim=1).argmin(1)

    return {"nearest": nearest}


@wrong(caught_by="test_nearest_without_loops", because="The loop as it was: it reads a number for every pair.")
def the_loop(solution):
    return {"nearest": solution.nearest_by_loop}


@wrong(
    caught_by="test_nearest_without_loops", because="Python's lists are loops too: tolist brings every number to them."
)
def lists(solution):
    def nearest(points, centres):
        numbers = []
        for point in points.tolist():
            distances = [sum((a - b) ** 2 for a, b in zip(point, one, strict=True)) for one in centres.tolist()]
            numbers.append(distances.index(min(distances)))
        return torch.tensor(numbers, device=points.device)

    return {"nearest": nearest}


def searching(pick):
    """A `nearest` that picks from the differences (N, K, D)."""
    return {"nearest": lambda points, centres: pick(points[:, None] - centres)}


@wrong(caught_by="test_nearest_by_example", because="argmax picks the farthest centre.")
def farthest(solution):
    return searching(lambda differences: differences.square().sum(2).argmax(1))


@wrong(caught_by="test_nearest_by_example", because="argmin over the points: each centre gets its nearest point.")
def nearest_points(solution):
    return searching(lambda differences: differences.square().sum(2).argmin(0))


@wrong(caught_by="test_nearest_by_example", because="min gives the smallest distances; argmin their places.")
def distances(solution):
    return searching(lambda differences: differences.square().sum(2).amin(1))


@wrong(
    caught_by="test_nearest_by_example",
    because="The squares are summed over the centres; the coordinates, the last dimension, have to go.",
)
def sum_over_centres(solution):
    return searching(lambda differences: differences.square().sum(1).argmin(1))


@wrong(caught_by="test_nearest_by_example", because="argmin without a dimension is one place in the whole tensor.")
def one_place(solution):
    return searching(lambda differences: differences.square().sum(2).argmin())


@wrong(
    caught_by="test_nearest", because="The differences are added up with their signs; they have to be squared first."
)
def signs(solution):
    return searching(lambda differences: differences.sum(2).abs().argmin(1))


@wrong(caught_by="test_nearest", because="Absolute differences are added up: that is the city-block distance.")
def city_block(solution):
    return searching(lambda differences: differences.abs().sum(2).argmin(1))


@wrong(caught_by="test_nearest", because="squeeze drops every dimension of size 1, that of a single point too.")
def squeezed(solution):
    return {"nearest": lambda points, centres: solution.nearest(points, centres).squeeze()}


@wrong(caught_by="test_synchronise", because="Nothing is waited for.")
def no_wait(solution):
    return {"synchronise": lambda device: None}


@wrong(caught_by="test_synchronise", because="Only CUDA is waited for; other accelerators queue their work too.")
def cuda_alone(solution):
    return {"synchronise": lambda device: torch.cuda.synchronize(device) if device.type == "cuda" else None}


@wrong(
    caught_by="test_synchronise",
    because="Without an argument the current device is waited for, which need not be the one that was given.",
)
def current_device(solution):
    return {"synchronise": lambda device: torch.accelerator.synchronize() if device.type != "cpu" else None}


@wrong(caught_by="test_synchronise", because="CUDA is waited for on every machine, also where there is none.")
def cuda_everywhere(solution):
    return {"synchronise": lambda device: torch.cuda.synchronize()}


@wrong(
    caught_by="test_synchronise",
    because="It is asked what the computer has, not what `device` is: the CPU may be given there too.",
)
def if_there_is_one(solution):
    def synchronise(device):
        if torch.accelerator.is_available():
            torch.accelerator.synchronize(device)

    return {"synchronise": synchronise}


@wrong(
    caught_by="test_synchronise",
    because="For the CPU nothing is to be done; here the accelerator is waited for all the same.",
)
def waits_for_the_cpu(solution):
    def synchronise(device):
        if torch.accelerator.is_available():
            torch.accelerator.synchronize(device if device.type != "cpu" else None)

    return {"synchronise": synchronise}


@wrong(caught_by="test_synchronise", because="torch.accelerator.synchronize(...) raises for the CPU: do nothing there.")
def cpu_too(solution):
    return {"synchronise": lambda device: torch.accelerator.synchronize(device)}


def timing(
    *,
    clock=lambda: time.perf_counter(),
    before=lambda solution, device: solution.synchronise(device),
    after=lambda solution, device: solution.synchronise(device),
    warm=lambda call, device, warm_ups: [call() for _ in range(warm_ups)],
    give=lambda seconds: seconds,
):
    """A `time_calls` with its parts exchanged."""

    def of(solution):
        def time_calls(call, device, repeats=5, warm_ups=2):
            warm(call, device, warm_ups)
            seconds = []
            for _ in range(repeats):
                before(solution, device)
                start = clock()
                call()
                after(solution, device)
                seconds.append(clock() - start)
            return give(seconds)

        return {"time_calls": time_calls}

    return of


@wrong(caught_by="test_time_calls_on_the_cpu", because="time.time is the wall clock, which may be set at any moment.")
def wall_clock(solution):
    return timing(clock=lambda: time.time())(solution)


@wrong(caught_by="test_time_calls_on_the_cpu", because="process_time counts the work of this process, and no waiting.")
def process_clock(solution):
    return timing(clock=lambda: time.process_time())(solution)


@wrong(
    caught_by="test_time_calls_on_the_cpu",
    because="Too few calls are made: all warm-ups come first, and then all repeats, which alone are timed.",
)
def no_warm_up(solution):
    return timing(warm=lambda call, device, warm_ups: None)(solution)


@wrong(caught_by="test_time_calls_on_the_cpu", because="One call warms up, whatever warm_ups says.")
def one_warm_up(solution):
    return timing(warm=lambda call, device, warm_ups: call())(solution)


@wrong(caught_by="test_time_calls_on_the_cpu", because="The mean is returned; a list with each time was asked for.")
def the_mean(solution):
    return timing(give=statistics.mean)(solution)


@wrong(caught_by="test_time_calls_on_the_cpu", because="The sum of all times stands in the list, not each one.")
def the_sum(solution):
    return timing(give=lambda seconds: [sum(seconds)])(solution)


@wrong(caught_by="test_time_calls_on_the_cpu", because="Each is the time of one call: nothing is to be divided.")
def divided(solution):
    return timing(give=lambda seconds: [one / len(seconds) for one in seconds])(solution)


@wrong(
    caught_by="test_time_calls_on_the_cpu",
    because="Too few calls are made: all warm-ups come first, and then all repeats, which alone are timed.",
)
def warm_ups_among_repeats(solution):
    def time_calls(call, device, repeats=5, warm_ups=2):
        return solution.time_calls(call, device, max(repeats - warm_ups, 0), warm_ups)

    return {"time_calls": time_calls}


@wrong(caught_by="test_time_calls_on_the_cpu", because="The start is read once, so that each time holds all before it.")
def one_start(solution):
    def time_calls(call, device, repeats=5, warm_ups=2):
        for _ in range(warm_ups):
            call()
        solution.synchronise(device)
        start, seconds = time.perf_counter(), []
        for _ in range(repeats):
            call()
            solution.synchronise(device)
            seconds.append(time.perf_counter() - start)
        return seconds

    return {"time_calls": time_calls}


@wrong(
    caught_by="test_time_calls_waits", because="The second clock is read when the work is queued, not when it is done."
)
def no_wait_after(solution):
    return timing(after=lambda solution, device: None)(solution)


@wrong(
    caught_by="test_time_calls_waits", because="Work that was queued before is not waited for: it is in the first time."
)
def no_wait_before(solution):
    return timing(before=lambda solution, device: None)(solution)


@wrong(
    caught_by="test_time_calls_waits", because="The second clock is read when the work is queued, not when it is done."
)
def no_waits(solution):
    return timing(before=lambda solution, device: None, after=lambda solution, device: None)(solution)


def reporting(
    *,
    line="{name} on {device}: median {median:.3f} ms, fastest {fastest:.3f} ms, {n} runs",
    unit=1000,
    median=statistics.median,
    order=sorted,
):
    """A `report` with its parts exchanged."""

    def report(name, device, seconds):
        times = [unit * one for one in order(seconds)]
        return line.format(name=name, device=device, median=median(times), fastest=min(times), n=len(times))

    return {"report": report}


@wrong(
    caught_by="test_report_by_example",
    because="The format `:.3f` stands outside the braces: all digits are printed, and `:.3f` after them.",
)
def format_outside(solution):
    return reporting(line="{name} on {device}: median {median}:.3f ms, fastest {fastest}:.3f ms, {n} runs")


@wrong(caught_by="test_report_by_example", because="These are seconds: a thousand times too few for milliseconds.")
def in_seconds(solution):
    return reporting(unit=1)


@wrong(caught_by="test_report_by_example", because="The mean is told: one disturbed run moves it, and the median not.")
def mean(solution):
    return reporting(median=statistics.mean)


@wrong(caught_by="test_report_by_example", because="`sort` sorts the caller's list in place; `sorted` makes a new one.")
def sorts_in_place(solution):
    return reporting(order=lambda seconds: seconds.sort() or seconds)


@wrong(caught_by="test_report_by_example", because="The middle of the list is taken before it is sorted.")
def unsorted(solution):
    return reporting(median=lambda times: times[len(times) // 2], order=list)


@wrong(caught_by="test_report", because="device.type is cuda alone; a device in an f-string is printed whole, cuda:1.")
def type_alone(solution):
    return reporting(line="{name} on {device.type}: median {median:.3f} ms, fastest {fastest:.3f} ms, {n} runs")


@wrong(
    caught_by="test_report",
    because="torch.median of an even number of times is the lower one of the two in the middle.",
)
def lower_median(solution):
    return reporting(median=lambda times: torch.tensor(times, dtype=torch.float64).median().item())


@wrong(caught_by="test_report", because="The upper one of the two in the middle is taken; their mean is the median.")
def upper_median(solution):
    return reporting(median=lambda times: times[len(times) // 2])


@right("by cdist, functions for each kind of device, and nanoseconds")
def by_cdist(solution):
    def synchronise(device):
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        elif device.type == "mps":
            torch.mps.synchronize()

    def time_calls(call, device, repeats=5, warm_ups=2):
        seconds = []
        for number in range(warm_ups + repeats):
            synchronise(device)
            start = time.perf_counter_ns()
            call()
            synchronise(device)
            if number >= warm_ups:
                seconds.append((time.perf_counter_ns() - start) / 1e9)
        return seconds

    return {
        "nearest": lambda points, centres: torch.cdist(points, centres).min(dim=1).indices,
        "synchronise": synchronise,
        "time_calls": time_calls,
        **reporting(),
    }


@right("by a product of matrices, one wait before all, and numpy's kind of median")
def by_product(solution):
    def nearest(points, centres):
        return (centres.square().sum(1) - 2 * points @ centres.T).argmin(1)

    def time_calls(call, device, repeats=5, warm_ups=2):
        for _ in range(warm_ups):
            call()
        solution.synchronise(device)

        def once():
            start = time.perf_counter()
            call()
            solution.synchronise(device)
            return time.perf_counter() - start

        return [once() for _ in range(repeats)]

    def median(times):
        return torch.tensor(times, dtype=torch.float64).quantile(0.5).item()

    return {"nearest": nearest, "time_calls": time_calls, **reporting(median=median)}


excuse(
    line="return differences.square().sum(dim=2).argmin(dim=1)",
    becomes="return differences.square().mean(dim=2).argmin(dim=1)",
    because="equivalent: a division by D changes no order.",
)
excuse(
    line="return differences.square().sum(dim=2).argmin(dim=1)",
    becomes="return differences.square().sum(dim=-1).argmin(dim=1)",
    because="equivalent: of (N, K, D), dimension 2 is the last.",
)
excuse(
    line="return differences.square().sum(dim=2).argmin(dim=1)",
    becomes="return differences.square().sum(dim=2).argmin(dim=-1)",
    because="equivalent: of (N, K), dimension 1 is the last.",
)

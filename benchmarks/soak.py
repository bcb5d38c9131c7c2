"""Whether the engine wears out: `python benchmarks/soak.py [ATTEMPTS]`, 2000 unless told otherwise.

Makes attempts of good and bad answers in turn, the bad ones from the fault corpus, through one engine of its own, then
a storm of attempts that each supersede the one before, and prints a table: verdicts as expected; the engine's
memory (RSS, since which pages it shares with the judge that waits is no matter), descriptors and threads before and
after; and the processes and temporary files left.
Exits 1 when something is not as it should be.
"""

import os
import random
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, sleep

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "faults"))

from faults import GOOD, Fault, House, corpus

from tutor.attempt.protocol import Finished, Superseded
from tutor.attempt.result import Verdict
from tutor.engine.client import Engine, engine_status, stop_engine

ATTEMPTS = 2000
WARM = 100  # attempts before the engine is first measured: allocators and imports have settled by then
MOST_GROWTH = 0.05
STORM = 100  # attempts at most that supersede one another at the end
PATIENCE = 10.0  # seconds
LONGEST = 1.0  # seconds that a fault may be given
SLOW = (
    "memory_touched",
    "output_huge_message",
    "output_raw_descriptors",
    "files_fill_scratch",
    "files_deep_scratch",
    "files_many_in_scratch",
)
ENDLESS = "while True:\n    pass\n"


def main() -> int:
    """Run the soak and print its table; 0 when all is well."""
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    with tempfile.TemporaryDirectory(prefix="tutor-s-") as folder:
        runtime = Path(folder)
        for name in ("tmp", "home", "house"):
            (runtime / name).mkdir()
        os.environ.update(
            TUTOR_RUNTIME_DIR=folder, TMPDIR=str(runtime / "tmp"), HOME=str(runtime / "home"), TUTOR_IDLE_SECONDS="600"
        )
        try:
            table, well = soak(House(runtime / "house", runtime), attempts, min(WARM, attempts // 4))
        finally:
            stop_engine()
    sys.stdout.write(table)
    return 0 if well else 1


def soak(house: House, attempts: int, warm: int) -> tuple[str, bool]:
    """The table after `attempts`, and whether all is as it should be; memory is compared from attempt `warm` on."""
    house.put(GOOD)
    layers = frozenset(house.attempt().layers)
    faults = quick_faults(layers)
    order = random.Random(0)
    wrong: Counter[str] = Counter()
    seen: Counter[Verdict] = Counter()
    engine = _engine()
    begun = perf_counter()
    start = _facts(engine, house)
    for number in range(attempts):
        if number == warm:
            start = _facts(engine, house)
        fault = order.choice(faults) if number % 2 else None
        house.set_limit(20.0 if fault is None else fault.limit)
        house.put(GOOD if fault is None else fault.source, () if fault is None else fault.beside)
        verdict = house.attempt().verdict
        seen[verdict] += 1
        if verdict not in ({Verdict.PASSED} if fault is None else fault.verdicts):
            wrong[f"{fault.name if fault else 'a good answer'}: {verdict}"] += 1
    seconds = perf_counter() - begun
    size = min(STORM, attempts // 5)
    superseded = storm(house, size)
    end = _facts(engine, house)
    growth = end["memory"] / start["memory"] - 1
    same = _engine().pid == engine.pid
    rows = [
        ("attempts", f"{attempts} in {seconds:.0f} s, {len(faults)} kinds of bad answer"),
        ("layers", ", ".join(sorted(layers))),
        ("verdicts", ", ".join(f"{count} {verdict}" for verdict, count in sorted(seen.items()))),
        ("verdicts not as expected", ", ".join(f"{count} × {what}" for what, count in wrong.items()) or "none"),
        ("superseded by the next one, in a storm", f"{superseded} of {size}"),
        ("the same engine throughout", "yes" if same else "no"),
        ("engine's memory (RSS)", f"{_mib(start)} at attempt {warm}, {_mib(end)} at the end: {growth:+.1%}"),
        ("engine's descriptors", f"{start['descriptors']}, {end['descriptors']}"),
        ("engine's threads", f"{start['threads']}, {end['threads']}"),
        ("processes left", str(end["processes"])),
        ("temporary files left", str(end["files"])),
    ]
    well = (
        not wrong
        and superseded == size
        and same
        and growth < MOST_GROWTH
        and end["descriptors"] <= start["descriptors"]
        and end["threads"] <= start["threads"]
        and end["processes"] == end["files"] == 0
    )
    return "".join(f"| {name} | {value} |\n" for name, value in (("soak", ""), ("---", "---"), *rows)), well


def storm(house: House, size: int) -> int:
    """Begin `size` attempts that never end, then a good one; how many made way for the next, as all should."""
    with ExitStack() as stack:
        runs = []
        for number in range(size + 1):
            house.put(ENDLESS if number < size else GOOD)
            runs.append(stack.enter_context(Engine.connect()).run(house.job()))
            next(runs[-1])
        ends = [list(run)[-1] for run in runs]
    last = ends.pop()
    if not (isinstance(last, Finished) and last.attempt.verdict is Verdict.PASSED):
        return 0
    return sum(isinstance(end, Superseded) for end in ends)


def quick_faults(layers: frozenset[str]) -> list[Fault]:
    """The faults of the corpus that this machine can hold and that do not spend long."""
    return [
        fault
        for fault in corpus()
        if fault.needs <= layers
        and not fault.known
        and not fault.without
        and fault.name not in SLOW
        and (fault.limit <= LONGEST or Verdict.TIMED_OUT not in fault.verdicts)
    ]


def _engine() -> psutil.Process:
    status = engine_status()
    assert status is not None, "the engine is gone"
    return psutil.Process(status.pid)


def _rest(engine: psutil.Process) -> None:
    """Wait until the engine has heard who has hung up, and one judge waits for the next attempt."""
    until = perf_counter() + PATIENCE
    before = -1
    while perf_counter() < until and not (len(engine.children()) == 1 and engine.num_fds() == before):
        before = engine.num_fds()
        sleep(0.2)


def _facts(engine: psutil.Process, house: House) -> dict[str, int]:
    _rest(engine)
    return {
        "memory": engine.memory_info().rss,
        "descriptors": engine.num_fds(),
        "threads": engine.num_threads(),
        "processes": len(house.survivors()),
        "files": len(house.scratch_folders()),
    }


def _mib(facts: dict[str, int]) -> str:
    return f"{facts['memory'] / 2**20:.1f} MiB"


if __name__ == "__main__":
    sys.exit(main())

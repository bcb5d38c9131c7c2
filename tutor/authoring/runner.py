"""Runs orders through the engine, several side by side.

Owns the threads, the connection of each, and the folder that texts are written to for the time of their run. It must
not know what the results mean.
"""

import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from tutor.attempt.protocol import Finished
from tutor.attempt.result import Verdict
from tutor.authoring.memory import Memory
from tutor.authoring.trials import Order, Trial, is_lasting, key_of, trial_of
from tutor.engine.client import Engine, EngineUnavailable

TRIES = 2  # with a new engine, when one is lost in the middle


class Runner:
    """At most `side_by_side` attempts at a time. Leaving it, by Ctrl-C too, ends whatever runs."""

    def __init__(
        self, preload: tuple[str, ...], side_by_side: int, on_warming: Callable[[str], None] | None = None
    ) -> None:
        self._preload = preload
        self._on_warming = on_warming
        self._own = threading.local()
        self._lock = threading.Lock()
        self._engines: set[Engine] = set()
        self._closed = False
        self._pool = ThreadPoolExecutor(side_by_side, thread_name_prefix="verify")
        self._folder = tempfile.TemporaryDirectory(prefix="tutor-verify-", ignore_cleanup_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            for engine in self._engines:
                engine.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()

    def devices(self) -> tuple[str, ...]:
        """The device types of this machine, best first."""
        return tuple(self._pool.submit(lambda: self._engine().status().device.split(", ")).result())

    def run(self, orders: Sequence[Order], memory: Memory, done: Callable[[], None]) -> list[Trial]:
        """The results in the order of `orders`, known ones from `memory`; `done` is called after each.

        Raises EngineUnavailable when there is no engine to be had.
        """
        futures: list[Future[Trial]] = [self._pool.submit(self._one, order, memory, done) for order in orders]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()

    def _one(self, order: Order, memory: Memory, done: Callable[[], None]) -> Trial:
        key = key_of(order)
        trial = memory.recall(key)
        if trial is None:
            trial = self._attempt(order)
            if is_lasting(order, trial):
                memory.keep(key, trial)
        done()
        return trial

    def _attempt(self, order: Order) -> Trial:
        """Make the attempt; an engine lost in the middle, by whatever the answer did, is replaced and asked again."""
        trouble = ""
        for _ in range(TRIES):
            engine = self._engine()
            try:
                return self._through(engine, order)
            except EngineUnavailable as error:
                trouble = str(error)
                self._lose(engine)
        return Trial(verdict=Verdict.ERROR, seconds=0.0, outcomes=(), message=trouble)

    def _through(self, engine: Engine, order: Order) -> Trial:
        job = order.job
        with tempfile.TemporaryDirectory(dir=self._folder.name, ignore_cleanup_errors=True) as folder:
            if order.texts is not None:
                for part, text in order.texts.items():
                    file = Path(folder) / f"{part}.py"
                    file.parent.mkdir(exist_ok=True)
                    file.write_text(text, encoding="utf-8", newline="")
                job = replace(job, answer_file=str(file.parent if job.files else file))
            for event in engine.run(job):
                if isinstance(event, Finished):
                    return trial_of(event.attempt)
        raise EngineUnavailable("The engine ended an attempt without a verdict.")

    def _engine(self) -> Engine:
        engine: Engine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = Engine.connect(preload=self._preload, on_warming=self._on_warming)
            with self._lock:
                if self._closed:
                    engine.close()
                    raise EngineUnavailable("Stopped.")
                self._engines.add(engine)
            self._own.engine = engine
        return engine

    def _lose(self, engine: Engine) -> None:
        self._own.engine = None
        with self._lock:
            self._engines.discard(engine)
        engine.close()

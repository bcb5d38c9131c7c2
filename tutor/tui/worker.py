"""Makes attempts in threads of their own and posts what happens as messages.

This module owns the threads and the connection to the engine. It must not touch a widget: whatever it learns goes out
through `post`, in frozen records. The threads are daemons and not Textual workers, because Textual waits for its
workers when the app ends, and a learner who quits while the engine warms should not wait for PyTorch.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from textual.message import Message

from tutor.attempt.job import Job
from tutor.attempt.protocol import Event, Finished
from tutor.attempt.result import Attempt


class Connection(Protocol):
    """One line to the engine; it runs one job at a time."""

    def run(self, job: Job) -> Iterator[Event]:
        """The events of an attempt, blocking; raises EngineUnavailable when the engine goes away or on `close`."""
        ...

    def close(self) -> None:
        """End the line and kill what runs on it; may be called from another thread."""
        ...


class Runner(Protocol):
    """Whatever can make attempts: the engine, or a stand-in for tests."""

    def connect(self, say: Callable[[str], None]) -> Connection:
        """A line to a warm engine; `say` gets a sentence when it has to warm up first; raises EngineUnavailable."""
        ...


class EngineRunner:
    """The real runner: the warm engine through its socket."""

    def __init__(self, preload: tuple[str, ...]) -> None:
        self._preload = preload

    def connect(self, say: Callable[[str], None]) -> Connection:
        """A line to the engine, which is started when none runs."""
        from tutor.engine.client import Engine

        return Engine.connect(preload=self._preload, on_warming=say)


class AttemptEvent(Message):
    """Something happened in attempt number `number`."""

    def __init__(self, number: int, exercise: str, event: Event) -> None:
        super().__init__()
        self.number = number
        self.exercise = exercise
        self.event = event


class AttemptStopped(Message):
    """Attempt `number` ended without a verdict; `sentence` says why."""

    def __init__(self, number: int, exercise: str, sentence: str) -> None:
        super().__init__()
        self.number = number
        self.exercise = exercise
        self.sentence = sentence


class EngineNote(Message):
    """How the engine is: a sentence while it warms up or cannot be reached, empty when it is ready."""

    def __init__(self, sentence: str, *, warming: bool = False) -> None:
        super().__init__()
        self.sentence = sentence
        self.warming = warming


class EngineUnusableNote(Message):
    """Nothing can be judged on this machine before something is installed or mended; `sentence` says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Trouble(Message):
    """Something went wrong beside an attempt, in a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class _Attempt:
    """An attempt on its way: its number and, once there is one, its connection."""

    def __init__(self, number: int, exercise: str) -> None:
        self.number = number
        self.exercise = exercise
        self._lock = threading.Lock()
        self._cancelled = False
        self._connection: Connection | None = None

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def hold(self, connection: Connection) -> bool:
        """Keep the connection for `cancel`; False (and closed) when the attempt was cancelled meanwhile."""
        with self._lock:
            if not self._cancelled:
                self._connection = connection
                return True
        connection.close()
        return False

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Attempts:
    """Starts attempts one at a time: a newer one takes the older one's place."""

    def __init__(
        self,
        runner: Runner,
        post: Callable[[Message], object],
        record: Callable[[Attempt], str | None],
    ) -> None:
        """`post` must be safe to call from any thread; `record` keeps a finished attempt or says why it could not."""
        self._runner = runner
        self._post_message = post
        self._record = record
        self._connecting = threading.Lock()  # one engine is started, not one for each save made while it warms
        self._number = 0
        self._current: _Attempt | None = None

    def warm(self) -> None:
        """Have the engine started in the background, so that the first attempt finds it warm."""
        threading.Thread(target=self._warm, name="tutor-warm", daemon=True).start()

    def start(self, exercise: str, job: Callable[[], Job]) -> int:
        """Make an attempt in the background, cancelling the one that runs; returns its number.

        `job` is called in the attempt's thread; what it raises becomes the sentence of an AttemptStopped.
        """
        self.cancel()
        self._number += 1
        attempt = self._current = _Attempt(self._number, exercise)
        threading.Thread(target=self._run, args=(attempt, job), name="tutor-attempt", daemon=True).start()
        return attempt.number

    def cancel(self) -> None:
        """Kill the running attempt, if any; nothing more is heard of it."""
        if self._current is not None:
            self._current.cancel()
            self._current = None

    def _warm(self) -> None:
        try:
            with self._connecting:
                connection = self._runner.connect(self._warming)
            connection.close()
        except Exception as error:
            self._unreachable(error)
        else:
            self._say("")

    def _run(self, attempt: _Attempt, job: Callable[[], Job]) -> None:
        try:
            made = job()
            with self._connecting:
                if attempt.cancelled:
                    return
                try:
                    connection = self._runner.connect(self._warming)
                except Exception as error:
                    self._unreachable(error)
                    raise
            self._say("")
            if not attempt.hold(connection):
                return
            try:
                self._follow(attempt, connection.run(made))
            finally:
                connection.close()
        except Exception as error:  # the edge of the thread: whatever happens becomes a sentence on the screen
            if not attempt.cancelled:
                self._post(AttemptStopped(attempt.number, attempt.exercise, sentence_of(error)))

    def _follow(self, attempt: _Attempt, events: Iterator[Event]) -> None:
        for event in events:
            if attempt.cancelled:
                return
            if isinstance(event, Finished):
                trouble = self._record(event.attempt)
                if trouble is not None:
                    self._post(Trouble(trouble))
            self._post(AttemptEvent(attempt.number, attempt.exercise, event))

    def _unreachable(self, error: Exception) -> None:
        from tutor.engine.client import EngineUnusable

        self._say(sentence_of(error))
        if isinstance(error, EngineUnusable):
            self._post(EngineUnusableNote(str(error)))

    def _warming(self, sentence: str) -> None:
        self._post(EngineNote(sentence, warming=True))

    def _say(self, sentence: str) -> None:
        self._post(EngineNote(sentence))

    def _post(self, message: Message) -> None:
        try:
            self._post_message(message)
        except RuntimeError:  # the app's loop has just closed: nobody is left to tell
            pass


def sentence_of(error: Exception) -> str:
    """What to tell the learner about `error`: its own words, or what kind of error it was when it has none."""
    from tutor.course.records import CourseError
    from tutor.engine.client import EngineUnavailable
    from tutor.workspace.errors import WorkspaceError

    if isinstance(error, (EngineUnavailable, CourseError, WorkspaceError)):
        return str(error)
    return f"tutor itself failed ({type(error).__name__}: {error}). Press r to try again; `tutor doctor` may say more."

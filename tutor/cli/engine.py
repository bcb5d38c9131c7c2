"""`tutor engine status` and `tutor engine stop`."""

from tutor.attempt.protocol import Status
from tutor.cli.console import say
from tutor.cli.problems import PASSED
from tutor.engine.client import engine_status, stop_engine
from tutor.show.plain import plural


def run_status() -> int:
    """Print how the engine is; it is never started for this."""
    status = engine_status()
    say("The engine is not running; the next check starts it." if status is None else describe(status))
    return PASSED


def run_stop() -> int:
    """End the engine."""
    say("The engine has stopped." if stop_engine() else "The engine was not running.")
    return PASSED


def describe(status: Status) -> str:
    """The engine's state as one plain line."""
    return (
        f"running: process {status.pid}, up {_duration(status.seconds)}, {plural(status.attempts, 'attempt')} made, "
        f"{status.running} running, {status.memory / 2**20:.0f} MB, torch {status.torch}, Python {status.python}, "
        f"device {status.device}, judge by {status.judge}, ends after {_duration(status.idle_limit)} idle"
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"

"""What `verify` has the engine run for one exercise, and under which settings.

Owns seeds and time limits. It must not run anything, nor judge what comes of it.
"""

from pathlib import Path

from msgspec.structs import replace

from tutor.attempt.job import Job
from tutor.authoring.trials import Order
from tutor.course.records import Content, Exercise
from tutor.engine.jobs import job_for, override_job_for

PATIENCE = 3.0  # times the limit: several attempts share the machine, and only one run alone is judged by its time
SHORTEST = 3.0  # seconds that a mutant has at least
SLOWER = 6.0  # times the solution's own time that a mutant has


def on_texts(exercise: Exercise, content: Content, texts: dict[str, str], *, seed: int = 0) -> Order:
    """The exercise with `texts`, by part, for an answer."""
    return Order(job=_patient(replace(_plain(exercise, content), seed=seed)), texts=texts)


def on_mutant(exercise: Exercise, content: Content, texts: dict[str, str], solution_seconds: float) -> Order:
    """The exercise with a mutant for an answer: only whether it passes is asked, and an endless loop is soon cut."""
    limit = min(max(SHORTEST, SLOWER * solution_seconds), PATIENCE * exercise.time_limit)
    job = replace(_plain(exercise, content), time_limit=limit, stop_at_first_failure=True)
    return Order(job=job, texts=texts)


def longer(order: Order) -> Order:
    """The same once more, with more time: on a busy machine the first may not have been enough."""
    return replace(order, job=_patient(order.job), turn=order.turn + 1)


def on_override(exercise: Exercise, content: Content, name: str, *, seed: int = 0) -> Order:
    """The exercise with the wrong or right answer `name` of its answers file."""
    job = override_job_for(exercise, content, name, seed=seed)
    return Order(job=replace(_patient(job), stop_at_first_failure=True))


def on_solution(
    exercise: Exercise, content: Content, *, seed: int = 0, device: str = "cpu", turn: int = 0, measure: bool = False
) -> Order:
    """The exercise with its own solution for an answer; measured, it has the limit that a learner has."""
    job = replace(_plain(exercise, content), seed=seed, device=device, measure=measure)
    return Order(job=job if measure else _patient(job), turn=turn)


def _plain(exercise: Exercise, content: Content) -> Job:
    """The solution on the CPU, timing nothing and superseding nobody."""
    label = f"exercises/{exercise.file_name}"
    job = job_for(exercise, content, answer_file=Path(exercise.solution_file), label=label, device="cpu")
    return replace(job, measure=False, supersedes="")


def _patient(job: Job) -> Job:
    return replace(job, time_limit=PATIENCE * job.time_limit)

"""Makes the job of an attempt from an exercise and the learner's file."""

from pathlib import Path

from tutor.attempt.job import Job
from tutor.course.records import Content, Exercise


def job_for(exercise: Exercise, content: Content, *, answer_file: Path, label: str, device: str = "auto") -> Job:
    """The job that checks `answer_file`, a file or a folder known as `label`; a newer one on the same supersedes it."""
    path = answer_file.absolute()
    return Job(
        exercise=exercise.id,
        checks=content.checks,
        check_file=str(exercise.check_file.resolve()),
        solution_file=str(exercise.solution_file.resolve()),
        answer_file=str(path),
        answers_file=str(exercise.answers_file.resolve()),
        files=exercise.files,
        answer_label=label,
        device=device,
        time_limit=exercise.time_limit,
        supersedes=str(path),
        liken=True,
    )


def override_job_for(exercise: Exercise, content: Content, override: str, *, seed: int = 0) -> Job:
    """The job that checks the solution with the parts replaced that the answers file's function `override` gives."""
    return Job(
        exercise=exercise.id,
        checks=content.checks,
        check_file=str(exercise.check_file.resolve()),
        solution_file=str(exercise.solution_file.resolve()),
        answers_file=str(exercise.answers_file.resolve()),
        files=exercise.files,
        answer_label=exercise.answers_file.name,
        override=override,
        device="cpu",
        time_limit=exercise.time_limit,
        seed=seed,
        measure=False,
    )

"""The exception for an answer that cannot be used, and how other exceptions come to be one."""

from pathlib import Path

from tutor.attempt.job import Job
from tutor.attempt.protocol import AnswerFailed
from tutor.judge.explain import explain_exception
from tutor.judge.guarded import comes_from


class AnswerUnusable(Exception):
    """The answer could not be loaded, or broke off the run; `event` carries what the learner should read."""

    def __init__(self, event: AnswerFailed) -> None:
        super().__init__(event.message)
        self.event = event


def unusable(error: BaseException, job: Job) -> AnswerUnusable:
    """The answer's failure that `error` means to the learner."""
    message, diff = explain_exception(error, Path(job.answer_file or job.solution_file), job.answer_label)
    return AnswerUnusable(AnswerFailed(message=message, diff=diff))


def raised_by_answer(error: BaseException, job: Job) -> bool:
    """Whether the answer's own code raised `error`, wherever it broke in: then the course is not to blame."""
    return job.answer_file is not None and comes_from(error, Path(job.answer_file))

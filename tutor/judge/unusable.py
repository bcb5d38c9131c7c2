"""The exception for an answer that cannot be loaded."""

from tutor.attempt.protocol import AnswerFailed


class AnswerUnusable(Exception):
    """The answer could not be loaded; `event` carries what the learner should read."""

    def __init__(self, event: AnswerFailed) -> None:
        super().__init__(event.message)
        self.event = event

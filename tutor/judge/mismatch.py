"""The exception by which a check says "not equal" with everything the learner is shown about it.

It owns the carrying, not the making: diffs come from `tutor.judge.compare`, diagnoses from `tutor.judge.diagnose`.
"""

from collections.abc import Callable

from tutor.attempt.diff import Diff


class Mismatch(AssertionError):
    """A check that failed; str() is the sentence, `diff` and `diagnosis` say more where there is more to say.

    Both may be given as functions, run at most once and only when asked for: hypothesis raises hundreds of these while
    it shrinks a case and only the last one is read. What they read must be a copy that nobody changes any more.
    """

    def __init__(
        self,
        message: str,
        *,
        diff: Diff | Callable[[], Diff | None] | None = None,
        diagnosis: str | Callable[[], str | None] | None = None,
    ) -> None:
        super().__init__(message)
        self._diff = diff
        self._diagnosis = diagnosis

    @property
    def diff(self) -> Diff | None:
        """Expected against actual, structured; None when the failure is not a comparison."""
        if callable(self._diff):
            self._diff = self._diff()
        return self._diff

    @property
    def diagnosis(self) -> str | None:
        """One sentence on why they may differ; None when nothing was verified."""
        if callable(self._diagnosis):
            self._diagnosis = self._diagnosis()
        return self._diagnosis

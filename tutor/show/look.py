"""The signs and colours of every face, in one place.

Each meaning has a sign beside its colour, so that nothing is lost without colour. Colours are the terminal's own
sixteen, which the learner has chosen to be readable.
"""

from tutor.attempt.result import Outcome, Verdict

PASS = "green"
FAIL = "red"
WARN = "yellow"
EXPECTED = "green"
ACTUAL = "red"
CODE = "cyan"
MUTED = "dim"
ODD_NUMBER = "magenta"  # nan and inf

DIFFERS = "≠"
MORE = "⋯"
MORE_ROWS = "⋮"
BAR = "▌"

OUTCOMES = {
    Outcome.PASSED: ("✓", PASS),
    Outcome.FAILED: ("✗", FAIL),
    Outcome.ERROR: ("✗", FAIL),
    Outcome.NOT_RUN: ("·", MUTED),
}
VERDICTS = {
    Verdict.PASSED: ("✓", "Passed", PASS),
    Verdict.FAILED: ("✗", "Failed", FAIL),
    Verdict.CRASHED: ("✗", "Crashed", FAIL),
    Verdict.TIMED_OUT: ("✗", "Timed out", FAIL),
    Verdict.TAMPERED: ("!", "Tampered", WARN),
    Verdict.ERROR: ("!", "tutor failed", WARN),
}
EXPLANATIONS = {
    Verdict.CRASHED: "Your code ended the process that it ran in, so the checks could not go on.",
    Verdict.TIMED_OUT: "Your code was still running when its time was up. Is there a loop that never ends?",
    Verdict.TAMPERED: "Your code changed what judges it, so this attempt does not count.",
    Verdict.ERROR: "This is tutor's own fault, not yours. `tutor doctor` tells more about this machine.",
}

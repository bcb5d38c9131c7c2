"""The pure parts of verify: what an answers file declares, excuses, sentences, what is kept of earlier runs."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tutor.attempt.job import CheckSpec
from tutor.attempt.result import Outcome, Verdict
from tutor.authoring.declarations import Excuse, Right, Wrong, read_declarations
from tutor.authoring.judging import (
    judge_right,
    judge_starter,
    judge_steadiness,
    judge_time,
    judge_trivial,
    judge_wrong,
    solution_failed,
)
from tutor.authoring.memory import Memory
from tutor.authoring.mutants import make_mutants
from tutor.authoring.orders import longer, on_mutant, on_solution
from tutor.authoring.survivors import judge_mutants
from tutor.authoring.trials import Trial, is_lasting, key_of
from tutor.authoring.trivial import Trivial, make_trivial
from tutor.course.records import Content, CourseError, Exercise

EXERCISE = Exercise(id="01_f", chapter="01", level=1, root=Path("/course"), time_limit=9.0)
CONTENT = Content(
    title="F",
    statement="Write f.",
    why_it_works="",
    starters={"01_f": ""},
    checks=(CheckSpec(id="test_a", claim="a", line=5), CheckSpec(id="test_b", claim="b", line=9)),
)
PASSED = Trial(verdict=Verdict.PASSED, seconds=0.1, outcomes=(Outcome.PASSED, Outcome.PASSED))
FAILED = Trial(
    verdict=Verdict.FAILED,
    seconds=0.1,
    outcomes=(Outcome.PASSED, Outcome.FAILED),
    failing="test_b",
    outcome=Outcome.FAILED,
    message="f(1) should be 2.",
)
SOLUTION = '''\
"""# F"""


def f(x):
    # BEGIN SOLUTION
    x = x + 1
    return x
    # END SOLUTION


def g(x):
    # BEGIN SOLUTION
    x = x + 1
    return x
    # END SOLUTION
'''


def declared(text: str) -> object:
    return read_declarations(text, "tests/answers/01_f.py")


def test_marks_and_excuses_are_read_with_their_lines() -> None:
    found = read_declarations(
        "from tutor import checks\n\n\n"
        "@checks.wrong(caught_by='test_a', because='One ' 'off.')\ndef off(solution):\n    return {}\n\n\n"
        "@checks.right('by hand')\ndef hand(solution):\n    return {}\n\n\n"
        "checks.excuse(line='x', becomes='', because='equivalent: y.', within='f')\n",
        "tests/answers/01_f.py",
    )
    assert found.wrong == (Wrong(name="off", line=5, caught_by="test_a", because="One off."),)
    assert found.right == (Right(name="hand", line=10, route="by hand"),)
    assert found.excuses == (Excuse(at=14, line="x", becomes="", because="equivalent: y.", within="f"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@wrong(caught_by=NAME, because='x')\ndef f(s): ...\n", "1: `caught_by` must be text in quotes"),
        ("@wrong(caught_by='test_a')\ndef f(s): ...\n", "1: `wrong` lacks because"),
        ("@wrong(caught_by='test_a', because=' ')\ndef f(s): ...\n", "1: `because` is empty"),
        ("\nexcuse(line='a', becomes='b')\n", "2: `excuse` lacks because"),
        ("excuse(line='a', becomes='b', because='c', why='d')\n", "1: `excuse` has no argument `why`"),
        ("@right('a')\ndef f(s): ...\n@right('b')\ndef f(s): ...\n", "4: f is defined twice, first at line 2"),
        ("def f(:\n", "1: this is not valid Python"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(CourseError) as error:
        declared(text)
    assert words in str(error.value)


def excused(*excuses: Excuse, caught: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """How many survivors are excused, and what is found, when all mutants but those `caught` survive."""
    mutants = make_mutants(SOLUTION, "solutions/01_f.py").chosen
    trials = [FAILED if mutant.after in caught else PASSED for mutant in mutants]
    tally, findings = judge_mutants(EXERCISE, mutants, trials, excuses)
    assert tally.good == sum(not trial.passed for trial in trials)
    return tally.excused, [finding.message for finding in findings]


def test_an_excuse_is_matched_by_the_text_of_the_lines() -> None:
    excuse = Excuse(at=3, line=" x =  x + 1", becomes="x = x - 1", because="equivalent: why not.", within="f")
    everything = len(make_mutants(SOLUTION, "solutions/01_f.py").chosen)
    count, messages = excused(excuse)
    assert count == 1
    assert len(messages) == everything - 1


def test_an_excuse_that_holds_in_two_functions_says_which() -> None:
    count, messages = excused(Excuse(at=3, line="x = x + 1", becomes="x = x - 1", because="equivalent: no."))
    assert count == 2
    assert messages[-1] == "this excuse holds for the same change in f and g; say which with `within=`"


def test_an_excuse_for_what_is_caught_is_a_finding() -> None:
    excuse = Excuse(at=3, line="x = x + 1", becomes="x = x - 1", because="equivalent: no.")
    count, messages = excused(excuse, caught=("x = x - 1",))
    assert count == 0
    assert "no longer needed" in messages[-1]
    assert "matches no mutant" in excused(replace(excuse, becomes="x = 3"))[1][-1]


def test_a_mutant_that_ran_out_of_time_needs_its_excuse_or_not() -> None:
    mutants = make_mutants(SOLUTION, "solutions/01_f.py").chosen[:1]
    late = replace(FAILED, verdict=Verdict.TIMED_OUT)
    excuse = Excuse(at=3, line=mutants[0].before, becomes=mutants[0].after, because="equivalent: slow.")
    tally, findings = judge_mutants(EXERCISE, mutants, [late], [excuse])
    assert (tally.good, findings) == (1, ())


def test_a_mutant_that_could_not_be_judged_is_not_caught() -> None:
    mutants = make_mutants(SOLUTION, "solutions/01_f.py").chosen[:1]
    tally, findings = judge_mutants(EXERCISE, mutants, [replace(FAILED, verdict=Verdict.ERROR)], [])
    assert (tally.good, tally.all, tally.score) == (0, 1, 0.0)
    assert "could not be judged" in findings[0].message


def test_a_wrong_answer_is_to_fail_at_its_check_and_to_give_nothing_away() -> None:
    wrong = Wrong(name="off", line=4, caught_by="test_b", because="One off.")

    def told(answer: Wrong, trial: Trial) -> list[str]:
        return [
            finding.message for finding in judge_wrong(EXERCISE, CONTENT, answer, trial, ["return x + 1 if x else 2"])
        ]

    assert told(wrong, FAILED) == []
    assert told(wrong, PASSED) == ["the wrong answer off passes; test_b should catch it"]
    assert "fails first at test_b and not at test_a" in told(replace(wrong, caught_by="test_a"), FAILED)[0]
    assert "there is no such check" in told(replace(wrong, caught_by="test_c"), FAILED)[0]
    assert "crashed" in told(wrong, replace(FAILED, verdict=Verdict.CRASHED))[0]
    leaky = replace(FAILED, diagnosis="Write `return x +  1 if x else 2` there.")
    assert "holds a line of the solution" in told(wrong, leaky)[0]


def test_a_starter_is_to_fail_with_a_sentence() -> None:
    def told(trial: Trial) -> list[str]:
        return [finding.message for finding in judge_starter(EXERCISE, CONTENT, trial)]

    assert told(FAILED) == []
    assert "passes already" in told(PASSED)[0]
    assert "without a word" in told(replace(FAILED, message="This does not hold yet."))[0]
    assert "crashed instead" in told(replace(FAILED, verdict=Verdict.CRASHED, outcome=Outcome.ERROR))[0]


def test_what_else_may_be_wrong_is_found_and_what_is_not_is_not() -> None:
    right, trivial = Right(name="hand", line=4, route="by hand"), Trivial("is an empty file", "", "solutions/01_f.py")
    assert not [*judge_right(EXERCISE, right, PASSED)] and [*judge_right(EXERCISE, right, FAILED)]
    assert not [*judge_trivial(EXERCISE, trivial, FAILED)] and [*judge_trivial(EXERCISE, trivial, PASSED)]
    assert not [*judge_time(EXERCISE, PASSED)] and [*judge_time(EXERCISE, replace(PASSED, seconds=3.1))]
    assert not [*judge_steadiness(EXERCISE, CONTENT, [PASSED, PASSED], "the answer hand")]
    (finding,) = judge_steadiness(EXERCISE, CONTENT, [PASSED, PASSED, FAILED], "the answer hand")
    assert finding.message == "the answer hand gave different results in 3 runs, at test_b"
    assert finding.line == 9


def test_a_failing_solution_is_placed_at_its_check_or_where_the_judge_says() -> None:
    assert solution_failed(EXERCISE, CONTENT, FAILED, " with seed 2").line == 9
    broken = Trial(verdict=Verdict.ERROR, seconds=0.0, outcomes=(), message="NameError: x (01_f.py, line 7)")
    found = solution_failed(EXERCISE, CONTENT, broken, "")
    assert (found.file, found.line) == ("solutions/01_f.py", 7)


def test_each_function_is_tried_with_each_idle_body() -> None:
    source = SOLUTION.replace("def g(x):", "class C:\n    pass\n\n\ndef g(*, y=0):").replace(
        "x = x + 1\n    return x\n    # END SOLUTION\n", "return 3\n    # END SOLUTION\n"
    )
    found = {trivial.what: trivial.source for trivial in make_trivial(source, "solutions/01_f.py")}
    assert [*found][:3] == ["is an empty file", "calls sys.exit(0)", "calls os._exit(0)"]
    assert {what for what in found if "lets f" in what} == {
        "lets f return None",
        "lets f return its first argument",
        "lets f return zeros like its first argument",
        "lets f return zeros",
    }
    assert {what for what in found if "lets g" in what} == {"lets g return None", "lets g return zeros"}
    assert "return x\n" in found["lets f return its first argument"]
    assert "return 3" in found["lets f return None"]  # g is as it was


def test_a_run_is_known_again_by_what_it_runs_and_not_by_its_time_limit(tmp_path: Path) -> None:
    exercise = replace(EXERCISE, root=tmp_path)
    order = on_mutant(exercise, CONTENT, {"01_f": "a = 1\n"}, 0.1)
    assert key_of(order) == key_of(on_mutant(exercise, CONTENT, {"01_f": "a = 1\n"}, 5.0))
    others = [on_mutant(exercise, CONTENT, {"01_f": "a = 2\n"}, 0.1), longer(order), on_solution(exercise, CONTENT)]
    others += [
        on_solution(exercise, CONTENT, seed=1),
        on_solution(exercise, CONTENT, turn=1),
        on_solution(exercise, CONTENT, device="cuda"),
    ]
    assert len({key_of(order), *map(key_of, others)}) == len(others) + 1


def test_only_what_would_come_again_is_kept() -> None:
    order = on_mutant(EXERCISE, CONTENT, {"01_f": "a = 1\n"}, 0.1)
    late = replace(FAILED, verdict=Verdict.TIMED_OUT)
    assert is_lasting(order, FAILED)
    assert not is_lasting(order, late)
    assert is_lasting(longer(order), late)
    assert not is_lasting(on_solution(EXERCISE, CONTENT), late)
    assert not is_lasting(order, replace(FAILED, verdict=Verdict.ERROR))


def test_results_are_kept_for_the_same_ground_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "01_f.jsonl"
    Memory(file, "one").keep("a", FAILED)
    assert Memory(file, "one").recall("a") == FAILED
    assert Memory(file, "one").recall("b") is None
    with file.open("ab") as out:
        out.write(b'{"key": "b", "tri')  # the machine was switched off here
    again = Memory(file, "one")
    assert again.recall("a") == FAILED
    again.keep("c", PASSED)
    assert Memory(file, "one").recall("a") == FAILED
    assert Memory(file, "two").recall("a") is None
    assert Memory(file, "one").recall("a") is None  # the other ground took its place

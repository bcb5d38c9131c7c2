"""Checks of finished exercises, weakened on purpose: `tutor author verify` must notice."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tutor.course.locate import builtin_course

pytestmark = pytest.mark.proof
PATIENCE = 400  # seconds on a busy machine


def verified(exercise: str, course: Path, environment: dict[str, str], cache: Path) -> tuple[int, dict[str, Any]]:
    """The exit code of `tutor author verify`, and its document."""
    words = ["author", "verify", exercise, "--course", str(course), "--json", "--repeats", "1"]
    result = subprocess.run(
        [sys.executable, "-m", "tutor", *words],
        env={**environment, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the built-in course."""
    root = tmp_path / "course"
    for name in ("solutions", "tests/checks", "tests/answers"):
        shutil.copytree(builtin_course() / name, root / name)
    shutil.copy(builtin_course() / "course.toml", root)
    return root


@pytest.mark.parametrize(
    ("exercise", "strong", "weak"),
    [
        pytest.param(
            "01_create_inspect",
            """    assert_equal(facts["dtype"], dtype, name='describe(t)["dtype"]')\n""",
            "",
            id="an-assertion-of-01_create_inspect",
        ),
        pytest.param(
            "02_reshape_view",
            "inputs = tensors(min_dims=1, max_dims=3, max_side=4, dtype=dtype) | without_a_view(dtype)",
            "inputs = tensors(min_dims=1, max_dims=1, max_side=4, dtype=dtype)",
            id="shapes-of-02_reshape_view",
        ),
        pytest.param(
            "03_device",
            "dtype=st.sampled_from([torch.float32, torch.float64, torch.bfloat16])",
            "dtype=st.just(torch.float32)",
            id="dtypes-of-03_device",
        ),
        pytest.param(
            "05_dataloader",
            "    drop_last=st.booleans(),\n    seed",
            "    drop_last=st.just(False),\n    seed",
            id="an-argument-of-05_dataloader",
        ),
    ],
)
def test_a_weakened_check_is_noticed(
    course: Path, environment: dict[str, str], tmp_path: Path, exercise: str, strong: str, weak: str
) -> None:
    checks = course / "tests" / "checks" / f"test_{exercise}.py"
    text = checks.read_text(encoding="utf-8")
    assert strong in text
    checks.write_text(text.replace(strong, weak), encoding="utf-8")
    code, document = verified(exercise, course, environment, tmp_path / "cache")
    assert code == 1
    assert not document["verified"]
    steps = {finding["step"] for finding in document["findings"] if not finding["ok"]}
    assert steps <= {"mutants", "answers", "trivial"}, document["findings"]


def test_the_strong_checks_verify(course: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """The other half of the proof: what is noticed above is the weakening, and not the copy."""
    code, document = verified("01_create_inspect", course, environment, tmp_path / "cache")
    assert code == 0, document["findings"]

"""How long `tutor check --all` takes on the solutions: every exercise of the course, one after another.

Run it on a quiet machine: `python benchmarks/whole_course.py`. The engine is warm; each attempt counts in full, with
its checks, its timing and its record in the learner's progress.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

REPOSITORY = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "tutor"]


def main() -> None:
    """Check the solutions in a workspace of their own, and print the time and the slowest."""
    with tempfile.TemporaryDirectory(prefix="tutor-") as folder:
        base = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__")
        workspace = shutil.copytree(REPOSITORY / "solutions", base / "work" / "exercises", ignore=ignored).parent
        (base / "run").mkdir()
        environment = os.environ | {"TUTOR_RUNTIME_DIR": str(base / "run"), "TUTOR_COURSE": str(REPOSITORY)}
        subprocess.run([*COMMAND, "check", "01"], cwd=workspace, env=environment, capture_output=True, check=True)
        begun = perf_counter()
        done = subprocess.run(
            [*COMMAND, "check", "--all"], cwd=workspace, env=environment, capture_output=True, text=True, check=False
        )
        taken = perf_counter() - begun
        subprocess.run([*COMMAND, "engine", "stop"], env=environment, capture_output=True, check=True)
    print(done.stdout)
    print(f"tutor check --all on the solutions: {taken:.0f} s")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()

"""The frozen records of a course. This module owns their shape; reading them from disk is `tutor.course.loader`'s."""

from pathlib import Path

from msgspec import Struct

from tutor.attempt.job import CheckSpec


class Problem(Struct, frozen=True, kw_only=True):
    """Something wrong in a course, with where: `line` counts from 1, None when no line is to blame."""

    path: str  # relative to the course's root, forward slashes
    line: int | None
    message: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message}"


class CourseError(Exception):
    """A course, or one exercise of it, that cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Exercise(Struct, frozen=True, kw_only=True):
    """One exercise as course.toml lists it; its files are read on demand (`tutor.course.loader.read_content`)."""

    id: str  # "05_custom_dataset"
    chapter: str  # "05"
    level: int  # 1-4
    root: Path  # the course's folder
    time_limit: float = 10.0  # seconds for a whole attempt
    files: tuple[str, ...] = ()  # where it is a folder: the names of the files in it, in the order they are read

    @property
    def parts(self) -> tuple[str, ...]:
        """Its files by their names in solutions/ and exercises/, without `.py`: the statement stands in the first."""
        return tuple(f"{self.id}/{file.removesuffix('.py')}" for file in self.files) or (self.id,)

    @property
    def file_name(self) -> str:
        """Name of its file, or of the folder that holds its files, in solutions/ and exercises/."""
        return self.id if self.files else f"{self.id}.py"

    @property
    def solution_file(self) -> Path:
        """THE source, a file or a folder: statement and code with solution regions."""
        return self.root / "solutions" / self.file_name

    @property
    def solution_files(self) -> dict[str, Path]:
        """The solution's files by part."""
        return {part: self.root / "solutions" / f"{part}.py" for part in self.parts}

    @property
    def starter_file(self) -> Path:
        """The starter made from the solution, a file or a folder."""
        return self.root / "exercises" / self.file_name

    @property
    def check_file(self) -> Path:
        """The hidden checks."""
        return self.root / "tests" / "checks" / f"test_{self.id}.py"

    @property
    def answers_file(self) -> Path:
        """Wrong answers that the checks must catch, right ones they must accept."""
        return self.root / "tests" / "answers" / f"{self.id}.py"


class Content(Struct, frozen=True, kw_only=True):
    """What an exercise's files say, read with `ast` alone."""

    title: str
    statement: str  # Markdown, without the title line and without "Why it works"
    why_it_works: str  # Markdown, may be empty
    starters: dict[str, str]  # source text of the starter by part
    checks: tuple[CheckSpec, ...]  # in file order; every one has a claim
    has_benchmark: bool = False


class Chapter(Struct, frozen=True, kw_only=True):
    """A chapter and its exercises in course.toml's order."""

    number: str  # "05"
    title: str
    exercises: tuple[Exercise, ...]


class Course(Struct, frozen=True, kw_only=True):
    """A course. `problems` are those of the manifest and of files that are missing; the rest still works."""

    root: Path
    title: str
    chapters: tuple[Chapter, ...]
    name: str = ""  # what progress knows it by, wherever it lies; "" where the manifest gives none
    preload: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise in course order."""
        return tuple(exercise for chapter in self.chapters for exercise in chapter.exercises)

    def find(self, exercise_id: str) -> Exercise | None:
        """The exercise with exactly this id."""
        return next((e for e in self.exercises if e.id == exercise_id), None)

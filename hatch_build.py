"""Puts the built-in course into the wheel; an editable install reads it from the repository instead."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Without exercises/, where a learner may have worked: starters are made from solutions.
COURSE = ("course.toml", "solutions", "tests/checks", "tests/answers")


class CourseHook(BuildHookInterface[Any]):
    """Maps the course's folders to `tutor/builtin/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the course to a standard wheel."""
        if version == "standard":
            build_data["force_include"].update({path: f"tutor/builtin/{path}" for path in COURSE})

"""What a shell offers when Tab is pressed after a command: the course's exercise ids and chapters.

Runs inside the shell's completion, so whatever goes wrong offers nothing and says nothing.
"""

import typer


def complete_id(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Exercise ids that begin with `incomplete`, each with its title."""
    # Late, because this module is imported by every command and used by none.
    from tutor.course.loader import load_course, read_title
    from tutor.course.locate import find_course
    from tutor.course.records import CourseError

    try:
        course = load_course(find_course(ctx.params.get("course")))
    except (CourseError, OSError):
        return []
    return [(e.id, read_title(e)) for e in course.exercises if e.id.startswith(incomplete)]


def complete_word(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Exercise ids that begin with `incomplete`; with nothing typed, or a digit or two, chapters as well."""
    exercises = complete_id(ctx, incomplete)
    chapters = dict.fromkeys(name.partition("_")[0] for name, _ in exercises)
    return [*((number, f"chapter {number}") for number in chapters if number.startswith(incomplete)), *exercises]

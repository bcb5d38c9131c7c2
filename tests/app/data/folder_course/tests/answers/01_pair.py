"""Wrong and right answers to 01_pair."""

from tutor.checks import rewritten, right, wrong


@wrong(caught_by="test_double", because="Two are added, whatever x is.")
def two_more(solution):
    return {"double": {"double": lambda x: x + 2}}


@wrong(caught_by="test_engine", because="It doubles once only.")
def once(solution):
    return {"engine": {"quadruple": solution.double.double}}


@wrong(caught_by="test_program", because="Nothing is printed.")
def silent(solution):
    return {"main": rewritten(solution.main, "sys.stdout.write(", "(")}


@right("by another import")
def imported_late(solution):
    return {"engine": "def quadruple(x):\n    import double\n    return double.double(2 * x)\n"}


@right("by a product")
def product(solution):
    return {"double": {"double": lambda x: 2 * x}}

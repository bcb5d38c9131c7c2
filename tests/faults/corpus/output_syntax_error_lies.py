# verdict: crashed
class Odd:
    def __str__(self):
        raise SystemExit(0)


error = SyntaxError("odd")
error.filename, error.lineno, error.text, error.msg = None, Odd(), Odd(), Odd()
raise error

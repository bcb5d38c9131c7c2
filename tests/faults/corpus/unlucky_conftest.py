# verdict: passed
# beside: conftest.py = raise RuntimeError('conftest')
# beside: pytest.ini = [pytest
def double(x):
    """Twice x."""
    return x * 2

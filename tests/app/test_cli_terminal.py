"""`tutor` on a terminal: ticks as they happen, colour, Ctrl-C, --watch, and the question `tutor start` asks."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import time
from fcntl import ioctl
from itertools import count
from termios import TIOCSCTTY, TIOCSWINSZ

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

PATIENCE = 60.0  # seconds, for what must happen at all
DOUBLE = "def double(x):\n    return x * 2\n"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COUNTER = count()
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7][0-9;]*m")


class Terminal:
    """A program in a pseudo-terminal of 100 by 30."""

    def __init__(self, arguments, cwd, env):
        self.master, slave = pty.openpty()
        ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tutor", *arguments],
            cwd=cwd,
            env=env,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, TIOCSCTTY, 0),
        )
        os.close(slave)
        self.raw = ""

    @property
    def text(self):
        return ESCAPE.sub("", self.raw)

    def read(self, seconds):
        """Take what comes within `seconds`; False at the end of the program's output."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data.decode("utf-8", "replace")
        return bool(data)

    def until(self, words, times=1):
        """Read until `words` have come so many times."""
        end = time.monotonic() + PATIENCE
        while self.text.count(words) < times:
            assert time.monotonic() < end, f"{words!r} did not come: {self.text}"
            assert self.read(0.2) or self.text.count(words) >= times, f"{words!r} did not come: {self.text}"

    def type(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        """Read to the end and return the exit code."""
        end = time.monotonic() + PATIENCE
        while self.read(0.2) and self.process.poll() is None:
            assert time.monotonic() < end, self.text
        while self.read(0.05) and select.select([self.master], [], [], 0)[0]:
            pass
        return self.process.wait(PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminal(workspace, mini_environment):
    opened = []

    def open_terminal(*arguments, cwd=workspace, env=None):
        opened.append(Terminal(arguments, cwd, {**mini_environment, "TERM": "xterm-256color", **(env or {})}))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.close()


def save(workspace, name, text):
    (workspace / "exercises" / f"{name}.py").write_text(text)


def test_colour_on_a_terminal_and_none_with_no_color(terminal, workspace):
    save(workspace, "01_double", DOUBLE)
    coloured = terminal("check", "01_double")
    assert coloured.end() == 0
    assert COLOUR.search(coloured.raw)
    plain = terminal("check", "01_double", env={"NO_COLOR": "1"})
    assert plain.end() == 0
    assert "Twice three is six." in plain.text
    assert not COLOUR.search(plain.raw)


def test_several_are_a_list_under_a_progress_bar(terminal, workspace):
    save(workspace, "01_double", DOUBLE)
    several = terminal("check", "--all")
    assert several.end() == 1
    assert "0/3" in several.text and "2/3" in several.text
    lines = [line.strip() for line in several.text.splitlines()]
    assert any(re.fullmatch(r"✓ 01_double +passed +\d of \d checks .*", line) for line in lines)
    assert any(re.match(r"✗ 01_halve +failed", line) for line in lines)
    assert "To see why: tutor check 01_halve" in lines
    assert lines[-1] == "1 of 3 passed"


def test_escape_codes_of_an_answer_do_not_reach_the_terminal(terminal, workspace):
    save(
        workspace,
        "01_double",
        "def double(x):\n    print('\\x1b]0;pwned\\x07\\x1b[2J')\n    raise ValueError('\\x1b[5m')\n",
    )
    result = terminal("check", "01_double")
    assert result.end() == 1
    for sequence in ("\x1b]0;", "\x07", "\x1b[2J", "\x1b[5m"):
        assert sequence not in result.raw


def test_checks_tick_while_others_still_run(terminal, workspace):
    save(
        workspace,
        "01_double",
        "import time\ndef double(x):\n    if x == 3:\n        return 6\n    time.sleep(1000)\n",
    )
    result = terminal("check", "01_double")
    result.until("✓ Twice three is six.")
    result.until("Any number is doubled.")
    assert "Timed out" not in result.text
    result.type("\x03")
    assert result.end() == 130
    assert result.text.count("✓ Twice three is six.") == 1
    # The cursor, hidden while the line below the ticks turned, is back.
    assert result.raw.rfind("\x1b[?25h") > result.raw.rfind("\x1b[?25l")


ASLEEP = """import subprocess
def double(x):
    subprocess.run(["sleep", "{seconds}"])
"""


def sleepers(seconds):
    """The processes that an answer made of ASLEEP has started."""
    return [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", seconds]]


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def seconds():
    """A number of seconds that no other process sleeps."""
    return str(10**6 + next(COUNTER) + 100 * os.getpid())


def test_ctrl_c_is_quiet_and_kills_the_attempt(terminal, workspace, seconds):
    save(workspace, "01_double", ASLEEP.format(seconds=seconds))
    result = terminal("check", "01_double")
    wait_for(lambda: sleepers(seconds))
    result.type("\x03")
    assert result.end() == 130
    assert "Traceback" not in result.text
    assert "Aborted" not in result.text
    wait_for(lambda: not sleepers(seconds))


def test_a_save_is_checked_again(terminal, workspace):
    save(workspace, "01_double", "def double(x):\n    return 0\n")
    result = terminal("check", "01_double", "--watch")
    result.until("Waiting for the next save")
    assert "✗ Failed" in result.text
    save(workspace, "01_double", DOUBLE)
    result.until("Waiting for the next save", times=2)
    assert "✓ Passed" in result.text
    # as editors do that write beside the file and rename
    beside = workspace / "exercises" / "01_double.py.new"
    beside.write_text("def double(x):\n    return 1\n")
    beside.replace(workspace / "exercises" / "01_double.py")
    result.until("Waiting for the next save", times=3)
    assert result.text.count("✗ Failed") == 2
    result.type("\x03")
    assert result.end() == 130
    assert "Traceback" not in result.text


def test_a_save_takes_a_running_attempts_place(terminal, workspace, seconds):
    save(workspace, "01_double", ASLEEP.format(seconds=seconds))
    result = terminal("check", "01_double", "--watch")
    wait_for(lambda: sleepers(seconds))
    save(workspace, "01_double", DOUBLE)
    result.until("✓ Passed")
    assert "Timed out" not in result.text
    wait_for(lambda: not sleepers(seconds))
    result.type("\x03")
    assert result.end() == 130


def test_the_watch_outlives_every_bad_answer(terminal, workspace):
    save(workspace, "01_double", "import os\nos._exit(0)\n")
    result = terminal("check", "01_double", "--watch")
    result.until("Waiting for the next save")
    (workspace / "exercises" / "01_double.py").unlink()
    result.until("tutor reset 01_double")
    result.until("Waiting for the next save", times=2)
    save(workspace, "01_double", DOUBLE)
    result.until("✓ Passed")
    result.type("\x03")
    assert result.end() == 130


def test_start_makes_no_workspace_unasked(terminal, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = terminal("start", cwd=empty)
    result.until("make it and begin")
    result.type("q")
    assert result.end() == 0
    assert list(empty.iterdir()) == []


def test_start_makes_a_workspace_and_opens_the_course(terminal, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = terminal("start", cwd=empty)
    result.until("make it and begin")
    result.type("\r")
    result.until("Numbers")
    result.type("q")
    assert result.end() == 0
    assert (empty / "exercises" / "01_double.py").is_file()


def test_ctrl_c_at_the_welcome(terminal, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = terminal("start", cwd=empty)
    result.until("make it and begin")
    result.type("\x03")
    assert result.end() == 0
    assert list(empty.iterdir()) == []


def test_start_needs_a_terminal_that_can_draw(terminal):
    result = terminal("start", env={"TERM": "dumb"})
    assert result.end() == 2
    assert "TERM=dumb" in result.text

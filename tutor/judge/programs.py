"""Programs that need not import torch first: a process set aside before the answer runs, which forks one when asked.

It holds what the judge held then, torch among it and nothing of the answer, behind the judge's doors. It must be set
aside before anything goes backward: autograd works in no fork of a process where it has worked.
"""

import json
import os
import runpy
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

Start = Callable[[list[str], Path, Path, Path], int]


def set_aside() -> Start:
    """Fork the process; what is returned runs a file with arguments, in a folder, its output and errors to files.

    It returns the exit code, as a shell would say it. The process ends with the judge.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        try:
            _serve(theirs)
        finally:
            os._exit(0)
    theirs.close()
    answers = ours.makefile("r", encoding="utf-8")

    def start(words: list[str], folder: Path, output: Path, errors: Path) -> int:
        request = {"words": words, "folder": str(folder), "output": str(output), "errors": str(errors)}
        ours.sendall(json.dumps(request).encode() + b"\n")
        return int(answers.readline())

    return start


def _serve(channel: socket.socket) -> None:
    """Start programs one after another until the judge is gone."""
    number = channel.fileno()
    os.closerange(3, number)
    os.closerange(number + 1, 1024)
    for line in channel.makefile("r", encoding="utf-8"):
        child = os.fork()
        if child == 0:
            channel.close()
            _become(json.loads(line))
        status = os.waitpid(child, 0)[1]
        channel.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(request: dict[str, Any]) -> None:
    """Be the program, as `python file words` is; never returns."""
    code = 1
    try:
        for stream, path in ((1, request["output"]), (2, request["errors"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
        os.chdir(request["folder"])
        sys.argv = request["words"]
        sys.path.insert(0, str(Path(sys.argv[0]).parent))
        torch.set_num_threads(1)
        code = _run(sys.argv[0])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _run(file: str) -> int:
    try:
        runpy.run_path(file, run_name="__main__")
    except SystemExit as leaving:
        if leaving.code is None or isinstance(leaving.code, int):
            return leaving.code or 0
        sys.stderr.write(f"{leaving.code}\n")
        return 1
    except BaseException as error:
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename != file:
            frames = frames.tb_next
        traceback.print_exception(type(error), error, frames)
        return 1
    return 0

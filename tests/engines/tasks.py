"""Tasks that workers can import, good ones and deadly ones, and an engine without processes."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, field

from nitrivac.engines.engine import run_one
from nitrivac.engines.tasks import Limits
from nitrivac.errors import ReadError


def do(task):  # noqa: PLR0912 - one way to die each
    """What the task's first word says."""
    word, _, number = task.partition(" ")
    match word:
        case "double":
            return 2 * int(number)
        case "abort":
            os.abort()
        case "segfault":
            ctypes.string_at(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "murder":
            os.kill(multiprocessing.parent_process().pid, signal.SIGKILL)
            time.sleep(60)
        case "exit":
            os._exit(3)
        case "hang":
            while True:
                pass
        case "sleep":
            time.sleep(float(number))
            return "slept"
        case "hunger":
            return len(bytearray(int(float(number) * 1e9)))
        case "bad":
            raise ReadError("x.cif: no\natoms")
        case "fault":
            return 1 / 0
        case "unpicklable":
            return lambda: None
    return os.getpid()


@dataclass(frozen=True)
class Serial:
    """An engine that works in this process and may stop before a task, as if it were interrupted there."""

    stop: int | None = None
    limits: Limits = field(default_factory=Limits)

    def __call__(self, function, tasks, **_):
        for number, task in enumerate(tasks):
            if number == self.stop:
                raise KeyboardInterrupt
            yield run_one(function, task)

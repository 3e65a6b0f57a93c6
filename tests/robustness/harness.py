"""The command line run in this process under a time limit, with everything it prints caught."""

from __future__ import annotations

import contextlib
import io
import signal
import traceback
from typing import TYPE_CHECKING

from nitrivac.cli import main
from tests.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_S = 20.0  # of CPU time: what takes longer hangs


class HangError(BaseException):
    """The command used up its time; no `except Exception` may swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise HangError after so many seconds of CPU time of this process."""

    def stop(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def run(*arguments: object, limit: float = LIMIT_S) -> Outcome:
    """Run a command; anything but an exit is a fault of the program."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            with time_limit(limit):
                main([str(argument) for argument in arguments])
        except SystemExit as stop:
            return Outcome(code=int(stop.code or 0), out=out.getvalue(), err=err.getvalue())
        except HangError:
            raise AssertionError(f"{arguments} takes more than {limit} s:\n{traceback.format_exc()[-1500:]}") from None
    raise AssertionError(f"{arguments} did not exit")


def assert_plain(outcome: Outcome, name: str) -> None:
    """Exit 0 or 1 without a complaint, or 2 with one line that names the file."""
    assert outcome.code in (0, 1, 2), outcome
    assert "Traceback" not in outcome.out + outcome.err
    complaints = [line for line in outcome.err.splitlines() if line.startswith("nitrivac: ")]
    if outcome.code == 2:
        assert outcome.err.endswith("\n")
        assert len(complaints) == 1, outcome.err
        assert len(outcome.err.splitlines()) == 1, outcome.err
        assert name in complaints[0], outcome.err
        assert all(character.isprintable() for character in complaints[0]), ascii(complaints[0])
        assert len(complaints[0]) < 1500
        assert outcome.out == ""
    else:
        assert not complaints, outcome.err

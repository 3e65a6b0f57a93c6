"""Shared fixtures: the command line in-process, and the catalogue's crystals built once."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

from tests.outcome import Outcome

# The same examples in every run, so that a failure means a change; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# A shell starts what runs in the background with interrupts ignored, and the commands the tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def nitrivac(capsys, monkeypatch):
    """Run the command line as a user would, without a new process."""
    from nitrivac.cli import main

    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code=int(stop.value.code or 0), out=captured.out, err=captured.err)

    return run

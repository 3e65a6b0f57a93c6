"""The main job with its report, run once."""

from __future__ import annotations

import contextlib
import io

import pytest

from nitrivac.cli import main

MAIN_JOB = ("beta-Li3N", "Li@4f=8.1(2)%", "N@2c=5.4(1)%")


@pytest.fixture(scope="session")
def main_job(tmp_path_factory):
    """The folder that the main job leaves."""
    folder = tmp_path_factory.mktemp("main") / "out"
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as stop:
        main(["analyze", *MAIN_JOB, "-o", str(folder)])
    assert not stop.value.code
    return folder

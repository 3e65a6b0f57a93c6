"""Options of commands that run many tasks: where they run, and what becomes of earlier results."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["ResumeOption", "RetryOption", "SchedulerOption", "WorkersOption"]

WorkersOption = Annotated[
    int | None, typer.Option(help="Processes on this machine; default one for each core.", metavar="N", min=1)
]
SchedulerOption = Annotated[
    str | None, typer.Option(help="Run on the Dask cluster with this scheduler, e.g. tcp://host:8786.", metavar="ADDRESS")
]
ResumeOption = Annotated[bool, typer.Option("--resume/--no-resume", help="Go on with the journal, or begin anew.")]
RetryOption = Annotated[bool, typer.Option("--retry", help="Compute again what failed.")]

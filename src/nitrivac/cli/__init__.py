"""The command line: parses, calls, prints; no science.

Heavy libraries are imported inside the commands, so that `--help` and `list` start at once. Every error that nitrivac
raises on purpose becomes one line on standard error and exit code 2.
"""

from importlib import import_module

from nitrivac.cli.common import app, main

__all__ = ["app", "main"]

for _part in (
    "structures",
    "vacancies",
    "migration",
    "diffusion",
    "paths",
    "occupation",
    "energetics",
    "barriers",
    "trajectories",
    "polyhedra",
    "diffraction",
    "compare",
    "analysis",
    "plot",
    "screen",
):  # in the order in which help lists them
    import_module(f"nitrivac.cli.{_part}")

"""The help of every command, as the terminal shows it."""

import os
import subprocess
import sys

__all__ = ["command_names", "commands_page", "help_text"]

_PROGRAM = "import sys; sys.argv[0] = 'nitrivac'; from nitrivac.cli import main; main()"
_INTRODUCTION = """\
# Commands

What `nitrivac COMMAND --help` prints, at 80 columns.
SOURCE is a catalogue id or a structure file.
`--json` prints one JSON document on standard output and nothing else there; progress and messages go to standard error.

Exit code 0: done.
1: a check did not hold (`verify`).
2: bad input or usage, with one line on standard error that says what, where and what would be accepted.
"""


def command_names() -> list[str]:
    """Every command, in the order in which the help lists them."""
    import typer

    from nitrivac.cli import app

    group = typer.main.get_command(app)
    return list(group.commands)


def help_text(*command: str) -> str:
    """What a command prints when asked for help, at 80 columns without colour.

    Args:
        command: its words, none for the program's own help.
    """
    environment = os.environ | {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    words = [sys.executable, "-c", _PROGRAM, *command, "--help"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)  # noqa: S603  our own program
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").split("\n")).strip("\n")


def commands_page() -> str:
    """The page with the help of the program and of each command."""
    parts = [_INTRODUCTION, _section("nitrivac", help_text())]
    parts += [_section(f"nitrivac {name}", help_text(name)) for name in command_names()]
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n```text\n{text}\n```\n"

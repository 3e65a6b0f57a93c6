"""What all commands share: the application, common options, output and errors."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nitrivac import __version__
from nitrivac.errors import NitrivacError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from nitrivac.batch.tasks import Engine

CHECK_FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="nitrivac",
    help="Crystal structures, vacancies, lithium hops and polyhedra of nitride solid electrolytes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SourceArgument = Annotated[str, typer.Argument(help="Catalogue id or structure file.", metavar="SOURCE")]
SpecificationArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SPEC]...", help='Vacancies, e.g. "Li@4f=8.1(2)%" "N@2c=5.4(1)%".')
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a check did not hold, 2 bad input or usage."""
    try:
        code = app(args=arguments, standalone_mode=False)
    except typer.TyperException as error:
        fail(error.format_message())
    except NitrivacError as error:
        fail(str(error))
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BAD_INPUT)
    except OSError as error:
        fail(f"{error.filename or 'file'}: {error.strerror or error}")
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # the library may turn the interrupt into this code by itself
        sys.stderr.write(
            "nitrivac: interrupted; what is written is whole, and the same command goes on (configurations: with --resume)\n"
        )
    sys.exit(code if isinstance(code, int) else 0)


def fail(message: str) -> None:
    """One line on standard error, and exit code 2."""
    sys.stderr.write(f"nitrivac: {' '.join(message.split())}\n")
    sys.exit(BAD_INPUT)


def message(text: str) -> None:
    """A line on standard error, where messages go."""
    sys.stderr.write(f"{text}\n")


def print_json(document: Any) -> None:
    """The one JSON document of a command on standard output."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def console() -> Console:
    """Where tables are printed."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"nitrivac {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None: ...


def numbers(items: Sequence[str] | None, option: str) -> dict[str, float]:
    """Numbers by name from `NAME=NUMBER`."""
    found = {}
    for item in items or ():
        name, equals, number = item.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise SpecificationError(f"{option} {item!r} is not like NAME=NUMBER")
    return found


def shard_of(text: str) -> tuple[int, int]:
    """Part and number of parts from `2/8`."""
    parts = text.split("/")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[0]) <= int(parts[1]):
        raise SpecificationError(f"--shard {text!r} is not like 2/8, the second of eight parts")
    return int(parts[0]), int(parts[1])


def engine_of(workers: int | None, scheduler: str | None, *, seconds: float | None, memory: float | None) -> Engine:
    """The engine that options ask for; `memory` in GB per task, None for a fair share, 0 for no limit."""
    from nitrivac.batch.tasks import Limits

    if scheduler is not None:
        if workers is not None:
            raise SpecificationError("--workers is for this machine, --scheduler for a cluster; choose one")
        from nitrivac.batch.dask_engine import DaskEngine

        return DaskEngine(scheduler=scheduler, limits=Limits(seconds=seconds, memory_GB=memory or None))
    from nitrivac.batch.engine import LocalEngine, default_memory, default_workers

    number = workers or default_workers()
    limit = default_memory(number) if memory is None else memory or None
    return LocalEngine(workers=number, limits=Limits(seconds=seconds, memory_GB=limit))

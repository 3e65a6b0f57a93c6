"""What all commands share: the application, common options, output and errors."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from nitrivac._version import __version__
from nitrivac.errors import NitrivacError, SpecificationError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from nitrivac.crystal.model import Crystal
    from nitrivac.engines.tasks import Engine

CHECK_FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130

# Said last, and not at all where the command fails: a failure is one line.
_REMARKS: ContextVar[list[str]] = ContextVar("remarks")
# Said before anything else on the terminal, as they bear on all that follows.
_CAUTIONS: ContextVar[list[str]] = ContextVar("cautions")

# Blanks at the end of a line, before what ends a style.
_TRAILING_BLANKS = re.compile(r" +((?:\x1b\[[0-9;]*m)*)(?=\n)")

app = typer.Typer(
    name="nitrivac",
    help="Crystal structures, vacancies, lithium hops and polyhedra of nitride solid electrolytes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def ids_beginning(incomplete: str) -> list[str]:
    """Catalogue ids for the shell to complete; files it completes itself."""
    from nitrivac.catalog.loading import material_ids

    return [known for known in material_ids() if known.startswith(incomplete)]


SourceArgument = Annotated[
    str,
    typer.Argument(help="Catalogue id or structure file.", metavar="SOURCE", autocompletion=ids_beginning),
]
SpecificationArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SPEC]...", help='Vacancies, e.g. "Li@4f=8.1(2)%" "N@2c=5.4(1)%".')
]
SpeciesOption = Annotated[
    str | None, typer.Option(help="The mobile element; default the charge carrier: Li, else Na, Ag, K, Mg, Cu.", metavar="X")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a check did not hold, 2 bad input or usage."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without the angstrom sign must not end the program
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    _REMARKS.set([])
    _CAUTIONS.set([])
    try:
        with _termination_as_interrupt():
            code = app(args=arguments, standalone_mode=False)
            sys.stdout.flush()
    except typer.TyperException as error:
        fail(error.format_message())
    except NitrivacError as error:
        fail(str(error))
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BAD_INPUT)
    except OSError as error:
        if error.filename is None and error.errno == errno.ENOSPC:  # standard output, which Python flushes again at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(f"{error.filename or 'file'}: {error.strerror or error}")
    except MemoryError:
        fail("the memory of this computer is not enough for this; take a smaller cell or fewer configurations")
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # the library may turn the interrupt into this code by itself
        sys.stderr.write(
            "nitrivac: interrupted; what is written is whole, and the same command goes on (configurations: with --resume)\n"
        )
    if code != BAD_INPUT:
        for remark in dict.fromkeys(_REMARKS.get()):
            message(f"remark: {remark}")
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    """A polite request to end (SIGTERM) is treated as an interrupt, so that temporary files are cleared away."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def fail(message: str) -> None:
    """One line on standard error, and exit code 2."""
    complaint(message)
    sys.exit(BAD_INPUT)


def complaint(text: str) -> None:
    """One line on standard error that begins with the program's name."""
    sys.stderr.write(f"nitrivac: {printable(' '.join(text.split()))}\n")


def message(text: str) -> None:
    """A line on standard error, where messages go."""
    sys.stderr.write(f"{printable(text)}\n")


def load_source(source: str, *, caution: bool = True) -> Crystal:
    """The crystal of a source; what must be said of it is said before and after the command's own output.

    Args:
        source: see `nitrivac.io.sources.load`.
        caution: whether the terminal is to say its caution; not where the command's own table does.
    """
    from nitrivac.io.sources import load

    crystal = load(source)
    remember_words(crystal, caution=caution)
    return crystal


def remember_words(crystal: Crystal, *, caution: bool = True) -> None:
    """Keep what must be said of a crystal: its caution before the first table, its remarks after the command has done."""
    origin = crystal.provenance
    _REMARKS.get().extend(f"{origin.source}: {remark}" for remark in origin.remarks)
    if caution and origin.caution is not None:
        _CAUTIONS.get().append(f"{origin.source}: {origin.caution}")


def remember_remark(remark: str) -> None:
    """Keep a remark, to be said once the command has succeeded."""
    _REMARKS.get().append(remark)


def print_json(document: Any) -> None:
    """The one JSON document of a command on standard output."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def console() -> Console:
    """Where tables are printed, below the cautions that bear on them."""
    from rich.console import Console

    whole_lines: Any = _WithoutTrailingBlanks(sys.stdout)
    # Labels of files are no markup.
    screen = Console(file=whole_lines, highlight=False, soft_wrap=False, markup=False, emoji=False)
    cautions = _CAUTIONS.get()
    for caution in dict.fromkeys(cautions):
        screen.print(f"{caution}\n", style="bold red")
    cautions.clear()
    return screen


class _WithoutTrailingBlanks:
    """A stream whose lines end with their last letter: tables are padded to the width of their columns."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, blanks at the ends of its lines left out."""
        self._stream.write(_TRAILING_BLANKS.sub(r"\1", text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"nitrivac {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None: ...


def given_options(context: typer.Context) -> set[str]:
    """The options, by their long names, that are on the command line, whatever they are set to."""
    return {
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name and parameter.opts[0].startswith("--") and _is_given(context, parameter.name)
    }


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


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
    from nitrivac.engines.tasks import Limits

    if scheduler is not None:
        if workers is not None:
            raise SpecificationError("--workers is for this machine, --scheduler for a cluster; choose one")
        from nitrivac.engines.dask_engine import DaskEngine

        return DaskEngine(scheduler=scheduler, limits=Limits(seconds=seconds, memory_GB=memory or None))
    from nitrivac.engines.engine import LocalEngine, default_memory, default_workers

    number = workers or default_workers()
    limit = default_memory(number) if memory is None else memory or None
    return LocalEngine(workers=number, limits=Limits(seconds=seconds, memory_GB=limit))

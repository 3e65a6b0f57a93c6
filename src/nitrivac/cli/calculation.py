"""What commands that ask a calculator share: options, the crystals they are for, and the folder with its journal."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.common import load_source, message, remember_words
from nitrivac.errors import NitrivacError, OutputError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential
    from nitrivac.energetics.run import Subject
    from nitrivac.engines.journal import Journal
    from nitrivac.engines.resumed import Done
    from nitrivac.screening.sources import Item

__all__ = [
    "CalculatorOption",
    "FolderOption",
    "Kept",
    "RelaxOption",
    "SourcesArgument",
    "StepsOption",
    "TimeLimitOption",
    "at_rest",
    "failed_of",
    "json_text",
    "kept_in",
    "require_one",
    "subjects_of",
    "write_folder",
]

SourcesArgument = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help="Catalogue ids, files, folders, globs, all; - reads a list.")
]
CalculatorOption = Annotated[
    str, typer.Option("--calculator", help="sevennet, chgnet, mace:FILE, nep:FILE or any module:factory.", metavar="NAME")
]
FolderOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder for the files, and the journal to go on with.", metavar="DIR")
]
RelaxOption = Annotated[bool, typer.Option("--relax", help="Relax cell and atoms with the calculator first.")]
StepsOption = Annotated[int, typer.Option("--steps", help="Steps of the optimiser at most.", metavar="N", min=1)]
TimeLimitOption = Annotated[float, typer.Option(help="Seconds for one crystal or hop; 0 for no limit.", metavar="S", min=0)]


def at_rest(crystal: Crystal, potential: Potential, wanted: bool) -> Crystal:
    """The crystal, relaxed first where that was asked for."""
    from nitrivac.energetics import relax

    return relax(crystal, potential).crystal if wanted else crystal


def subjects_of(sources: Sequence[str]) -> list[Subject]:
    """The crystals of sources; one that cannot be read is a row with its reason, unless it is the only one.

    Raises:
        NitrivacError: a source is nothing, or the only one cannot be read.
    """
    from nitrivac.energetics.run import Refused, Subject
    from nitrivac.screening.sources import find_items

    items = list(find_items(sources))
    found: list[Subject] = []
    taken: set[str] = set()
    for item in items:
        name = _name(item, taken)
        source = item.source if item.path is None or Path(item.source).exists() else item.path
        try:
            crystal = load_source(source) if len(items) == 1 else load_without_remarks(source)
        except NitrivacError as error:
            if len(items) == 1:
                raise
            found.append(Subject(name=name, crystal=None, problem=Refused.by(name, error)))
        else:
            found.append(Subject(name=name, crystal=crystal))
    return found


def load_without_remarks(source: str) -> Crystal:
    """The crystal of one of many sources: its caution is said, its remarks are not."""
    from nitrivac.io.sources import load

    crystal = load(source)
    if crystal.provenance.caution is not None:
        remember_words(replace(crystal, provenance=replace(crystal.provenance, remarks=())))
    return crystal


def _name(item: Item, taken: set[str]) -> str:
    """What a run calls a source, and its folder: the file's name without its ending, numbered where it comes again."""
    name = item.name
    if item.path is not None:
        name = name.removesuffix(".gz")
        name = name.rpartition(".")[0] or name
    numbered = (f"{name}-{number}" for number in count(2))
    free = next(one for one in chain([name], numbered) if one not in taken)
    taken.add(free)
    return free


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The folder of a run.

    Attributes:
        folder: where files go, None for none.
        journal: what keeps the tasks that are done.
        ours: whether files in it are of an earlier run of the same command, and may be replaced.
    """

    folder: Path | None
    journal: Journal | None
    ours: bool


@contextmanager
def kept_in(folder: Path | None, name: str, *, resume: bool, overwrite: bool, files: Sequence[str]) -> Iterator[Kept]:
    """The folder of a run with its journal open.

    Args:
        folder: None keeps nothing.
        name: of the command: the journal's name.
        resume: go on with the journal, or begin anew.
        overwrite: whether files of other runs may be replaced.
        files: names of files that the run is going to write, to be refused before anything is computed.

    Raises:
        OutputError: a file or a journal is there that is not to be replaced.
    """
    from nitrivac.engines.journal import open_journal
    from nitrivac.files import prepare_folder

    if folder is None:
        yield Kept(folder=None, journal=None, ours=False)
        return
    path = folder / f"{name}.journal"
    ours = (path.exists() and resume) or overwrite
    for one in (*(folder / file for file in files), path):
        if one.exists() and not ours:
            raise OutputError(f"{one}: exists already; --force overwrites it")
    prepare_folder(folder)
    with open_journal(path, fresh=not resume) as journal:
        yield Kept(folder=folder, journal=journal, ours=ours)


def json_text(document: object) -> str:
    """A document as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_folder(kept: Kept, texts: Mapping[str, str]) -> None:
    """Write the files of a run, by their names below its folder, all or none."""
    from nitrivac.files import prepare_folder, write_texts

    if kept.folder is None:
        return
    paths = {kept.folder / name: text for name, text in texts.items()}
    for folder in dict.fromkeys(path.parent for path in paths):
        prepare_folder(folder)
    write_texts(paths, overwrite=kept.ours)
    shown = ", ".join(texts) if len(texts) <= 8 else f"{len(texts)} files"
    message(f"{kept.folder}: {shown}")


def require_one(subjects: Sequence[Subject], option: str) -> None:
    """Raise SpecificationError where an option that is for one source meets several."""
    if len(subjects) != 1:
        raise SpecificationError(f"{option} goes with one SOURCE, not with {len(subjects)}")


def failed_of(done: Done) -> bool:
    """Whether an outcome in a journal is a failure."""
    from nitrivac.energetics.tasks import failure_of

    return failure_of(done) is not None or bool(done.value and done.value.get("failure"))

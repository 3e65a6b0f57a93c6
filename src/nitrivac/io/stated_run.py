"""What a structure file says of the run that made it, in CIF, POSCAR and extended XYZ of this program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nitrivac.errors import SpecificationError

__all__ = ["StatedRun", "other_source", "refuse_other_run", "stated_run"]

_HEAD = 20_000  # characters at the beginning of a file; headers are shorter
_CIF = r"^_nitrivac_{key}\s+(?:'([^\n]*)'|\"([^\n]*)\"|;([^;]*)\n;|(\S+))\s*$"
_XYZ = r"(?:^|\s){key}=\"([^\"]*)\""
_POSCAR = r"(?:^|\s){key}=(.*?)(?=\s(?:grade|specification|supercell_matrix|counts|hop|nitrivac)=|\s\(candidate|$)"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRun:
    """The run a file says it comes from.

    Attributes:
        source: what the structure was made of, None where the file does not say.
        specification: the vacancies asked for, as they were given; None where there were none.
    """

    source: str | None = None
    specification: str | None = None


def stated_run(path: str | Path) -> StatedRun:
    """What a file says; nothing where it is no file, or one of another program."""
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as stream:
            head = stream.read(_HEAD)
    except (OSError, ValueError):
        return StatedRun()
    if not re.search(r"\bnitrivac\b", head.partition("\n")[0] + head[:2000]):
        return StatedRun()
    return StatedRun(source=_stated(head, "source"), specification=_stated(head, "specification"))


def _stated(head: str, key: str) -> str | None:
    """The value of a key in whichever of the three formats it stands."""
    first_two = "\n".join(head.split("\n", 2)[:2])
    for pattern, text in ((_CIF, head), (_XYZ, first_two), (_POSCAR, head.partition("\n")[0])):
        found = re.search(pattern.format(key=key), text, re.MULTILINE)
        if found:
            return " ".join(next(part for part in found.groups() if part is not None).split()) or None
    return None


def other_source(path: str | Path, source: str) -> str | None:
    """Why a file is not of a run on this source, None where it is or does not say.

    Args:
        path: a configuration.
        source: what its parent is called, an id or a file; a file that says what it was made of is that itself.
    """
    said, expected = stated_run(path).source, stated_run(source).source or source
    if said is None or Path(said).name == Path(expected).name:
        return None
    return f"{path} says that it was made of {said}, not of {expected}"


def refuse_other_run(path: str | Path, source: str, specification: str) -> None:
    """Refuse a configuration that says it is of another run than that on a source with these vacancies.

    Args:
        path: the configuration; one that says nothing is taken as it is.
        source: what its parent is called.
        specification: the vacancies asked for, as its header has them; empty for the source's own.

    Raises:
        SpecificationError: it is of another run; the message says of which.
    """
    said = stated_run(path)
    problem = other_source(path, source)
    if problem is None and said.source is not None and (said.specification or "") != specification:
        problem = f"{path} says that it was made with {_vacancies(said.specification)}, not {_vacancies(specification)}"
    if problem is not None:
        raise SpecificationError(f"{problem}: it is of another run; make it again, or give the vacancies it was made with")


def _vacancies(specification: str | None) -> str:
    return specification or "the occupancies of its source"

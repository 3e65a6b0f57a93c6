"""Sharing as people read it: each pair of sites once, with the numbers of either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from nitrivac.columns import Column, Columns, Table
from nitrivac.polyhedra.sharing import ElementSharing, Sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Meeting", "element_sharing_table", "meetings_of", "sharing_table"]

S = TypeVar("S", Sharing, ElementSharing)
_TITLE = "Polyhedra met by each"
_EITHER = "a/b: a for each polyhedron of the first site, b for each of the second."


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Generic[S]):
    """A pair of sites, or of elements, whose polyhedra meet.

    Attributes:
        there: counted for each polyhedron of the first.
        back: counted for each of the second; the same where both are one.
    """

    there: S
    back: S


def meetings_of(sharing: Sequence[S]) -> tuple[Meeting[S], ...]:
    """Each pair once, in the order in which it comes first.

    Args:
        sharing: both directions of each pair.
    """
    by_ends = {(one.start, one.end): one for one in sharing}
    found: dict[frozenset[str], Meeting[S]] = {}
    for (start, end), one in by_ends.items():
        found.setdefault(frozenset((start, end)), Meeting(there=one, back=by_ends.get((end, start), one)))
    return tuple(found.values())


def sharing_table(sharing: Sequence[Sharing]) -> Table[Meeting[Sharing]]:
    """How the polyhedra of each pair of sites meet, as a table."""
    return Table(title=_TITLE, columns=_OF_SITES, records=meetings_of(sharing), remarks=(_EITHER,))


def element_sharing_table(sharing: Sequence[ElementSharing]) -> Table[Meeting[ElementSharing]]:
    """The same by element."""
    return Table(title=_TITLE, columns=_OF_ELEMENTS, records=meetings_of(sharing), remarks=(_EITHER,))


def _count(meeting: Meeting[Sharing] | Meeting[ElementSharing], kind: str) -> str:
    """A number, or both where they differ."""
    there, back = (f"{getattr(one, kind):.4g}" for one in (meeting.there, meeting.back))
    return there if there == back else f"{there}/{back}"


def _site(name: str, filling: float) -> str:
    return name if filling > 1 - 1e-6 else f"{name} ({filling:.3f} filled)"


def _first_site(pair: Meeting[Sharing]) -> str:
    """The first site, and how far it is filled unless the second says so."""
    return _site(pair.there.start, 1.0 if pair.there.start == pair.there.end else pair.back.filling)


_OF_SITES: Columns[Meeting[Sharing]] = Columns(
    (
        Column("from", _first_site, heading="site", left=True),
        Column("to", lambda pair: _site(pair.there.end, pair.there.filling), heading="and", left=True),
        Column("corner", lambda pair: _count(pair, "corner"), heading="corner"),
        Column("edge", lambda pair: _count(pair, "edge"), heading="edge"),
        Column("face", lambda pair: _count(pair, "face"), heading="face"),
        Column("per_cell", lambda pair: "+".join(map(str, pair.there.per_cell)), heading="per cell"),
        Column("shortest_A", lambda pair: pair.there.shortest, heading="centres (Å)"),
    ),
    least="per_cell shortest_A",
)
_OF_ELEMENTS: Columns[Meeting[ElementSharing]] = Columns(
    (
        Column("from", lambda pair: pair.there.start, heading="element", left=True),
        Column("to", lambda pair: pair.there.end, heading="and", left=True),
        Column("corner", lambda pair: _count(pair, "corner"), heading="corner"),
        Column("edge", lambda pair: _count(pair, "edge"), heading="edge"),
        Column("face", lambda pair: _count(pair, "face"), heading="face"),
        Column("shortest_A", lambda pair: pair.there.shortest, heading="centres (Å)"),
    )
)

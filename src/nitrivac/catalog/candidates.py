"""Candidates: computed arrangements of a compound whose structure is not decided, each a source `ID#NAME` of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nitrivac.errors import UnknownMaterialError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nitrivac.catalog.model import Material
    from nitrivac.catalog.parts import Candidate

__all__ = [
    "MARK",
    "candidate_sources",
    "caution_of",
    "described_by",
    "find_candidate",
    "record_and_candidate",
]

MARK = "#"  # between the id of a record and the name of a candidate


def record_and_candidate(source: str) -> tuple[str, str | None]:
    """The id and the name of a candidate that `ID#NAME` names; the candidate is None where there is no mark.

    >>> from nitrivac.catalog import record_and_candidate
    >>> record_and_candidate("beta-Li10P4N10#R3")
    ('beta-Li10P4N10', 'R3')
    """
    identifier, mark, name = source.partition(MARK)
    return identifier, name if mark else None


def candidate_sources(materials: Iterable[Material]) -> list[str]:
    """Every candidate of some records as a source, `beta-Li10P4N10#R3`.

    >>> from nitrivac import get_material
    >>> from nitrivac.catalog import candidate_sources
    >>> candidate_sources([get_material("Li2GeN2")])[0].startswith("Li2GeN2#")
    True
    """
    return [f"{material.id}{MARK}{one.name}" for material in materials for one in material.candidates]


def find_candidate(material: Material, name: str) -> Candidate:
    """The candidate of a record with this name, whatever its case.

    Raises:
        UnknownMaterialError: there is none; the message says which there are.
    """
    for one in material.candidates:
        if one.name.casefold() == name.strip().casefold():
            return one
    known = ", ".join(candidate_sources([material]))
    there = f"there are {known}" if known else "it has a structure of its own" if material.sites else "there is none"
    raise UnknownMaterialError(f"no candidate {name!r} of {material.id}; {there}")


def described_by(material: Material, candidate: Candidate) -> Material:
    """The record as it would be if a candidate were its structure: its sites, in the published cell or its own."""
    return msgspec.structs.replace(
        material,
        id=f"{material.id}{MARK}{candidate.name}",
        sites=candidate.sites,
        space_group=candidate.space_group or material.space_group,
        z=material.z if candidate.z is None else candidate.z,
        lattice=candidate.lattice or material.lattice,
    )


def caution_of(material: Material) -> str:
    """What everything made of a candidate must say."""
    number = len(material.candidates)
    return f"candidate, computed, not decided among {number}; not to be cited as the structure"

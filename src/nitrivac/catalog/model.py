"""`Material`: one record of the catalogue."""

from __future__ import annotations

from typing import Any

import msgspec

from nitrivac.catalog.notebook import material_html
from nitrivac.catalog.parts import (  # noqa: TC001 - msgspec reads the hints
    Alternative,
    Candidate,
    Contradiction,
    Grade,
    Lattice,
    Measurement,
    Site,
    Source,
    SpaceGroupRecord,
    Status,
)
from nitrivac.catalog.plain import material_from_plain, to_dict
from nitrivac.documents.envelope import envelope, opened

__all__ = ["Material"]


class Material(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A compound: its structure or why there is none, where the data come from, and what was measured.

    Attributes:
        id: name in the catalogue.
        formula: formula of one formula unit.
        family: chemical family.
        status: `resolved` (ordered sites), `disordered` (partial or mixed occupancy), `amorphous` or `unresolved`.
        phase: polymorph or sample.
        grade: A published refinement, B computed database, C recalled or isostructural and checked, R recovered by
            computation; none without sites.
        reason: why there is nothing to build and what is known; only without sites.
        space_group: group and setting, where known.
        z: formula units per cell.
        lattice: cell, where known.
        sites: asymmetric unit.
        charge_neutral: whether the sites must balance; false where the notes explain why not.
        source: where the structure comes from.
        notes: what a user must know.
        contradictions: what sources disagree on.
        alternatives: other descriptions.
        candidates: computed arrangements none of which is decided on; only where the status is `unresolved`.
        measurements: the review's values.
        path: the file the record was read from; not a key of the file.

    >>> from nitrivac import get_material
    >>> material = get_material("beta-Li3N")
    >>> material.space_group.symbol, material.grade
    ('P6_3/mmc', 'B')
    """

    id: str
    formula: str
    family: str
    status: Status
    phase: str | None = None
    grade: Grade | None = None
    reason: str | None = None
    space_group: SpaceGroupRecord | None = None
    z: float | None = None
    lattice: Lattice | None = None
    experimental_lattice: Lattice | None = None
    sites: tuple[Site, ...] = ()
    charge_neutral: bool = True
    source: Source | None = None
    notes: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    path: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The document of the record: its file's keys, ready for JSON; `from_dict`, or monty's decoder, reads it back."""
        origin = {} if self.path is None else {"path": self.path}
        return envelope("nitrivac.catalog", "Material") | to_dict(self) | origin

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> Material:
        """The record of a document, checked as a record file is.

        Raises:
            DocumentError: it is of another class or a newer schema version.
            RecordError: it is malformed or contradicts itself.
        """
        content = opened(d, "Material")
        path = content.pop("path", None)
        return material_from_plain(cls, content, str(path or content.get("id", "record")), path=path)

    def _repr_html_(self) -> str:
        """The record in a notebook: what it is, where it comes from, what was measured."""
        return material_html(self)

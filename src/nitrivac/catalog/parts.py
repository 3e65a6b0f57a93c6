"""The parts of a catalogue record; the types are the schema."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from nitrivac.catalog.coordinates import Coordinate  # noqa: TC001 - msgspec reads the hints
from nitrivac.uncertain_number import number_with_uncertainty

__all__ = [
    "Alternative",
    "Candidate",
    "Contradiction",
    "Grade",
    "Lattice",
    "Measurement",
    "Site",
    "Source",
    "SpaceGroupRecord",
    "Status",
]

Status = Literal["resolved", "disordered", "amorphous", "unresolved"]
Grade = Literal["A", "B", "C", "R"]

CELL_KEYS: tuple[Literal["a", "b", "c", "alpha", "beta", "gamma"], ...] = ("a", "b", "c", "alpha", "beta", "gamma")


class SpaceGroupRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Space group as the record means it.

    Attributes:
        symbol: Hermann-Mauguin symbol with origin choice or axes where there is a choice (`Fd-3m:2`).
        number: International Tables number.
        review: the symbol as the review prints it, where it names one.
        setting: what a reader must know about axes, origin and published setting.
    """

    symbol: str
    number: int
    review: str | None = None
    setting: str | None = None


class Lattice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Cell in angstrom and degrees.

    Attributes:
        a: length, and so `b` and `c`; `alpha`, `beta` and `gamma` are the angles.
        su: standard uncertainty of each of these that the source gives one for, by name.
        note: where the cell comes from if not from the coordinates' source.
    """

    a: float
    b: float
    c: float
    alpha: float
    beta: float
    gamma: float
    su: dict[Literal["a", "b", "c", "alpha", "beta", "gamma"], float] = {}
    note: str | None = None

    @property
    def uncertainties(self) -> tuple[float, ...]:
        """Standard uncertainties of a, b, c, alpha, beta, gamma, 0 where none is given."""
        return tuple(self.su.get(key, 0.0) for key in CELL_KEYS)

    def texts(self) -> tuple[str, ...]:
        """a, b, c, alpha, beta, gamma as they are printed: `3.552`, `3.66225(4)`."""
        return tuple(
            number_with_uncertainty(getattr(self, key), self.su[key], 4) if key in self.su else f"{getattr(self, key):g}"
            for key in CELL_KEYS
        )


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One site of the asymmetric unit.

    Attributes:
        label: unique in the record.
        species: element to occupancy; the rest of the site is vacant.
        oxidation: element to oxidation state; empty where none is stated.
        wyckoff: multiplicity and letter in the stated setting, `4f`.
        xyz: fractional coordinates; numbers, or as text exact fractions (`1/3`) or numbers with their standard uncertainty
            (`0.0834(2)`).
    """

    label: str
    species: dict[str, float]
    wyckoff: str
    xyz: tuple[Coordinate, Coordinate, Coordinate]
    oxidation: dict[str, int] = {}

    @property
    def multiplicity(self) -> int:
        """Points of the Wyckoff position per conventional cell."""
        return int(re.match(r"\d+", self.wyckoff)[0])  # type: ignore[index]  # loading has checked the form


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the structure comes from; `seen_in` names what was at hand, which may be a copy of the cited source."""

    citation: str
    doi: str | None = None
    icsd: str | None = None
    cod: str | None = None
    mp_id: str | None = None
    seen_in: str | None = None
    method: str | None = None
    temperature_K: float | None = None
    pressure_GPa: float | None = None


class Contradiction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values that disagree, all of them kept.

    Attributes:
        quantity: what they are values of.
        values: each as printed, with where it stands.
        note: which is consistent with what, if anything tells.
    """

    quantity: str
    values: tuple[str, ...]
    note: str | None = None


class Alternative(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another description of the same compound, never built by default.

    Attributes:
        description: what it is and how it differs.
        source: where it comes from.
        grade: provenance grade, none for a hypothesis.
        space_group: symbol, if another.
        lattice: cell, if another.
        sites: sites, if it has coordinates.
    """

    description: str
    source: str
    grade: Grade | None = None
    space_group: str | None = None
    lattice: Lattice | None = None
    sites: tuple[Site, ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A computed arrangement that may be the structure of an unresolved compound; built only where it is asked for by name.

    Attributes:
        name: unique in the record; `ID#NAME` is the candidate as a source.
        evidence: how it was found, and what speaks for and against it.
        sites: asymmetric unit.
        space_group: group, if not the record's.
        z: formula units per cell, if not the record's.
        lattice: cell, if not the record's.
    """

    name: str
    evidence: str
    sites: tuple[Site, ...]
    space_group: SpaceGroupRecord | None = None
    z: float | None = None
    lattice: Lattice | None = None


class Measurement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One measured conductivity or activation energy as the review gives it.

    Attributes:
        sigma_S_cm: ionic conductivity in S/cm.
        sigma_qualifier: sign printed before it, such as `~`, `<`, `>`.
        temperature_K: temperature of the conductivity.
        activation_energy_eV: activation energy in eV.
        direction: crystal direction, or polycrystalline.
        material: the formula as printed.
        phase: phase or sample as printed.
        space_group: symbol that the table prints for it.
        structure_as_printed: the table's own words for the structure.
        method: preparation.
        footnote: what the table's footnote adds.
        reference: number in the review's list.
        table: number of the table, none for values of the text.
        section: section of the text, for values given there.
        also_in_table_5: whether table 5 repeats it.
        notes: remarks, contradictions among them.
    """

    sigma_S_cm: float | None = None
    sigma_qualifier: str | None = None
    temperature_K: float | None = None
    activation_energy_eV: float | None = None
    direction: str | None = None
    material: str | None = None
    phase: str | None = None
    space_group: str | None = None
    structure_as_printed: str | None = None
    method: str | None = None
    footnote: str | None = None
    reference: int | str | None = None
    table: int | None = None
    section: str | None = None
    also_in_table_5: bool | None = None
    notes: str | None = None

    @property
    def is_extrapolated(self) -> bool:
        """Whether its conductivity was extrapolated from higher temperatures."""
        return "extrapolated" in (self.footnote or "")

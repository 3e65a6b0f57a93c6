"""The columns of a screening table: always the same ones in the same order, whatever was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from nitrivac.errors import SpecificationError

__all__ = ["COLUMNS", "PARTS", "Column", "Kind", "chosen_parts", "empty_row"]

Kind = Literal["int", "float", "bool", "str"]
PARTS = ("identity", "symmetry", "hops", "polyhedra", "vacancies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: its name, the unit at its end.
        kind: type of its values; any of them may be None.
        part: the part of the analysis that fills it, or `run` for what every row has.
    """

    name: str
    kind: Kind
    part: str


_TABLE: dict[str, tuple[tuple[Kind, str], ...]] = {
    "run": (
        ("int", "index"),  # place in the list of sources, from 1
        ("str", "source"),
        ("str", "status"),  # ok, partial (a part was not computed) or failed
        ("str", "error"),  # class of the first error
        ("str", "message"),
        ("str", "sha256"),  # of the file, or of the catalogue's record
        ("str", "parts"),  # what was asked for
        ("str", "version"),  # of nitrivac
        ("str", "run"),  # number of sources and a fingerprint of the list and the options
    ),
    "identity": (
        ("str", "formula"),
        ("str", "elements"),
        ("int", "sites"),
        ("float", "atoms"),
        ("float", "volume_A3"),
        ("float", "density_g_cm3"),
        ("float", "a_A"),
        ("float", "b_A"),
        ("float", "c_A"),
        ("float", "alpha_deg"),
        ("float", "beta_deg"),
        ("float", "gamma_deg"),
        ("str", "grade"),
    ),
    "symmetry": (
        ("str", "space_group"),
        ("int", "space_group_number"),
        ("str", "hall"),
        ("int", "expected_number"),
        ("bool", "symmetry_agrees"),
        ("int", "second_opinion_number"),
        ("float", "plateau_low_A"),
        ("float", "plateau_high_A"),
        ("str", "wyckoff"),
        ("float", "charge"),
        ("float", "min_distance_A"),
        ("str", "problems"),
    ),
    "hops": (
        ("str", "mobile_species"),
        ("int", "hops"),
        ("int", "elementary_hops"),
        ("str", "shortest_hop"),
        ("float", "shortest_hop_A"),
        ("float", "shortest_hop_bottleneck_A"),
        ("float", "narrowest_bottleneck_A"),
        ("float", "widest_bottleneck_A"),
        ("float", "percolation_1D_A"),
        ("float", "percolation_2D_A"),
        ("float", "percolation_3D_A"),
        ("float", "percolation_1D_bottleneck_A"),
        ("float", "percolation_2D_bottleneck_A"),
        ("float", "percolation_3D_bottleneck_A"),
        ("str", "percolation_1D_directions"),
        ("str", "percolation_2D_directions"),
    ),
    "polyhedra": (
        ("str", "mobile_coordination"),
        ("float", "mobile_ligand_distance_A"),
        ("int", "frameworks"),
        ("str", "framework_centre"),
        ("str", "framework_formula"),
        ("int", "framework_dimension"),
        ("str", "framework_kappa"),
        ("str", "framework_q"),
        ("str", "framework_rings"),
        ("str", "framework_name"),
        ("str", "molecular_anions"),
    ),
    "vacancies": (
        ("bool", "ordered"),
        ("str", "vacancy_fractions"),
        ("float", "mobile_vacancy_fraction"),
        ("float", "vacancies_per_cell"),
        ("str", "mixed_sites"),
    ),
}

COLUMNS: tuple[Column, ...] = tuple(
    Column(name=name, kind=kind, part=part) for part, columns in _TABLE.items() for kind, name in columns
)


def empty_row() -> dict[str, Any]:
    """A row with every column and nothing in it."""
    return {column.name: None for column in COLUMNS}


def chosen_parts(text: str | None) -> tuple[str, ...]:
    """The parts named in a list such as `identity,hops`, in their usual order; all without a list.

    Raises:
        SpecificationError: a name is not one of `PARTS`, or there is none.
    """
    if text is None:
        return PARTS
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown or not wanted:
        raise SpecificationError(f"--only {', '.join(unknown) or repr(text)}: the parts are {', '.join(PARTS)}")
    return tuple(part for part in PARTS if part in wanted)

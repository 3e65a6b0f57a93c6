"""The columns of a screening table: always the same ones in the same order, whatever was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nitrivac.errors import SpecificationError

__all__ = ["COLUMNS", "PARTS", "Column", "Kind", "chosen_parts"]

Kind = Literal["int", "float", "bool", "str"]
PARTS = ("identity", "symmetry", "hops", "polyhedra", "vacancies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: its name, the unit at its end.
        kind: type of its values; any of them may be None.
        part: the part of the analysis that fills it, or `run` for what every row has.
        description: what it holds.
    """

    name: str
    kind: Kind
    part: str
    description: str


_TABLE: dict[str, tuple[tuple[Kind, str, str], ...]] = {
    "run": (
        ("int", "index", "place in the list of sources, from 1"),
        ("str", "source", "as it was named, or the path below the folder that was named"),
        ("str", "status", "ok, partial (a part has no answer) or failed"),
        ("str", "error", "class of the first error; TimeLimit, MemoryLimit and Crash are those of the process"),
        ("str", "message", "what the errors say"),
        ("str", "sha256", "of the file, or of the catalogue's record"),
        ("str", "parts", "what was asked for"),
        ("str", "version", "of nitrivac"),
        ("str", "run", "number of sources and a fingerprint of their names, the options and the version"),
    ),
    "identity": (
        ("str", "formula", "formula unit"),
        ("str", "elements", "in alphabetical order"),
        ("int", "sites", "in the cell of the source, occupied or not"),
        ("float", "atoms", "in the same cell"),
        ("float", "volume_A3", "of the cell"),
        ("float", "density_g_cm3", "with the occupancies of the source"),
        ("float", "a_A", "cell length"),
        ("float", "b_A", "cell length"),
        ("float", "c_A", "cell length"),
        ("float", "alpha_deg", "cell angle"),
        ("float", "beta_deg", "cell angle"),
        ("float", "gamma_deg", "cell angle"),
        ("str", "grade", "provenance grade of a catalogue record"),
    ),
    "symmetry": (
        ("str", "space_group", "found by spglib at 0.01 angstrom"),
        ("int", "space_group_number", "its number"),
        ("str", "hall", "its Hall symbol, in the setting of the source where that is tabulated"),
        ("int", "expected_number", "stated by the source, if any"),
        ("bool", "symmetry_agrees", "whether the two are the same"),
        ("int", "second_opinion_number", "found by moyo"),
        ("float", "plateau_low_A", "smallest tolerance at which the group is found"),
        ("float", "plateau_high_A", "largest one"),
        ("str", "wyckoff", "Wyckoff position found for each orbit"),
        ("float", "charge", "of the cell, where all oxidation states are known"),
        ("float", "min_distance_A", "shortest distance between sites that can be filled together"),
        ("str", "oxidation_states", "of each element, and whether stated, balanced or assumed; or why there are none"),
        ("float", "global_instability_index", "root mean square of bond-valence sum less charge, valence units"),
        ("str", "problems", "every check that does not hold"),
    ),
    "hops": (
        ("str", "mobile_species", "the element that hops"),
        ("int", "hops", "symmetry-distinct hops, up to what it takes to span all dimensions and the second shell"),
        ("int", "elementary_hops", "of these, without a third site in between (Gabriel)"),
        ("str", "shortest_hop", "its ends"),
        ("float", "shortest_hop_A", "its length"),
        ("float", "shortest_hop_bottleneck_A", "radius of the largest sphere that passes along it in a straight line"),
        ("float", "narrowest_bottleneck_A", "smallest such radius of an elementary hop"),
        ("float", "widest_bottleneck_A", "largest one"),
        ("str", "no_bottleneck", "why bottlenecks are empty"),
        ("float", "percolation_1D_A", "length of hop from which on the hops span one dimension"),
        ("float", "percolation_2D_A", "two"),
        ("float", "percolation_3D_A", "three"),
        ("float", "percolation_1D_bottleneck_A", "radius of a sphere that finds its way along one dimension"),
        ("float", "percolation_2D_bottleneck_A", "two"),
        ("float", "percolation_3D_bottleneck_A", "three"),
        ("str", "percolation_1D_directions", "lattice directions or planes spanned at the first length"),
        ("str", "percolation_2D_directions", "at the second length"),
    ),
    "polyhedra": (
        ("str", "mobile_coordination", "coordination number of the mobile species: share of its sites"),
        ("float", "mobile_ligand_distance_A", "mean distance to its ligands"),
        ("int", "frameworks", "frameworks found; the following is of the one with most kinds of centres"),
        ("str", "framework_centre", "its centres"),
        ("str", "framework_formula", "centres and anions of one unit or repeat"),
        ("int", "framework_dimension", "directions in which it extends, 0 to 3"),
        ("str", "framework_kappa", "degree of condensation n(T)/n(X)"),
        ("str", "framework_q", "number of bridging ligands: share of the centres"),
        ("str", "framework_rings", "ring size: rings per centre"),
        ("str", "framework_name", "what a chemist calls it"),
        ("str", "molecular_anions", "number per cell and formula"),
    ),
    "vacancies": (
        ("bool", "ordered", "whether every site is filled by one species"),
        ("str", "vacancy_fractions", "sites that are partly vacant, and to what share"),
        ("float", "mobile_vacancy_fraction", "vacant share of all sites of the mobile species"),
        ("float", "vacancies_per_cell", "of any element"),
        ("str", "mixed_sites", "sites that several species share"),
    ),
}

COLUMNS: tuple[Column, ...] = (
    *(
        Column(name=name, kind=kind, part=part, description=description)
        for part, columns in _TABLE.items()
        for kind, name, description in columns
    ),
    Column(
        name="caution",
        kind="str",
        part="run",
        description="what must be said wherever the row is used: that it is a candidate",
    ),
)


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

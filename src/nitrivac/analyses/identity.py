"""What a crystal is: formula, contents, cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.analyses.part import Found, Options, Part
from nitrivac.columns import Column, Columns

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["IDENTITY"]


def _itself(crystal: Crystal, _: Options) -> Crystal:
    return crystal


def _cell(index: int, name: str, description: str) -> Column[Found[Crystal]]:
    """A column of the cell's parameters."""

    def value(found: Found[Crystal]) -> float:
        from nitrivac.crystal.uncertainty import cell_parameters

        return float(cell_parameters(found.crystal.lattice)[index])

    return Column(name, value, kind="float", description=description)


IDENTITY: Part[Crystal] = Part(
    name="identity",
    run=_itself,
    columns=Columns(
        (
            Column("formula", lambda found: found.crystal.formula, description="formula unit"),
            Column(
                "elements",
                lambda found: "-".join(sorted(found.crystal.elements)),
                description="in alphabetical order",
            ),
            Column(
                "sites",
                lambda found: found.crystal.n_sites,
                kind="int",
                description="in the cell of the source, occupied or not",
            ),
            Column(
                "atoms",
                lambda found: float(sum(found.crystal.contents.values())),
                kind="float",
                description="in the same cell",
            ),
            Column("volume_A3", lambda found: float(found.crystal.volume), kind="float", description="of the cell"),
            Column(
                "density_g_cm3",
                lambda found: found.crystal.density,
                kind="float",
                description="with the occupancies of the source",
            ),
            *(_cell(index, f"{name}_A", "cell length") for index, name in enumerate("abc")),
            *(_cell(index, f"{name}_deg", "cell angle") for index, name in enumerate(("alpha", "beta", "gamma"), start=3)),
            Column(
                "grade",
                lambda found: found.crystal.provenance.grade,
                description="provenance grade of a catalogue record",
            ),
        )
    ),
)

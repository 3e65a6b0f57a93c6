"""A crystal in rows and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.tables import html_facts, html_table

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["SITES", "cell_text", "facts_html", "site_table", "sites_html"]


def _occupants(orbit: Orbit) -> str:
    shares = [(occupant.element, occupant.occupancy) for occupant in orbit.occupants]
    return ", ".join(name if share > 1 - 1e-8 else f"{name} {share:.5g}" for name, share in shares)


def _coordinate(axis: int, name: str) -> Column[tuple[Crystal, Orbit]]:
    """A coordinate of the first point of an orbit."""

    def value(row: tuple[Crystal, Orbit]) -> str:
        crystal, orbit = row
        return f"{round(float(crystal.frac_coords[int(orbit.indices[0]), axis]), 5) + 0.0:.5g}"

    return Column(name, value, heading=name)


SITES: Columns[tuple[Crystal, Orbit]] = Columns(
    (
        Column("site", lambda row: row[0].address(row[1]), heading="site", left=True),
        Column("label", lambda row: row[1].label, heading="label", left=True),
        Column("occupants", lambda row: _occupants(row[1]), heading="occupants", left=True),
        Column("vacant", lambda row: f"{row[1].vacancy:.4g}", heading="vacant"),
        Column("sites", lambda row: len(row[1].indices), heading="per cell"),
        Column("symmetry", lambda row: row[1].site_symmetry, heading="symmetry", left=True),
        *(_coordinate(axis, name) for axis, name in enumerate("xyz")),
    )
)


def site_table(crystal: Crystal) -> Table[tuple[Crystal, Orbit]]:
    """One row for each orbit: address, label, occupants with their share, site symmetry, first point."""
    return Table(title="Sites", columns=SITES, records=[(crystal, orbit) for orbit in crystal.orbits])


def cell_text(crystal: Crystal) -> str:
    """`a = 3.552, b = 3.552, c = 6.311 Å; α = 90, β = 90, γ = 120°; V = 68.96 Å³`."""
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    a, b, c = crystal.lattice / lengths[:, None]
    angles = np.degrees(np.arccos(np.clip([b @ c, a @ c, a @ b], -1, 1)))
    edges = ", ".join(f"{name} = {value:.5g}" for name, value in zip("abc", lengths.tolist(), strict=True))
    corners = ", ".join(f"{name} = {value:.6g}" for name, value in zip("αβγ", angles.tolist(), strict=True))
    return f"{edges} Å; {corners}°; V = {crystal.volume:.5g} Å³"


def facts_html(crystal: Crystal) -> str:
    """What a crystal is, as a table for notebooks."""
    origin = crystal.provenance
    facts = [
        ("caution", origin.caution),
        ("formula", crystal.formula),
        ("space group", f"{crystal.space_group.symbol} (number {crystal.space_group.number})"),
        ("cell", cell_text(crystal)),
        ("sites", crystal.n_sites),
        ("source", origin.citation),
        ("grade", origin.grade),
    ]
    return html_facts(facts, caption=origin.source)


def sites_html(crystal: Crystal) -> str:
    """The sites of a crystal, as a table for notebooks."""
    sites = site_table(crystal)
    return html_table(sites.headings, sites.cells(), limit=50)

"""A crystal in rows, words and a small page for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.tables import html_facts, html_table

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["cell_text", "site_rows", "to_html"]


def site_rows(crystal: Crystal) -> list[dict[str, Any]]:
    """One row for each orbit: address, label, occupants with their share, Wyckoff position, site symmetry, first point."""
    rows = []
    for orbit in crystal.orbits:
        shares = [(one.element, one.occupancy) for one in orbit.occupants]
        x, y, z = (f"{value + 0.0:.5g}" for value in np.round(crystal.frac_coords[int(orbit.indices[0])], 5).tolist())
        rows.append(
            {
                "site": crystal.address(orbit),
                "label": orbit.label,
                "occupants": ", ".join(name if share > 1 - 1e-8 else f"{name} {share:.5g}" for name, share in shares),
                "vacant": f"{orbit.vacancy:.4g}",
                "sites": len(orbit.indices),
                "symmetry": orbit.site_symmetry,
                "x": x,
                "y": y,
                "z": z,
            }
        )
    return rows


def cell_text(crystal: Crystal) -> str:
    """`a = 3.552, b = 3.552, c = 6.311 Å; α = 90, β = 90, γ = 120°; V = 68.96 Å³`."""
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    a, b, c = crystal.lattice / lengths[:, None]
    angles = np.degrees(np.arccos(np.clip([b @ c, a @ c, a @ b], -1, 1)))
    edges = ", ".join(f"{name} = {value:.5g}" for name, value in zip("abc", lengths.tolist(), strict=True))
    corners = ", ".join(f"{name} = {value:.6g}" for name, value in zip("αβγ", angles.tolist(), strict=True))
    return f"{edges} Å; {corners}°; V = {crystal.volume:.5g} Å³"


def to_html(crystal: Crystal) -> str:
    """A crystal for notebooks: what it is, and its sites."""
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
    rows = [list(row.values()) for row in site_rows(crystal)]
    headings = ("site", "label", "occupants", "vacant", "sites", "symmetry", "x", "y", "z")
    return html_facts(facts, caption=origin.source) + html_table(headings, rows, limit=50)

"""A record as a small page for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.catalog.candidates import MARK
from nitrivac.catalog.measurements import measurements_table
from nitrivac.tables import html_facts, html_table

if TYPE_CHECKING:
    from nitrivac.catalog.model import Material

__all__ = ["material_html"]


def material_html(material: Material) -> str:
    """What a compound is, where its structure comes from, what was measured.

    Args:
        material: a record.
    """
    group, source = material.space_group, material.source
    candidates = [f"{material.id}{MARK}{one.name}: {one.evidence}" for one in material.candidates]
    facts = [
        ("formula", material.formula if material.phase is None else f"{material.formula}, {material.phase}"),
        ("family", material.family),
        ("status", material.status),
        ("grade", material.grade),
        ("nothing to build", material.reason),
        ("space group", f"{group.symbol} (number {group.number})" if group else None),
        ("source", source.citation if source else None),
        ("doi", source.doi if source else None),
        ("candidates, computed, not decided", "; ".join(candidates)),
        ("contradictions", "; ".join(f"{one.quantity}: {' / '.join(one.values)}" for one in material.contradictions)),
    ]
    sites = [
        (one.label, one.wyckoff, ", ".join(f"{name} {share:.5g}" for name, share in one.species.items()), *one.xyz)
        for one in material.sites
    ]
    parts = [html_facts(facts, caption=material.id)]
    if sites:
        parts.append(html_table(("label", "site", "occupancy", "x", "y", "z"), sites, limit=50))
    if material.measurements:
        parts.append(measurements_table(material).html())
    return "".join(parts)

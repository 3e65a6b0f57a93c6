"""The catalogue on the terminal: the list, and one record in full."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from nitrivac.catalog.candidates import candidate_sources, caution_of, described_by
from nitrivac.catalog.measurements import measurements_table
from nitrivac.report.terminal.fitted import FittedTable
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from nitrivac.catalog import Material

__all__ = [
    "GRADES",
    "list_rows",
    "list_table",
    "numbers_text",
    "remarks",
    "show_material",
    "sites_table",
    "source_lines",
]

GRADES = {
    "A": "published refinement, or fixed by symmetry",
    "B": "computed database",
    "C": "recalled from the literature or an isostructural prototype, and checked",
    "R": "recovered by computation; not experimental",
}


def list_rows(materials: Iterable[Material]) -> list[dict[str, Any]]:
    """The rows of `nitrivac list --json`."""
    return [
        {
            "id": material.id,
            "formula": material.formula,
            "phase": material.phase,
            "family": material.family,
            "space_group": material.space_group.symbol if material.space_group else None,
            "number": material.space_group.number if material.space_group else None,
            "status": material.status,
            "grade": material.grade,
            "candidates": [one.name for one in material.candidates],
        }
        for material in materials
    ]


def list_table(materials: Iterable[Material]) -> RenderableType:
    """The catalogue as a table, a family at a time."""
    rows = list(materials)
    table = FittedTable(least=("status", "space group"))
    for heading in ("id", "space group", "status", "grade"):
        table.add_column(heading, no_wrap=True)
    family = None
    for material in rows:
        if material.family != family:
            family = material.family
            table.add_row(Text(family, style="italic"), end_section=False)
        symbol = material.space_group.symbol if material.space_group else "-"
        table.add_row(f"  {material.id}", symbol, material.status, material.grade or "-")
    return Group(table, Text(f"\n{numbers_text(rows)}"))


def numbers_text(materials: Sequence[Material]) -> str:
    """How many compounds there are, how many of each grade, and apart from them the candidates."""
    numbers: Counter[str] = Counter(material.grade for material in materials if material.grade)
    graded = "; ".join(f"{numbers[grade]} {grade}, {meaning}" for grade, meaning in GRADES.items())
    lines = [f"{len(materials)} compounds, {numbers.total()} with a structure. By grade: {graded}."]
    candidates = candidate_sources(materials)
    if candidates:
        lines.append(f"Apart, candidates, computed, none decided on, no structures: {', '.join(candidates)}.")
    return "\n".join(lines)


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)


def _paragraph(text: str) -> Padding:
    return _indented(Text(text))


def show_material(material: Material) -> RenderableType:
    """A record in full: what it is, its structure or why there is none, sources, contradictions, measurements."""
    parts: list[RenderableType] = [Text(material.id, style="bold"), Text(_headline(material))]
    if material.reason:
        parts += [Text("\nNothing to build", style="bold"), _paragraph(material.reason)]
    if material.sites:
        parts += [
            Text("\nStructure", style="bold"),
            _paragraph(_cell(material)),
            _indented(sites_table(material)),
        ]
    elif material.space_group or material.lattice:
        parts += [Text("\nWhat is known", style="bold"), _paragraph(_cell(material))]
    if material.source:
        parts.append(Text("\nSource", style="bold"))
        parts += [_paragraph(line) for line in source_lines(material)]
    if material.candidates:
        parts += _candidates(material)
    if material.notes:
        parts.append(Text("\nNotes", style="bold"))
        parts += [_paragraph(f"- {note}") for note in material.notes]
    if material.contradictions:
        parts.append(Text("\nContradictions", style="bold"))
        for one in material.contradictions:
            parts.append(_paragraph(f"- {one.quantity}: {' / '.join(one.values)}{f'. {one.note}' if one.note else ''}"))
    if material.alternatives:
        parts.append(Text("\nAlternatives (not built)", style="bold"))
        parts += [_paragraph(f"- {one.description} ({one.source})") for one in material.alternatives]
    if material.measurements:
        parts += [Text("\nMeasurements", style="bold"), _indented(_measurements(material))]
        parts += [_paragraph(f"{number}) {text}") for number, text in remarks(material)]
    return Group(*parts)


def _candidates(material: Material) -> list[RenderableType]:
    """What is computed and not decided: for each its group, cell and evidence, and what must be said of it."""
    parts: list[RenderableType] = [Text("\nCandidates", style="bold"), _paragraph(f"Each: {caution_of(material)}.")]
    for one in material.candidates:
        whole = described_by(material, one)
        parts += [_paragraph(f"- {whole.id}"), _indented(_paragraph(_cell(whole))), _indented(_paragraph(one.evidence))]
    return parts


def _headline(material: Material) -> str:
    grade = f"grade {material.grade}: {GRADES[material.grade]}" if material.grade else "no grade, no coordinates"
    phase = f", {material.phase}" if material.phase else ""
    return f"{material.formula}{phase}\n{material.family}; {material.status}; {grade}"


def _cell(material: Material) -> str:
    lines = []
    group, cell = material.space_group, material.lattice
    if group:
        setting = f"; {group.setting}" if group.setting else ""
        review = f"; review: {group.review}" if group.review else ""
        lines.append(f"{group.symbol} (number {group.number}){setting}{review}")
    for name, one in (("cell", cell), ("experimental cell", material.experimental_lattice)):
        if one:
            texts = one.texts()
            note = f" ({one.note})" if one.note else ""
            lines.append(f"{name} {', '.join(texts[:3])} Å; {', '.join(texts[3:])}°{note}")
    if material.z:
        lines[-1] += f"; Z = {material.z:.6g}"
    return "\n".join(lines)


def sites_table(material: Material) -> Table:
    """The asymmetric unit."""
    table = FittedTable()
    for heading in ("label", "site", "occupancy", "x", "y", "z"):
        table.add_column(heading, no_wrap=True)
    for site in material.sites:
        occupancy = ", ".join(f"{element} {amount:.5g}" for element, amount in site.species.items())
        table.add_row(site.label, site.wyckoff, occupancy, *(str(value) for value in site.xyz))
    return table


def source_lines(material: Material) -> list[str]:
    """Where the structure comes from, a line for each kind of thing."""
    source = material.source
    assert source is not None
    identifiers = [
        f"{name} {value}"
        for name, value in (("doi", source.doi), ("ICSD", source.icsd), ("COD", source.cod), ("MP", source.mp_id))
        if value
    ]
    conditions = [source.method] if source.method else []
    conditions += [f"{source.temperature_K:g} K"] if source.temperature_K is not None else []
    conditions += [f"{source.pressure_GPa:g} GPa"] if source.pressure_GPa else []
    lines = [source.citation, "; ".join(identifiers), f"seen in: {source.seen_in}" if source.seen_in else ""]
    return [line for line in (*lines, "; ".join(conditions)) if line]


def _measurements(material: Material) -> Table:
    """What was measured, numbered as in `remarks`."""
    found = measurements_table(material)
    return table_of(found.columns, found.records)


def remarks(material: Material) -> list[tuple[int, str]]:
    """What must be said about measurements, with their numbers."""
    found = []
    for number, one in enumerate(material.measurements, start=1):
        place = f"table {one.table}" if one.table else f"section {one.section}" if one.section else ""
        text = "; ".join(part.rstrip(".") for part in (place, one.footnote, one.notes) if part)
        if text:
            found.append((number, f"{text}."))
    return found

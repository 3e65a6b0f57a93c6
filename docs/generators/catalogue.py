"""The catalogue as pages: one table of all records, and each family in full."""

import re
from collections import Counter
from itertools import groupby

from nitrivac.catalog import Material, Measurement, Source, materials
from nitrivac.catalog.candidates import candidate_sources, caution_of, described_by
from nitrivac.report.terminal.catalog import GRADES

__all__ = ["catalogue_pages"]

_SPECIAL = re.compile(r"([\\`*\[\]<>|$])")


def catalogue_pages() -> dict[str, str]:
    """The summary, the table of all records and a page for each family, by the name of the page."""
    families = {name: list(members) for name, members in groupby(materials(), key=lambda one: one.family)}
    pages = {f"data/{_page(name)}.md": _family_page(name, members) for name, members in families.items()}
    return {"data/_summary.md": _summary(), "data/_table.md": _table(families), **pages}


def _escaped(text: object) -> str:
    """A text in which Markdown finds nothing to interpret."""
    return _SPECIAL.sub(r"\\\1", str(text)).replace("\n", " ")


def _page(family: str) -> str:
    return "family-" + re.sub(r"[^a-z0-9]+", "-", family.lower())


def _anchor(material: Material) -> str:
    return "record-" + re.sub(r"[^a-z0-9]+", "-", material.id.lower())


def _link(doi: str) -> str:
    return f"[{_escaped(doi)}](https://doi.org/{doi.replace('(', '%28').replace(')', '%29')})"


def _summary() -> str:
    records = materials()
    candidates = candidate_sources(records)
    undecided = (
        f"Apart from these there are {len(candidates)} candidates, computed and not decided, for "
        f"{sum(bool(one.candidates) for one in records)} compounds: {', '.join(map(_escaped, candidates))}. "
        "[How R and candidates were found](how-found.md)."
    )
    grades = Counter(one.grade for one in records if one.grade)
    status = Counter(one.status for one in records)
    lines = [
        f"{len(records)} records, {sum(bool(one.sites) for one in records)} with a structure: "
        + ", ".join(f"{number} {name}" for name, number in status.most_common())
        + ".",
        "",
        "| grade | records | meaning |",
        "|---|---:|---|",
        *(f"| **{grade}** | {grades[grade]} | {_escaped(meaning)} |" for grade, meaning in GRADES.items()),
        "",
        undecided,
    ]
    return "\n".join(lines) + "\n"


def _table(families: dict[str, list[Material]]) -> str:
    lines = []
    for family, members in families.items():
        lines += [
            f"### {_heading(family)}",
            "",
            "| record | space group | status | grade | source |",
            "|---|---|---|---|---|",
        ]
        for one in members:
            symbol = f"{one.space_group.symbol} ({one.space_group.number})" if one.space_group else "-"
            name = f"[{_escaped(one.id)}](#{_anchor(one)})"
            lines.append(f"| {name} | {symbol} | {one.status} | {one.grade or '-'} | {_short_source(one.source)} |")
        lines.append("")
    return "\n".join(lines)


def _short_source(source: Source | None) -> str:
    if source is None:
        return "-"
    text = _escaped(source.citation)
    return f"{text} {_link(source.doi)}" if source.doi else text


def _heading(family: str) -> str:
    return family[0].upper() + family[1:]


def _family_page(family: str, members: list[Material]) -> str:
    return "\n".join([f"# {_heading(family)}\n", *(_record(one) for one in members)])


def _record(one: Material) -> str:
    """One record in full: what it is, its sites or why it has none, source, notes, contradictions, measurements."""
    grade = f"grade {one.grade} ({_escaped(GRADES[one.grade])})" if one.grade else "no grade, no coordinates"
    phase = f", {_escaped(one.phase)}" if one.phase else ""
    parts = [f"({_anchor(one)})=", f"## {_escaped(one.id)}", f"{_escaped(one.formula)}{phase}; {one.status}; {grade}."]
    if one.reason:
        parts.append(f"**Nothing to build.** {_escaped(one.reason)}")
    parts += _structure(one)
    if one.source:
        parts.append("**Source.** " + _source(one.source))
    if one.notes:
        parts.append("\n".join(["**Notes**", "", *(f"- {_escaped(note)}" for note in one.notes)]))
    if one.contradictions:
        rows = [
            f"- {_escaped(item.quantity)}: {' / '.join(_escaped(value) for value in item.values)}"
            + (f". {_escaped(item.note)}" if item.note else "")
            for item in one.contradictions
        ]
        parts.append("\n".join(["**What sources disagree on**", "", *rows]))
    if one.candidates:
        parts.append(f"**Candidates.** Each: {caution_of(one)}. See [how they were found](how-found.md).")
        for candidate in one.candidates:
            parts += [f"*{_escaped(described_by(one, candidate).id)}.* {_escaped(candidate.evidence)}"]
            parts += _structure(described_by(one, candidate))
    if one.alternatives:
        rows = [f"- {_escaped(item.description)} ({_escaped(item.source)})" for item in one.alternatives]
        parts.append("\n".join(["**Other descriptions, not built**", "", *rows]))
    if one.measurements:
        parts.append(_measurements(one.measurements))
    return "\n\n".join(parts) + "\n"


def _structure(one: Material) -> list[str]:
    parts = []
    if one.space_group:
        setting = f"; {_escaped(one.space_group.setting)}" if one.space_group.setting else ""
        cell = one.lattice
        text = f"**Space group** {one.space_group.symbol} ({one.space_group.number}){setting}."
        if cell:
            texts = cell.texts()
            text += f" **Cell** {', '.join(texts[:3])} Å; {', '.join(texts[3:])}°."
        if one.z:
            text += f" Z = {one.z:.6g}."
        parts.append(text)
    if one.sites:
        rows = ["| label | site | occupancy | x | y | z |", "|---|---|---|---|---|---|"]
        for site in one.sites:
            occupancy = ", ".join(f"{element} {amount:.5g}" for element, amount in site.species.items())
            rows.append(f"| {site.label} | {site.wyckoff} | {occupancy} | {' | '.join(str(value) for value in site.xyz)} |")
        parts.append("\n".join(rows))
    return parts


def _source(source: Source) -> str:
    names = (("ICSD", source.icsd), ("COD", source.cod), ("Materials Project", source.mp_id))
    parts = [_escaped(source.citation).rstrip(".")]
    parts += [_link(source.doi)] if source.doi else []
    parts += [f"{name} {_escaped(value)}" for name, value in names if value]
    parts += [_escaped(source.method)] if source.method else []
    parts += [f"{source.temperature_K:g} K"] if source.temperature_K is not None else []
    parts += [f"{source.pressure_GPa:g} GPa"] if source.pressure_GPa else []
    parts += [f"seen in: {_escaped(source.seen_in)}"] if source.seen_in else []
    return "; ".join(parts) + "."


def _measurements(measurements: tuple[Measurement, ...]) -> str:
    rows = ["| σ (S/cm) | T (K) | E_a (eV) | sample | where | remarks |", "|---:|---:|---:|---|---|---|"]
    for one in measurements:
        sign = one.sigma_qualifier if one.sigma_qualifier in ("~", ">", "<") else ""
        place = f"table {one.table}" if one.table else f"section {one.section}" if one.section else "-"
        cells = (
            _escaped(f"{sign}{one.sigma_S_cm:.3g}") if one.sigma_S_cm is not None else "-",
            f"{one.temperature_K:g}" if one.temperature_K is not None else "-",
            f"{one.activation_energy_eV:g}" if one.activation_energy_eV is not None else "-",
            _escaped(", ".join(part for part in (one.phase, one.direction, one.method) if part) or "-"),
            f"{place}, ref. {one.reference}" if one.reference else place,
            _escaped("; ".join(part.rstrip(".") for part in (one.footnote, one.notes) if part) or "-"),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)

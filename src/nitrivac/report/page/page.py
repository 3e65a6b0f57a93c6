"""`report.html`: everything the main job found on one page that needs no network."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nitrivac._version import __version__
from nitrivac.analysis import MAIN_PARTS
from nitrivac.catalog.candidates import find_candidate, record_and_candidate
from nitrivac.catalog.measurements import measurements_table
from nitrivac.catalog.references import REVIEW, find_reference, full_reference
from nitrivac.crystal.describe import cell_text, site_table
from nitrivac.migration import HopNetwork
from nitrivac.migration.percolation.words import percolation_words
from nitrivac.optional_libraries import require
from nitrivac.report.figures.conductivity import CONDUCTIVITY_NOTE
from nitrivac.report.figures.drawing.turnable import scene_script
from nitrivac.report.page.answers import answers
from nitrivac.report.page.page_figures import page_figures
from nitrivac.report.terminal.catalog import GRADES, remarks, source_lines
from nitrivac.report.terminal.migration import hops_remark
from nitrivac.report.terminal.polyhedra import framework_lines, polyhedra_remark
from nitrivac.report.terminal.vacancies import plan_lines
from nitrivac.report.terminal.verify import verification_rows
from nitrivac.tables import glossary_html, html_facts, html_table
from nitrivac.verification.plateau import PLATEAU_LIMITS_A

if TYPE_CHECKING:
    from nitrivac.analysis import Analysis
    from nitrivac.catalog import Material
    from nitrivac.columns import Table
    from nitrivac.report.page.repeat import Repeat

__all__ = ["REPORT_FILE", "report_page", "require_report"]

REPORT_FILE = "report.html"
FILES = {
    "average.cif": "the average structure, occupancies and symmetry",
    "structure.cif": "the structure with its symmetry",
    "structure.vasp": "the same for VASP",
    "supercell.cif": "the configuration that was made, whole atoms",
    "supercell.vasp": "the same for VASP",
    "hops.csv": "every hop",
    "polyhedra.csv": "every coordination polyhedron",
    "bonds.csv": "every bond length and angle",
    "summary.json": "everything, for programs",
}
_ROWS = 100  # of the tables of an analysis; the CSV files have all
_TOLD = ("symmetry", "hops", "polyhedra")  # analyses with a section and words of their own in the template


def require_report() -> None:
    """Make sure that the page can be made.

    Raises:
        MissingExtraError: a library is not installed; the message says what to install.
    """
    require(REPORT_FILE, "jinja2", "matplotlib")


def report_page(analysis: Analysis, material: Material | None, repeat: Repeat) -> str:
    """The page of an analysis.

    Args:
        analysis: what the main job found.
        material: the record of the source, None for a structure file.
        repeat: how the analysis was asked for.

    Raises:
        MissingExtraError: a library is not installed.
    """
    require_report()
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files("nitrivac.report.page") / "templates"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((folder / "report.html.jinja").read_text(encoding="utf-8"))
    style, script = (
        Markup("".join((folder / f"{name}.{kind}").read_text(encoding="utf-8") for name in ("report", "figure")))  # noqa: S704  # our own files
        for kind in ("css", "js")
    )
    figures, reasons = page_figures(analysis, material, repeat)
    tables = {name: Markup(text) for name, text in _tables(analysis, material).items()}  # noqa: S704  # cells are escaped
    return str(
        template.render(
            analysis=analysis,
            material=material,
            origin=analysis.parent.provenance,
            grades=GRADES,
            source=repeat.source,
            command=repeat.analyze(),
            answers=answers(analysis),
            linked={path.name for path in analysis.files},
            files=[(path.name, FILES.get(path.name, "")) for path in analysis.files],
            figures=figures,
            reasons=reasons,
            tables=tables,
            shown=_found(analysis),
            sharing=_shown(analysis.polyhedra.sharing_table()),
            further=[part for part in MAIN_PARTS if part.name not in _TOLD],
            words=_words(analysis, material),
            plateau=_plateau(analysis),
            glossary=Markup(glossary_html()),  # noqa: S704  # texts are escaped
            rows=_ROWS,
            conductivity_note=CONDUCTIVITY_NOTE,
            references=_references(material),
            version=__version__,
            style=style,
            script=script,
            scene_script=Markup(scene_script()),  # noqa: S704  # our own
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """One table of the page: its title, its HTML, how many rows it leaves out, and what stands below it."""

    title: str
    html: Any
    more: int
    remarks: tuple[str, ...]


def _shown(table: Table[Any]) -> _Shown:
    from markupsafe import Markup

    return _Shown(
        title=table.title,
        html=Markup(html_table(table.headings, table.cells(_ROWS), links=True)),  # noqa: S704  # cells are escaped
        more=max(0, len(table.records) - _ROWS),
        remarks=table.remarks,
    )


def _found(analysis: Analysis) -> dict[str, list[_Shown]]:
    """The tables of each analysis, by its name; none where it found nothing."""
    results = {part.name: analysis.result(part) for part in MAIN_PARTS}
    return {name: [] if result is None else [_shown(table) for table in result.tables()] for name, result in results.items()}


def _bare(table: Table[Any]) -> str:
    """A table without its title and remarks, which the page has words of its own for."""
    return html_table(table.headings, table.cells(), limit=_ROWS)


def _tables(analysis: Analysis, material: Material | None) -> dict[str, str]:
    """The tables of the page by name that are not an analysis's own."""
    tables = {
        "sites": _bare(site_table(analysis.average)),
        "verification": html_facts(verification_rows(analysis.verification)),
    }
    if analysis.vacancies is not None:
        made = replace(analysis.vacancies.made[0], file="supercell.cif")
        tables["configurations"] = _bare(replace(analysis.vacancies, made=(made,)).configurations_table())
    if material is not None:
        tables["measurements"] = _bare(measurements_table(material))
        tables["contradictions"] = html_table(
            ("quantity", "values", "note"),
            [(found.quantity, " / ".join(found.values), found.note) for found in material.contradictions],
        )
    return tables


def _references(material: Material | None) -> list[str]:
    """What stands under the numbers of the references of the measurements."""
    numbers = dict.fromkeys(one.reference for one in material.measurements) if material else {}
    known = [f"ref. {number}: {full_reference(number)}" for number in numbers if number and find_reference(number)]
    others = ", ".join(str(number) for number in numbers if number and not find_reference(number))
    return [*known, *([f"ref. {others}: numbers of the list of {REVIEW.citation}"] if others else [])]


def _words(analysis: Analysis, material: Material | None) -> dict[str, Any]:
    """The sentences of the page by name."""
    hops, vacancies = analysis.hops, analysis.vacancies
    return {
        "cell": cell_text(analysis.average),
        "evidence": _evidence(analysis, material),
        "source": source_lines(material) if material and material.source else [],
        "remarks": remarks(material) if material else [],
        "plan": [line.strip() for line in plan_lines(vacancies)] if vacancies else [],
        "percolation": percolation_words(hops) if hops else "",
        "hops": hops_remark(hops) if isinstance(hops, HopNetwork) else "",
        "frameworks": framework_lines(analysis.polyhedra.frameworks),
        "polyhedra": polyhedra_remark(analysis.polyhedra),
    }


def _evidence(analysis: Analysis, material: Material | None) -> str:
    """How a candidate was found, and what speaks for and against it; empty for everything else."""
    _, name = record_and_candidate(analysis.parent.provenance.source)
    if material is None or name is None or analysis.parent.provenance.caution is None:
        return ""
    return find_candidate(material, name).evidence


def _plateau(analysis: Analysis) -> dict[str, Any] | None:
    """Where the bar of the plateau begins and ends, in per cent of the tolerances searched (logarithmic)."""
    low, high = analysis.verification.plateau.low, analysis.verification.plateau.high
    if low is None or high is None:
        return None
    first, last = (math.log10(limit) for limit in PLATEAU_LIMITS_A)

    def place(value: float) -> float:
        return round(100 * (math.log10(value) - first) / (last - first), 2)

    return {
        "start": place(low),
        "width": round(place(high) - place(low), 2),
        "verdict": place(analysis.verification.symprec),
        "ticks": [(f"{value:g}", place(value)) for value in (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)],
    }

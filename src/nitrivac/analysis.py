"""The main job: one structure through symmetry, vacancies, hops and polyhedra, with the files a simulation needs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nitrivac._version import __version__
from nitrivac.analyses import ANALYSES, Options, Part
from nitrivac.crystal.model import Crystal  # noqa: TC001 - documents read the hints
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import PlanError, UnsupportedError
from nitrivac.files import prepare_folder, write_texts
from nitrivac.io.sources import load
from nitrivac.io.writers import crystal_text
from nitrivac.migration import HopNetwork  # noqa: TC001 - documents read the hints
from nitrivac.migration.hop_shells import HopSummary  # noqa: TC001 - documents read the hints
from nitrivac.polyhedra import BondGeometry, PolyhedraReport  # noqa: TC001 - documents read the hints
from nitrivac.vacancies import average_crystal, parse_specification
from nitrivac.vacancies.as_crystal import configuration_crystal
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.planning.choice import Choice, chosen_of
from nitrivac.vacancies.result import MadeConfiguration, VacancyResult, configuration_header, specification_text
from nitrivac.verification.symmetry_check import (
    Verification,  # noqa: TC001 - documents read the hints
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nitrivac.io.sources import Source
    from nitrivac.vacancies import ConfigurationSpace, Planning, VacancySpecification

    Progress = Callable[[str, int, int | None], None]

__all__ = ["MAIN_PARTS", "Analysis", "analyze"]

R = TypeVar("R")

MAIN_PARTS = tuple(part for part in ANALYSES if part.field is not None)
"""The analyses that the main job runs on the average structure, in order."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Analysis(Document):
    """Everything the main job finds.

    Attributes:
        parent: the crystal of the source.
        average: the same with the specified occupancies (the parent itself without a specification).
        verification: the symmetry check of the average structure.
        vacancies: plan and the one configuration made, None for a fully occupied crystal without a specification, and where
            no supercell fits the occupancies of the source.
        no_supercell: why there is no supercell although the crystal is disordered, else None.
        supercell: the crystal of that configuration.
        hops: hops on the average structure, every site of it a node; summarised where there are too many.
        polyhedra: coordination, sharing and frameworks of the average structure.
        files: what was written, in order; empty without an output folder.
        no_hops: why there are no hops, else None.
        bonds: bond lengths and angles around the cations of the average structure.
        no_bonds: why there are none, else None.

    >>> from nitrivac import analyze
    >>> analyze("alpha-Li3N").hops
    <HopNetwork of Li in alpha-Li3N: 6 hops to 3.876 Å>
    """

    parent: Crystal
    average: Crystal
    verification: Verification
    vacancies: VacancyResult | None
    no_supercell: str | None
    supercell: Crystal | None
    hops: HopNetwork | HopSummary | None
    polyhedra: PolyhedraReport
    files: tuple[Path, ...] = ()
    no_hops: str | None = None
    bonds: BondGeometry | None = None
    no_bonds: str | None = None

    def __repr__(self) -> str:
        return f"<Analysis of {self.parent.provenance.source}: {self.average.formula}, {self.verification.found.symbol}>"

    def plain(self) -> dict[str, Any]:
        """Plain data of `summary.json`."""
        origin = self.parent.provenance
        return {
            "program": f"nitrivac {__version__}",
            **origin_keys(origin.source, origin.caution),
            "grade": origin.grade,
            "citation": origin.citation,
            "doi": origin.doi,
            "formula": self.parent.formula,
            "average_formula": self.average.formula,
            "vacancies": self.vacancies.plain() if self.vacancies else None,
            "no_supercell": self.no_supercell,
            **{key: value for part in MAIN_PARTS for key, value in self._plain_part(part).items()},
            "files": [path.name for path in self.files],
        }

    def result(self, part: Part[R]) -> R | None:
        """What an analysis found, None where this crystal has no such result."""
        found: R | None = getattr(self, str(part.field))
        return found

    def reason(self, part: Part[Any]) -> str:
        """Why there is none, empty where there is one."""
        return getattr(self, f"no_{part.field}", None) or ""

    def _plain_part(self, part: Part[Any]) -> dict[str, Any]:
        """Its keys in `summary.json`."""
        result = self.result(part)
        document = {str(part.key): None if result is None else result.plain()}
        return document | ({f"no_{part.key}": self.reason(part) or None} if part.lacks else {})

    def _repr_html_(self) -> str:
        """All parts one below the other in a notebook."""
        parts = (self.average, self.vacancies, *map(self.result, MAIN_PARTS))
        return "".join(part._repr_html_() for part in parts if part is not None)


def analyze(  # noqa: PLR0913 - each is an option of the command
    source: Source,
    specification: str | Sequence[str] = (),
    *,
    output: str | Path | None = None,
    overwrite: bool = False,
    species: str | None = None,
    seed: int = 0,
    planning: Planning | None = None,
    plan: int = 1,
    more: Callable[[Analysis], Mapping[str, str]] | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """One structure through everything.

    Args:
        source: catalogue id, file, pymatgen Structure, ASE Atoms or Crystal.
        specification: vacancies, see `nitrivac.vacancies.parse_specification`.
        output: folder for `average.cif`, `supercell.cif`, `supercell.vasp` (for an ordered crystal `structure.cif` and
            `structure.vasp`), `hops.csv`, `polyhedra.csv`, `bonds.csv` and `summary.json`; nothing is written without it.
        overwrite: whether existing files may be replaced.
        species: the mobile element; by default the charge carrier, see `nitrivac.chemistry.carrier`.
        seed: of the search for the configuration of lowest electrostatic energy.
        planning: what the supercell must be; without it and a specification, a disordered source of which no supercell will
            do is analysed all the same.
        plan: which of the plans is taken, the best being 1.
        more: makes further files of the result, name to text, such as a page by `report_page`; they are written with the
            others, which the result that it is given names, or none is.
        progress: told what is done now, how much of it is done, and of how much where that is known.

    Raises:
        NitrivacError: the source, the specification or the folder will not do; nothing is written then.

    >>> from nitrivac import analyze
    >>> analyze("alpha-Li3N")
    <Analysis of alpha-Li3N: Li3N, P6/mmm>
    """
    parent = load(source)
    targets = parse_specification(parent, specification)
    average = average_crystal(parent, targets)
    vacancies, supercell, no_supercell = None, None, None
    header: dict[str, str] = {}
    asked = bool(specification) or planning is not None or plan != 1
    progress = progress or (lambda _what, _done, _total: None)
    if targets.targets or asked:
        progress("supercell", 0, None)
        try:
            _, spaces = planned_spaces(parent, specification, planning=planning, rank=plan)
            vacancies, supercell, header = _one_configuration(spaces, targets, seed, progress)
        except (PlanError, UnsupportedError) as error:
            if asked:
                raise
            no_supercell = str(error)
    analysis = Analysis(
        parent=parent,
        average=average,
        vacancies=vacancies,
        no_supercell=no_supercell,
        supercell=supercell,
        **_results(average, Options(species=species), progress),
    )
    if output is None:
        return analysis
    progress("files", 0, None)
    return _written(analysis, targets, header, Path(output), more, overwrite=overwrite)


def _results(average: Crystal, options: Options, progress: Progress) -> dict[str, Any]:
    """What each analysis finds, or why it finds nothing, by attributes of `Analysis`."""
    found: dict[str, Any] = {}
    for done, part in enumerate(MAIN_PARTS):
        progress(part.name, done, len(MAIN_PARTS))
        try:
            found[str(part.field)] = part.run(average, options)
        except part.lacks as error:
            found |= {str(part.field): None, f"no_{part.field}": str(error)}
    return found


def _one_configuration(
    spaces: tuple[ConfigurationSpace, ...], targets: VacancySpecification, seed: int, progress: Progress
) -> tuple[VacancyResult, Crystal, dict[str, str]]:
    """One configuration of a plan: of lowest electrostatic energy where charges are known, else a random one."""
    plan, origin = spaces[0].plan, spaces[0].crystal.provenance
    choice = Choice(mode="sample" if plan.charge is None else "lowest", seed=seed)
    space, chosen = next(chosen_of(spaces, choice, progress=partial(progress, "configurations")))
    crystal = configuration_crystal(space, chosen)
    made = MadeConfiguration(
        file=None,
        degeneracy=chosen.degeneracy,
        energy=chosen.energy,
        space_group=crystal.space_group.symbol,
        seed=chosen.seed,
        certificate=chosen.certificate,
    )
    result = VacancyResult(
        source=origin.source,
        caution=origin.caution,
        specification=targets,
        plan=plan,
        total=sum(one.size.total for one in spaces),
        count=sum(one.size.distinct for one in spaces),
        made=(made,),
        error=max((one.size.error for one in spaces if one.size.error is not None), default=None),
    )
    return result, crystal, configuration_header(space, chosen, targets)


def _written(
    analysis: Analysis,
    targets: VacancySpecification,
    header: dict[str, str],
    folder: Path,
    more: Callable[[Analysis], Mapping[str, str]] | None,
    *,
    overwrite: bool,
) -> Analysis:
    """The analysis with its files written; all are made before the first is written."""
    texts: dict[str, str] = {}
    made = {"specification": specification_text(targets)} if specification_text(targets) else {}
    if targets.targets:
        texts["average.cif"] = crystal_text(analysis.average, "cif", extra=made)
    else:
        texts["structure.cif"] = crystal_text(analysis.average, "cif")
        texts["structure.vasp"] = crystal_text(analysis.average, "poscar")
    if analysis.supercell is not None:
        texts["supercell.cif"] = crystal_text(analysis.supercell, "cif", extra=header)
        texts["supercell.vasp"] = crystal_text(analysis.supercell, "poscar", extra=header)
    for part in MAIN_PARTS:
        result = analysis.result(part)
        if part.file is not None and result is not None:
            texts[part.file] = result.csv()
    if more is not None:
        texts |= more(replace(analysis, files=tuple(folder / name for name in (*texts, "summary.json"))))
    files = tuple(folder / name for name in (*texts, "summary.json"))
    analysis = replace(analysis, files=files)
    summary = _naming_supercell(analysis, "supercell.cif").plain()  # a folder may be moved
    texts["summary.json"] = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    prepare_folder(folder)
    write_texts({path: texts[path.name] for path in files}, overwrite=overwrite)
    return _naming_supercell(analysis, str(folder / "supercell.cif"))


def _naming_supercell(analysis: Analysis, name: str) -> Analysis:
    """The analysis with the file of its configuration called so."""
    vacancies = analysis.vacancies
    if vacancies is None:
        return analysis
    return replace(analysis, vacancies=replace(vacancies, made=(replace(vacancies.made[0], file=name),)))

"""One run from specification to configurations, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nitrivac.crystal.files import prepare_folder
from nitrivac.crystal.write import SUFFIXES, write_crystal
from nitrivac.errors import SpecificationError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.plan import Plan, plan_supercells
from nitrivac.vacancies.realise import configuration_crystal, configuration_group
from nitrivac.vacancies.space import Configuration, ConfigurationSpace
from nitrivac.vacancies.specification import VACANCY, VacancySpecification, parse_specification

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike

    from nitrivac.crystal.model import Crystal

__all__ = ["MadeConfiguration", "Mode", "VacancyResult", "run_vacancies", "specification_text"]

Mode = Literal["count", "sample", "lowest", "enumerate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeConfiguration:
    """One configuration that was made, and its file if it was written."""

    file: str | None
    degeneracy: int
    energy: float | None
    space_group: str
    seed: int | None
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyResult:
    """What a run planned, counted and made.

    Attributes:
        source: what the parent is.
        specification: the targets.
        plan: supercell and whole numbers.
        total: labelled configurations, exact.
        count: symmetry-distinct ones, exact.
        made: the configurations made.
    """

    source: str
    specification: VacancySpecification
    plan: Plan
    total: int
    count: int
    made: tuple[MadeConfiguration, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; numbers of configurations are decimal strings, since they can pass 2^53."""
        return {
            "source": self.source,
            "spec": [
                {
                    "site": target.address,
                    "target": round(target.vacancy.fraction, 10) if target.vacancy else 0.0,
                    "uncertainty": target.vacancy.uncertainty if target.vacancy else None,
                    "species": {one.occupant: one.fraction for one in target.shares if one.occupant != VACANCY},
                }
                for target in self.specification.targets
            ],
            "plan": self.plan.as_dict(),
            "total": str(self.total),
            "count": str(self.count),
            "configurations": [
                {
                    "file": one.file,
                    "degeneracy": one.degeneracy,
                    "energy_eV": one.energy,
                    "space_group": one.space_group,
                    "seed": one.seed,
                    "certificate": one.certificate,
                }
                for one in self.made
            ],
        }


def specification_text(specification: VacancySpecification) -> str:
    """The items as given, for headers; empty where the source's own occupancies are the targets."""
    return " ".join(target.text for target in specification.targets if target.text)


def run_vacancies(  # noqa: PLR0913 - the options of one command
    crystal: Crystal,
    items: Sequence[str] = (),
    *,
    mode: Mode = "lowest",
    number: int = 1,
    supercell: ArrayLike | None = None,
    min_image: float = 10.0,
    max_atoms: int = 400,
    allow_charge: bool = False,
    seed: int = 0,
    output: Path | None = None,
    file_format: str = "cif",
    overwrite: bool = False,
) -> VacancyResult:
    """Plan a supercell, count its configurations, and make some of them.

    Args:
        crystal: the parent.
        items: see `parse_specification`; none where the source's own occupancies are the targets.
        mode: `count` makes none, `sample` draws, `lowest` takes those of lowest electrostatic energy, `enumerate` all.
        number: how many to make (not for `count` and `enumerate`).
        supercell: forced matrix.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of sites.
        allow_charge: whether the cell may carry a charge.
        seed: of the random generator.
        output: folder for the files; none are written without it.
        file_format: `cif`, `poscar` or `extxyz`.
        overwrite: whether existing files may be replaced.

    Raises:
        SpecificationError, AddressError, PlanError, UnsupportedError, OutputError: see the parts.
    """
    specification = parse_specification(crystal, items)
    if not specification.targets:
        raise SpecificationError(
            f"{crystal.provenance.source} is fully occupied: say which sites are vacant, e.g. Li@4f=8.1(2)%; there are "
            f"{', '.join(crystal.address(orbit) for orbit in crystal.orbits)}"
        )
    parent = average_crystal(crystal, specification)
    plan = plan_supercells(
        parent,
        specification,
        supercell=supercell,
        min_image=min_image,
        max_atoms=max_atoms,
        allow_charge=allow_charge,
    )[0]
    space = ConfigurationSpace(crystal=parent, plan=plan)
    chosen: Iterable[Configuration]
    match mode:
        case "count":
            chosen = ()
        case "sample":
            chosen = space.sample(number, seed=seed)
        case "lowest":
            chosen = space.lowest(number, seed=seed)
        case "enumerate":
            chosen = space.enumerate()
    made = tuple(
        _make(space, one, serial, specification, output, file_format, overwrite=overwrite)
        for serial, one in enumerate(chosen, start=1)
    )
    return VacancyResult(
        source=crystal.provenance.source,
        specification=specification,
        plan=plan,
        total=space.total(),
        count=space.count(),
        made=made,
    )


def _make(
    space: ConfigurationSpace,
    one: Configuration,
    serial: int,
    specification: VacancySpecification,
    output: Path | None,
    file_format: str,
    *,
    overwrite: bool,
) -> MadeConfiguration:
    path = None
    if output is not None:
        crystal = configuration_crystal(space, one)
        path = prepare_folder(output) / f"configuration-{serial:06d}{SUFFIXES[file_format]}"
        extra = configuration_header(space, one, specification)
        write_crystal(crystal, path, file_format, extra=extra, overwrite=overwrite)
        symbol = crystal.space_group.symbol
    else:
        symbol = configuration_group(space, one).symbol
    return MadeConfiguration(
        file=str(path) if path else None,
        degeneracy=one.degeneracy,
        energy=one.energy,
        space_group=symbol,
        seed=one.seed,
        certificate=one.certificate,
    )


def configuration_header(
    space: ConfigurationSpace, one: Configuration, specification: VacancySpecification
) -> dict[str, str]:
    """Everything needed to repeat a configuration, for a file's header."""
    counts = ", ".join(
        f"{site.address} {name} {number}/{site.sites}" for site in space.plan.counts for name, number in site.counts.items()
    )
    header = {
        "specification": specification_text(specification),
        "supercell_matrix": " ".join(str(value) for value in space.plan.matrix.ravel()),
        "counts": counts,
        "configurations_total": str(space.total()),
        "configurations_distinct": str(space.count()),
        "degeneracy": str(one.degeneracy),
        "chosen": one.certificate,
    }
    if one.energy is not None:
        header["electrostatic_energy_eV"] = f"{one.energy:.6f}"
    if one.seed is not None:
        header["seed"] = str(one.seed)
    return {key: value for key, value in header.items() if value}

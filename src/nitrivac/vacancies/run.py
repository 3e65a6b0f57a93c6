"""One run: specification, plan, and the configurations that were asked for, written where told."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nitrivac import __version__
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.manifest import open_manifest, write_configurations
from nitrivac.vacancies.plan import plan_supercells
from nitrivac.vacancies.realise import configuration_group
from nitrivac.vacancies.result import MadeConfiguration, VacancyResult, shared_header
from nitrivac.vacancies.space import Configuration, ConfigurationSpace
from nitrivac.vacancies.specification import VacancySpecification, parse_specification

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from nitrivac.crystal.model import Crystal

__all__ = ["Choice", "Mode", "Output", "planned_space", "run_vacancies"]

Mode = Literal["count", "sample", "lowest", "quasirandom", "symmetric", "enumerate"]

ENUMERATE_LIMIT = 1_000_000  # files or rows of one run; a larger space goes in shards, or through the library


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which configurations are made.

    Attributes:
        mode: `count` makes none, `sample` draws, `lowest` takes those of lowest electrostatic energy, `quasirandom` those
            nearest to the random alloy, `symmetric` those of largest stabiliser, `enumerate` all.
        number: how many (not for `count` and `enumerate`).
        seed: of the random generator.
        distinct: whether sampling is uniform over distinct instead of labelled configurations.
        shard: (k, n): which of n parts of an enumeration, counted from 1.
        superperiodic: whether an enumeration has configurations that repeat within the supercell.
        radius: pairs up to this distance are matched, angstrom; None for half the shortest lattice vector.
    """

    mode: Mode = "lowest"
    number: int = 1
    seed: int = 0
    distinct: bool = False
    shard: tuple[int, int] = (1, 1)
    superperiodic: bool = True
    radius: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where configurations are written.

    Attributes:
        folder: the folder, made if need be.
        file_format: `cif`, `poscar` and `json` write a file each, `extxyz` and `ase` one for all.
        overwrite: whether existing files may be replaced.
        resume: whether to go on with the run in the folder.
    """

    folder: Path
    file_format: str = "cif"
    overwrite: bool = False
    resume: bool = False


def run_vacancies(
    crystal: Crystal,
    items: Sequence[str] = (),
    *,
    choice: Choice | None = None,
    planning: Mapping[str, Any] | None = None,
    exclusion: float | None = None,
    output: Output | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None = None,
) -> VacancyResult:
    """Plan a supercell, count its configurations, and make some of them.

    Args:
        crystal: the parent.
        items: see `parse_specification`; none where the source's own occupancies are the targets.
        choice: which configurations; by default the one of lowest electrostatic energy.
        planning: options of `plan_supercells`.
        exclusion: see `ConfigurationSpace`.
        output: where they are written; nowhere without it.
        progress: told after each configuration how many are made, and of how many where that is known.
        lowest: finds the n of lowest energy in place of `ConfigurationSpace.lowest`.

    Raises:
        SpecificationError, AddressError, PlanError, UnsupportedError, OutputError: see the parts.
    """
    choice = choice or Choice()
    specification, space = planned_space(crystal, items, planning=planning, exclusion=exclusion)
    made = []
    with closing(_made(space, specification, choice, output, lowest)) as configurations:
        for one in configurations:
            made.append(one)
            if progress is not None:
                progress(len(made), _expected(space, choice))
    return VacancyResult(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        specification=specification,
        plan=space.plan,
        total=space.total(),
        count=space.count(),
        made=tuple(made),
    )


def planned_space(
    crystal: Crystal,
    items: Sequence[str],
    *,
    planning: Mapping[str, Any] | None = None,
    exclusion: float | None = None,
) -> tuple[VacancySpecification, ConfigurationSpace]:
    """The specification that items make, and the configuration space of its best plan; see `run_vacancies`.

    Raises:
        SpecificationError, AddressError, PlanError: see the parts.
    """
    specification = parse_specification(crystal, items)
    if not specification.targets:
        raise SpecificationError(
            f"{crystal.provenance.source} is fully occupied: say which sites are vacant, e.g. Li@4f=8.1(2)%; there are "
            f"{', '.join(crystal.address(orbit) for orbit in crystal.orbits)}"
        )
    parent = average_crystal(crystal, specification)
    plan = plan_supercells(parent, specification, **(planning or {}))[0]
    return specification, ConfigurationSpace(crystal=parent, plan=plan, exclusion=exclusion)


def _made(
    space: ConfigurationSpace,
    specification: VacancySpecification,
    choice: Choice,
    output: Output | None,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None,
) -> Generator[MadeConfiguration, None, None]:
    """The configurations of a choice, one after the other, written where asked."""
    if choice.mode == "count":
        return
    _refuse_too_many(space, choice)
    if output is None:
        for one in _chosen(space, choice, lowest):
            yield MadeConfiguration(
                file=None,
                degeneracy=one.degeneracy,
                energy=one.energy,
                space_group=configuration_group(space, one).symbol,
                seed=one.seed,
                certificate=one.certificate,
                mismatch=one.mismatch,
            )
        return
    header = shared_header(space, specification)
    run = header | asdict(choice) | {"format": output.file_format}
    run |= origin_keys(space.crystal.provenance.source, space.crystal.provenance.caution)
    run |= {"crystal": _fingerprint(space.crystal), "exclusion": space.exclusion, "nitrivac": __version__}
    manifest = open_manifest(output.folder, run, resume=output.resume, overwrite=output.overwrite)
    rows = write_configurations(
        space,
        _chosen(space, choice, lowest),
        manifest,
        file_format=output.file_format,
        header=header,
        expected=_expected(space, choice),
        overwrite=output.overwrite,
    )
    with closing(rows):
        for row in rows:
            yield MadeConfiguration(
                file=str(output.folder / Path(row["file"]).name),  # older manifests have the folder in it
                degeneracy=row["degeneracy"],
                energy=row["energy_eV"],
                space_group=row["space_group"],
                seed=row["seed"],
                certificate=row["certificate"],
                mismatch=row["mismatch"],
            )


def _refuse_too_many(space: ConfigurationSpace, choice: Choice) -> None:
    """Refuse before any work what cannot be made."""
    space.require_any()
    if choice.mode == "enumerate" and -(-space.count() // choice.shard[1]) > ENUMERATE_LIMIT:
        raise UnsupportedError(
            f"{space.total()} labelled configurations, {space.count()} distinct: more than the {ENUMERATE_LIMIT} that one "
            "run makes; take --sample, --lowest or --quasirandom N, a smaller cell, or one of at least "
            f"{-(-space.count() // ENUMERATE_LIMIT)} shards (--shard 1/N)"
        )


def _fingerprint(crystal: Crystal) -> str:
    """The same for the same crystal: a file of the same name may hold another one when a run goes on."""
    return hashlib.sha256(json.dumps(crystal.as_dict(), sort_keys=True).encode()).hexdigest()


def _chosen(
    space: ConfigurationSpace,
    choice: Choice,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None,
) -> Iterable[Configuration]:
    match choice.mode:
        case "lowest" if lowest is not None:
            return lowest(space, choice.number)
        case "sample":
            return space.sample(choice.number, seed=choice.seed, distinct=choice.distinct)
        case "lowest":
            return space.lowest(choice.number, seed=choice.seed)
        case "quasirandom":
            return space.quasirandom(choice.number, seed=choice.seed, radius=choice.radius)
        case "symmetric":
            return space.symmetric(choice.number)
        case _:
            return space.enumerate(shard=choice.shard, superperiodic=choice.superperiodic)


def _expected(space: ConfigurationSpace, choice: Choice) -> int | None:
    """How many configurations a choice makes, None where only making them tells."""
    if choice.mode == "enumerate":
        return space.count() if choice.shard == (1, 1) and choice.superperiodic else None
    return choice.number if choice.mode == "sample" else min(choice.number, space.count())

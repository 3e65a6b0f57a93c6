"""One run: specification, plan, and the configurations that were asked for, written where told."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nitrivac._version import __version__
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import UnsupportedError
from nitrivac.files import format_name
from nitrivac.vacancies.as_crystal import configuration_group
from nitrivac.vacancies.enumeration.large_numbers import number_text
from nitrivac.vacancies.exclusion.any_filling import require_any
from nitrivac.vacancies.files.write import open_manifest, write_configurations
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.planning.choice import Choice, Mode, chosen_of
from nitrivac.vacancies.result import MadeConfiguration, VacancyResult, shared_header

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.planning.search import Planning
    from nitrivac.vacancies.space import ConfigurationSpace
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["Choice", "Mode", "Output", "run_vacancies"]

ENUMERATE_LIMIT = 1_000_000  # files or rows of one run; a larger space goes in shards, or through the library


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where configurations are written.

    Attributes:
        folder: the folder, made if need be.
        file_format: `cif`, `poscar` (or `vasp`) and `json` write a file each, `extxyz` and `ase` one for all.
        overwrite: whether existing files may be replaced.
        resume: whether to go on with the run in the folder.
    """

    folder: Path
    file_format: str = "cif"
    overwrite: bool = False
    resume: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "file_format", format_name(self.file_format))


def run_vacancies(
    crystal: Crystal,
    items: Sequence[str] = (),
    *,
    choice: Choice | None = None,
    planning: Planning | None = None,
    rank: int = 1,
    output: Output | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None = None,
) -> VacancyResult:
    """Plan a supercell, count its configurations, and make some of them.

    Args:
        crystal: the parent.
        items: see `parse_specification`; none where the source's own occupancies are the targets.
        choice: which configurations; by default the one of lowest electrostatic energy.
        planning: what the plan must be.
        rank: which of its plans, the best being 1.
        output: where they are written; nowhere without it.
        progress: told after each configuration how many are made, and of how many where that is known.
        lowest: finds the n of lowest energy in place of `ConfigurationSpace.lowest`.

    Raises:
        SpecificationError, AddressError, PlanError, UnsupportedError, OutputError: see the parts.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import Choice, Planning, run_vacancies
    >>> planning = Planning(supercell=(2, 2, 1), allow_charge=True)
    >>> run_vacancies(load("alpha-Li3N"), ["Li@2c=2/8"], choice=Choice(mode="count"), planning=planning).count
    3
    """
    choice = choice or Choice()
    specification, spaces = planned_spaces(crystal, items, planning=planning, rank=rank)
    made = []
    with closing(_made(spaces, specification, choice, output, lowest, progress)) as configurations:
        for one in configurations:
            made.append(one)
            if progress is not None:
                progress(len(made), _expected(spaces, choice))
    sizes = [space.size for space in spaces]
    return VacancyResult(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        specification=specification,
        plan=spaces[0].plan,
        total=sum(size.total for size in sizes),
        count=sum(size.distinct for size in sizes),
        made=tuple(made),
        error=max((size.error for size in sizes if size.error is not None), default=None),
    )


def _made(
    spaces: tuple[ConfigurationSpace, ...],
    specification: VacancySpecification,
    choice: Choice,
    output: Output | None,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None,
    progress: Callable[[int, int | None], None] | None,
) -> Generator[MadeConfiguration, None, None]:
    """The configurations of a choice, one after the other, written where asked."""
    if choice.mode == "count":
        return
    _refuse_too_many(spaces, choice)
    if output is None:
        for space, one in chosen_of(spaces, choice, lowest, progress):
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
    first, origin = spaces[0], spaces[0].crystal.provenance
    run = shared_header(first, specification) | asdict(choice) | {"format": output.file_format}
    run |= origin_keys(origin.source, origin.caution)
    run |= {"crystal": _fingerprint(first.crystal), "exclusion": first.exclusion, "nitrivac": __version__}
    manifest = open_manifest(output.folder, run, resume=output.resume, overwrite=output.overwrite)
    rows = write_configurations(
        chosen_of(spaces, choice, lowest, progress),
        manifest,
        file_format=output.file_format,
        header_of=partial(shared_header, specification=specification),
        expected=_expected(spaces, choice),
        caution=origin.caution,
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


def _refuse_too_many(spaces: tuple[ConfigurationSpace, ...], choice: Choice) -> None:
    """Refuse before any work what cannot be made."""
    for space in spaces:
        require_any(space)
    if choice.mode != "enumerate":
        return
    total = sum(space.size.total for space in spaces)
    count = sum(space.size.distinct for space in spaces)
    if -(-count // choice.shard[1]) > ENUMERATE_LIMIT:
        raise UnsupportedError(
            f"{number_text(total, '')} labelled configurations, {number_text(count, '')} distinct: more than the "
            f"{ENUMERATE_LIMIT} that one run makes; take --sample, --lowest or --quasirandom N, a smaller cell, or one of "
            f"at least {number_text(-(-count // ENUMERATE_LIMIT), '')} shards (--shard 1/N)"
        )


def _fingerprint(crystal: Crystal) -> str:
    """The same for the same crystal: a file of the same name may hold another one when a run goes on."""
    return hashlib.sha256(json.dumps(crystal.as_dict(), sort_keys=True).encode()).hexdigest()


def _expected(spaces: tuple[ConfigurationSpace, ...], choice: Choice) -> int | None:
    """How many configurations a choice makes, None where only making them tells."""
    if choice.mode == "sample":
        return choice.number
    if choice.mode == "enumerate":
        whole = choice.shard == (1, 1) and choice.superperiodic
        return sum(space.size.distinct for space in spaces) if whole else None
    return min(choice.number, sum(space.size.distinct for space in spaces))

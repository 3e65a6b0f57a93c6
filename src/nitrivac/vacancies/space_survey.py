"""One large configuration space on many processors: its shards counted, searched or written, and the sums proved."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac._version import __version__
from nitrivac.engines.journal import KEY_DIGITS, Journal, fingerprint, open_journal
from nitrivac.errors import EngineError, UnsupportedError
from nitrivac.files import prepare_folder
from nitrivac.vacancies.choosing.electrostatic import by_energy, lowest_of
from nitrivac.vacancies.enumeration.large_numbers import number_text
from nitrivac.vacancies.exclusion.any_filling import require_any
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.run import Choice, Output, run_vacancies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.engines.tasks import Engine
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.enumeration.generation import Batch
    from nitrivac.vacancies.planning.search import Planning
    from nitrivac.vacancies.result import VacancyResult
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["SHARD_SIZE", "Survey", "survey", "vacancies_on_engine"]

SHARD_SIZE = 2_000_000  # distinct configurations in a shard, about: some seconds of work
MOST_SEARCHED = 5_000_000_000  # distinct configurations of a search to the end
_FEWEST_SHARDS = 16
_FILES = 200_000  # configurations written by a shard


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A whole configuration space gone through in shards, and proved to be whole.

    Attributes:
        shards: how many.
        count: distinct configurations generated; the exact number that counting gives.
        labelled: sum of their degeneracies; the exact total that counting gives.
        lowest: those of lowest electrostatic energy, as many as were asked for.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.engines import LocalEngine
    >>> from nitrivac.vacancies import survey
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=2/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> found = survey(ConfigurationSpace(crystal, plan), engine=LocalEngine(workers=1))
    >>> found.count, found.labelled
    (3, 28)
    """

    shards: int
    count: int
    labelled: int
    lowest: tuple[Configuration, ...] = ()

    @property
    def text(self) -> str:
        """One line for people."""
        return (
            f"{self.shards} shards hold all {self.count:,} distinct configurations, and their degeneracies add up to "
            f"all {self.labelled:,}."
        )

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON; numbers of configurations are decimal strings, since they can pass 2^53."""
        return {"shards": self.shards, "count": str(self.count), "total": str(self.labelled), "verified": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shard:
    """One shard of a space, and how many of its lowest are wanted."""

    space: ConfigurationSpace = field(repr=False)
    part: int
    parts: int
    lowest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One shard to be written to a folder of its own."""

    crystal: Crystal = field(repr=False)
    items: tuple[str, ...]
    planning: Planning | None
    rank: int
    choice: Choice
    output: Output


def survey(
    space: ConfigurationSpace,
    *,
    engine: Engine,
    lowest: int = 0,
    shards: int | None = None,
    journal: Path | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Survey:
    """Go through every distinct configuration of a space on an engine.

    Args:
        space: the space.
        engine: where the shards are gone through.
        lowest: how many of lowest electrostatic energy are wanted; they are exact.
        shards: how many; by default some seconds of work in each.
        journal: a file that keeps the shards that are done, so that the same call goes on where it was stopped.
        progress: told after each shard how many are done, and of how many.

    Raises:
        UnsupportedError: the space is too large to go through, or has no energies.
        EngineError: a shard failed, or the sums are not those of the space; neither hides in the result.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.engines import LocalEngine
    >>> from nitrivac.vacancies import survey
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=2/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> survey(ConfigurationSpace(crystal, plan), engine=LocalEngine(workers=1)).count
    3
    """
    require_any(space)
    count = space.count()
    if count > MOST_SEARCHED:
        raise UnsupportedError(
            f"{number_text(count)} distinct configurations are too many to go through (at most {MOST_SEARCHED}); take a "
            "smaller cell, or sample"
        )
    number = shards or max(_FEWEST_SHARDS, -(-count // SHARD_SIZE))
    what = _space_name(space, lowest, number)
    with ExitStack() as stack:
        kept = stack.enter_context(open_journal(journal)) if journal is not None else None
        found = {part: record for part in range(1, number + 1) if (record := _kept(kept, what, part)) is not None}
        tasks = (
            _Shard(space=space, part=part, parts=number, lowest=lowest) for part in range(1, number + 1) if part not in found
        )
        for outcome in engine(_survey_shard, tasks, expected=number - len(found)) if len(found) < number else ():
            part = outcome.task.part
            if outcome.value is None:
                raise EngineError(f"shard {part} of {number} failed: {outcome.failure.message if outcome.failure else ''}")
            found[part] = outcome.value
            if kept is not None:
                kept.append(_shard_key(what, part), outcome.value)
            if progress is not None:
                progress(len(found), number)
    codes = [np.frombuffer(bytes.fromhex(row), dtype=np.uint8) for part in sorted(found) for row in found[part]["codes"]]
    sums = sum(int(one["count"]) for one in found.values()), sum(int(one["labelled"]) for one in found.values())
    _require_sums(sums, (count, space.total()))
    return Survey(shards=number, count=sums[0], labelled=sums[1], lowest=tuple(by_energy(space, codes, lowest)))


def vacancies_on_engine(
    crystal: Crystal,
    items: Sequence[str],
    *,
    choice: Choice,
    engine: Engine,
    output: Output | None = None,
    planning: Planning | None = None,
    rank: int = 1,
    progress: Callable[[int, int | None], None] | None = None,
) -> tuple[VacancyResult, Survey]:
    """Enumerate a space, or find its configurations of lowest energy, on an engine.

    An enumeration is written with each shard in a folder `shard-03-of-16` of its own, or only gone through without output.
    The lowest are exact however large the space, and written as ever; `survey.journal` in their folder keeps the shards
    that are done.

    Args:
        crystal: the parent.
        items: see `nitrivac.vacancies.parse_specification`.
        choice: `enumerate` or `lowest`.
        engine: where the shards are gone through; all of it must reach the output folder.
        output: see `run_vacancies`; the shards of an enumeration resume one by one.
        planning: what the plan must be.
        rank: which of its plans, the best being 1.
        progress: told after each shard how many are done, and of how many.

    Returns:
        The plan with its exact numbers and what was made, the shards' configurations not listed; and the proof.

    Raises:
        EngineError: a shard failed, or the sums are not those of the space.
        NitrivacError: see `run_vacancies` and `survey`.

    >>> from nitrivac import load
    >>> from nitrivac.engines import LocalEngine
    >>> from nitrivac.vacancies import Choice, Planning, vacancies_on_engine
    >>> result, proof = vacancies_on_engine(
    ...     load("alpha-Li3N"),
    ...     ["Li@2c=2/8"],
    ...     choice=Choice(mode="enumerate"),
    ...     engine=LocalEngine(workers=1),
    ...     planning=Planning(supercell=(2, 2, 1), allow_charge=True),
    ... )
    >>> proof.count, proof.labelled
    (3, 28)
    """
    if choice.mode == "lowest":
        journal = prepare_folder(output.folder) / "survey.journal" if output is not None else None
        proofs: list[Survey] = []

        def lowest(space: ConfigurationSpace, n: int) -> tuple[Configuration, ...]:
            proofs.append(survey(space, engine=engine, lowest=n, journal=journal, progress=progress))
            return proofs[-1].lowest

        found = run_vacancies(crystal, items, choice=choice, planning=planning, rank=rank, output=output, lowest=lowest)
        return found, _together(proofs)
    planned = run_vacancies(crystal, items, choice=Choice(mode="count"), planning=planning, rank=rank)
    if output is None:
        _, spaces = planned_spaces(crystal, items, planning=planning, rank=rank)
        return planned, _together([survey(space, engine=engine, progress=progress) for space in spaces])
    parts = max(_FEWEST_SHARDS, -(-planned.count // _FILES))
    tasks = [
        _Written(
            crystal=crystal,
            items=tuple(items),
            planning=planning,
            rank=rank,
            choice=replace(choice, shard=(part, parts)),
            output=replace(output, folder=output.folder / f"shard-{part:0{len(str(parts))}d}-of-{parts}"),
        )
        for part in range(1, parts + 1)
    ]
    count = labelled = 0
    for done, outcome in enumerate(engine(_write_shard, tasks, expected=parts), start=1):
        if outcome.value is None:
            raise EngineError(f"{outcome.task.output.folder}: {outcome.failure.message if outcome.failure else 'failed'}")
        count, labelled = count + outcome.value[0], labelled + outcome.value[1]
        if progress is not None:
            progress(done, parts)
    _require_sums((count, labelled), (planned.count, planned.total))
    return planned, Survey(shards=parts, count=count, labelled=labelled)


def _together(proofs: Sequence[Survey]) -> Survey:
    """The surveys of the spaces of one plan as one: no configuration is in two of them."""
    return Survey(
        shards=sum(one.shards for one in proofs),
        count=sum(one.count for one in proofs),
        labelled=sum(one.labelled for one in proofs),
        lowest=tuple(configuration for one in proofs for configuration in one.lowest),
    )


def _survey_shard(task: _Shard) -> dict[str, Any]:
    """On a worker: how many configurations a shard has, what they stand for, and its lowest."""
    count = labelled = 0

    def counted() -> Iterator[Batch]:
        nonlocal count, labelled
        for batch in task.space.batches(shard=(task.part, task.parts)):
            count += len(batch)
            labelled += int(batch.degeneracies.sum())
            yield batch

    codes: list[NDArray[np.uint8]] = []
    if task.lowest:
        codes = lowest_of(task.space, task.lowest, counted())
    else:
        for _ in counted():
            pass
    return {"count": str(count), "labelled": str(labelled), "codes": [row.tobytes().hex() for row in codes]}


def _write_shard(task: _Written) -> tuple[int, int]:
    """On a worker: write a shard; how many configurations, and what they stand for."""
    there = (task.output.folder / "manifest.jsonl").exists()
    made = run_vacancies(
        task.crystal,
        task.items,
        choice=task.choice,
        planning=task.planning,
        rank=task.rank,
        output=replace(task.output, resume=task.output.resume and there),
    ).made
    return len(made), sum(one.degeneracy for one in made)


def _require_sums(found: tuple[int, int], exact: tuple[int, int]) -> None:
    """Raise EngineError unless the shards hold what counting says there is."""
    if found != exact:
        raise EngineError(
            f"the shards hold {found[0]} distinct configurations that stand for {found[1]}, and there are {exact[0]} for "
            f"{exact[1]}: a worker is at fault, and the result is void"
        )


def _space_name(space: ConfigurationSpace, lowest: int, shards: int) -> str:
    """The same for the same space, question and version."""
    crystal = json.dumps(space.crystal.as_dict(), sort_keys=True)
    plan = json.dumps(space.plan.as_dict(), sort_keys=True)
    return fingerprint([crystal, plan, repr(space.exclusion), str(lowest), str(shards), __version__])


def _shard_key(what: str, part: int) -> str:
    return fingerprint([what, str(part)])[:KEY_DIGITS]


def _kept(journal: Journal | None, what: str, part: int) -> dict[str, Any] | None:
    place = journal.find(_shard_key(what, part)) if journal is not None else None
    return None if journal is None or place is None else journal.read(place)

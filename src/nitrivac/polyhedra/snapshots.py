"""Amorphous snapshots: coordination, bridging and condensation of several frames, averaged with their spread."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra.coordination import coordination_shells, elements_on, ligand_cutoffs, roles_of
from nitrivac.polyhedra.frameworks.bonded_groups import Bound, shares
from nitrivac.polyhedra.frameworks.framework import default_centres
from nitrivac.polyhedra.frameworks.periodic_components import components

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Roles, Shells

__all__ = ["Quantity", "SnapshotStatistics", "snapshot_statistics"]

BRIDGING_NAMES = {0: "free", 1: "apical", 2: "doubly bridging", 3: "triply bridging"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One quantity over the frames.

    Attributes:
        group: what it belongs to: `coordination of P`, `role of N`, `Q`, `Q^n_m`, `unit size` or `kappa`.
        value: which one, e.g. `4`, `apical`, `Q2_1`.
        mean: mean over the frames.
        spread: sample standard deviation between frames, None for one frame.
    """

    group: str
    value: str
    mean: float
    spread: float | None


_QUANTITY: Columns[Quantity] = Columns(
    (
        Column("group", lambda quantity: quantity.group),
        Column("value", lambda quantity: quantity.value),
        Column("mean", lambda quantity: quantity.mean, digits=6),
        Column("spread", lambda quantity: quantity.spread, digits=6),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnapshotStatistics(Document):
    """Statistics of the polyhedra of several frames.

    Attributes:
        source: where the frames come from.
        frames: how many.
        centres: elements of the framework's centres.
        quantities: shares of 0 to 1, and kappa.
        cutoffs: ligand cutoffs in angstrom.

    >>> from nitrivac import load
    >>> from nitrivac.polyhedra import snapshot_statistics
    >>> statistics = snapshot_statistics([load("LiPN2")])
    >>> statistics.frames, statistics.centres
    (1, ('P',))
    """

    source: str
    frames: int
    centres: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    cutoffs: dict[str, float]

    def of(self, group: str) -> dict[str, float]:
        """Means of one group by value."""
        return {one.value: one.mean for one in self.quantities if one.group == group}

    columns: ClassVar[Columns[SnapshotStatistics]] = Columns(
        (
            Column("source", lambda found: found.source),
            Column("frames", lambda found: found.frames),
            Column("centres", lambda found: found.centres),
            Column("cutoff_A", lambda found: found.cutoffs, digits=None),
            Column("quantities", lambda found: list(map(_QUANTITY.plain, found.quantities)), digits=None),
        )
    )


def snapshot_statistics(
    frames: Iterable[Crystal], *, centres: Sequence[str] | None = None, cutoffs: Mapping[str, float] | None = None
) -> SnapshotStatistics:
    """Coordination, roles of the anions, Q^n, Q^n_m, sizes of the units and kappa, over frames.

    In Q^n_m n counts bridging ligands of any element and m nitrogens. A value that a frame does not have counts as zero
    there. Nothing is assumed about symmetry, and memory does not grow with the number of frames.

    Args:
        frames: ordered crystals of the same elements, such as the snapshots of a simulation.
        centres: elements of the framework's centres; by default the covalent ones together.
        cutoffs: ligand cutoffs in angstrom that replace the table's.

    Raises:
        UnsupportedError: there are no frames, a frame is disordered, or it has no such centres.

    >>> from nitrivac import load
    >>> from nitrivac.polyhedra import snapshot_statistics
    >>> snapshot_statistics([load("LiPN2"), load("LiPN2")]).frames
    2
    """
    rows: list[dict[tuple[str, str], float]] = []
    source, chosen, limits = "", tuple(centres or ()), {}
    for crystal in frames:
        if not crystal.is_ordered:
            raise UnsupportedError(
                f"{crystal.provenance.source}: a snapshot is an ordered structure; this one is an average"
            )
        roles = roles_of(crystal)
        pairs = ligand_cutoffs(crystal, roles, cutoffs)
        shells = coordination_shells(crystal, roles, pairs)
        chosen = chosen or next(reversed(default_centres(roles)), ())
        missing = [element for element in chosen if element not in roles.cations]
        if missing or not chosen:
            raise UnsupportedError(
                f"{crystal.provenance.source} has no polyhedra around {', '.join(missing) or 'a covalent element'}; "
                f"there are those of {', '.join(roles.cations)}"
            )
        source = source or crystal.provenance.source
        limits = {f"{cation}-{anion}": value for (cation, anion), value in pairs.items()}
        rows.append(_frame(crystal, roles, shells, chosen))
    if not rows:
        raise UnsupportedError("there are no frames")
    keys = sorted({key for row in rows for key in row})
    quantities = []
    for group, value in keys:
        values = np.array([row.get((group, value), 0.0) for row in rows])
        spread = float(values.std(ddof=1)) if len(values) > 1 else None
        quantities.append(Quantity(group=group, value=value, mean=float(values.mean()), spread=spread))
    return SnapshotStatistics(source=source, frames=len(rows), centres=chosen, quantities=tuple(quantities), cutoffs=limits)


def _frame(crystal: Crystal, roles: Roles, shells: Shells, centres: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """All quantities of one frame."""
    row: dict[tuple[str, str], float] = {}
    kind = roles.kind_of_site[shells.sites]
    for number, elements in enumerate(roles.kinds):
        counts = shells.counts[kind == number]
        if len(counts):
            row |= _shares(f"coordination of {elements[0]}", [str(n) for n in counts.tolist()])
    wanted = np.array([bool(set(elements) & set(centres)) for elements in roles.kinds])
    bound = Bound.of(shells.chosen(np.flatnonzero(wanted[kind])))
    sites = list(bound.ligands)
    by_element: dict[str, list[str]] = defaultdict(list)
    for name, site in zip(elements_on(crystal, roles.anion_sites), roles.anion_sites.tolist(), strict=True):
        met = len(bound.ends.get(site, ()))
        by_element[name].append(BRIDGING_NAMES.get(met, f"{met}-fold bridging"))
    for name, words in by_element.items():
        row |= _shares(f"role of {name}", words)
    row |= _shares("Q", [f"Q{bound.q(site)}" for site in sites])
    row |= {("Q^n_m", f"Q{n}_{m}"): share for (n, m), share in bound.q_mixed(sites, crystal).items()}
    sizes: list[str] = []
    for one in components(sites, bound.links):
        sizes += [str(len(one.members)) if one.dimension == 0 else "infinite"] * len(one.members)
    row |= _shares("unit size", sizes)
    row["kappa", ""] = len(sites) / len(bound.ends) if bound.ends else 0.0
    return row


def _shares(group: str, values: Sequence[str]) -> dict[tuple[str, str], float]:
    return {(group, value): share for value, share in shares(values).items()}

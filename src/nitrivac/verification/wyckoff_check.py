"""Wyckoff positions of a crystal, as stated and as a symmetry search finds them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.symmetry.normaliser import same_modulo_normaliser
from nitrivac.symmetry.search import SPGLIB_SITES
from nitrivac.symmetry.space_group import find_setting
from nitrivac.symmetry.wyckoff import find_wyckoff_position

if TYPE_CHECKING:
    import moyopy
    import spglib

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.symmetry.search import SearchedCell
    from nitrivac.symmetry.space_group import SpaceGroup
    from nitrivac.verification.opinion import Opinion

__all__ = ["WyckoffCheck", "check_wyckoff", "is_searched_whole", "setting_of"]

_MOST_LISTED = 1_000  # orbits
_TRANSLATION = 0.04  # translations of settings are twelfths, eighths and sixths: at least as far apart as this


@dataclass(frozen=True, slots=True, kw_only=True)
class WyckoffCheck:
    """Wyckoff positions of one orbit: as stated, and as found in the same setting where there is one."""

    label: str
    expected: str
    found: str


def setting_of(dataset: spglib.SpglibDataset, symprec: float) -> SpaceGroup | None:
    """The tabulated setting of the cell as given, translations read to twice the tolerance of the search."""
    shortest = float(np.linalg.norm(np.array(dataset.std_lattice), axis=1).min())
    return find_setting(
        np.array(dataset.rotations),
        np.array(dataset.translations),
        tolerance=min(max(1e-3, 2 * symprec / shortest), _TRANSLATION),
    )


def is_searched_whole(crystal: Crystal) -> bool:
    """Whether symmetry is searched in the cell as it is, not in one without its lattice translations."""
    return crystal.n_sites <= SPGLIB_SITES


def check_wyckoff(
    crystal: Crystal, searched: SearchedCell, first: Opinion | None, second: Opinion | None, symprec: float
) -> tuple[tuple[WyckoffCheck, ...], str | None]:
    """Letters as stated and as found: in the same setting if there is one, else in the standard setting.

    Sites are counted by the search itself, so that positions and numbers of sites go together at any tolerance.

    Args:
        crystal: the crystal.
        searched: its cell as it was searched.
        first: the answer that counts.
        second: the second opinion.
        symprec: tolerance of the search, angstrom.

    Returns:
        Position of each orbit, and how the letters agree (see `Verification`). Of a large cell whose sites were read one by
        one the first site of each orbit found stands for all, and more than a thousand orbits are not listed.
    """
    if first is None:
        return (), None
    setting = setting_of(first.answer, symprec) if is_searched_whole(crystal) else None
    sizes = np.bincount(first.orbits)
    checks = []
    for orbit in _listed(crystal, searched, first):
        site = int(searched.sites.owner[orbit.indices[0]])
        size = int(sizes[first.orbits[site]])
        # A cell that is no cell of the whole group, such as a skew supercell, keeps operations of a subgroup alone.
        if setting is not None and setting.order == len(first.answer.rotations) and setting.number == first.number:
            found = find_wyckoff_position(setting, crystal.frac_coords[site], crystal.lattice, sites=size).symbol
        else:
            found = f"{round(size / first.cells)}{first.letters[site]}"
        checks.append(WyckoffCheck(label=orbit.label, expected=orbit.wyckoff, found=found))
    if first.number != crystal.space_group.number:
        return tuple(checks), "other group"
    if setting is None:
        return tuple(checks), "standard"
    if all(check.expected == check.found for check in checks):
        return tuple(checks), "identical"
    if second is not None and _letters_by_normaliser(crystal, searched, second.answer, symprec):
        return tuple(checks), "normaliser"
    return tuple(checks), "different"


def _listed(crystal: Crystal, searched: SearchedCell, first: Opinion) -> list[Orbit]:
    """The orbits whose positions are named."""
    if is_searched_whole(crystal) or len(crystal.orbits) <= _MOST_LISTED:
        return list(crystal.orbits)
    owners = first.orbits[searched.sites.owner[[int(orbit.indices[0]) for orbit in crystal.orbits]]]
    places = np.unique(owners, return_index=True)[1]
    return [crystal.orbits[place] for place in np.sort(places).tolist()] if len(places) <= _MOST_LISTED else []


def _letters_by_normaliser(crystal: Crystal, searched: SearchedCell, moyo: moyopy.MoyoDataset, symprec: float) -> bool:
    of_class = dict(zip(searched.classes(symprec).tolist(), searched.sites.kinds.tolist(), strict=True))
    standard_kinds = [of_class[number] for number in moyo.std_cell.numbers]
    scale = len(standard_kinds) / crystal.n_sites
    kind_of_site = searched.sites.kinds.tolist()
    expected: Counter[tuple[object, str]] = Counter()
    for orbit in crystal.orbits:
        expected[kind_of_site[int(orbit.indices[0])], orbit.letter] += round(len(orbit.indices) * scale)
    return same_modulo_normaliser(dict(expected), moyo, standard_kinds)

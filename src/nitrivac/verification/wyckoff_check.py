"""Wyckoff positions of a crystal, as stated and as a symmetry search finds them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.symmetry.normaliser import same_modulo_normaliser
from nitrivac.symmetry.space_group import find_setting
from nitrivac.symmetry.wyckoff import find_wyckoff_position
from nitrivac.verification.plateau import average_cell

if TYPE_CHECKING:
    import moyopy
    import spglib

    from nitrivac.crystal.model import Crystal
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["WyckoffCheck", "check_wyckoff", "setting_of"]

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


def check_wyckoff(
    crystal: Crystal, dataset: spglib.SpglibDataset | None, moyo: moyopy.MoyoDataset | None, symprec: float
) -> tuple[tuple[WyckoffCheck, ...], str | None]:
    """Letters as stated and as found: in the same setting if there is one, else in the standard setting.

    Sites are counted by the search itself, so that positions and numbers of sites go together at any tolerance.

    Args:
        crystal: the crystal.
        dataset: what spglib finds in its cell.
        moyo: what moyo finds.
        symprec: tolerance of the search, angstrom.

    Returns:
        Position of each orbit, and how the letters agree (see `Verification`).
    """
    if dataset is None:
        return (), None
    setting = setting_of(dataset, symprec)
    checks = []
    for orbit in crystal.orbits:
        site = int(orbit.indices[0])
        size = int((dataset.crystallographic_orbits == dataset.crystallographic_orbits[site]).sum())
        # A cell that is no cell of the whole group, such as a skew supercell, keeps operations of a subgroup alone.
        if setting is not None and setting.order == len(dataset.rotations) and setting.number == dataset.number:
            found = find_wyckoff_position(setting, crystal.frac_coords[site], crystal.lattice, sites=size).symbol
        else:
            scale = abs(np.linalg.det(np.array(dataset.std_lattice))) / crystal.volume
            found = f"{round(size * scale)}{dataset.wyckoffs[site]}"
        checks.append(WyckoffCheck(label=orbit.label, expected=orbit.wyckoff, found=found))
    if dataset.number != crystal.space_group.number:
        return tuple(checks), "other group"
    if setting is None:
        return tuple(checks), "standard"
    if all(check.expected == check.found for check in checks):
        return tuple(checks), "identical"
    if moyo is not None and _letters_by_normaliser(crystal, moyo):
        return tuple(checks), "normaliser"
    return tuple(checks), "different"


def _letters_by_normaliser(crystal: Crystal, moyo: moyopy.MoyoDataset) -> bool:
    standard_kinds = list(moyo.std_cell.numbers)
    scale = len(standard_kinds) / crystal.n_sites
    kind_of_site = average_cell(crystal)[2]
    expected: Counter[tuple[object, str]] = Counter()
    for orbit in crystal.orbits:
        expected[kind_of_site[int(orbit.indices[0])], orbit.letter] += round(len(orbit.indices) * scale)
    return same_modulo_normaliser(dict(expected), moyo, standard_kinds)

"""An occupation as a crystal: whole atoms where they are, in the orbits of the operations that it keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.model import Crystal
from nitrivac.crystal.occupation.occupants import VACANCY, element_of, oxidation_state
from nitrivac.crystal.orbit import Orbit
from nitrivac.crystal.supercells.supercell_matrix import matrix_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.record import Occupation
    from nitrivac.crystal.orbit import Provenance

__all__ = ["crystal_of", "provenance_of"]


def crystal_of(
    occupation: Occupation,
    *,
    vacant: NDArray[np.int64] | None = None,
    element: str = "",
    provenance: Provenance | None = None,
) -> Crystal:
    """The filled sites of an occupation, in the order of the sites, then the atoms on none.

    Each label is the parent orbit's with a number (`Li2-3`), `V-` before it for a vacant site, `I-Li-1` for an atom on none.

    Args:
        occupation: the occupation.
        vacant: vacant sites that are listed as filled too, each where the parent has it.
        element: what these are listed as.
        provenance: where the crystal comes from; by default that of the parent with a note.
    """
    parent, names = occupation.parent, occupation.occupants
    empty = np.zeros(len(names), dtype=bool)
    empty[[] if vacant is None else vacant] = True
    listed = np.flatnonzero((names != VACANCY) | empty)
    orbit_of_site = occupation.supercell.action.orbits(occupation.kept)[listed]
    in_order = np.argsort(orbit_of_site, kind="stable")
    serial: Counter[str] = Counter()
    orbits = []
    for members in np.split(in_order, np.flatnonzero(np.diff(orbit_of_site[in_order])) + 1):
        site = int(listed[members[0]])
        label = parent.orbits[int(occupation.orbits[site])].label
        name = element if empty[site] else str(names[site])
        state = oxidation_state(parent, label, name)
        stem = f"V-{label}" if empty[site] else label
        serial[stem] += 1
        orbits.append(Orbit.of_configuration(f"{stem}-{serial[stem]}", element_of(name), state, members))
    for number, one in enumerate(occupation.interstitials):
        serial[f"I-{one.element}"] += 1
        label = f"I-{one.element}-{serial[f'I-{one.element}']}"
        orbits.append(Orbit.of_configuration(label, one.element, None, np.array([len(listed) + number])))
    between = np.array([one.position for one in occupation.interstitials]).reshape(-1, 3)
    return Crystal(
        lattice=occupation.lattice,
        frac_coords=np.concatenate([occupation.positions[listed], between]),
        orbits=tuple(orbits),
        space_group=occupation.space_group,
        provenance=provenance or provenance_of(occupation),
    )


def provenance_of(occupation: Occupation) -> Provenance:
    """Where the crystal of an occupation comes from: its parent, with the supercell in the note."""
    matrix = matrix_text(occupation.supercell.matrix, diagonal=False)
    origin = occupation.parent.provenance
    return replace(origin, formula=None, note=f"supercell {matrix} of {origin.source}", symmetry_stated=False)

"""Atoms laid on the sites of their parent: which supercell it is, where its origin lies, and which atom is on which site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.assignment import Assignment, Reach, assign
from nitrivac.crystal.occupation.lattices import LARGEST_STRAIN, largest_strain, supercell_matrices
from nitrivac.crystal.occupation.origins import FoldedAtoms
from nitrivac.crystal.supercells.primitive import primitive_crystal, primitive_vectors
from nitrivac.crystal.supercells.supercell import Supercell, make_supercell
from nitrivac.crystal.supercells.supercell_matrix import Matrix, as_matrix
from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Fit", "PlacedAtoms", "fit_atoms", "refit"]

_SURE_A = 0.2  # with no larger displacements on average and all atoms on sites of their own, nothing else is tried
_GOOD = 0.06  # squared angstrom for each atom: with no more no other lattice is tried
_LOST = 0.1  # share of the atoms that may be on no site
_FOREIGN = 0.5  # share of the atoms that may be on no site of their own
_WANDERED = (
    0.8  # of half of the way to the next site: with a larger root mean square displacement nothing is left of the crystal
)
_TRIED = 500  # supercells of one strain
_LAID = 6  # of these, and of their origins, those on which all atoms are laid
_ALIKE = 0.02  # squared angstrom: those no worse than the best by more are among them
_DRIFT_STEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedAtoms(Record):
    """Atoms in a cell and nothing else, in the order of their source.

    Attributes:
        lattice: rows are lattice vectors, angstrom, right-handed, shape (3, 3).
        frac_coords: shape (a, 3).
        elements: element symbols, shape (a,).
    """

    lattice: NDArray[np.float64]
    frac_coords: NDArray[np.float64] = field(repr=False)
    elements: NDArray[np.str_] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit(Record):
    """Atoms laid on sites.

    Attributes:
        cell: the sites of the supercell, as the parent has them.
        translation: by which they are moved as a whole, fractions of the supercell, shape (3,).
        assignment: which atom is on which.
        equals: other origins or orientations that fit as well and fill other sites, in words.
    """

    cell: Supercell
    translation: NDArray[np.float64]
    assignment: Assignment
    equals: tuple[str, ...] = ()


def fit_atoms(parent: Crystal, atoms: PlacedAtoms, *, mobile: str | None, source: str) -> Fit:
    """The supercell, the origin and the assignment that bring sites and atoms together with the least displacement.

    Args:
        parent: the crystal whose sites they are.
        atoms: the atoms.
        mobile: the element whose atoms do not count for the translation, as far as there are others.
        source: what to call the atoms in messages.

    Raises:
        UnsupportedError: their lattice is none of the parent's supercells, or too many are on no site.
    """
    laid = _Laying(parent, atoms, mobile)
    found: list[Fit] = []
    for matrices in _possible_matrices(parent, atoms):
        found += laid.on(matrices)
        found.sort(key=laid.rank)
        if found and found[0].assignment.cost < _GOOD and not _refusal(parent, atoms, found[0]):
            return _with_equals(parent, found)
    if not found:
        raise UnsupportedError(
            f"{source}: its lattice is none of the parent's within {LARGEST_STRAIN:.0%} of every length that holds as many "
            f"cells as its atoms fill ({_formula(atoms.elements)} beside {_formula_of(parent)} in a cell of the parent's)"
        )
    best = _with_equals(parent, found)
    if problem := _refusal(parent, atoms, best):
        raise UnsupportedError(f"{source}: {problem}; a configuration of the parent is needed")
    return best


def refit(
    parent: Crystal,
    atoms: PlacedAtoms,
    cell: Supercell,
    translation: NDArray[np.float64],
    *,
    mobile: str | None,
    source: str,
) -> Fit:
    """The atoms laid on the sites of a known supercell near a known origin.

    Args:
        parent: the crystal whose sites they are.
        atoms: the atoms.
        cell: the supercell.
        translation: where its origin is about, fractions of the supercell, shape (3,).
        mobile: the element whose atoms do not count for the translation.
        source: what to call the atoms in messages.

    Raises:
        UnsupportedError: too many are on no site.
    """
    fit = _Laying(parent, atoms, mobile).settled(cell, translation)
    if problem := _refusal(parent, atoms, fit):
        raise UnsupportedError(f"{source}: {problem}; a configuration of the parent is needed")
    return fit


class _Laying:
    """A parent and atoms, with what is the same for every supercell and origin that is tried."""

    def __init__(self, parent: Crystal, atoms: PlacedAtoms, mobile: str | None) -> None:
        self.parent, self.atoms = parent, atoms
        self.names, self.kinds = np.unique(atoms.elements, return_inverse=True)
        self.suits = np.array([[name in orbit.elements for orbit in parent.orbits] for name in self.names.tolist()])
        self.limits = Reach.of(parent)
        self.homed: NDArray[np.bool_] = np.asarray(self.suits.any(axis=1))
        steady = np.array([element != mobile for element in atoms.elements.tolist()])
        self.steady = steady if (steady & self.homed[self.kinds]).any() else np.ones(len(steady), dtype=bool)

    def rank(self, fit: Fit) -> tuple[float, float, float]:
        """The less the better: displacement, then strain, then translation."""
        strain = largest_strain(fit.cell.matrix @ self.parent.lattice, self.atoms.lattice)
        length = float(np.linalg.norm(fit.translation @ self.atoms.lattice))
        return round(fit.assignment.cost, 3), round(strain, 4), round(length, 4)

    def on(self, matrices: Sequence[Matrix]) -> list[Fit]:
        """The atoms on the supercells and at the origins that fit best, of some supercells.

        A single one is tried at the parent's own origin first, which ends it where that is surely right. A sample of the
        atoms tells which others are worth a full assignment; of supercells with the least strain first, one that is surely
        right ends the search.
        """
        fits = []
        if len(matrices) == 1:
            fits.append(self.settled(make_supercell(self.parent, matrices[0]), np.zeros(3)))
            if fits[0].assignment.odd == 0 and fits[0].assignment.spread < _SURE_A:
                return fits
        options: list[tuple[float, int, NDArray[np.float64]]] = []
        for number, matrix in enumerate(matrices[:_TRIED]):
            shifts, scores = self._folded(matrix).candidates()
            options += [(score, number, shift) for score, shift in zip(scores.tolist(), shifts, strict=True)]
            if min(scores) < _GOOD:
                break
        best = min(score for score, _, _ in options)
        chosen = sorted((one for one in options if one[0] <= best + _ALIKE), key=lambda one: round(one[0], 3))
        for _, number, shift in chosen[:_LAID]:
            cell = make_supercell(self.parent, matrices[number])
            fits.append(self.settled(cell, shift @ np.linalg.inv(matrices[number].astype(float))))
        return fits

    def _folded(self, matrix: Matrix) -> FoldedAtoms:
        owner = self.parent.orbit_of_site
        inside = self.atoms.frac_coords @ matrix
        known = np.flatnonzero(self.homed)
        sites = [self.parent.frac_coords[self.suits[kind][owner]] for kind in known.tolist()]
        counted = [inside[self.kinds == kind] for kind in known.tolist()]
        steady = [bool(self.steady[self.kinds == kind].all()) for kind in known.tolist()]
        order = sorted(range(len(known)), key=lambda number: (not steady[number], len(sites[number])))
        lattice = np.linalg.solve(matrix.astype(float), self.atoms.lattice)
        return FoldedAtoms(lattice=lattice, sites=sites, atoms=counted, anchors=order)

    def settled(self, cell: Supercell, translation: NDArray[np.float64]) -> Fit:
        """The atoms on the sites moved by a translation, which is refined to leave no drift of the atoms that count."""
        owners = self.parent.orbit_of_site[cell.parent_site]
        limits = self.limits.on(cell.parent_site)
        lattice = self.atoms.lattice
        for step in range(_DRIFT_STEPS):
            found = assign(
                lattice,
                cell.frac_coords + translation,
                self.atoms.frac_coords,
                suits=self.suits,
                kinds=self.kinds,
                owners=owners,
                limits=limits,
            )
            counted = found.own & self.steady
            counted = counted if counted.any() else found.own
            drift = found.displacement[counted].mean(axis=0) if counted.any() else np.zeros(3)
            if np.linalg.norm(drift) < 1e-6 or step == _DRIFT_STEPS - 1:
                break
            translation = translation + drift @ np.linalg.inv(lattice)
        return Fit(cell=cell, translation=translation, assignment=found)


def _possible_matrices(parent: Crystal, atoms: PlacedAtoms) -> Iterator[list[Matrix]]:
    """The supercells that the lattice of the atoms may be: of whole cells of the parent, then of its primitive cells."""
    primitive, vectors = primitive_crystal(parent), primitive_vectors(parent)
    for crystal, basis in ((parent, np.eye(3)), *(((primitive, vectors),) if primitive is not parent else ())):
        rotations = np.unique(crystal.space_group.rotations, axis=0)
        for cells in _possible_cells(crystal, atoms):
            for matrices in supercell_matrices(crystal.lattice, rotations, atoms.lattice, cells):
                yield [as_matrix(steps @ basis) for steps in matrices]


def _possible_cells(parent: Crystal, atoms: PlacedAtoms) -> list[list[int]]:
    """How many cells of the parent the atoms may fill: numbers that are exact for some elements, then the next best ones.

    Elements that share sites count together too, since a mixed site may hold any share of them.
    """
    ratio = abs(float(np.linalg.det(atoms.lattice))) / parent.volume
    numbers = range(
        max(1, int(np.ceil(ratio / (1 + LARGEST_STRAIN) ** 3 - 1e-6))), int(ratio / (1 - LARGEST_STRAIN) ** 3 + 1e-6) + 1
    )
    counts = Counter(atoms.elements.tolist())
    kinds = {frozenset([name]) for name in parent.contents} | {frozenset(orbit.elements) for orbit in parent.orbits}
    sums = [(sum(counts[name] for name in kind), sum(parent.contents[name] for name in kind)) for kind in kinds]
    shares = [number / amount for number, amount in sums if number]
    misfits = {n: min((abs(np.log(share / n)) for share in shares), default=np.inf) for n in numbers}
    exact = [n for n, misfit in misfits.items() if misfit < 1e-6]
    near = sorted((n for n, misfit in misfits.items() if 1e-6 <= misfit < 0.25), key=lambda n: misfits[n])
    return [some for some in (exact, near[:12]) if some]


def _refusal(parent: Crystal, atoms: PlacedAtoms, fit: Fit) -> str:
    """Why atoms are no configuration of the parent, empty where they are one."""
    found, total = fit.assignment, len(atoms.elements)
    lost = np.flatnonzero(found.site < 0)
    foreign = np.flatnonzero(~found.own)
    if len(lost) > max(1, _LOST * total):
        return (
            f"{len(lost)} of {total} atoms are on no site of the parent, the first of them atom {lost[0] + 1} "
            f"({atoms.elements[lost[0]]})"
        )
    if len(foreign) > max(1, _FOREIGN * total):
        return (
            f"{len(foreign)} of {total} atoms are on no site of their own element, the first of them atom {foreign[0] + 1} "
            f"({atoms.elements[foreign[0]]})"
        )
    half = float(Reach.of(parent).narrow[fit.cell.parent_site[found.site[found.own]]].mean())
    if found.spread > _WANDERED * half:
        return (
            f"its atoms are {found.spread:.2f} angstrom (root mean square) from the sites of the parent, and half of the "
            f"way to the next site is {half:.2f}"
        )
    return ""


def _with_equals(parent: Crystal, fits: list[Fit]) -> Fit:
    """The first of the fits, best first, with a word on others that are as good and fill other kinds of sites."""
    best = fits[0]
    ours = _filled(parent, best)
    others: dict[tuple[tuple[str, int], ...], Fit] = {}
    for fit in fits[1:]:
        if fit.assignment.cost <= best.assignment.cost * 1.1 + 1e-4 and _filled(parent, fit) != ours:
            others.setdefault(tuple(sorted(_filled(parent, fit).items())), fit)
    words = tuple(
        "another origin or orientation fits nearly as well (root mean square displacement "
        f"{fit.assignment.spread:.3f} beside {best.assignment.spread:.3f} angstrom) and fills other sites: "
        + ", ".join(f"{count} of {name} and not {ours.get(name, 0)}" for name, count in key if ours.get(name, 0) != count)
        for key, fit in others.items()
    )
    return replace(best, equals=words)


def _filled(parent: Crystal, fit: Fit) -> dict[str, int]:
    site = fit.assignment.site
    owners = parent.orbit_of_site[fit.cell.parent_site[site[site >= 0]]]
    return {parent.address(parent.orbits[number]): count for number, count in sorted(Counter(owners.tolist()).items())}


def _formula(elements: NDArray[np.str_]) -> str:
    return " ".join(f"{name}{count}" for name, count in Counter(elements.tolist()).items())


def _formula_of(parent: Crystal) -> str:
    return " ".join(f"{name}{round(amount, 3):g}" for name, amount in parent.contents.items())

"""Images between two relaxed ends: the moving ion found, atoms matched whatever their order, drift taken off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from nitrivac.chemistry.carrier import mobile_species
from nitrivac.crystal.occupation.kept import moves_alike
from nitrivac.crystal.occupation.lattices import STRAINED, largest_strain
from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.occupation.origins import shortest_image
from nitrivac.crystal.occupation.record import Occupation
from nitrivac.crystal.supercells.supercell import shortest_vector
from nitrivac.documents.record import Record
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.network import find_hops
from nitrivac.migration.pairs import element_names
from nitrivac.migration.paths.images import images_between, refuse_images
from nitrivac.migration.paths.profile import parameter_sources, profile_of
from nitrivac.migration.paths.record import MigrationPath

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.paths.images import Method

__all__ = ["Ends", "ends_of", "path_between"]

_OTHER_CELL = 0.01  # ends whose cells differ by more are of different calculations
_LISTED_A = 5.0  # hops longer than this are not looked for among those of the parent
_STEP_A = 3.0  # about to the next site: atoms as near may follow each other
_BETWEEN = "interstitial"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends(Record):
    """Two ends of a path in one cell, atom by atom.

    Attributes:
        start: the first end, whose cell and order of atoms are kept.
        end: the second, on the sites of the same supercell.
        partner: for each atom of the first end the same one of the second, by number, shape (a,).
        steps: from the first end to the second, drift taken off, cartesian, angstrom, shape (a, 3).
        moved: atoms that change their sites, the one that goes farthest first.
        drift: by which the second end was moved as a whole, cartesian, angstrom, shape (3,).
        remarks: what must be said of them.
    """

    start: Occupation
    end: Occupation
    partner: NDArray[np.int64] = field(repr=False)
    steps: NDArray[np.float64] = field(repr=False)
    moved: tuple[int, ...]
    drift: NDArray[np.float64]
    remarks: tuple[str, ...] = ()


def ends_of(
    parent: Crystal, start: Any, end: Any, *, mobile: str | None = None, free: NDArray[np.bool_] | None = None
) -> Ends:
    """The two ends of a path on the sites of their parent, atoms matched whatever their order.

    An atom is the same in both where it is on the same site; those that are left, and those near their way, are matched by
    the least squares of their ways, or by the order where both files have one. The drift is that of the atoms that may not
    move, where there are some, else of those that are not mobile.

    Args:
        parent: the crystal whose sites they are on.
        start: the first end: a Crystal, a pymatgen Structure or ASE Atoms.
        end: the second.
        mobile: the mobile element; by default the charge carrier.
        free: which coordinates of each atom of the first end may move, shape (a, 3).

    Raises:
        UnsupportedError: one of them is no configuration of the parent, or their cells, atoms or elements differ.
        SpecificationError: no atom changes its site.
    """
    first = Occupation.of(parent, start, mobile=mobile)
    loose = Occupation.of(parent, end, mobile=mobile)
    second = _beside(parent, first, loose, end, mobile)
    remarks = [f"{one.source}: {said.words}" for one in (first, second) for said in one.ambiguities]
    strain = largest_strain(first.lattice, second.lattice)
    if strain > STRAINED:
        remarks.append(f"the cells of the ends differ by {strain:.2%}; the images have that of {first.source}")
    elements, points = _atoms(first)
    others, ends = _atoms(second)
    if sorted(elements.tolist()) != sorted(others.tolist()):
        raise UnsupportedError(
            f"{first.source} has {_formula(elements)} and {second.source} {_formula(others)}: a path has the same atoms at "
            "both ends"
        )
    partner, moved = _matched(first, second, elements, others, points, ends)
    raw = shortest_image(ends[partner] - points, first.lattice)
    held = None if free is None else ~free.any(axis=1)
    if held is not None and held.any():
        drift = raw[held].mean(axis=0)
    else:
        drift = shortest_image(second.translation - first.translation, first.lattice)
    steps = shortest_image(ends[partner] - points - drift, first.lattice) @ first.lattice
    if not len(moved):
        lengths = np.linalg.norm(steps, axis=1)
        atom = int(lengths.argmax())
        raise SpecificationError(
            f"{first.source} and {second.source} hold the same sites: no atom changes its own; the one that moves farthest "
            f"is atom {atom + 1} ({elements[atom]}), by {lengths[atom]:.3f} angstrom"
        )
    order = moved[np.argsort(-np.linalg.norm(steps[moved], axis=1), kind="stable")]
    return Ends(
        start=first,
        end=second,
        partner=partner,
        steps=steps,
        moved=tuple(order.tolist()),
        drift=drift @ first.lattice,
        remarks=tuple(remarks),
    )


def _beside(parent: Crystal, first: Occupation, loose: Occupation, end: Any, mobile: str | None) -> Occupation:
    """The second end on the sites of the first one's supercell, in the same cell."""
    vectors = np.round(loose.lattice @ np.linalg.inv(first.lattice))
    strain = largest_strain(vectors @ first.lattice, loose.lattice) if abs(np.linalg.det(vectors)) > 0.5 else np.inf
    if strain > _OTHER_CELL or not np.array_equal(vectors, np.eye(3)):
        lengths = [" ".join(f"{x:.3f}" for x in np.linalg.norm(one.lattice, axis=1)) for one in (first, loose)]
        raise UnsupportedError(
            f"{first.source} and {loose.source} are in different cells (vectors of {lengths[0]} and {lengths[1]} angstrom, "
            "or turned): both ends of a path are relaxed in one cell"
        )
    return Occupation.of(parent, end, mobile=mobile, like=first)


def _atoms(occupation: Occupation) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Elements and fractional coordinates of the atoms in the order of their file."""
    filled = np.flatnonzero(occupation.atoms >= 0)
    total = len(filled) + len(occupation.interstitials)
    elements, points = np.full(total, "", dtype="U3"), np.zeros((total, 3))
    elements[occupation.atoms[filled]] = occupation.elements[filled]
    points[occupation.atoms[filled]] = occupation.positions[filled]
    for one in occupation.interstitials:
        elements[one.atom], points[one.atom] = one.element, one.position
    return elements, points


def _matched(
    first: Occupation,
    second: Occupation,
    elements: NDArray[np.str_],
    others: NDArray[np.str_],
    points: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The atom of the second end that each of the first is, and which of them change their sites.

    Atoms on the same site are the same, but near one that is not they may follow each other: there all are matched by least
    squares. Where both files have one order but for such atoms it holds for these, too.
    """
    same = (first.occupants == second.occupants) & (first.occupants != VACANCY)
    partner = np.full(len(elements), -1, dtype=np.int64)
    partner[first.atoms[same]] = second.atoms[same]
    here, there = np.flatnonzero(partner < 0), np.setdiff1d(np.arange(len(others)), partner)
    if not len(here):
        return partner, here
    stayed = partner.copy()
    ends = ends - (second.translation - first.translation)

    def ways(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
        vectors = shortest_image((ends[other][None] - points[one][:, None]).reshape(-1, 3), first.lattice)
        squares: NDArray[np.float64] = ((vectors @ first.lattice) ** 2).sum(axis=1).reshape(len(one), len(other))
        squares[elements[one][:, None] != others[other][None]] = np.inf
        return squares

    longest = max(float(np.sqrt(_paired(ways(here, there))[1].max())), _STEP_A)
    near = np.flatnonzero((ways(here, np.arange(len(others))) <= longest**2).any(axis=0))
    between = np.flatnonzero(np.isin(partner, near))
    here, there = np.concatenate([here, between]), np.concatenate([there, partner[between]])
    partner[here] = there[_paired(ways(here, there))[0]]
    own = np.arange(len(elements))
    rest = np.setdiff1d(own, here)
    if (elements == others).all() and (partner[rest] == rest).all():
        steps = shortest_image(ends[here] - points[here], first.lattice) @ first.lattice
        partner = own if np.linalg.norm(steps, axis=1).max() <= longest else partner
    return partner, np.flatnonzero(partner != stayed)


def _paired(squares: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The column of each row that makes the sum least, and what each row adds to it."""
    finite = np.where(np.isfinite(squares), squares, 1e9)
    rows, columns = linear_sum_assignment(finite)
    return columns, finite[rows, columns]


def path_between(
    parent: Crystal,
    start: Any,
    end: Any,
    *,
    images: int = 7,
    method: Method = "idpp",
    species: str | None = None,
    radii: Mapping[str, float] | None = None,
    free: NDArray[np.bool_] | None = None,
) -> MigrationPath:
    """The images between two relaxed ends, in the cell and the order of atoms of the first.

    Args:
        parent: the crystal whose sites the atoms are on.
        start: the first end: a Crystal, a pymatgen Structure or ASE Atoms.
        end: the second, in the same cell, its atoms in any order.
        images: number of images between the ends.
        method: `linear`, or `idpp`, the image dependent pair potential.
        species: the mobile element, whose atoms do not count for the drift; by default the charge carrier.
        radii: ionic radii in angstrom by element that replace Shannon's.
        free: which coordinates of each atom of the first end may move, as selective dynamics of VASP has them, shape (a, 3).

    Raises:
        UnsupportedError: the ends are no configurations of the parent in one cell with the same atoms.
        SpecificationError: no atom changes its site, or the number of images or the method is none.

    >>> from nitrivac import load, path_between
    >>> crystal = load("beta-Li3N")
    >>> structure = crystal.structure.make_supercell((3, 3, 2), in_place=False)
    >>> start, end = structure.copy(), structure.copy()
    >>> _ = start.remove_sites([103]), end.remove_sites([108])
    >>> path = path_between(crystal, start, end, images=3, method="linear")
    >>> path.hop.id, path.images
    ('h2', 3)
    """
    refuse_images(images, method)
    ends = ends_of(parent, start, end, mobile=species, free=free)
    first, crystal = ends.start, ends.start.crystal
    elements, points = _atoms(first)
    moving = ends.moved[0]
    lattice = first.lattice
    length = float(np.linalg.norm(ends.steps[moving]))
    if shortest_vector(lattice) < 2 * length:
        raise SpecificationError(
            f"{first.source}: the cell repeats after {shortest_vector(lattice):.2f} angstrom, less than twice the way of "
            f"{length:.2f} of atom {moving + 1} ({elements[moving]}): the ion would feel its own image"
        )
    begin = points @ lattice
    symbols = tuple(elements.tolist())
    positions, converged = images_between(
        begin, begin + ends.steps, images=images, method=method, lattice=lattice, source=first.source
    )
    if free is not None:  # what may not move goes straight from end to end
        straight = begin + np.linspace(0, 1, images + 2)[:, None, None] * ends.steps
        positions[:, ~free.any(axis=1)] = straight[:, ~free.any(axis=1)]
    mover = str(elements[moving])
    sites = _sites_of(ends, moving)
    names = [first.address(site) if site >= 0 else _BETWEEN for site in sites]
    home = {atom: first.address(site) for site, atom in enumerate(first.atoms.tolist()) if atom >= 0}
    return MigrationPath(
        source=f"{first.source} to {ends.end.source} on {parent.provenance.source}",
        caution=parent.provenance.caution,
        species=mover,
        hop=_hop_of(parent, ends, moving, sites, mobile_species(parent, species)),
        matrix=first.supercell.matrix.astype(np.float64),
        lattice=lattice,
        symbols=symbols,
        addresses=tuple(home.get(atom, _BETWEEN) for atom in range(len(symbols))),
        positions=positions,
        moving=moving,
        start=points[moving],
        end=points[moving] + ends.steps[moving] @ np.linalg.inv(lattice),
        reversed_by=_swapping(ends),
        method=method,
        converged=converged,
        parameters=parameter_sources(crystal, mover),
        profile=profile_of(crystal, mover, positions, symbols, lattice=lattice, moving=moving, radii=radii or {}),
        ends=(names[0], names[1]),
        others=ends.moved[1:],
        drift=float(np.linalg.norm(ends.drift)),
        free=free,
        remarks=ends.remarks,
    )


def _sites_of(ends: Ends, moving: int) -> tuple[int, int]:
    """The sites that the moving atom is on in both ends, -1 for none."""
    found = []
    for occupation, atom in ((ends.start, moving), (ends.end, int(ends.partner[moving]))):
        site = np.flatnonzero(occupation.atoms == atom)
        found.append(int(site[0]) if len(site) else -1)
    return found[0], found[1]


def _hop_of(parent: Crystal, ends: Ends, moving: int, sites: tuple[int, int], species: str) -> Hop | None:
    """The hop of the parent that the moving atom makes, None where it is none of the mobile element's up to 5 angstrom."""
    if min(sites) < 0 or any(species not in parent.orbits[int(ends.start.orbits[site])].elements for site in sites):
        return None
    cell = ends.start.supercell
    away = cell.frac_coords[sites[1]] - cell.frac_coords[sites[0]]
    real = ends.steps[moving] @ np.linalg.inv(ends.start.lattice)
    vector = (away - np.round(away - real)) @ cell.matrix  # in the parent's cell, the image that the ion goes to
    length = float(np.linalg.norm(vector @ parent.lattice))
    if length > _LISTED_A:
        return None
    first, second = (int(cell.parent_site[site]) for site in sites)
    image = np.round(vector - (parent.frac_coords[second] - parent.frac_coords[first])).astype(np.int64)
    network = find_hops(parent, species=species, max_distance=length + 1e-3, widest_paths=False)
    links = network.links
    same = (network.sites[links.first] == first) & (network.sites[links.second] == second)
    same &= (links.images == image).all(axis=1)
    return network.hops[int(network.hop_of_link[np.flatnonzero(same)[0]])] if same.any() else None


def _swapping(ends: Ends) -> tuple[str, ...]:
    """Symmetry elements of the parent that make one end of the other, displacements included."""
    first, second = ends.start, ends.end
    if first.interstitials or second.interstitials:
        return ()
    cell = first.supercell
    swaps = (second.occupants[cell.permutations] == first.occupants).all(axis=1)
    swaps &= (first.occupants[cell.permutations] == second.occupants).all(axis=1)
    chosen = np.flatnonzero(swaps)
    for one, other in ((first, second), (second, first)):
        chosen = chosen[moves_alike(cell, first.lattice, chosen, one.displacements, other.displacements)]
    return tuple(sorted(set(element_names(cell.rotations[chosen]))))


def _formula(elements: NDArray[np.str_]) -> str:
    names, counts = np.unique(elements, return_counts=True)
    return " ".join(f"{name}{count}" for name, count in zip(names.tolist(), counts.tolist(), strict=True))

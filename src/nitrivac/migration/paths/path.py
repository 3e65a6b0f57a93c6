"""Vacancy paths: images of one ion that jumps into a vacancy, ready for a nudged-elastic-band run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.crystal.supercell import kept_rotations, make_supercell, shortest_vector, supercell_matrix
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.hop import Hop  # noqa: TC001 - documents read the hints
from nitrivac.migration.pairs import symmetric_pairs
from nitrivac.migration.paths.image_dependent_pair_potential import relaxed_images
from nitrivac.migration.paths.profile import EXACT_DIGITS, ProfilePoint, parameter_sources, profile_columns, profile_of
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ase import Atoms
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork

__all__ = ["Method", "MigrationPath", "ProfilePoint", "default_supercell", "vacancy_path"]

Method = Literal["linear", "idpp"]

_IDPP_FORCE = 1e-3  # the potential is shallow: a neighbour 0.1 angstrom off feels some hundredths
_IDPP_DIGITS = 2  # at rest by then: a quarter of that force moves atoms by some thousandths of an angstrom more
_IDPP_STEPS = 400
_IDPP_ATOMS = 25_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MigrationPath(Document):
    """Images of one ion that jumps into a vacancy; atom order and count are the same in all of them.

    Attributes:
        source: what the crystal is.
        species: the moving element.
        hop: which hop it is.
        matrix: rows are the supercell's lattice vectors in terms of the source's, shape (3, 3).
        lattice: of the supercell, rows, angstrom, shape (3, 3).
        symbols: element of each atom, grouped by element.
        addresses: address in the source of the site of each atom.
        positions: cartesian, unwrapped, angstrom, shape (images, atoms, 3); the first and the last image are the ends.
        moving: index of the moving atom.
        start: fractional coordinates in the supercell of the site it leaves, shape (3,).
        end: of the vacancy it jumps into, unwrapped, shape (3,).
        reversed_by: symmetry elements of the supercell that swap the ends; with one, half the images are enough.
        method: `linear` or `idpp`.
        converged: whether the pair potential came to rest; always for straight paths.
        profile: surroundings of the moving ion, image by image.
        parameters: where its bond-valence parameters come from.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import find_hops, load, vacancy_path
    >>> crystal = load("alpha-Li3N")
    >>> path = vacancy_path(crystal, find_hops(crystal), "h1", images=5, method="linear", supercell=3)
    >>> path
    <MigrationPath Li@2c-Li@2c:1 in alpha-Li3N: 7 images of 107 atoms, linear>
    >>> len(path.atoms())
    7
    """

    source: str
    species: str
    hop: Hop
    matrix: NDArray[np.int64]
    lattice: NDArray[np.float64] = field(repr=False)
    symbols: tuple[str, ...] = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    positions: NDArray[np.float64] = field(repr=False)
    moving: int
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    reversed_by: tuple[str, ...]
    method: Method
    converged: bool
    profile: tuple[ProfilePoint, ...] = field(repr=False)
    parameters: str = ""
    caution: str | None = None

    def __repr__(self) -> str:
        images, atoms = self.positions.shape[:2]
        return f"<MigrationPath {self.hop.name} in {self.source}: {images} images of {atoms} atoms, {self.method}>"

    @property
    def length(self) -> float:
        """Way of the moving ion through all images, angstrom."""
        return self.profile[-1].travelled

    @property
    def digits(self) -> int:
        """Digits behind the point of a distance in angstrom that mean something: what a relaxation stops at has fewer."""
        return EXACT_DIGITS if self.method == "linear" else _IDPP_DIGITS

    def atoms(self) -> list[Atoms]:
        """The images as ASE Atoms, unwrapped, tag 1 on the moving atom; `ase.mep.NEB` takes them as they are."""
        from ase import Atoms

        tags = (np.arange(len(self.symbols)) == self.moving).astype(int)
        return [
            Atoms(symbols=list(self.symbols), positions=points, cell=self.lattice, pbc=True, tags=tags)
            for points in self.positions
        ]

    columns: ClassVar[Columns[MigrationPath]] = Columns(
        (
            Column("species", lambda path: path.species),
            Column("hop", lambda path: path.hop.id),
            Column("from", lambda path: path.hop.start),
            Column("to", lambda path: path.hop.end),
            Column("method", lambda path: path.method),
            Column("converged", lambda path: path.converged),
            Column("supercell", lambda path: path.matrix.tolist()),
            Column("atoms", lambda path: len(path.symbols)),
            Column("moving_atom", lambda path: path.moving + 1),
            Column("start", lambda path: path.start.tolist()),
            Column("end", lambda path: path.end.tolist()),
            Column("reversed_by", lambda path: path.reversed_by),
            Column("images", lambda _: ()),  # names of files, once they are written
            Column("length_A", lambda path: rounded(path.length, path.digits), digits=None),
            Column("bond_valence_parameters", lambda path: path.parameters),
            Column("profile", lambda path: path.profile_table().plain(), digits=None),
        )
    )

    def profile_table(self) -> Table[tuple[int, ProfilePoint]]:
        """What the moving ion meets, image by image."""
        elements = list(dict.fromkeys(name for point in self.profile for name in point.nearest))
        columns = profile_columns(self.digits, elements)
        return Table(title="Along the path", columns=columns, records=list(enumerate(self.profile)))


def default_supercell(crystal: Crystal, min_image: float = 10.0) -> NDArray[np.int64]:
    """The smallest diagonal supercell whose lattice vectors are all at least this long, angstrom."""
    numbers = np.ceil(min_image / np.linalg.norm(crystal.lattice, axis=1) - 1e-9).astype(np.int64)
    while shortest_vector(numbers[:, None] * crystal.lattice) < min_image - 1e-9 and numbers.max() < 30:
        numbers[int(np.argmin(numbers * np.linalg.norm(crystal.lattice, axis=1)))] += 1
    return np.diag(numbers)


def vacancy_path(
    crystal: Crystal,
    network: HopNetwork,
    hop: str,
    *,
    supercell: ArrayLike | None = None,
    images: int = 7,
    method: Method = "idpp",
    radii: Mapping[str, float] | None = None,
    host: Host | None = None,
) -> MigrationPath:
    """The images of a vacancy path: the ion at one end of a hop jumps into the vacancy at the other.

    Args:
        crystal: an ordered crystal, the one the network was found in.
        network: its hops.
        hop: name of the hop.
        supercell: rows are new lattice vectors in terms of the old, shape (3, 3); by default see `default_supercell`.
        images: number of images between the ends.
        method: `linear`, or `idpp`, the image dependent pair potential (S. Smidstrup et al., J. Chem. Phys. 140 (2014)
            214106), which moves the neighbours aside too.
        radii: ionic radii in angstrom by element that replace Shannon's.
        host: the configuration whose sites the crystal is, for a jump into a vacancy it has (see
            `nitrivac.migration.host`); the cell is the host's own.

    Raises:
        SpecificationError: no such hop, fewer than one image, an unknown method, or a cell so small that the ion would meet
            the image of its own vacancy.
        UnsupportedError: the crystal has partly occupied or mixed sites.

    >>> from nitrivac import find_hops, load, vacancy_path
    >>> crystal = load("alpha-Li3N")
    >>> path = vacancy_path(crystal, find_hops(crystal), "h1", images=3, method="linear", supercell=(3, 3, 2))
    >>> round(path.length, 3)
    2.106
    """
    refuse_disorder(crystal, "a path")
    one = network.hop(hop)
    if one.exclusive:
        raise SpecificationError(
            f"{one.id} of {network.source} ({one.pair}, {one.distance:.4f} angstrom) joins two halves of a split site: a "
            "path from one to the other needs a configuration of filled and vacant sites, given as --host"
        )
    if not 1 <= images <= 99:
        raise SpecificationError(f"{images} images: 1 to 99 between the ends are accepted")
    if method not in ("linear", "idpp"):
        raise SpecificationError(f"no method {method!r}; there are linear and idpp")
    if host is not None:
        if supercell is not None:
            raise SpecificationError("a host has its own cell: leave the supercell out")
        supercell = np.eye(3, dtype=np.int64)
    matrix = default_supercell(crystal) if supercell is None else supercell_matrix(supercell)
    lattice = matrix @ crystal.lattice
    if shortest_vector(lattice) < 2 * one.distance:
        raise SpecificationError(
            f"the supercell repeats after {shortest_vector(lattice):.2f} angstrom, less than twice the hop of "
            f"{one.distance:.2f}: the ion would feel its own image; use a larger --supercell"
        )
    cell = make_supercell(replace(crystal, space_group=_identity_of(crystal)), matrix)
    to_new = np.linalg.inv(matrix.T.astype(float))
    start = to_new @ crystal.frac_coords[one.sites[0]]
    end = to_new @ (crystal.frac_coords[one.sites[1]] + np.array(one.image))
    if host is not None and one.sites[0] in host.vacant:  # the ion leaves the filled end
        start, end = end, start
    elements = [orbit.elements[0] for orbit in crystal.orbits]
    owner = crystal.orbit_of_site[cell.parent_site]
    vacancy, leaver = _site_at(cell.frac_coords, lattice, end), _site_at(cell.frac_coords, lattice, start)
    rank = {element: number for number, element in enumerate(crystal.elements)}
    order = np.argsort([rank[elements[index]] for index in owner], kind="stable")
    order = order[order != vacancy] if host is None else order[~np.isin(order, host.vacant)]
    moving = int(np.flatnonzero(order == leaver)[0])
    first = cell.frac_coords[order] @ lattice
    first[moving] = start @ lattice
    last = first.copy()
    last[moving] = end @ lattice
    symbols = tuple(elements[index] for index in owner[order])
    steps = np.linspace(0, 1, images + 2)[:, None, None]
    positions = first + steps * (last - first)
    converged = True
    if method == "idpp":
        if len(symbols) > _IDPP_ATOMS:
            raise UnsupportedError(
                f"{crystal.provenance.source}: {len(symbols)} atoms are more than the {_IDPP_ATOMS} that are relaxed on the "
                "pair potential; take --method linear or a smaller --supercell"
            )
        positions, converged = relaxed_images(positions, lattice, force=_IDPP_FORCE, steps=_IDPP_STEPS)
    return MigrationPath(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=network.species,
        hop=one,
        matrix=matrix,
        lattice=lattice,
        symbols=symbols,
        addresses=tuple(crystal.address(crystal.orbits[index]) for index in owner[order]),
        positions=positions,
        moving=moving,
        start=start,
        end=end,
        reversed_by=_swapping(crystal, network, one, matrix) if host is None else host.swapping(one),
        method=method,
        converged=converged,
        parameters=parameter_sources(crystal, network.species),
        profile=profile_of(crystal, network.species, positions, symbols, lattice=lattice, moving=moving, radii=radii or {}),
    )


def _identity_of(crystal: Crystal) -> Any:
    """The crystal's group cut down to the identity: the sites of a supercell are wanted, not its operations."""
    group = crystal.space_group
    same = (group.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2)) & (np.abs(group.translations) < 1e-9).all(axis=1)
    return replace(group, rotations=group.rotations[same], translations=group.translations[same])


def _site_at(frac_coords: NDArray[np.float64], lattice: NDArray[np.float64], point: NDArray[np.float64]) -> int:
    offsets = frac_coords - point
    return int(np.linalg.norm((offsets - np.round(offsets)) @ lattice, axis=1).argmin())


def _swapping(crystal: Crystal, network: HopNetwork, hop: Hop, matrix: NDArray[np.int64]) -> tuple[str, ...]:
    """Elements that swap the ends and map the superlattice to itself."""
    group = crystal.space_group
    kept = kept_rotations(group.rotations, matrix)
    smaller = replace(group, rotations=group.rotations[kept], translations=group.translations[kept])
    pairs = symmetric_pairs(replace(crystal, space_group=smaller), network.sites, hop.distance + 1e-3)
    same = (pairs.first == hop.sites[0]) & (pairs.second == hop.sites[1]) & (pairs.images == hop.image).all(axis=1)
    return pairs.reversed_by.get(int(pairs.classes[np.flatnonzero(same)[0]]), ())

"""`MigrationPath`: images of an ion on its way from one site to another, ready for a nudged-elastic-band run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.crystal.supercells.supercell_matrix import as_matrix
from nitrivac.documents.document import Document
from nitrivac.migration.hop import Hop  # noqa: TC001 - documents read the hints
from nitrivac.migration.paths.images import RESTED_DIGITS, Method
from nitrivac.migration.paths.profile import EXACT_DIGITS, ProfilePoint, profile_columns
from nitrivac.migration.paths.swap import Swap  # noqa: TC001 - documents read the hints
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from ase import Atoms
    from numpy.typing import NDArray

__all__ = ["MigrationPath"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MigrationPath(Document):
    """Images of one ion that jumps into a vacancy; atom order and count are the same in all of them.

    Attributes:
        source: what the crystal is.
        species: the moving element.
        hop: which hop it is; None between ends that are none.
        matrix: rows are the supercell's lattice vectors in terms of the source's, shape (3, 3).
        lattice: of the supercell, rows, angstrom, shape (3, 3).
        symbols: element of each atom, grouped by element, or in the order of the host's or the first end's file.
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
        ends: addresses of the sites that the ion leaves and reaches; those of the hop where they are not given.
        others: indices of other atoms that change their sites with it.
        drift: by which the second of two given ends was moved as a whole to fit the first, angstrom.
        free: which coordinates of each atom may move, as selective dynamics of VASP has them, shape (atoms, 3); None where
            all may.
        remarks: what must be said of the ends.
        swap: an operation that swaps the ends and carries all other atoms along, None where there is none.

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
    hop: Hop | None
    matrix: NDArray[np.float64]
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
    ends: tuple[str, str] | None = None
    others: tuple[int, ...] = ()
    drift: float | None = None
    free: NDArray[np.bool_] | None = field(default=None, repr=False)
    remarks: tuple[str, ...] = ()
    swap: Swap | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        images, atoms = self.positions.shape[:2]
        name = self.hop.name if self.hop else "-".join(self.addresses_of_ends)
        return f"<MigrationPath {name} in {self.source}: {images} images of {atoms} atoms, {self.method}>"

    @property
    def name(self) -> str:
        """The hop's, `h1`, or `path` where it is none."""
        return self.hop.id if self.hop else "path"

    @property
    def addresses_of_ends(self) -> tuple[str, str]:
        """Addresses of the sites that the ion leaves and reaches."""
        if self.ends is not None or self.hop is None:
            return self.ends or ("", "")
        return self.hop.start, self.hop.end

    @property
    def distance(self) -> float:
        """Between the ends of the moving ion, angstrom."""
        return float(np.linalg.norm(self.positions[-1, self.moving] - self.positions[0, self.moving]))

    @property
    def ideal_distance(self) -> float | None:
        """Between the ends where the crystal has them, angstrom; None where these are no hop of it."""
        if self.hop is None:
            return None
        return self.hop.distance if self.hop.ideal_distance is None else self.hop.ideal_distance

    @property
    def images(self) -> int:
        """Number of images between the ends: IMAGES of VASP."""
        return len(self.positions) - 2

    @property
    def length(self) -> float:
        """Way of the moving ion through all images, angstrom."""
        return self.profile[-1].travelled

    @property
    def digits(self) -> int:
        """Digits behind the point of a distance in angstrom that mean something: what a relaxation stops at has fewer."""
        return EXACT_DIGITS if self.method == "linear" else RESTED_DIGITS

    def atoms(self) -> list[Atoms]:
        """The images as ASE Atoms, unwrapped, tag 1 on the moving atom; `ase.mep.NEB` takes them as they are.

        Coordinates that may not move are fixed by constraints.
        """
        from ase import Atoms

        tags = (np.arange(len(self.symbols)) == self.moving).astype(int)
        return [
            Atoms(
                symbols=list(self.symbols),
                positions=points,
                cell=self.lattice,
                pbc=True,
                tags=tags,
                constraint=constraints_of(self.free),
            )
            for points in self.positions
        ]

    columns: ClassVar[Columns[MigrationPath]] = Columns(
        (
            Column("species", lambda path: path.species),
            Column("hop", lambda path: path.hop and path.hop.id),
            Column("from", lambda path: path.addresses_of_ends[0]),
            Column("to", lambda path: path.addresses_of_ends[1]),
            Column("distance_A", lambda path: path.distance),
            Column("ideal_distance_A", lambda path: path.ideal_distance),
            Column("method", lambda path: path.method),
            Column("converged", lambda path: path.converged),
            Column("supercell", lambda path: as_matrix(path.matrix).tolist()),
            Column("atoms", lambda path: len(path.symbols)),
            Column("moving_atom", lambda path: path.moving + 1),
            Column("other_moving_atoms", lambda path: [number + 1 for number in path.others]),
            Column("drift_A", lambda path: path.drift),
            Column("fixed_atoms", lambda path: 0 if path.free is None else int((~path.free).all(axis=1).sum())),
            Column("incar", lambda path: {"IMAGES": path.images}),
            Column("start", lambda path: path.start.tolist()),
            Column("end", lambda path: path.end.tolist()),
            Column("reversed_by", lambda path: path.reversed_by),
            Column("images", lambda _: ()),  # the names of the files, which whoever writes them puts in
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


def constraints_of(free: NDArray[np.bool_] | None) -> list[Any]:
    """Constraints of ASE that keep what may not move: whole atoms, or single fractional coordinates of them.

    Args:
        free: which coordinates of each atom may move, shape (atoms, 3); None where all may.
    """
    from ase.constraints import FixAtoms, FixScaled

    if free is None:
        return []
    whole, partly = ~free.any(axis=1), free.any(axis=1) & ~free.all(axis=1)
    found: list[Any] = [FixAtoms(indices=np.flatnonzero(whole))] if whole.any() else []
    return [*found, *(FixScaled(number, ~free[number]) for number in np.flatnonzero(partly).tolist())]

"""A crystal as a scene: the atoms of the cell and of its border, whole groups, all ligands of what is bound, polyhedra."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.carrier import charge_carrier
from nitrivac.errors import AddressError, SpecificationError, UnsupportedError
from nitrivac.report.figures.drawing.binding import Binding, binding_of
from nitrivac.report.figures.drawing.geometry import hull_faces, shifts_into_cell
from nitrivac.report.figures.drawing.kinds import kinds_of
from nitrivac.report.figures.drawing.scene import Ball, Face, Layer, Scene, Stick
from nitrivac.report.figures.drawing.style import VACANT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.report.figures.drawing.geometry import Place
    from nitrivac.report.figures.drawing.kinds import Kinds
    from nitrivac.report.figures.drawing.scene import Kind

__all__ = ["FULL_CELL", "crystal_scene", "refuse_full"]

FULL_CELL = 100
"""Sites in a cell above which only the framework and the mobile sites are drawn, unless told otherwise."""

_MOST_SITES = 1000  # a cell with more is no picture any more
_MOST_NAMED = 8  # sites that are named one by one
_LEAST_CORNERS = 3  # of a polyhedron, or of a flat face
_BOND_A = 0.06  # radius of the stick of a bond


def refuse_full(crystal: Crystal) -> None:
    """Raise UnsupportedError for a cell with too many sites to draw."""
    if crystal.n_sites > _MOST_SITES:
        raise UnsupportedError(
            f"{crystal.provenance.source}: a cell of {crystal.n_sites} sites is too full to draw (at most {_MOST_SITES})"
        )


def crystal_scene(
    crystal: Crystal,
    centres: Sequence[str] | None = None,
    *,
    only: Sequence[str] | None = None,
    view: str | None = None,
) -> Scene:
    """The atoms in the cell and on its border, finite groups whole, and every cation with all its ligands.

    Where there is a framework its polyhedra and bonds are shown, and those of other cations on request; else the bonds of
    all cations. Of a cell with more than `FULL_CELL` sites the polyhedra of the framework and the mobile sites are shown, or
    all atoms without bonds where there is no framework.

    Args:
        crystal: ordered or average.
        centres: elements whose polyhedra are shown; by default those of the framework.
        only: elements or addresses of the sites that are drawn, and whose polyhedra are.
        view: see `nitrivac.report.figures.drawing.view.view_of`.

    Raises:
        AddressError: a site to draw is not there; the message lists what there is.
        SpecificationError: a centre is no cation of the crystal, or the view is none.
        UnsupportedError: the cell has too many sites to draw.
    """
    refuse_full(crystal)
    binding = binding_of(crystal)
    for centre in centres or ():
        if centre not in binding.cations:
            raise SpecificationError(
                f"no cation {centre!r} in {crystal.provenance.source}; there are {', '.join(binding.cations) or 'none'}"
            )
    kinds = kinds_of(crystal)
    drawn = _drawn(crystal, binding, only)
    return _Builder(crystal=crystal, binding=binding, kinds=kinds, drawn=drawn, centres=centres, only=only).scene(view)


def _drawn(crystal: Crystal, binding: Binding, only: Sequence[str] | None) -> frozenset[int]:
    """Indices of the orbits whose atoms are drawn."""
    if only is not None:
        return frozenset(number for text in only for number in _named(crystal, text))
    every = frozenset(range(len(crystal.orbits)))
    if crystal.n_sites <= FULL_CELL or not binding.framework:
        return every
    carrier = charge_carrier(crystal)
    moving = {number for number in every if carrier in crystal.orbits[number].elements}
    return frozenset(moving | {int(crystal.orbit_of_site[site]) for site in _without_faces(crystal, binding)})


def _without_faces(crystal: Crystal, binding: Binding) -> set[int]:
    """Sites of the framework that no polyhedron stands for: in molecules, and centres of one or two ligands with these."""
    bare = {
        site: ends
        for site, ends in binding.ligands.items()
        if len(ends) < _LEAST_CORNERS and int(crystal.orbit_of_site[site]) in binding.framework
    }
    bonds = [(site, end) for table in (bare, binding.molecule) for site, ends in table.items() for end, _ in ends]
    return {site for bond in bonds for site in bond}


def _named(crystal: Crystal, text: str) -> list[int]:
    """The orbits of an element or an address."""
    if text in crystal.elements:
        return [number for number, orbit in enumerate(crystal.orbits) if text in orbit.elements]
    try:
        found = crystal.find(text)
    except AddressError as error:
        raise AddressError(f"{error}; an element draws all its sites: {', '.join(crystal.elements)}") from None
    return [number for number, orbit in enumerate(crystal.orbits) if orbit is found]


@dataclass(kw_only=True, eq=False)
class _Builder:
    """Puts a scene together; `scene` is called once.

    Attributes:
        crystal: the crystal.
        binding: what holds it together.
        kinds: of its balls.
        drawn: orbits whose atoms are drawn.
        centres: elements whose polyhedra are shown, None for the framework's.
        only: what alone is drawn, None for the default.
    """

    crystal: Crystal
    binding: Binding
    kinds: Kinds
    drawn: frozenset[int]
    centres: Sequence[str] | None
    only: Sequence[str] | None
    _layers: dict[str, Layer] = field(default_factory=dict)
    _places: dict[Place, set[int] | None] = field(default_factory=dict)  # None: always drawn, else with one of these layers
    _sticks: list[Stick] = field(default_factory=list)
    _faces: list[Face] = field(default_factory=list)
    _in_solids: set[int] = field(default_factory=set)  # orbits at the centres and corners of polyhedra that are shown

    def scene(self, view: str | None) -> Scene:
        crystal, orbit_of = self.crystal, self.crystal.orbit_of_site
        inside = self._inside()
        for place in inside:
            if int(orbit_of[place[0]]) in self.drawn:
                self._places[place] = None
        for place in inside:
            number = int(orbit_of[place[0]])
            if number in self.binding.framework | self.binding.ions:
                self._bind(place, number)
            if place[0] in self.binding.molecule and number in self.drawn:
                layer = self._layer("bonds in molecules", self.kinds.colours["C"], listed=False)
                self._join(place, self.binding.molecule[place[0]], layer=layer)
        balls = [
            Ball(
                kind=int(orbit_of[site]),
                point=self._point((site, cell)),
                layers=() if layers is None else tuple(sorted(layers)),
            )
            for (site, cell), layers in self._places.items()
        ]
        seen = self.drawn | self._in_solids
        missing = [crystal.address(orbit) for number, orbit in enumerate(crystal.orbits) if number not in seen]
        return Scene(
            title=f"Unit cell of {crystal.formula}",
            lattice=crystal.lattice,
            view=view,
            kinds=self.kinds.kinds,
            layers=tuple(self._layers.values()),
            balls=tuple(balls),
            sticks=tuple(self._sticks),
            faces=tuple(self._faces),
            left_out=_left_out(missing, crystal),
        )

    def _inside(self) -> list[Place]:
        """Atoms in the cell and on its border, and whole groups whose middle is there instead of their parts."""
        crystal, points = self.crystal, self.crystal.frac_coords
        places: dict[Place, None] = {}
        grouped = set()
        for members in self.binding.groups:
            grouped |= {site for site, _ in members}
            centres = [one for one in members if one[0] in self.binding.ligands] or members
            middle = np.mean([points[site] + cell for site, cell in centres], axis=0)
            for shift in shifts_into_cell(middle, border=len(centres) == 1):
                places |= dict.fromkeys((site, _sum(cell, shift)) for site, cell in members)
        for site in range(crystal.n_sites):
            if site not in grouped:
                places |= dict.fromkeys((site, shift) for shift in shifts_into_cell(points[site]))
        return list(places)

    def _bind(self, place: Place, number: int) -> None:
        """The bonds and the polyhedron of a cation."""
        orbit, site = self.crystal.orbits[number], place[0]
        around = [(ligand, _sum(cell, place[1])) for ligand, cell in self.binding.ligands[site]]
        if not around:
            return
        framed = number in self.binding.framework
        chosen = bool(set(self.centres or ()) & set(orbit.elements))
        colour = self.kinds.colours[orbit.elements[0]]
        name = "/".join(orbit.elements)
        full = self.crystal.n_sites > FULL_CELL
        bonded = framed or chosen or not (full or self.binding.framework)
        if number in self.drawn and (bonded or not full):
            ligands = dict.fromkeys(element for ligand, _ in around for element in self._orbit(ligand).elements)
            layer = self._layer(f"{name}–{'/'.join(ligands)} bonds", colour, shown=bonded, listed=not bonded)
            self._join(place, [(ligand, cell) for ligand, cell in self.binding.ligands[site]], layer=layer)
        solid = framed and (number in self.drawn or self.only is None) if self.centres is None else chosen
        if solid or (number in self.drawn and not full):
            corners = np.array([self._point(one) for one in around])
            faces = hull_faces(corners)
            if faces:
                layer = self._layer(f"{name} polyhedra", colour, shown=solid, faces=True)
                self._faces += [Face(layer=layer, corners=corners[list(face)]) for face in faces]
                self._need(around, layer)
                if solid:
                    self._in_solids |= {number, *(int(self.crystal.orbit_of_site[ligand]) for ligand, _ in around)}

    def _join(self, place: Place, ends: Iterable[Place], *, layer: int) -> None:
        """Sticks from an atom to the ends of its bonds, whose cells are seen from its own."""
        drawn = [(site, _sum(cell, place[1])) for site, cell in ends if int(self.crystal.orbit_of_site[site]) in self.drawn]
        start = self._kind(place[0])
        for end in drawn:
            kind = self._kind(end[0])
            ends_at = np.array([self._point(place), self._point(end)])
            self._sticks.append(
                Stick(
                    layer=layer,
                    ends=ends_at,
                    colours=(_main(start), _main(kind)),
                    radius=_BOND_A,
                    trims=(start.radius, kind.radius),
                )
            )
        self._need(drawn, layer)

    def _need(self, places: Iterable[Place], layer: int) -> None:
        """A layer brings atoms that may not be drawn without it."""
        for place in places:
            if int(self.crystal.orbit_of_site[place[0]]) not in self.drawn:
                continue
            layers = self._places.setdefault(place, set())
            if layers is not None:
                layers.add(layer)

    def _layer(self, name: str, colour: str, *, shown: bool = True, faces: bool = False, listed: bool = True) -> int:
        """The index of a layer, which is made where there is none of that name."""
        self._layers.setdefault(name, Layer(name=name, colour=colour, shown=shown, faces=faces, listed=listed))
        return list(self._layers).index(name)

    def _kind(self, site: int) -> Kind:
        return self.kinds.kinds[int(self.crystal.orbit_of_site[site])]

    def _orbit(self, site: int) -> Orbit:
        return self.crystal.orbits[int(self.crystal.orbit_of_site[site])]

    def _point(self, place: Place) -> NDArray[np.float64]:
        point: NDArray[np.float64] = (self.crystal.frac_coords[place[0]] + place[1]) @ self.crystal.lattice
        return point


def _sum(one: tuple[int, int, int], two: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + two[0], one[1] + two[1], one[2] + two[2]


def _main(kind: Kind) -> str:
    """The colour of most of a ball that is not vacant."""
    return max((part for part in kind.parts if part[0] != VACANT), key=lambda part: part[1])[0]


def _left_out(addresses: Sequence[str], crystal: Crystal) -> str:
    """Which sites are not drawn: by address where these are few, else by element."""
    if not addresses:
        return ""
    if len(addresses) <= _MOST_NAMED:
        return f"not drawn: {', '.join(addresses)}"
    elements = dict.fromkeys(element for address in addresses for element in crystal.find(address).elements)
    return f"not drawn: sites of {', '.join(elements)}"

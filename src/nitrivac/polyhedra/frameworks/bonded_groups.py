"""Which ligands centres have, which centres each ligand joins, and the Q^n that follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Shells
    from nitrivac.polyhedra.frameworks.periodic_components import Link, Vector

__all__ = ["Bound", "shares"]

_Key = TypeVar("_Key", int, str, tuple[int, int])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bound:
    """Which ligands the centres have, and which centres each ligand joins.

    Attributes:
        ligands: sites of the ligands of each centre, by site.
        ends: sites of the centres that each ligand is bound to, images of one centre apart, by its site.
        links: centre-centre links through a common ligand, each once.
    """

    ligands: dict[int, list[int]]
    ends: dict[int, list[int]]
    links: list[Link]

    @classmethod
    def of(cls, shells: Shells) -> Bound:
        """From the shells of the centres."""
        ligands: dict[int, list[int]] = {site: [] for site in shells.sites.tolist()}
        around: dict[int, list[tuple[int, Vector]]] = defaultdict(list)
        for centre, ligand, (x, y, z) in zip(
            shells.sites[shells.centre_of_bond].tolist(), shells.ligands.tolist(), shells.images.tolist(), strict=True
        ):
            ligands[centre].append(ligand)
            around[ligand].append((centre, (x, y, z)))
        links: set[Link] = set()
        for atom, ends in around.items():
            for index, (first, (a, b, c)) in enumerate(ends):
                for second, (x, y, z) in ends[index + 1 :]:
                    # The ligand is in one cell seen from the first centre and in another seen from the second.
                    links.add((first, second, (a - x, b - y, c - z), atom))
        joined = {atom: [site for site, _ in ends] for atom, ends in around.items()}
        return cls(ligands=ligands, ends=joined, links=sorted(links))

    def q(self, site: int) -> int:
        """Number of ligands of a centre that are bound to another one too."""
        return sum(len(self.ends[atom]) > 1 for atom in self.ligands[site])

    def q_mixed(self, sites: Iterable[int], crystal: Crystal) -> dict[tuple[int, int], float]:
        """Share of centres with n bridging ligands and m nitrogens, by (n, m).

        Empty where nitrogen is the only anion or absent, or shares a site with another.
        """
        kinds = {atom: crystal.orbits[int(crystal.orbit_of_site[atom])].elements for atom in self.ends}
        elements = {element for kind in kinds.values() for element in kind}
        if "N" not in elements or len(elements) == 1 or any(len(kind) > 1 for kind in kinds.values()):
            return {}
        return shares((self.q(site), sum(kinds[atom] == ("N",) for atom in self.ligands[site])) for site in sites)


def shares(numbers: Iterable[_Key]) -> dict[_Key, float]:
    """The share of each value among all, in ascending order of the values."""
    counts = Counter(numbers)
    total = sum(counts.values())
    return {number: round(count / total, 6) for number, count in sorted(counts.items())}

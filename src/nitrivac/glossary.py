"""The words of tables, figures and files: one for each quantity, with its definition, formula and source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nitrivac.errors import SpecificationError

__all__ = ["TERMS", "Term", "find_term", "term_of_heading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word.

    Attributes:
        word: as it stands everywhere.
        definition: what it is, in a sentence or two.
        formula: in plain characters, empty where the definition says it all.
        unit: empty for a pure number or a word.
        short: how narrow tables abbreviate it, empty where they do not.
        keys: its names in JSON.
        source: who defined it.
    """

    word: str
    definition: str
    formula: str = ""
    unit: str = ""
    short: str = ""
    keys: tuple[str, ...] = ()
    source: str = ""

    @property
    def anchor(self) -> str:
        """Its place on a page: `bottleneck-radius`."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.word.casefold()).strip("-")


TERMS = (
    Term(
        word="bottleneck radius",
        definition="Radius of the largest sphere that can follow a path between the immobile ions, their ionic radii taken "
        "off: the least free radius on the path. Negative where the path runs through an ion. No barrier.",
        formula="r_b = min over x on the path of r(x), r(x) the free radius",
        unit="Å",
        short="bottleneck",
        keys=("bottleneck_radius_A",),
        source="T. F. Willems et al., Microporous Mesoporous Mater. 149 (2012) 134; radii R. D. Shannon, Acta Cryst. A32 "
        "(1976) 751",
    ),
    Term(
        word="free radius",
        definition="Radius of the largest sphere round a point that touches no immobile ion.",
        formula="r(x) = min over immobile ions i of |x - x_i| - R_i, R_i the ionic radius",
        unit="Å",
        keys=("free_radius_A",),
        source="T. F. Willems et al., Microporous Mesoporous Mater. 149 (2012) 134",
    ),
    Term(
        word="centre distance",
        definition="Smallest distance from a path, or a point, to the centres of the atoms of an element; no radius is "
        "taken off.",
        unit="Å",
        keys=("centre_distance_A", "nearest"),
    ),
    Term(
        word="straight path",
        definition="The straight line between the ends of a hop.",
    ),
    Term(
        word="widest path",
        definition="Of all paths between the ends of a hop one whose bottleneck radius is largest.",
        short="widest",
        keys=("widest_path",),
        source="F. Aurenhammer, SIAM J. Comput. 16 (1987) 78 (power diagram)",
    ),
    Term(
        word="distance along the path",
        definition="Length of the path from its start to a point.",
        formula="s_k = sum over j < k of |x_(j+1) - x_j|",
        unit="Å",
        short="along",
        keys=("travelled_A",),
    ),
    Term(
        word="hop",
        definition="A jump of a mobile ion between two of its sites; symmetry-equivalent ones, and both directions, have "
        "one name: h1, h2, ... in order of distance.",
        keys=("hops[].id",),
    ),
    Term(
        word="multiplicity",
        definition="How many symmetry-equivalent ones there are. Of a Wyckoff position: points per conventional cell. Of a "
        "hop: pairs of sites per cell, both directions together. Of a reflection: members of its family by the Laue "
        "class. Of a bond: like bonds of one site.",
        short="n",
        keys=("multiplicity",),
        source="International Tables for Crystallography A (2016)",
    ),
    Term(
        word="split pair",
        definition="Two positions of one split site, so near to each other that only one is ever filled. Going from one to "
        "the other is no hop, but it leads on; named s1, s2, ...",
        short="split",
        keys=("exclusive",),
    ),
    Term(
        word="elementary hop",
        definition="A hop with no third site of the mobile ion inside the sphere that has the hop as its diameter; others "
        "are indirect.",
        short="indirect",
        keys=("elementary",),
        source="K. R. Gabriel, R. R. Sokal, Syst. Biol. 18 (1969) 259",
    ),
    Term(
        word="spans",
        definition="A network of hops spans as many dimensions as the translations that its closed walks make have rank: an "
        "ion can travel without end in so many directions.",
        formula="dimension = rank of the lattice of translations of a connected part",
        keys=("percolation[].dimension", "directions"),
        source="P. M. Larsen et al., Phys. Rev. Mater. 3 (2019) 034003",
    ),
    Term(
        word="percolation threshold",
        definition="The hop length at which the network, joined from the shortest hop on, first spans so many dimensions; "
        "or the bottleneck radius at which it does, joined from the widest hop on.",
        unit="Å",
        keys=("percolation[].distance_A", "percolation[].bottleneck_radius_A"),
    ),
    Term(
        word="vacancy fraction",
        definition="Share of the positions of a site that is empty.",
        formula="v = 1 - sum of the occupancies on the site of the parent",
        keys=("fraction", "target"),
    ),
    Term(
        word="degeneracy",
        definition="How many labelled configurations a symmetry-distinct one stands for.",
        formula="order of the supercell's group / order of the configuration's own",
        keys=("degeneracy",),
        source="G. L. W. Hart, R. W. Forcade, Phys. Rev. B 77 (2008) 224115",
    ),
    Term(
        word="defect images",
        definition="Least distance between a vacancy and its own periodic images: the shortest vector of the supercell's "
        "lattice.",
        unit="Å",
        keys=("min_image_A",),
    ),
    Term(
        word="plateau",
        definition="Range of tolerances over which spglib finds the same space group.",
        unit="Å",
        keys=("plateau",),
        source="A. Togo, K. Shinohara, I. Tanaka, Sci. Technol. Adv. Mater. Methods 4 (2024) 2384822 (spglib)",
    ),
    Term(
        word="coordination number",
        definition="Anions within the cutoff of a cation.",
        short="CN",
        keys=("coordination",),
    ),
    Term(
        word="effective coordination number",
        definition="Coordination number that counts a farther ligand less.",
        short="ECoN",
        source="R. Hoppe, Z. Kristallogr. 150 (1979) 23",
        keys=("effective_coordination",),
    ),
    Term(
        word="bond-valence sum",
        definition="Charge that the distances of an ion speak for.",
        formula="V = sum over bonds of exp((R0 - d) / b)",
        unit="v.u.",
        short="BVS",
        keys=("bond_valence_sum",),
        source="I. D. Brown, D. Altermatt, Acta Cryst. B41 (1985) 244; O. C. Gagné, F. C. Hawthorne, Acta Cryst. B71 (2015) "
        "562",
    ),
    Term(
        word="global instability index",
        definition="Root mean square of bond-valence sum less charge, over all ions.",
        formula="GII = sqrt(mean of (V_i - q_i)**2)",
        unit="v.u.",
        keys=("global_instability_index",),
        source="A. Salinas-Sanchez et al., J. Solid State Chem. 100 (1992) 201",
    ),
    Term(
        word="continuous shape measure",
        definition="How far a polyhedron is from an ideal shape: 0 the shape itself, up to 100.",
        short="CSM",
        keys=("shape_measure",),
        source="M. Pinsky, D. Avnir, Inorg. Chem. 37 (1998) 5575",
    ),
    Term(
        word="degree of condensation",
        definition="Centres of the framework's polyhedra over their ligands: 1/4 for isolated tetrahedra, 1/2 for a "
        "framework of tetrahedra that share all corners with one other.",
        formula="κ = n(T) / n(N)",
        short="κ",
        keys=("kappa",),
        source="W. Schnick, H. Huppertz, Chem. Eur. J. 3 (1997) 679",
    ),
    Term(
        word="Q",
        definition="Q with a number n: a centre n of whose ligands bridge to other centres.",
        keys=("q",),
        source="F. Liebau, Structural Chemistry of Silicates (1985)",
    ),
    Term(
        word="ring",
        definition="A closed way from centre to centre that no shorter way cuts across.",
        short="rings",
        keys=("rings",),
        source="K. Goetzke, H.-J. Klein, J. Non-Cryst. Solids 127 (1991) 215",
    ),
    Term(
        word="structure factor",
        definition="Amplitude that a cell scatters into a reflection; its square is listed, in electrons**2 (X-rays) or "
        "fm**2 (neutrons).",
        formula="F(hkl) = sum over sites j of o_j f_j exp(-B_j s**2) exp(2 pi i (h x_j + k y_j + l z_j)), s = 1 / (2 d)",
        short="|F|²",
        keys=("f_squared",),
        source="International Tables for Crystallography C (2004), chapter 6.1; neutrons V. F. Sears, Neutron News 3(3) "
        "(1992) 26",
    ),
    Term(
        word="intensity",
        definition="Of a reflection of a powder; the strongest is 100.",
        formula="I = n |F|**2 (1 + cos(2θ)**2) / (sin(θ)**2 cos(θ)); for neutrons without the bracket",
        short="I",
        keys=("intensity",),
        source="International Tables for Crystallography C (2004), chapter 6.2",
    ),
)
"""Every word, in the order of the page."""


def find_term(text: str) -> Term:
    """The term of a word, an abbreviation of a table, or a JSON key.

    Raises:
        SpecificationError: there is none; the message lists the words.
    """
    wanted = text.strip().casefold()
    for term in TERMS:
        if wanted in {term.word.casefold(), term.short.casefold(), term.anchor, *(key.casefold() for key in term.keys)} - {
            ""
        }:
            return term
    raise SpecificationError(f"{text!r} is no word of the glossary; there are {', '.join(term.word for term in TERMS)}")


def term_of_heading(heading: str) -> Term | None:
    """The term that a table's heading stands for, its unit left off; None where the heading is no word of the glossary."""
    return _BY_HEADING.get(re.sub(r"\s*\([^()]*\)$", "", heading.strip()))


_BY_HEADING = {name: term for term in TERMS for name in (term.word, term.short) if name}

"""The symmetry check: what a crystal is stated to be, what two programs find, and every difference in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from nitrivac.catalog.validation import formula_amounts
from nitrivac.chemistry.bond_valence_sums import BondValenceCheck, check_bond_valences
from nitrivac.columns import Column, Columns
from nitrivac.crystal.distances import ShortestDistances, shortest_distances
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_text
from nitrivac.io.sources import load
from nitrivac.symmetry.search import MOST_TRIALS, SymmetrySearch
from nitrivac.symmetry.space_group import parse_space_group
from nitrivac.tables import html_facts
from nitrivac.verification.opinion import Opinion, opinion_of, programs
from nitrivac.verification.plateau import Plateau, average_cell, find_plateau
from nitrivac.verification.relation import Mismatch, compare_groups
from nitrivac.verification.wyckoff_check import WyckoffCheck, check_wyckoff, is_searched_whole, setting_of

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.io.sources import Source

__all__ = ["SYMPREC_A", "Group", "Verification", "WyckoffCheck", "unreadable", "verify"]

SYMPREC_A = 0.01  # tolerance of the verdict; never loosened for a record
_NEUTRAL = 1e-3  # electrons per atom


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A space group by number and symbols."""

    number: int | None
    symbol: str | None
    hall: str | None = None


_WYCKOFF: Columns[WyckoffCheck] = Columns(
    (
        Column("label", lambda site: site.label),
        Column("expected", lambda site: site.expected),
        Column("found", lambda site: site.found),
    )
)


def _found(check: Verification) -> dict[str, Any]:
    return {"number": check.found.number, "symbol": check.found.symbol, "hall": check.found.hall}


def _second_opinion(check: Verification) -> dict[str, Any]:
    return {"number": check.second_opinion, "program": check.second_program, "symprec_A": check.second_symprec}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verification(Document):
    """The outcome of a symmetry check.

    Attributes:
        source: what was checked.
        grade: provenance grade of a catalogue record.
        symprec: tolerance in angstrom of the verdict.
        expected: group of the record, the file's declaration or the caller; number None where none states one.
        found: group that `program` finds at `symprec`.
        agrees: whether they agree, None where nothing was expected.
        wyckoff: position of each orbit, stated and found.
        letters: how the letters agree: `identical`, `normaliser` (same crystal, origin or axes chosen otherwise),
            `different`, `standard` (the cell is in no tabulated setting, letters are those of the standard one), or
            `other group` (the sites were read in another group than is found, so that there is nothing to compare).
        plateau: tolerances over which the expected (else the found) group is seen.
        program: whose answer `found` is: `spglib`, or `moyo` in cells that are too large for it.
        second_opinion: group number that the other program finds.
        second_symprec: the tolerance in angstrom that it really used.
        second_program: `moyo` or `spglib`, None where none was asked.
        mismatch: what a difference is, where there is one.
        formula: reduced formula.
        z: formula units per cell.
        density: g/cm3.
        charge: per cell, None where an oxidation state is unknown.
        distances: shortest distances.
        problems: everything that does not hold, one sentence each.
        remarks: what the file holds that the crystal does not, one sentence each.
        searched: whether the group was looked for at all; where that would not end it was not.
        oxidation: oxidation states with their origin, in words.
        bond_valences: bond-valence sums and the global instability index; no part of the verdict.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import load, verify
    >>> verify(load("alpha-Li3N"))
    <Verification of alpha-Li3N: P6/mmm, passed>
    """

    source: str
    grade: str | None = None
    symprec: float = SYMPREC_A
    expected: Group
    found: Group
    agrees: bool | None
    wyckoff: tuple[WyckoffCheck, ...] = ()
    letters: str | None = None
    plateau: Plateau = field(default_factory=lambda: Plateau(low=None, high=None))
    second_opinion: int | None = None
    second_symprec: float | None = None
    program: str = "spglib"
    second_program: str | None = "moyo"
    mismatch: Mismatch | None = None
    formula: str | None = None
    z: float | None = None
    density: float | None = None
    charge: float | None = None
    distances: ShortestDistances = field(default_factory=lambda: ShortestDistances(by_pair={}, exclusive={}))
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    searched: bool = True
    oxidation: str = ""
    bond_valences: BondValenceCheck = field(default_factory=BondValenceCheck)
    caution: str | None = None

    def __repr__(self) -> str:
        outcome = "passed" if self.passed else f"{len(self.problems)} problems"
        return f"<Verification of {self.source}: {self.found.symbol}, {outcome}>"

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return not self.problems

    @property
    def verdict(self) -> str:
        """The outcome of a check without problems, in words; bond valences that are off are said with it."""
        concern = self.bond_valences.concern
        if self.agrees is None:
            holds = "nothing contradicts itself; no space group was stated to check against"
        else:
            holds = "every check holds" if concern is None else "symmetry and contents hold"
        return holds if concern is None else f"{holds}; {concern}"

    @property
    def sound(self) -> bool:
        """Whether a group was expected and found, nothing fails, and bond valences raise no concern."""
        return self.passed and self.agrees is True and self.bond_valences.concern is None

    columns: ClassVar[Columns[Verification]] = Columns(
        (
            Column("grade", lambda check: check.grade),
            Column("symprec_A", lambda check: check.symprec, digits=None),
            Column("expected", lambda check: {"number": check.expected.number, "symbol": check.expected.symbol}),
            Column("found", _found),
            Column("agrees", lambda check: check.agrees),
            Column("wyckoff", lambda check: list(map(_WYCKOFF.plain, check.wyckoff))),
            Column("letters", lambda check: check.letters),
            Column("plateau", lambda check: (check.plateau.low, check.plateau.high), digits=None),
            Column("plateau_neighbours", lambda check: {"below": check.plateau.below, "above": check.plateau.above}),
            Column("program", lambda check: check.program),
            Column("second_opinion", _second_opinion, digits=None),
            Column("formula", lambda check: check.formula),
            Column("z", lambda check: check.z, digits=None),
            Column("density_g_cm3", lambda check: check.density),
            Column("charge", lambda check: check.charge),
            Column("min_distance_A", lambda check: check.distances.by_pair, digits=None),
            Column("min_distance_A_su", lambda check: check.distances.by_pair_su, digits=None),
            Column("exclusive_distance_A", lambda check: check.distances.exclusive, digits=None),
            Column("exclusive_distance_A_su", lambda check: check.distances.exclusive_su, digits=None),
            Column("problems", lambda check: check.problems),
            Column("verdict", lambda check: None if check.problems else check.verdict),
            Column("sound", lambda check: check.sound),
            Column("remarks", lambda check: check.remarks),
            Column("oxidation_states", lambda check: check.oxidation or None),
            Column("bond_valence", lambda check: check.bond_valences.plain(), digits=None),
        )
    )

    def _repr_html_(self) -> str:
        """The check in a notebook."""
        plateau = None if self.plateau.low is None else f"{self.plateau.low:.0e} to {self.plateau.high:.2g} Å"
        facts = [
            ("expected", f"{self.expected.symbol} ({self.expected.number})" if self.expected.number else "none stated"),
            ("found", f"{self.found.symbol} ({self.found.number}) at {self.symprec:g} Å" if self.found.number else "none"),
            ("second opinion", f"{self.second_program}: {self.second_opinion}" if self.second_opinion else None),
            ("plateau", plateau),
            ("Wyckoff", ", ".join(f"{one.label} {one.found}" for one in self.wyckoff)),
            ("formula", self.formula),
            ("density", f"{self.density:.3f} g/cm³" if self.density else None),
            ("shortest", ", ".join(f"{one} Å" for one in self.distances.texts())),
            ("bond valences", _index_text(self.bond_valences)),
            ("verdict", "; ".join(self.problems) or self.verdict),
        ]
        return html_facts(facts, caption=f"Symmetry check of {origin_text(self.source, self.caution)}")


def _index_text(check: BondValenceCheck) -> str | None:
    return None if check.instability is None else f"global instability index {check.instability:.3f}"


def unreadable(source: str, reason: str) -> Verification:
    """The entry of a source that could not be read, for a list that goes on past it."""
    nothing = Group(number=None, symbol=None)
    return Verification(source=source, expected=nothing, found=nothing, agrees=False, problems=(reason,))


def verify(crystal: Source, *, expected: str | int | None = None, symprec: float = SYMPREC_A) -> Verification:
    """Check a crystal's group, letters, contents and distances.

    Args:
        crystal: a crystal, or anything that `nitrivac.load` takes; symmetry is that of the average structure.
        expected: group it should have, symbol or number; by default the one its record or file declares.
        symprec: tolerance in angstrom of the verdict.

    Raises:
        SpaceGroupError: `expected` is no space group.

    >>> from nitrivac import load, verify
    >>> verify(load("alpha-Li3N"), expected=191).passed
    True
    """
    crystal = load(crystal)
    wanted = _expected_group(crystal, expected)
    search = SymmetrySearch(average_cell(crystal))
    searched = search.at(symprec)
    if not searched.ends_soon(symprec):
        return _without_search(crystal, wanted, symprec)
    program, other = programs(searched)
    first = opinion_of(program, searched, symprec)
    second = opinion_of(other, searched, symprec) if other is not None else None
    found = _found_group(crystal, first, symprec)
    agrees = None if wanted.number is None else found.number == wanted.number
    problems: list[str] = []
    mismatch = None
    if found.number is None:
        problems.append(f"{program} finds no group at {symprec:g} angstrom; two atoms are closer together than that")
    elif wanted.number is not None and not agrees:
        mismatch = compare_groups(search, found.number, wanted.number, symprec)
        problems.append(
            f"expected {wanted.symbol}, found {found.symbol}: " + mismatch.sentence(str(found.symbol), str(wanted.symbol))
        )
    reference = wanted.number if wanted.number is not None else found.number
    plateau = find_plateau(search.number, reference, symprec) if reference is not None else Plateau(low=None, high=None)
    if other is not None and (second is None or second.number != found.number):
        seen = "no group" if second is None else f"number {second.number} (at {second.symprec:.2g} angstrom)"
        problems.append(f"{other} finds {seen}, {program} number {found.number}")
    wyckoff, letters = check_wyckoff(crystal, searched, first, second, symprec)
    if letters == "different":
        stated = ", ".join(f"{one.label} {one.expected} (found {one.found})" for one in wyckoff)
        problems.append(f"the Wyckoff positions differ, and no choice of origin or axes makes them agree: {stated}")
    problems += _content_problems(crystal)
    return Verification(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        grade=crystal.provenance.grade,
        symprec=symprec,
        expected=wanted,
        found=found,
        agrees=agrees,
        wyckoff=wyckoff,
        letters=letters,
        plateau=plateau,
        program=program,
        second_opinion=second.number if second is not None else None,
        second_symprec=second.symprec if second is not None else None,
        second_program=other,
        mismatch=mismatch,
        formula=crystal.formula,
        z=crystal.formula_units,
        density=crystal.density,
        charge=crystal.charge,
        distances=shortest_distances(crystal),
        problems=tuple(problems),
        remarks=crystal.provenance.remarks,
        oxidation=crystal.oxidation.described(crystal),
        bond_valences=check_bond_valences(crystal),
    )


def _without_search(crystal: Crystal, wanted: Group, symprec: float) -> Verification:
    """Contents and distances of a cell whose symmetry search would not come to an end."""
    reason = (
        f"the space group is not looked for: at {symprec:g} angstrom too many of the {crystal.n_sites} sites look alike for "
        f"a search that ends (sites of the rarest kind times all, at most {MOST_TRIALS}), and they do not repeat within the "
        "cell; contents and distances alone are checked"
    )
    return Verification(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        grade=crystal.provenance.grade,
        expected=wanted,
        found=Group(number=None, symbol=None),
        agrees=None,
        formula=crystal.formula,
        z=crystal.formula_units,
        density=crystal.density,
        charge=crystal.charge,
        distances=shortest_distances(crystal),
        problems=(reason, *_content_problems(crystal)),
        searched=False,
        remarks=crystal.provenance.remarks,
    )


def _expected_group(crystal: Crystal, expected: str | int | None) -> Group:
    if expected is not None:
        if str(expected).strip().isdigit():
            group = parse_space_group(expected)
        else:
            group = parse_space_group(_any_origin(str(expected)), where="expected space group")
        return Group(number=group.number, symbol=group.symbol)
    if not crystal.provenance.symmetry_stated:
        return Group(number=None, symbol=None)
    return Group(number=crystal.space_group.number, symbol=crystal.space_group.symbol)


def _any_origin(symbol: str) -> str:
    """A symbol with an origin choice, since only the type of group matters here."""
    import gemmi

    if ":" in symbol:
        return symbol
    known = gemmi.find_spacegroup_by_name(symbol.strip())
    return f"{symbol}:2" if known is not None and known.ext in ("1", "2") else symbol


def _found_group(crystal: Crystal, first: Opinion | None, symprec: float) -> Group:
    """The group found, its Hall symbol in the setting of the cell where that is tabulated, else the standard one."""
    if first is None:
        return Group(number=None, symbol=None)
    setting = setting_of(first.answer, symprec) if is_searched_whole(crystal) else None
    hall = setting.hall if setting is not None and setting.number == first.number else first.hall
    return Group(number=first.number, symbol=first.symbol, hall=hall)


def _content_problems(crystal: Crystal) -> list[str]:
    """Contents and charge of a catalogue record's cell against what the record states."""
    origin = crystal.provenance
    if (origin.grade is None and origin.caution is None) or origin.formula is None or crystal.z is None:
        return []
    problems = []
    for element, (amount, rounding) in formula_amounts(origin.formula).items():
        made = crystal.contents.get(element, 0.0) / crystal.z
        if abs(made - amount) > rounding + 2e-3 * max(1.0, amount):
            problems.append(f"the cell holds {made:.4g} {element} per formula unit, not {amount:.4g}")
    charge = crystal.charge
    if charge is not None and abs(charge) > _NEUTRAL * crystal.n_sites and origin.charge_neutral:
        problems.append(f"the cell carries a charge of {charge:+.3f}")
    return problems

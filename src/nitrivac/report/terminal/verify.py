"""The symmetry check on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from nitrivac.report.terminal.fitted import FittedTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.verification.symmetry_check import Verification

_LISTED = 8

__all__ = ["verification_report", "verification_rows"]


def verification_report(results: Sequence[Verification]) -> RenderableType:
    """One result in full, or several as a table with the problems below, those with a caution apart from the others."""
    if len(results) == 1:
        return _one(results[0])
    cautioned = [result for result in results if result.caution is not None]
    if not cautioned:
        return _many(results)
    others = [result for result in results if result.caution is None]
    words = "\n".join(f"{result.source}: {result.caution}" for result in cautioned)
    return Group(*([_many(others), Text("")] if others else []), _many(cautioned), Text(words, style="bold red"))


def _plateau(result: Verification) -> str:
    if result.plateau.low is None or result.plateau.high is None:
        return "none"
    return f"{result.plateau.low:.0e} to {result.plateau.high:.2g}"


def _second(result: Verification) -> str:
    number = str(result.second_opinion or "-")
    return number if result.second_program in ("moyo", None) else f"{number} ({result.second_program})"


def _verdict(result: Verification) -> Text:
    if result.problems:
        return Text("FAILS", style="bold red")
    return Text("ok" if result.agrees else "found", style="green")


def _many(results: Sequence[Verification]) -> RenderableType:
    table = FittedTable(least=("moyo", "plateau (Å)", "expected"))
    for heading in ("source", "expected", "found", "moyo", "plateau (Å)", ""):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for result in results:
        table.add_row(
            result.source,
            result.expected.symbol or "-",
            result.found.symbol or "-",
            _second(result),
            _plateau(result),
            _verdict(result),
        )
    good = sum(result.passed and result.agrees is not None for result in results)
    unstated = sum(result.passed and result.agrees is None for result in results)
    lines = [f"{result.source}: {problem}" for result in results for problem in result.problems]
    tolerance = f"at {results[0].symprec:g} Å" if results else ""
    without = f"; {unstated} state no group to check against" if unstated else ""
    summary = f"\n{good} of {len(results)} hold {tolerance}{without}."
    return Group(table, *(Text(line) for line in lines), Text(summary))


def _one(result: Verification) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, value in verification_rows(result):
        table.add_row(name, value)
    verdict = [Text(f"\nFAILS: {problem}", style="red") for problem in result.problems]
    holds = f"\n{result.verdict[0].upper()}{result.verdict[1:]}."
    return Group(table, *(verdict or [Text(holds, style="green" if result.sound else "yellow")]))


def verification_rows(result: Verification) -> list[tuple[str, str]]:
    """What was checked, by name."""
    expected = f"{result.expected.symbol} ({result.expected.number})" if result.expected.number else "none stated"
    found = f"{result.found.symbol} ({result.found.number}), Hall {result.found.hall}" if result.found.hall else "none"
    second = f"{result.second_opinion} at {result.second_symprec:.2g} Å" if result.second_symprec else "none"
    program = result.second_program
    opinion = f"{program}: {second}" if program else f"none asked: {result.program} alone searches so large a cell"
    rows = [
        ("source", result.source + (f" (grade {result.grade})" if result.grade else "")),
        ("expected", expected),
        ("found", f"{found}, at {result.symprec:g} Å" + (f", by {result.program}" if result.program != "spglib" else "")),
        ("second opinion", opinion),
        ("plateau", f"{_plateau(result)} Å{_neighbours(result)}" if result.plateau.low else "found at no tolerance"),
        ("Wyckoff", _letters(result)),
        ("contents", _contents(result)),
        ("shortest", ", ".join(result.distances.texts()) + " Å"),
    ]
    rows += _valences(result)
    if result.caution is not None:
        rows.insert(1, ("caution", result.caution))
    if result.distances.exclusive:
        pairs = ", ".join(f"{one} Å" for one in result.distances.texts(exclusive=True))
        rows.append(("split pairs", f"{pairs}: never filled together"))
    sought = ("found", "second opinion", "plateau", "Wyckoff")
    return rows if result.searched else [row for row in rows if row[0] not in sought]


def _valences(result: Verification) -> list[tuple[str, str]]:
    """Oxidation states, the global instability index and the cations that are off."""
    check = result.bond_valences
    if not result.oxidation:
        return []
    rows = [("oxidation", result.oxidation)]
    if check.instability is None:
        return rows if check.reason == result.oxidation else [*rows, ("bond valence", f"none: {check.reason}")]
    estimated = f"; parameters estimated for {', '.join(check.estimated)}" if check.estimated else ""
    off = ", ".join(f"{one.site} {one.element} {one.total:.2f} for {one.charge:+g}" for one in check.deviating[:_LISTED])
    more = f" and {len(check.deviating) - _LISTED} more" if len(check.deviating) > _LISTED else ""
    flagged = f"; off by more than 0.3 of the charge: {off}{more}" if off else ""
    return [*rows, ("bond valence", f"global instability index {check.instability:.3f}{estimated}{flagged}")]


def _neighbours(result: Verification) -> str:
    parts = [
        f"{side} it number {number}"
        for side, number in (("below", result.plateau.below), ("above", result.plateau.above))
        if number is not None
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _letters(result: Verification) -> str:
    names = ", ".join(
        f"{one.label} {one.expected}" + (f" (found {one.found})" if one.found != one.expected else "")
        for one in result.wyckoff
    )
    how = {
        "identical": "",
        "normaliser": "; the same but for the choice of origin or axes",
        "standard": "; letters of the standard setting",
        "different": "; these cannot be made to agree",
        "other group": "; the sites were read in another group",
        None: "",
    }[result.letters]
    return f"{names}{how}"


def _contents(result: Verification) -> str:
    z = f", Z = {result.z:.6g}" if result.z else ""
    density = f", {result.density:.3f} g/cm³" if result.density else ""
    charge = "" if result.charge is None else f", charge {round(result.charge, 3) + 0:g}"
    return f"{result.formula}{z}{density}{charge}"

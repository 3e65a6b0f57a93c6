"""Powder patterns, and what they say about occupancies, on the terminal."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.diffraction.pattern import WEAK
from nitrivac.report.terminal.fitted import FittedTable
from nitrivac.report.terminal.tables import terminal_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from nitrivac.diffraction import (
        Distinction,
        OccupancyContrast,
        OccupancyEstimate,
        OccupancySensitivity,
        PowderPattern,
    )

__all__ = ["contrast_report", "pattern_report"]

_SITES = 3  # side by side in 80 columns
_MOST_COLUMNS = 6
_PROBES = {"x-ray": "X-ray", "neutron": "neutron"}


def pattern_report(patterns: Sequence[PowderPattern]) -> RenderableType:
    """The reflections that are not very weak, a table for each pattern."""
    named = [
        replace(table, title=f"{pattern.name}: {pattern.radiation.label}")
        for pattern in patterns
        for table in pattern.tables()
    ]
    return Group(*terminal_tables(named, sum(len(table.records) for table in named), "in the files"))


def contrast_report(contrast: OccupancyContrast) -> RenderableType:
    """The change of each reflection with vacancies, which tell two sites apart, and how well a refinement knows them."""
    sensitivities = contrast.sensitivities
    parts: list[RenderableType] = [
        Text(f"{sensitivities[0].pattern.name}: change of I with 1 % of a site's positions emptied", style="bold"),
        _changes(sensitivities),
        Text(_changes_remark(sensitivities)),
    ]
    for pair, found in groupby(contrast.distinctions, key=lambda one: (one.first, one.second)):
        parts += [Text(""), Text(f"Reflections that tell {pair[0]} from {pair[1]}", style="bold")]
        parts.append(_tellers(list(found), {one.pattern.radiation.probe: one.pattern for one in sensitivities}))
    if contrast.distinctions:
        parts.append(
            Text(
                "change: with each atom per cell that moves from the first site to the second. share: of what the pattern "
                "says of it, beyond scale and B."
            )
        )
    for sites, estimates in groupby(contrast.estimates, key=lambda one: one.sites):
        parts += [Text(""), Text(f"Least standard uncertainty (% of the site): {', '.join(sites)}", style="bold")]
        parts.append(_uncertainties(list(estimates)))
    parts.append(Text(_estimate_remark(contrast)))
    return Group(*parts)


def _changes(sensitivities: Sequence[OccupancySensitivity]) -> Table:
    sites = sensitivities[0].sites[:_SITES]
    table = FittedTable(padding=(0, 1, 0, 0))
    table.add_column("\nhkl", no_wrap=True)
    table.add_column("\nd (Å)", justify="right", no_wrap=True)
    for one in sensitivities:
        table.add_column(f"{_PROBES[one.pattern.radiation.probe]}\nI", justify="right", no_wrap=True)
        for site in sites:
            table.add_column(f"\n{site}", justify="right", no_wrap=True)
    reflections = sensitivities[0].pattern.reflections
    for row in _shown(sensitivities):
        cells = [reflections[row].indices, f"{sensitivities[0].pattern.d[row]:.3f}"]
        for one in sensitivities:
            cells.append(f"{one.pattern.intensity[row]:.1f}")
            cells += [_signed(one.change[row, column]) for column in range(len(sites))]
        table.add_row(*cells)
    return table


def _shown(sensitivities: Sequence[OccupancySensitivity]) -> list[int]:
    """Rows that are not very weak for every radiation."""
    strongest = [one.pattern.intensity for one in sensitivities]
    return [row for row, values in enumerate(zip(*strongest, strict=True)) if max(values) >= WEAK]


def _signed(value: float) -> str:
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def _changes_remark(sensitivities: Sequence[OccupancySensitivity]) -> str:
    first = sensitivities[0]
    weak = len(first.pattern.d) - len(_shown(sensitivities))
    some = f" {weak} reflections weaker than {WEAK:g} are in the files and --json." if weak else ""
    sites = first.sites[_SITES:]
    more = f" So are the changes with {', '.join(sites)}." if sites else ""
    wavelength = first.pattern.radiation.wavelength
    return f"The strongest reflection is 100 before, and the scale stays; both at {wavelength:.4f} Å.{some}{more}"


def _tellers(distinctions: Sequence[Distinction], patterns: dict[str, PowderPattern]) -> Table:
    table = FittedTable(padding=(0, 2, 0, 0))
    for one in distinctions:
        table.add_column(_PROBES[one.probe], no_wrap=True)
        for heading in ("I", "change", "share"):
            table.add_column(heading, justify="right", no_wrap=True)
    for place in range(max(len(one.rows) for one in distinctions)):
        cells: list[str] = []
        for one in distinctions:
            if place >= len(one.rows):
                cells += [""] * 4
                continue
            pattern, row = patterns[one.probe], one.rows[place]
            cells += [
                pattern.reflections[row].indices,
                f"{pattern.intensity[row]:.1f}",
                _signed(one.change[place]),
                f"{one.share[place]:.0%}".replace("%", " %"),
            ]
        table.add_row(*cells)
    return table


def _uncertainties(estimates: Sequence[OccupancyEstimate]) -> Table:
    """A row for what is refined along with the sites, and for each radiation."""
    sites = estimates[0].sites[:_MOST_COLUMNS]
    correlated = len(estimates[0].sites) == 2
    table = FittedTable(padding=(0, 2, 0, 0))
    table.add_column("refined with", no_wrap=True)
    table.add_column("pattern", no_wrap=True)
    for heading in (*sites, *(["correlation"] if correlated else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in estimates:
        cells = ["scale, every B" if one.with_displacements else "scale", " and ".join(_PROBES[name] for name in one.probes)]
        cells += ["not known" if value is None else f"{value:.2f}" for value in one.su_percent[: len(sites)]]
        if correlated:
            correlation = one.correlation[0][1]
            cells.append("-" if correlation is None else _signed(correlation))
        table.add_row(*cells)
    return table


def _estimate_remark(contrast: OccupancyContrast) -> str:
    counting = contrast.counting
    words = (
        f"What counting alone allows (Cramér and Rao): {counting.counts:,.0f} counts in the strongest peak of each pattern "
        f"and {100 * counting.background:g} % of that under every peak; peaks within {counting.resolution:g}° are one. The "
        "sites named are refined together, all others held. Errors of the model, texture and absorption come on top."
    )
    if any(None in one.su_percent for one in contrast.estimates):
        words += " Not known: the scale takes up what these sites change together; hold one of them (--sites)."
    return words

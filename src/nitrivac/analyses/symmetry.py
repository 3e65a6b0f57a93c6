"""The symmetry check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.analyses.part import Options, Part
from nitrivac.columns import Column, Columns

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.verification.symmetry_check import Verification

__all__ = ["SYMMETRY"]


def _run(crystal: Crystal, _: Options) -> Verification:
    from nitrivac.verification.symmetry_check import verify

    return verify(crystal)


SYMMETRY: Part[Verification] = Part(
    name="symmetry",
    run=_run,
    key="verify",
    field="verification",
    title="Symmetry of the average structure",
    columns=Columns(
        (
            Column(
                "space_group",
                lambda found: found.result.found.symbol,
                description="found by spglib at 0.01 angstrom",
            ),
            Column(
                "space_group_number",
                lambda found: found.result.found.number,
                kind="int",
                description="its number",
            ),
            Column(
                "hall",
                lambda found: found.result.found.hall,
                description="its Hall symbol, in the setting of the source where that is tabulated",
            ),
            Column(
                "expected_number",
                lambda found: found.result.expected.number,
                kind="int",
                description="stated by the source, if any",
            ),
            Column(
                "symmetry_agrees",
                lambda found: found.result.agrees,
                kind="bool",
                description="whether the two are the same",
            ),
            Column(
                "second_opinion_number",
                lambda found: found.result.second_opinion,
                kind="int",
                description="found by moyo",
            ),
            Column(
                "plateau_low_A",
                lambda found: found.result.plateau.low,
                digits=8,
                kind="float",
                description="smallest tolerance at which the group is found",
            ),
            Column(
                "plateau_high_A",
                lambda found: found.result.plateau.high,
                digits=8,
                kind="float",
                description="largest one",
            ),
            Column(
                "wyckoff",
                lambda found: "; ".join(f"{site.label} {site.found}" for site in found.result.wyckoff) or None,
                description="Wyckoff position found for each orbit",
            ),
            Column(
                "charge",
                lambda found: found.result.charge,
                kind="float",
                description="of the cell, where all oxidation states are known",
            ),
            Column(
                "min_distance_A",
                lambda found: min(found.result.distances.by_pair.values(), default=None),
                kind="float",
                description="shortest distance between sites that can be filled together",
            ),
            Column(
                "oxidation_states",
                lambda found: found.result.oxidation.replace(", ", " ") or None,
                description="of each element, and whether stated, balanced or assumed; or why there are none",
            ),
            Column(
                "global_instability_index",
                lambda found: found.result.bond_valences.instability,
                kind="float",
                description="root mean square of bond-valence sum less charge, valence units",
            ),
            Column(
                "problems",
                lambda found: "; ".join(found.result.problems) or None,
                description="every check that does not hold",
            ),
        )
    ),
)

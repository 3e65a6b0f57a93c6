"""What a run is written to: a summary, tables, and the density on a grid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nitrivac.documents.origin import origin_text
from nitrivac.files import csv_text
from nitrivac.trajectories.grid_files import chgcar_text, cube_text
from nitrivac.trajectories.rows import HopRate, SiteUse

if TYPE_CHECKING:
    from pathlib import Path

    from nitrivac.crystal.model import Crystal
    from nitrivac.trajectories.density import Density
    from nitrivac.trajectories.result import TrajectoryAnalysis

__all__ = ["trajectory_texts"]

_NO_BARRIER = "-kT ln(density), which holds the share of vacancies too: no barrier of a hop"


def trajectory_texts(run: TrajectoryAnalysis, density: Density, crystal: Crystal, folder: Path) -> dict[Path, str]:
    """The files of a run by their paths.

    Args:
        run: the analysis.
        density: of the mobile ions.
        crystal: whose sites are listed in the grids.
        folder: where they go.
    """
    name = f"{run.species} in {origin_text(run.source, run.caution)}"
    displacements = [{"time_ps": time, "msd_A2": square} for time, square in run.msd.T.tolist()]
    texts = {
        folder / "summary.json": json.dumps(run.plain(), indent=1, ensure_ascii=False) + "\n",
        folder / "jumps.csv": HopRate.columns.csv(run.hops, caution=run.caution),
        folder / "sites.csv": SiteUse.columns.csv(run.sites, caution=run.caution),
        folder / "msd.csv": csv_text(displacements, ("time_ps", "msd_A2"), caution=run.caution),
        folder / "density.cube": cube_text(
            density, crystal, density.values, f"density of {name}", "ions per cubic angstrom"
        ),
        folder / "density.CHGCAR": chgcar_text(
            density, crystal, f"density of {name}, ions per cubic angstrom times the volume of the cell"
        ),
    }
    if run.temperature is not None:
        energy = density.free_energy(run.temperature)
        texts[folder / "free_energy.cube"] = cube_text(density, crystal, energy, f"{name}: {_NO_BARRIER}", "eV")
    return texts

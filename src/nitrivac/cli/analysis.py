"""The main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nitrivac.cli.common import (
    ForceOption,
    JsonOption,
    OutputOption,
    SourceArgument,
    SpeciesOption,
    SpecificationArgument,
    app,
    console,
    load_source,
    message,
    print_json,
)
from nitrivac.cli.planning import (
    AllowChargeOption,
    ExclusionOption,
    MaxAtomsOption,
    MinImageOption,
    NearestOption,
    PlanOption,
    PlansOption,
    PrimitiveOption,
    SeedOption,
    SupercellOption,
    ToleranceOption,
    show_plans,
    with_forced_cell,
)
from nitrivac.errors import MissingExtraError

if TYPE_CHECKING:
    from nitrivac.analysis import Analysis


@app.command()
def analyze(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    species: SpeciesOption = None,
    supercell: SupercellOption = None,
    primitive: PrimitiveOption = False,
    min_image: MinImageOption = 10.0,
    max_atoms: MaxAtomsOption = None,
    exclusion: ExclusionOption = None,
    tolerance: ToleranceOption = None,
    nearest: NearestOption = False,
    allow_charge: AllowChargeOption = False,
    plans: PlansOption = None,
    plan: PlanOption = 1,
    seed: SeedOption = 0,
    output: OutputOption = Path("out"),
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Do it all for one structure: symmetry, vacancies, a supercell, hops, polyhedra, and a report to look at."""
    from nitrivac.analysis import analyze as run
    from nitrivac.io.sources import record_of
    from nitrivac.report.page.page import REPORT_FILE, report_page, require_report
    from nitrivac.report.page.repeat import Repeat
    from nitrivac.report.terminal.analysis import analysis_report
    from nitrivac.report.terminal.progress import steps_bar
    from nitrivac.vacancies.planning.search import Planning

    crystal, items = load_source(source), specification or ()
    rules = Planning(
        min_image=min_image,
        max_atoms=max_atoms,
        allow_charge=allow_charge,
        tolerance=tolerance,
        nearest=nearest,
        exclusion=exclusion,
    )
    planning = with_forced_cell(rules, crystal, supercell, primitive=primitive)
    if plans is not None:
        show_plans(crystal, items, plans, planning, as_json=as_json)
        return
    asked = rules != Planning() or planning.supercell is not None or plan != 1
    repeat = Repeat(
        source=source,
        specification=tuple(items),
        species=species,
        folder=output,
        planning=planning,
        plan=plan,
        seed=seed,
    )

    def page(result: Analysis) -> dict[str, str]:
        return {REPORT_FILE: report_page(result, record_of(source), repeat)}

    missing = None
    try:
        require_report()
    except MissingExtraError as error:
        missing = error
    with steps_bar() as progress:
        result = run(
            crystal,
            items,
            species=species,
            seed=seed,
            planning=planning if asked else None,
            plan=plan,
            output=output,
            overwrite=force,
            more=None if missing else page,
            progress=progress,
        )
    if as_json:
        print_json(result.plain())
    else:
        console().print(analysis_report(result))
    if missing:
        message(f"nitrivac: {missing}")

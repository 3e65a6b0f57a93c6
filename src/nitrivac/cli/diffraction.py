"""Powder patterns, and what they say about vacancies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.common import (
    ForceOption,
    JsonOption,
    SourceArgument,
    SpecificationArgument,
    app,
    console,
    ids_beginning,
    load_source,
    message,
    print_json,
)
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal

_FORMULA = re.compile(r"(?:[A-Z][a-z]?(?:\d+(?:\.\d+)?)?)+")

RadiationOption = Annotated[
    str, typer.Option(help="Cu, CuKa1, Mo, ..., a wavelength such as '0.7 A', neutron, or 'neutron 1.5 A'.", metavar="R")
]
AnglesOption = Annotated[str, typer.Option("--two-theta", help="Range of angles in degrees.", metavar="LOW:HIGH")]
DisplacementOption = Annotated[
    float, typer.Option("--b-iso", help="B in square angstrom of sites whose source states none.", metavar="B", min=0.0)
]
DispersionOption = Annotated[bool, typer.Option("--dispersion", help="Count the anomalous dispersion of X-rays.")]
FilesOption = Annotated[
    list[Path] | None,
    typer.Option("--output", "-o", help="File, its kind by its name; may be given several times.", metavar="FILE"),
]


@app.command()
def pattern(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE... [SPEC]...",
            help="Ids or structure files, each with its vacancies behind it.",
            autocompletion=ids_beginning,
        ),
    ],
    radiation: RadiationOption = "Cu",
    two_theta: AnglesOption = "0:90",
    size: Annotated[float | None, typer.Option(help="Size of the crystals in nm; default large.", metavar="NM")] = None,
    width: Annotated[float, typer.Option(help="Width of the instrument's peaks in degrees.", metavar="DEG")] = 0.1,
    b_iso: DisplacementOption = 0.0,
    dispersion: DispersionOption = False,
    measured: Annotated[
        Path | None, typer.Option(help="Measured pattern to draw under it: columns of angle and counts.", metavar="FILE")
    ] = None,
    output: FilesOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Calculate powder patterns of average structures, by X-rays or neutrons.

    Specifications belong to the source before them. FILE is .csv or .json (reflections), .xy (profile), or a picture: .svg,
    .png, .pdf, .html.
    """
    from nitrivac.diffraction import make_diffractogram, parse_radiation, powder_pattern, read_measured
    from nitrivac.files import prepare_folder, write_files
    from nitrivac.report.pattern_files import check_names, pattern_file
    from nitrivac.report.terminal.diffraction import pattern_report

    grouped = _with_specifications(arguments)
    outputs = output or []
    check_names(outputs, patterns=len(grouped))
    kinds = {path.suffix.lower() for path in outputs} - {".csv", ".json"}
    if size is not None and not kinds:
        raise SpecificationError("--size is of the profile: say where it goes, e.g. -o pattern.svg or -o pattern.xy")
    if measured is not None and not kinds - {".xy"}:
        raise SpecificationError("--measured is drawn under the pattern: say where, e.g. -o pattern.svg")
    beam, angles = parse_radiation(radiation), _range(two_theta)
    under = read_measured(measured) if measured is not None else None
    crystals = [_average(source, items) for source, items in grouped]
    patterns = tuple(
        powder_pattern(crystal, beam, two_theta=angles, b_otherwise=b_iso, dispersion=dispersion, specification=tuple(items))
        for crystal, (_, items) in zip(crystals, grouped, strict=True)
    )
    cautions = dict.fromkeys(one.provenance.caution for one in crystals if one.provenance.caution)
    drawn = make_diffractogram(*patterns, size=size, width=width, measured=under)
    contents = {path: pattern_file(drawn, path, caution=" ".join(cautions) or None) for path in outputs}
    for folder in dict.fromkeys(path.parent for path in contents):
        prepare_folder(folder)
    write_files(contents, overwrite=force)
    if as_json:
        documents = [one.plain() for one in patterns]
        print_json(documents[0] if len(documents) == 1 else documents)
    elif not contents:
        console().print(pattern_report(patterns))
    for path in contents:
        message(f"pattern of {drawn.names} in {path}")


@app.command()
def contrast(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    sites: Annotated[
        str | None, typer.Option(help="Sites that are refined together, e.g. Li@4f,Li@2b.", metavar="ADDRESSES")
    ] = None,
    radiation: RadiationOption = "Cu",
    two_theta: AnglesOption = "0:90",
    b_iso: DisplacementOption = 0.0,
    dispersion: DispersionOption = False,
    counts: Annotated[float, typer.Option(help="Counts in the strongest peak.", metavar="N")] = 100_000.0,
    background: Annotated[
        float, typer.Option(help="Counts under every peak, in per cent of the strongest peak.", metavar="PERCENT")
    ] = 1.0,
    resolution: Annotated[float, typer.Option(help="Peaks nearer than this are one, degrees.", metavar="DEG")] = 0.1,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write the changes to this CSV file too.", metavar="FILE")
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what vacancies change in powder patterns by X-rays and neutrons, and how well a refinement could know them."""
    from nitrivac.diffraction import Counting, occupancy_contrast, parse_radiation
    from nitrivac.diffraction.sensitivity import sensitivity_csv
    from nitrivac.files import write_text
    from nitrivac.report.terminal.diffraction import contrast_report

    items = specification or []
    crystal = _average(source, items)
    result = occupancy_contrast(
        crystal,
        parse_radiation(radiation),
        orbits=[crystal.find(address) for address in sites.split(",")] if sites is not None else (),
        two_theta=_range(two_theta),
        b_otherwise=b_iso,
        dispersion=dispersion,
        counting=Counting(counts=counts, background=background / 100, resolution=resolution),
        specification=tuple(items),
    )
    if table is not None:
        write_text(table, sensitivity_csv(result.sensitivities), overwrite=force)
    if as_json:
        print_json(result.plain())
    else:
        console().print(contrast_report(result))


def _average(source: str, items: Sequence[str]) -> Crystal:
    """A source with the vacancies that are asked for."""
    from nitrivac.vacancies import average_crystal, parse_specification

    parent = load_source(source)
    return average_crystal(parent, parse_specification(parent, items)) if items else parent


def _with_specifications(arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Sources, each with the specifications behind it."""
    grouped: list[tuple[str, list[str]]] = []
    for argument in arguments:
        if not _is_specification(argument, first=not grouped):
            grouped.append((argument, []))
        elif grouped:
            grouped[-1][1].append(argument)
        else:
            raise SpecificationError(f"{argument!r}: a specification stands behind its source")
    return grouped


def _is_specification(argument: str, *, first: bool) -> bool:
    """Whether an argument is an item such as `Li@4f=8.1%`, or a composition, rather than a source."""
    from nitrivac.io.sources import names_source

    if names_source(argument):
        return False
    return "=" in argument or (not first and _FORMULA.fullmatch(argument) is not None)


def _range(text: str) -> tuple[float, float]:
    """First and last angle of `10:90`."""
    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        raise SpecificationError(f"--two-theta {text!r} is not like 10:90, two angles in degrees") from None

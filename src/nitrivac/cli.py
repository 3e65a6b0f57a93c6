"""The command line: parses, calls, prints; no science.

Heavy libraries are imported inside the commands, so that `--help` and `list` start at once. Every error that nitrivac
raises on purpose becomes one line on standard error and exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nitrivac import __version__
from nitrivac.errors import NitrivacError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from rich.console import Console

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.result import Mode

CHECK_FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="nitrivac",
    help="Crystal structures, vacancies, lithium hops and polyhedra of nitride solid electrolytes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SourceArgument = Annotated[str, typer.Argument(help="Catalogue id or structure file.", metavar="SOURCE")]
SpecificationArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SPEC]...", help='Vacancies, e.g. "Li@4f=8.1(2)%" "N@2c=5.4(1)%".')
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]


class StructureFormat(StrEnum):
    """File formats for one structure."""

    cif = "cif"
    poscar = "poscar"
    extxyz = "extxyz"
    json = "json"


class ConfigurationFormat(StrEnum):
    """File formats for configurations: a file each, or one for all (extxyz, ase)."""

    cif = "cif"
    poscar = "poscar"
    extxyz = "extxyz"
    ase = "ase"
    json = "json"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a check did not hold, 2 bad input or usage."""
    try:
        code = app(args=arguments, standalone_mode=False)
    except typer.TyperException as error:
        _fail(error.format_message())
    except NitrivacError as error:
        _fail(str(error))
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BAD_INPUT)
    except OSError as error:
        _fail(f"{error.filename or 'file'}: {error.strerror or error}")
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # the library may turn the interrupt into this code by itself
        sys.stderr.write("nitrivac: interrupted; what is written is whole, and --resume goes on with configurations\n")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> None:
    sys.stderr.write(f"nitrivac: {' '.join(message.split())}\n")
    sys.exit(BAD_INPUT)


def _message(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"nitrivac {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None: ...


@app.command("list")
def list_materials(
    family: Annotated[str | None, typer.Option(help="Only this family, e.g. nitridophosphate.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the compounds of the catalogue with space group, status and provenance grade."""
    from nitrivac.catalog import materials
    from nitrivac.errors import UnknownMaterialError
    from nitrivac.report.catalog import list_rows, list_table

    chosen = materials()
    if family is not None:
        families = sorted({material.family for material in chosen})
        chosen = tuple(material for material in chosen if family.casefold() in material.family.casefold())
        if not chosen:
            raise UnknownMaterialError(f"no family {family!r} in the catalogue; there are {', '.join(families)}")
    if as_json:
        _print_json(list_rows(chosen))
    else:
        _console().print(list_table(chosen))


@app.command()
def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Catalogue id or record file.")],
    as_json: JsonOption = False,
) -> None:
    """Show one record: structure or why there is none, sources, contradictions, measurements."""
    from nitrivac.catalog import get_material, load_record, to_dict
    from nitrivac.report.catalog import show_material

    path = Path(identifier)
    material = load_record(path) if path.suffix in (".yaml", ".yml") else get_material(identifier)
    if as_json:
        _print_json(to_dict(material))
    else:
        _console().print(show_material(material))


@app.command()
def build(
    sources: Annotated[list[str], typer.Argument(metavar="ID...", help="Catalogue ids, record files, or all.")],
    output: OutputOption = Path(),
    file_format: Annotated[StructureFormat, typer.Option("--format", help="File format.")] = StructureFormat.cif,
    force: ForceOption = False,
) -> None:
    """Build crystals from their Wyckoff sites and write one file each."""
    from nitrivac.catalog import materials
    from nitrivac.crystal.files import prepare_folder, write_texts
    from nitrivac.crystal.sources import load
    from nitrivac.crystal.write import SUFFIXES, crystal_text

    if "all" in sources:
        everything = materials()
        sources = [material.id for material in everything if material.sites]
        _message(f"{len(everything) - len(sources)} of {len(everything)} records have no structure; see nitrivac list")
    texts = {}
    for source in sources:
        name = Path(source).stem if Path(source).suffix in (".yaml", ".yml", ".cif") else Path(source).name
        path = output / f"{name}{SUFFIXES[file_format.value]}"
        texts[path] = crystal_text(load(source), file_format.value)
    prepare_folder(output)
    for path in write_texts(texts, overwrite=force):
        sys.stdout.write(f"{path}\n")


@app.command()
def verify(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Ids, structure files, or all.")],
    expect: Annotated[str | None, typer.Option(help="Space group the source should have, symbol or number.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the space group, Wyckoff letters, contents and distances of crystals.

    Exit code 1 when a check does not hold, 2 when a source cannot be read (the others are checked all the same).
    """
    from nitrivac.catalog import materials
    from nitrivac.crystal.sources import load
    from nitrivac.crystal.verify import unreadable, verify_crystal
    from nitrivac.report.verify import verification_report

    if "all" in sources:
        sources = [material.id for material in materials() if material.sites]
    results, bad = [], 0
    for source in sources:
        try:
            results.append(verify_crystal(load(source), expected=expect))
        except NitrivacError as error:
            if len(sources) == 1:
                raise
            bad += 1
            _message(f"nitrivac: {error}")
            results.append(unreadable(source, str(error)))
    if as_json:
        _print_json([result.as_dict() for result in results])
    else:
        _console().print(verification_report(results))
    if bad:
        raise typer.Exit(BAD_INPUT)
    if not all(result.passed for result in results):
        raise typer.Exit(CHECK_FAILED)


@app.command()
def vacancies(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    count: Annotated[bool, typer.Option("--count", help="Only plan and count; write nothing.")] = False,
    sample: Annotated[int | None, typer.Option(help="Draw N at random, uniformly over labelled ones.", metavar="N")] = None,
    distinct: Annotated[bool, typer.Option("--distinct", help="Sample uniformly over distinct ones instead.")] = False,
    lowest: Annotated[int | None, typer.Option(help="Make the N of lowest electrostatic energy.", metavar="N")] = None,
    quasirandom: Annotated[
        int | None, typer.Option(help="Make the N nearest to the random alloy's pair correlations.", metavar="N")
    ] = None,
    symmetric: Annotated[int | None, typer.Option(help="Make the N of highest symmetry.", metavar="N")] = None,
    every: Annotated[bool, typer.Option("--enumerate", help="Make every distinct one.")] = False,
    superperiodic: Annotated[
        bool, typer.Option("--superperiodic/--no-superperiodic", help="Enumerate those that repeat within the cell too.")
    ] = True,
    shard: Annotated[str, typer.Option(help="Enumerate part K of N only.", metavar="K/N")] = "1/1",
    supercell: Annotated[str | None, typer.Option(help="Force a supercell: 3x3x2 or nine whole numbers.")] = None,
    min_image: Annotated[float, typer.Option(help="Smallest distance between images of a defect.", metavar="A")] = 10.0,
    max_atoms: Annotated[int, typer.Option(help="Largest number of sites.", metavar="N")] = 400,
    exclusion: Annotated[
        float | None,
        typer.Option(
            help="Sites of like charge nearer than this are not both filled (default: 1.9 for split sites).", metavar="A"
        ),
    ] = None,
    radius: Annotated[float | None, typer.Option(help="Reach of --quasirandom.", metavar="A")] = None,
    tolerance: Annotated[
        float, typer.Option(help="How far off a target without uncertainty may be, of itself; 0 for the exact cell.", min=0)
    ] = 0.1,
    allow_charge: Annotated[bool, typer.Option("--allow-charge", help="Allow a charged supercell.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the random generator.", min=0)] = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")] = None,
    file_format: Annotated[ConfigurationFormat, typer.Option("--format", help="File format.")] = ConfigurationFormat.cif,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Plan a vacancy-rich supercell, count its configurations, and make some of them.

    Without a choice the one of lowest electrostatic energy is made.
    """
    from nitrivac.crystal.sources import load
    from nitrivac.crystal.supercell import parse_matrix
    from nitrivac.report.progress import progress_bar
    from nitrivac.report.vacancies import vacancies_report
    from nitrivac.vacancies.result import Choice, Output, run_vacancies

    numbers: dict[Mode, int | None] = {
        "sample": sample, "lowest": lowest, "quasirandom": quasirandom, "symmetric": symmetric
    }  # fmt: skip
    mode, number = _mode(numbers, count=count, every=every)
    for option, given, wanted in (
        ("--distinct", distinct, "sample"),
        ("--radius", radius is not None, "quasirandom"),
        ("--shard", shard != "1/1", "enumerate"),
        ("--no-superperiodic", not superperiodic, "enumerate"),
    ):
        if given and mode != wanted:
            raise SpecificationError(f"{option} goes with --{wanted} only")
    if resume and output is None:
        raise SpecificationError("--resume needs the folder of the run: -o DIR")
    choice = Choice(
        mode=mode,
        number=number,
        seed=seed,
        distinct=distinct,
        shard=_shard(shard),
        superperiodic=superperiodic,
        radius=radius,
    )
    planning = {
        "supercell": parse_matrix(supercell) if supercell is not None else None,
        "min_image": min_image,
        "max_atoms": max_atoms,
        "allow_charge": allow_charge,
        "tolerance": tolerance,
    }
    with progress_bar("configurations") as progress:
        result = run_vacancies(
            load(source),
            specification or (),
            choice=choice,
            planning=planning,
            exclusion=exclusion,
            output=Output(folder=output, file_format=file_format.value, overwrite=force, resume=resume) if output else None,
            progress=progress,
        )
    if as_json:
        _print_json(result.as_dict())
    else:
        _console().print(vacancies_report(result))


def _mode(numbers: Mapping[Mode, int | None], *, count: bool, every: bool) -> tuple[Mode, int]:
    chosen: list[tuple[Mode, int]] = [(mode, number) for mode, number in numbers.items() if number is not None]
    chosen += [("count", 0)] if count else []
    chosen += [("enumerate", 0)] if every else []
    if len(chosen) > 1:
        names = " and ".join(f"--{mode}" for mode, _ in chosen)
        raise SpecificationError(f"{names} cannot be asked for together; choose one")
    mode, number = chosen[0] if chosen else ("lowest", 1)
    if mode in numbers and number < 1:
        raise SpecificationError(f"--{mode} {number}: a number of configurations is 1 or more")
    return mode, number


def _shard(text: str) -> tuple[int, int]:
    parts = text.split("/")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[0]) <= int(parts[1]):
        raise SpecificationError(f"--shard {text!r} is not like 2/8, the second of eight parts")
    return int(parts[0]), int(parts[1])


SpeciesOption = Annotated[str, typer.Option(help="The mobile element.")]
MaxDistanceOption = Annotated[
    float | None, typer.Option(help="Longest hop in angstrom; by default found from the structure.", metavar="A")
]
RadiusOption = Annotated[
    list[str] | None, typer.Option("--ion-radius", help="Ionic radius in place of Shannon's, e.g. N=1.46.", metavar="X=A")
]


HostOption = Annotated[
    str | None, typer.Option(help="Vacancy configuration of SOURCE, a file: hops into its vacancies.", metavar="FILE")
]


@app.command()
def hops(
    source: SourceArgument,
    species: SpeciesOption = "Li",
    max_distance: MaxDistanceOption = None,
    sensitivity: Annotated[
        float | None, typer.Option(help="Shift each free coordinate by this fraction and compare.", metavar="SHIFT")
    ] = None,
    only: Annotated[str | None, typer.Option(help="What these hops span alone, e.g. h1,h3.", metavar="HOPS")] = None,
    elementary: Annotated[bool, typer.Option("--elementary", help="What the elementary hops span alone.")] = False,
    radii: RadiusOption = None,
    host: HostOption = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the hops to this CSV file too.", metavar="FILE")] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the symmetry-distinct hops of the mobile species and when they percolate."""
    from nitrivac.crystal.files import write_text
    from nitrivac.crystal.sources import load
    from nitrivac.migration import find_hops
    from nitrivac.migration.sensitivity import hop_sensitivity
    from nitrivac.report.migration import hops_report, sensitivity_report, subset_text

    if host is not None and (only is not None or elementary or sensitivity is not None):
        raise SpecificationError(
            "--host lists hops into its vacancies: --only, --elementary and --sensitivity do not go with it"
        )
    crystal, vacant = _host(load(source), host, species)
    given = _numbers(radii, "--ion-radius")
    network = find_hops(crystal, species=species, max_distance=max_distance, radii=given, vacant=vacant)
    subset = None
    if only is not None or elementary:
        names = [part.strip() for part in only.split(",") if part.strip()] if only is not None else None
        subset = network.percolation(names, elementary=elementary)
    shifted = hop_sensitivity(crystal, network, sensitivity) if sensitivity is not None else None
    if table is not None:
        write_text(table, network.csv(), overwrite=force)
    if as_json:
        more = {"subset": subset.as_dict()} if subset else {}
        _print_json(network.as_dict() | more | ({"sensitivity": shifted.as_dict()} if shifted else {}))
        return
    console = _console()
    console.print(hops_report(network, percolation=vacant is None))
    if subset is not None:
        console.print(subset_text(subset))
    if shifted is not None:
        console.print("")
        console.print(sensitivity_report(shifted))


def _host(parent: Crystal, host: str | None, species: str) -> tuple[Crystal, NDArray[np.int64] | None]:
    """The crystal itself, or the sites of a host on it with those that are vacant."""
    from nitrivac.crystal.sources import load
    from nitrivac.migration.host import make_host

    if host is None:
        return parent, None
    made = make_host(parent, load(host), species=species)
    return made.crystal, made.vacant


def _numbers(items: Sequence[str] | None, option: str) -> dict[str, float]:
    """Numbers by name from `NAME=NUMBER`."""
    found = {}
    for item in items or ():
        name, equals, number = item.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise SpecificationError(f"{option} {item!r} is not like NAME=NUMBER")
    return found


class PathFormat(StrEnum):
    """File formats for the images of a path."""

    vasp = "vasp"
    extxyz = "extxyz"


class PathMethod(StrEnum):
    """How the images between the ends are found."""

    idpp = "idpp"
    linear = "linear"


@app.command()
def path(
    source: SourceArgument,
    hop: Annotated[str, typer.Option(help="Name of the hop, as nitrivac hops lists it.")],
    images: Annotated[int, typer.Option(help="Images between the ends.", metavar="N")] = 7,
    supercell: Annotated[str | None, typer.Option(help="3x3x2 or nine whole numbers; default 10 angstrom.")] = None,
    method: Annotated[PathMethod, typer.Option(help="Straight, or relaxed on the pair potential.")] = PathMethod.idpp,
    species: SpeciesOption = "Li",
    max_distance: MaxDistanceOption = None,
    radii: RadiusOption = None,
    host: HostOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")] = None,
    file_format: Annotated[PathFormat, typer.Option("--format", help="File format.")] = PathFormat.vasp,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make the images of an ion that jumps into a vacancy, ready for a nudged-elastic-band run."""
    from nitrivac.crystal.files import prepare_folder, write_texts
    from nitrivac.crystal.sources import load
    from nitrivac.crystal.supercell import parse_matrix
    from nitrivac.migration import find_hops
    from nitrivac.migration.path import vacancy_path
    from nitrivac.migration.path_files import path_texts
    from nitrivac.report.migration import path_report

    crystal, vacant = _host(load(source), host, species)
    given = _numbers(radii, "--ion-radius")
    made = vacancy_path(
        crystal,
        find_hops(crystal, species=species, max_distance=max_distance, radii=given, vacant=vacant),
        hop,
        supercell=parse_matrix(supercell) if supercell is not None else None,
        images=images,
        method=method.value,
        radii=given,
        vacant=vacant,
    )
    files: tuple[str, ...] = ()
    if output is not None:
        texts = path_texts(made, output, file_format.value)
        for folder in dict.fromkeys(file.parent for file in texts):
            prepare_folder(folder)
        files = tuple(str(file) for file in write_texts(texts, overwrite=force))
    if as_json:
        _print_json(made.as_dict(tuple(file for file in files if not file.endswith("profile.json"))))
        return
    _console().print(path_report(made))
    if files:
        _message(f"{len(files)} files in {output}")


@app.command()
def diffusion(
    source: SourceArgument,
    barrier: Annotated[list[str], typer.Option(help="Barrier above energy 0 in eV, e.g. h1=0.3; repeat.", metavar="HOP=EV")],
    carriers: Annotated[float, typer.Option(help="Carriers per cm3.", metavar="N")],
    temperature: Annotated[list[float] | None, typer.Option(help="K; repeat. Default 300, 400, 500.", metavar="K")] = None,
    attempt: Annotated[float, typer.Option(help="Attempt frequency, 1/s.", metavar="HZ")] = 1e13,
    energy: Annotated[list[str] | None, typer.Option(help="Energy of a site in eV, Li@1b=0.1.", metavar="SITE=EV")] = None,
    species: SpeciesOption = "Li",
    max_distance: MaxDistanceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Diffusion tensor and conductivity of independent carriers from barriers that you give for the hops."""
    from nitrivac.crystal.sources import load
    from nitrivac.migration import find_hops
    from nitrivac.migration.diffusion import arrhenius
    from nitrivac.report.migration import diffusion_report

    if not 0 < carriers < 1e25:
        raise SpecificationError(f"--carriers {carriers:g}: a number above 0 per cm3 is accepted")
    network = find_hops(load(source), species=species, max_distance=max_distance)
    rows, activation = arrhenius(
        network,
        _numbers(barrier, "--barrier"),
        temperatures=temperature or [300.0, 400.0, 500.0],
        concentration=carriers,
        attempt_frequency=attempt,
        site_energies=_numbers(energy, "--energy"),
    )
    if as_json:
        _print_json(
            {
                "source": network.source,
                "carriers_per_cm3": carriers,
                "attempt_frequency_Hz": attempt,
                "activation_energy_eV": activation,
                "rows": [row.as_dict() for row in rows],
            }
        )
    else:
        _console().print(diffusion_report(network, rows, activation, carriers))


@app.command()
def polyhedra(
    source: SourceArgument,
    centres: Annotated[str | None, typer.Option(help="Framework centres, e.g. P,Si.", metavar="ELEMENTS")] = None,
    as_json: JsonOption = False,
) -> None:
    """Describe coordination polyhedra, how they share corners, edges and faces, and the frameworks they make."""
    from nitrivac.crystal.sources import load
    from nitrivac.polyhedra import analyze_polyhedra
    from nitrivac.report.polyhedra import polyhedra_report

    chosen = tuple(part.strip() for part in centres.split(",") if part.strip()) if centres is not None else None
    result = analyze_polyhedra(load(source), centres=chosen)
    if as_json:
        _print_json(result.as_dict())
    else:
        _console().print(polyhedra_report(result))


@app.command()
def analyze(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    output: OutputOption = Path("out"),
    force: ForceOption = False,
) -> None:
    """Do it all for one structure: symmetry, vacancies, a supercell, hops and polyhedra, with files in a folder."""
    from nitrivac.analysis import analyze as run
    from nitrivac.report.analysis import analysis_report

    result = run(source, specification or (), output=output, overwrite=force)
    _console().print(analysis_report(result))


if __name__ == "__main__":
    main()

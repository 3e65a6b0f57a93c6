"""list, show, build and verify."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nitrivac.cli.common import (
    BAD_INPUT,
    CHECK_FAILED,
    ForceOption,
    JsonOption,
    OutputOption,
    app,
    complaint,
    console,
    ids_beginning,
    load_source,
    message,
    print_json,
)
from nitrivac.errors import NitrivacError, SpecificationError


class StructureFormat(StrEnum):
    """File formats for one structure."""

    cif = "cif"
    poscar = "poscar"
    vasp = "vasp"
    extxyz = "extxyz"
    json = "json"
    optimade = "optimade"


@app.command("list")
def list_materials(
    family: Annotated[str | None, typer.Option(help="Only this family, e.g. nitridophosphate.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the compounds of the catalogue with space group, status and provenance grade, and how many there are of each."""
    from nitrivac.catalog import materials
    from nitrivac.errors import UnknownMaterialError
    from nitrivac.report.terminal.catalog import list_rows, list_table

    chosen = materials()
    if family is not None:
        families = sorted({material.family for material in chosen})
        chosen = tuple(material for material in chosen if family.casefold() in material.family.casefold())
        if not chosen:
            raise UnknownMaterialError(f"no family {family!r} in the catalogue; there are {', '.join(families)}")
    if as_json:
        print_json(list_rows(chosen))
    else:
        console().print(list_table(chosen))


@app.command()
def show(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="Catalogue id or record file.", autocompletion=ids_beginning)
    ],
    as_json: JsonOption = False,
) -> None:
    """Show one record: structure or why there is none, sources, contradictions, measurements."""
    from nitrivac.catalog import get_material, load_record, material_ids, record_and_candidate, to_dict
    from nitrivac.catalog.candidates import find_candidate
    from nitrivac.report.terminal.catalog import show_material

    name, candidate = record_and_candidate(identifier)
    path = Path(name)
    if path.exists() and path.suffix not in (".yaml", ".yml") and name not in material_ids():
        raise SpecificationError(
            f"{identifier}: show prints records of the catalogue; for a structure file there are verify (what it is), hops, "
            "polyhedra, pattern, and analyze for all of it"
        )
    material = load_record(path) if path.suffix in (".yaml", ".yml") else get_material(name)
    if candidate is not None:
        find_candidate(material, candidate)  # it is shown with the others, as it must not be read without them
    if as_json:
        print_json(to_dict(material))
    else:
        console().print(show_material(material))


@app.command()
def glossary(
    word: Annotated[
        str | None, typer.Argument(metavar="[WORD]", help="A word, the heading of a table, or a key of JSON; default all.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain the words of tables, figures and files: definition, formula, unit, source."""
    from dataclasses import asdict

    from nitrivac.glossary import TERMS, find_term
    from nitrivac.report.terminal.glossary import glossary_report

    terms = (find_term(word),) if word is not None else TERMS
    if as_json:
        print_json([asdict(term) for term in terms])
    else:
        console().print(glossary_report(terms))


@app.command()
def build(
    sources: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Catalogue ids, record files, or all.", autocompletion=ids_beginning)
    ],
    output: OutputOption = Path(),
    file_format: Annotated[
        StructureFormat, typer.Option("--format", help="File format; vasp and poscar are the same.")
    ] = StructureFormat.cif,
    candidate: Annotated[
        str | None, typer.Option(help="Candidate of an unresolved compound, as ID#NAME in other commands.", metavar="NAME")
    ] = None,
    primitive: Annotated[
        bool,
        typer.Option("--primitive", help="Write the primitive cell, in the orientation and with the origin of the source."),
    ] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Build crystals from their Wyckoff sites and write one file each."""
    from nitrivac.catalog import materials
    from nitrivac.catalog.candidates import MARK
    from nitrivac.crystal.supercells.primitive import primitive_crystal
    from nitrivac.files import format_name, prepare_folder, write_texts
    from nitrivac.io.writers import SUFFIXES, crystal_text

    if candidate is not None:
        if "all" in sources:
            raise SpecificationError("--candidate goes with the ids of compounds, not with all")
        sources = [f"{source}{MARK}{candidate}" for source in sources]
    if "all" in sources:
        everything = materials()
        sources = [material.id for material in everything if material.sites]
        message(f"{len(everything) - len(sources)} of {len(everything)} records have no structure; see nitrivac list")
    texts = {}
    for source in sources:
        suffix = f"{'-primitive' if primitive else ''}{SUFFIXES[format_name(file_format.value)]}"
        path = output / f"{_file_name(source)}{suffix}"
        if path in texts:
            raise SpecificationError(f"{source}: another source makes {path} already; build them into different folders")
        crystal = load_source(source)
        texts[path] = crystal_text(primitive_crystal(crystal) if primitive else crystal, file_format.value)
    prepare_folder(output)
    written = [str(path) for path in write_texts(texts, overwrite=force)]
    if as_json:
        print_json([{"source": source, "file": path} for source, path in zip(sources, written, strict=True)])
    else:
        sys.stdout.write("".join(f"{path}\n" for path in written))


def _file_name(source: str) -> str:
    """What the files of a source are called: its name without the suffix of records and CIF, and which part of it."""
    from nitrivac.catalog import record_and_candidate
    from nitrivac.io.read import named_source

    named = named_source(source)
    path, part = named.path, named.block if named.frame is None else str(named.frame)
    if part is None and not path.exists():
        name, part = record_and_candidate(source)
        path = Path(name)
    name = path.stem if path.suffix in (".yaml", ".yml", ".cif") else path.name
    return name if part is None else f"{name}-{re.sub(r'[^A-Za-z0-9_.+-]+', '_', part)}"


@app.command()
def verify(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Ids, structure files, or all.", autocompletion=ids_beginning)
    ],
    expect: Annotated[str | None, typer.Option(help="Space group the source should have, symbol or number.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the space group, Wyckoff letters, contents and distances of crystals.

    With all, the candidates of unresolved compounds are checked too, apart. Exit code 1 when a check does not hold, 2 when a
    source cannot be read (the others are checked all the same).
    """
    from nitrivac.catalog import candidate_sources, materials
    from nitrivac.report.terminal.verify import verification_report
    from nitrivac.verification.symmetry_check import unreadable, verify

    if "all" in sources:
        everything = materials()
        sources = [*(material.id for material in everything if material.sites), *candidate_sources(everything)]
    results, bad = [], 0
    for source in sources:
        try:
            results.append(verify(load_source(source, caution=False), expected=expect))
        except NitrivacError as error:
            if len(sources) == 1:
                raise
            bad += 1
            complaint(str(error))
            results.append(unreadable(source, str(error)))
    if as_json:
        print_json([result.plain() for result in results])
    else:
        console().print(verification_report(results))
    if bad:
        raise typer.Exit(BAD_INPUT)
    if not all(result.passed for result in results):
        raise typer.Exit(CHECK_FAILED)

"""Screening throughput: what each part costs for a structure, beside plain pymatgen reading and symmetry finding.

    python benchmarks/screening.py [--quick] [--structures N] [--workers N] [--dask]

The structures are the catalogue and vacancy variants of it: random vacancies on a lithium site in supercells of up to 150
sites, written as CIF. The cost of the parts is CPU time in one process, imports and compiled parts warm; pymatgen's is its
CIF reader followed by its symmetry finder (spglib), nothing else. Throughput is that of `nitrivac screen` on all of them,
processes, journal and table included. `--dask` runs the screening on a local Dask cluster too, and reckons what the chunks
cost beside the work in them. `--quick` takes a few structures, and checks only that everything runs and agrees.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
import warnings
from pathlib import Path

from nitrivac.catalog import materials
from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.engines import DaskEngine, LocalEngine
from nitrivac.errors import NitrivacError
from nitrivac.io.sources import load
from nitrivac.io.writers import write
from nitrivac.screening import ScreenOptions, read_table, screen, structure_row
from nitrivac.screening.columns import PARTS
from nitrivac.vacancies import Planning
from nitrivac.vacancies.as_crystal import configuration_crystal
from nitrivac.vacancies.planned import planned_spaces

CELLS = ("2x1x1", "2x2x1", "2x2x2", "1x1x1")
MOST_SITES = 150
QUICK = 80
TIMED = 200  # structures whose parts are timed one by one


def variants(crystal, number):
    """Crystals with one vacancy for about eight sites of the first lithium orbit, in growing cells."""
    orbit = next((one for one in crystal.orbits if one.is_ordered and one.elements == ("Li",)), None)
    made = 0
    for cell in CELLS if orbit is not None and crystal.is_ordered else ():
        matrix = parse_matrix(cell)
        times = round(abs(float(matrix[0][0]) * matrix[1][1] * matrix[2][2]))
        sites = len(orbit.indices) * times
        if crystal.n_sites * times > MOST_SITES or sites < 4:
            continue
        planning = Planning(supercell=matrix, allow_charge=True, min_image=0.0, max_atoms=MOST_SITES)
        item = f"{crystal.address(orbit)}={max(1, sites // 8)}/{sites}"
        try:
            _, (space, *_) = planned_spaces(crystal, [item], planning=planning)
        except NitrivacError:
            continue
        for one in space.sample(min(number - made, space.count()), seed=made, distinct=True):
            made += 1
            yield configuration_crystal(space, one)
        if made >= number:
            return


def write_structures(folder, wanted):
    """The catalogue and its variants as CIF files."""
    crystals = [load(material.id) for material in materials() if material.sites]
    for crystal in crystals:
        write(crystal, folder / f"{crystal.provenance.source}.cif", "cif")
    left = wanted - len(crystals)
    for place, crystal in enumerate(crystals):
        share = -(-left // (len(crystals) - place))
        for number, variant in enumerate(variants(crystal, share) if share > 0 else ()):
            write(variant, folder / f"{crystal.provenance.source}-{number:04d}.cif", "cif")
            left -= 1
    return sorted(folder.iterdir())


def cpu(function, *arguments):
    start = time.process_time()
    result = function(*arguments)
    return time.process_time() - start, result


def plain(path):
    """What a plain script does: read with pymatgen, find the group with spglib."""
    from pymatgen.core import Structure
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read, structure = cpu(Structure.from_file, path)
        found, number = cpu(lambda: SpacegroupAnalyzer(structure).get_space_group_number())
    return read, found, number


def time_parts(files):
    """CPU seconds per structure of each part."""
    structure_row(load("alpha-Li3N"), ScreenOptions())
    costs = {name: [] for name in ("reading", *PARTS, "pymatgen reading", "pymatgen symmetry")}
    sites, agree = [], 0
    for path in files:
        spent, crystal = cpu(load, path)
        costs["reading"].append(spent)
        sites.append(crystal.n_sites)
        rows = {}
        for part in PARTS:
            spent, rows[part] = cpu(structure_row, crystal, ScreenOptions(parts=(part,)))
            costs[part].append(spent)
        read, found, number = plain(path)
        costs["pymatgen reading"].append(read)
        costs["pymatgen symmetry"].append(found)
        agree += number == rows["symmetry"]["space_group_number"]
    return costs, sites, agree


def report_parts(costs, sites, agree):
    base = statistics.mean(costs["pymatgen reading"]) + statistics.mean(costs["pymatgen symmetry"])
    print(f"\n{len(sites)} structures, {statistics.mean(sites):.0f} sites on average, CPU s for each, one process")
    print("\n| part | mean | median | largest | cost against pymatgen reading + symmetry |")
    print("|---|---:|---:|---:|---:|")
    for name, values in costs.items():
        mean = statistics.mean(values)
        print(f"| {name} | {mean:.4f} | {statistics.median(values):.4f} | {max(values):.3f} | {mean / base:.2f} |")
    total = sum(statistics.mean(costs[name]) for name in ("reading", *PARTS))
    print(f"| all of nitrivac | {total:.4f} | | | {total / base:.2f} |")
    print(f"\npymatgen and nitrivac find the same space group for {agree} of {len(sites)}")


def report_run(name, sources, output, engine, parts):
    summary = screen(sources, output, engine=engine, options=ScreenOptions(parts=parts))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = (
        name,
        "all" if parts == PARTS else ", ".join(parts),
        f"{summary.rows:,}",
        summary.failed,
        f"{summary.seconds:.1f}",
        f"{summary.rows / summary.seconds:.1f}",
        f"{summary.cpu_seconds:.1f}",
        f"{summary.cpu_seconds / summary.seconds:.2f}",
        f"{memory:.0f}",
    )
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    return summary


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few structures")
    parser.add_argument("--structures", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--dask", action="store_true", help="on a local Dask cluster too")
    options = parser.parse_args()
    engine = LocalEngine(workers=options.workers) if options.workers else LocalEngine()
    with tempfile.TemporaryDirectory() as name:
        folder, tables = Path(name) / "structures", Path(name)
        folder.mkdir()
        files = write_structures(folder, QUICK if options.quick else options.structures)
        report_parts(*time_parts(files[:: max(1, len(files) // (20 if options.quick else TIMED))]))
        print("\n| engine | parts | structures | failed | s | per s | CPU s | cores busy | parent's MB |")
        print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
        chosen = [("identity",), ("identity", "symmetry", "polyhedra", "vacancies")] + ([] if options.quick else [PARTS])
        for number, parts in enumerate(chosen):
            report_run(f"{engine.workers} processes", [str(folder)], tables / f"{number}.parquet", engine, parts)
        again = screen([str(folder)], tables / "0.parquet", engine=engine, options=ScreenOptions(parts=chosen[0]))
        print(f"\nThe same command again: {again.computed} computed, {again.rows} rows in {again.seconds:.2f} s.")
        assert again.computed == 0
        assert sum(1 for _ in read_table(tables / "0.parquet")) == len(files)
        if options.dask:
            run_on_dask(folder, tables, engine.workers, chosen[-1], tables / f"{len(chosen) - 1}.parquet")


def run_on_dask(folder, tables, workers, parts, local):
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as cluster:
        engine = DaskEngine(scheduler=cluster.scheduler_address)
        print()
        report_run(f"Dask, {workers} workers", [str(folder)], tables / "dask.parquet", engine, parts)
    assert (tables / "dask.parquet").read_bytes() == local.read_bytes()
    print("The tables are the same.")


if __name__ == "__main__":
    main()

"""Configurations written a second: their text, their files, and pymatgen's and ASE's writers beside them.

    python benchmarks/writing.py [--quick] [--folder FOLDER]

A 136-site supercell of beta-Li3N with six vacancies. What waits for the disk depends on the disk: seconds of the clock stand
beside CPU seconds, and files that are synced one by one beside those that are synced together. The other programs sync
nothing.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
from nitrivac.files import write_texts
from nitrivac.vacancies import configuration_crystal
from nitrivac.vacancies.as_crystal import configuration_group
from nitrivac.vacancies.files.configuration_text import configuration_texts
from nitrivac.vacancies.files.write import own_items

TOGETHER = 1_000


def configurations(number):
    """The space and some random configurations of it."""
    crystal = load("beta-Li3N")
    wanted = parse_specification(crystal, "Li@4f=6/68")
    plan = plan_supercells(crystal, wanted, supercell=(17, 1, 1), allow_charge=True, min_image=0.0)[0]
    space = ConfigurationSpace(crystal, plan)
    return space, space.sample(number, seed=0)


def texts_of(space, chosen, file_format):
    writer = configuration_texts(space, chosen[0], file_format, {"source": "beta-Li3N"}, own_items(chosen[0]))
    groups = [configuration_group(space, one) for one in chosen]
    return lambda: [writer.text(one, group, own_items(one)) for one, group in zip(chosen, groups, strict=True)]


def together(folder, texts):
    for begin in range(0, len(texts), TOGETHER):
        write_texts({folder / f"{begin + place}": text for place, text in enumerate(texts[begin : begin + TOGETHER])})


def one_by_one(folder, texts):
    for number, text in enumerate(texts):
        path = folder / f"{number}"
        with path.with_suffix(".part").open("wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        path.with_suffix(".part").replace(path)


def bare(folder, texts):
    """What any program needs for a file that is beside its place first, nothing synced: the bound."""
    for number, text in enumerate(texts):
        handle = os.open(f"{folder}/{number}.part", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        os.write(handle, text.encode())
        os.close(handle)
        os.replace(f"{folder}/{number}.part", f"{folder}/{number}")  # noqa: PTH105 - the call alone


def report(name, number, work):
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"| {name} | {number / clock:,.0f} | {number / cpu:,.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few configurations")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="on the disk to write to")
    options = parser.parse_args()
    number = 100 if options.quick else 5_000
    space, chosen = configurations(number)
    print("| what | a second | a CPU second |")
    print("|---|---:|---:|")
    made = {}
    for file_format in ("cif", "poscar", "extxyz"):
        work = texts_of(space, chosen, file_format)
        report(f"text, {file_format}", number, lambda work=work, to=file_format: made.update({to: work()}))
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folders = [Path(name) / part for part in ("together", "single", "pymatgen", "ase", "bare")]
        for folder in folders:
            folder.mkdir()
        report("files, synced together", number, lambda: together(folders[0], made["poscar"]))
        report("files, nothing but the calls of the system", number, lambda: bare(folders[4], made["poscar"]))
        few = max(100, number // 10)
        report("files, synced one by one", few, lambda: one_by_one(folders[1], made["poscar"][:few]))
        structures = [configuration_crystal(space, one).structure for one in chosen[:few]]
        report("pymatgen, POSCAR", few, lambda: [one.to(str(folders[2] / f"POSCAR{k}"), "poscar")
                                                 for k, one in enumerate(structures)])  # fmt: skip
        report(
            "pymatgen, CIF", few, lambda: [one.to(str(folders[2] / f"{k}.cif"), "cif") for k, one in enumerate(structures)]
        )
        atoms = [one.to_ase_atoms() for one in structures]
        report("ASE, POSCAR", few, lambda: [one.write(folders[3] / f"{k}.vasp", sort=True) for k, one in enumerate(atoms)])


if __name__ == "__main__":
    main()

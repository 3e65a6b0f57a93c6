"""Files of other programs: POSCAR of every VASP, trajectories and databases of ASE, LAMMPS by mass, one frame of many."""

from __future__ import annotations

import gzip
import json
import warnings
from functools import cache

import ase.db
import ase.io
import numpy as np
import pytest
from ase import Atoms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Species, Structure
from pymatgen.core.periodic_table import DummySpecies
from pymatgen.io.vasp import Poscar

from nitrivac import load
from nitrivac.crystal.from_structure import crystal_from_structure
from nitrivac.errors import BuildError, NitrivacError, ReadError
from nitrivac.io.ase_atoms import crystal_from_atoms, read_frames, to_atoms
from nitrivac.io.read import read_crystal
from nitrivac.io.writers import write

WHOLE_FORMATS = [
    ("cif", "it.cif"),
    ("poscar", "POSCAR"),
    ("extxyz", "it.extxyz"),
    ("json", "it.json"),
    ("optimade", "it.json"),
]
NACL = Lattice.cubic(5.64)


@cache
def rock_salt():
    return Structure.from_spacegroup("Fm-3m", NACL, ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def atoms_of(structure):
    return Atoms(
        [str(one.specie) for one in structure],
        scaled_positions=structure.frac_coords,
        cell=structure.lattice.matrix,
        pbc=True,
    )


HEAD = "{comment}\n{scale}\n5.64 0 0\n0 5.64 0\n0 0 5.64\n"
ROWS = "Direct\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n.5 .5 .5\n.5 0 0\n0 .5 0\n0 0 .5\n"


def poscar(tmp_path, names="Na Cl\n", *, comment="it", scale="1.0", rows=ROWS, counts="4 4\n"):
    path = tmp_path / "POSCAR"
    path.write_text(HEAD.format(comment=comment, scale=scale) + names + counts + rows, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("names", "comment"),
    [
        ("Na Cl\n", "it"), ("Na_pv Cl\n", "it"), ("Na_pv/0123abcdef0 Cl/fedc\n", "it"), ("Na+ Cl1-\n", "it"),
        ("na cl\n", "it"), ("Na Cl ! species\n", "it"), ("", "Na Cl"), ("", "Na4 Cl4"), ("", "Na4Cl4"), ("", "  Na   Cl  "),
    ],
)  # fmt: skip
def test_poscar_names(tmp_path, names, comment):
    crystal = read_crystal(poscar(tmp_path, names, comment=comment))
    assert crystal.contents == {"Na": 4, "Cl": 4}
    assert crystal.space_group.number == 225
    assert crystal.charge == (0 if "+" in names else None)


def test_poscar_names_behind_the_coordinates(tmp_path):
    mode, *points = ROWS.splitlines()
    rows = "\n".join([mode, *(f"{point} {'Na' if number < 4 else 'Cl'}" for number, point in enumerate(points))])
    assert read_crystal(poscar(tmp_path, "", rows=rows)).contents == {"Na": 4, "Cl": 4}
    with pytest.raises(ReadError, match="behind the coordinates"):
        read_crystal(poscar(tmp_path, "Cl Na\n", rows=rows))


@pytest.mark.parametrize(
    ("scale", "volume"),
    [
        ("1.0", 5.64**3),
        ("2", 8 * 5.64**3),
        ("-200.0", 200.0),
        ("1 1 1", 5.64**3),
        ("1 1.5 2", 3 * 5.64**3),
        ("1.0D+00", 5.64**3),
    ],
)
@pytest.mark.parametrize("cartesian", [False, True])
def test_poscar_scales_lengths_and_cartesian_coordinates(tmp_path, scale, volume, cartesian):
    rows = ROWS
    if cartesian:
        rows = "Cart\n" + "".join(
            " ".join(f"{5.64 * float(word):.6f}" for word in row.split()) + "\n" for row in ROWS.split("\n")[1:9]
        )
    crystal = read_crystal(poscar(tmp_path, scale=scale, rows=rows))
    assert crystal.volume == pytest.approx(volume)
    direct = load(poscar(tmp_path, scale=scale))
    assert crystal.space_group.number == direct.space_group.number
    assert np.allclose(np.sort(crystal.frac_coords, axis=0), np.sort(direct.frac_coords, axis=0), atol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scale": "1e300"}, "line 2"), ({"scale": "0"}, "factor of 0"), ({"scale": "1 -1 1"}, "three scaling factors"),
        ({"scale": "-1e-300"}, "no ordinary size"), ({"scale": "nan"}, "line 2"), ({"scale": "x"}, "line 2"),
        ({"names": "Na Qq\n"}, "'Qq'"), ({"names": ""}, "VASP 4"), ({"names": "", "comment": "Na Cl O"}, "VASP 4"),
        ({"counts": "4 5\n"}, "9 atoms"), ({"counts": "4\n"}, "line 7 counts 1"), ({"counts": "4 -4\n"}, "line 7"),
        ({"rows": "\n" + ROWS}, "line 8"), ({"rows": ROWS.replace(".5 .5 .5", ".5 .5 x")}, "line 13"),
        ({"rows": ROWS.replace(".5 .5 .5", ".5 .5 inf")}, "line 13"), ({"rows": ROWS.replace("Direct\n", "")}, "line 8"),
        ({"counts": "4 99999999\n"}, "line 7"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_poscar_is_one_line(tmp_path, change, words):
    with pytest.raises(NitrivacError) as error:
        read_crystal(poscar(tmp_path, **change))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_lines_beyond_the_counts_are_said(tmp_path):
    crystal = read_crystal(poscar(tmp_path, counts="4 3\n"))
    assert crystal.contents == {"Na": 4, "Cl": 3}
    assert "line 16" in crystal.provenance.remarks[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(3, 12), st.floats(-0.4, 0.4), st.booleans(), st.booleans())
def test_pymatgen_reads_a_poscar_the_same(tmp_path, size, skew, selective, direct):
    lattice = Lattice([[size, 0, 0], [skew * size, size, 0.3], [0, 0.2 * skew * size, 1.2 * size]])
    theirs = Structure(lattice, ["Li", "Li", "N"], [[0, 0, 0], [0.3, 0.31, 0.42], [0.5, 0.6, 0.7]])
    flags = [[True, False, True]] * 3 if selective else None
    path = tmp_path / "POSCAR"
    path.write_text(
        Poscar(theirs, selective_dynamics=flags).get_str(direct=direct, significant_figures=12), encoding="utf-8"
    )
    crystal = read_crystal(path)
    assert crystal.contents == {"Li": 2, "N": 1}
    assert np.allclose(np.sort(crystal.structure.distance_matrix, axis=None), np.sort(theirs.distance_matrix, axis=None))


@pytest.fixture
def two_frames():
    first = atoms_of(rock_salt())
    second = first.copy()
    second.set_cell(second.cell * 1.1, scale_atoms=True)
    return [first, second]


def write_frames(folder, frames, kind):
    """The frames in a file of a format of many."""
    path = folder / {"xdatcar": "XDATCAR", "xdatcar.gz": "XDATCAR.gz"}.get(kind, f"it.{kind}")
    if kind == "db":
        with ase.db.connect(path) as database:
            for atoms in frames:
                database.write(atoms)
    elif kind == "xdatcar.gz":
        ase.io.write(folder / "XDATCAR", frames, format="vasp-xdatcar")
        path.write_bytes(gzip.compress((folder / "XDATCAR").read_bytes()))
    else:
        ase.io.write(path, frames, format="vasp-xdatcar" if kind == "xdatcar" else None)
    return path


@pytest.mark.parametrize("kind", ["traj", "json", "db", "extxyz", "xdatcar", "xdatcar.gz"])
def test_one_of_many_is_chosen_by_its_number(tmp_path, two_frames, kind):
    path = write_frames(tmp_path, two_frames, kind)
    with pytest.raises(ReadError, match=r"2 structures.*@0 to .*@1.*@-1"):
        read_crystal(path)
    with pytest.raises(ReadError, match="no structure 2"):
        read_crystal(f"{path}@2")
    for number, volume in ((0, 5.64**3), (-2, 5.64**3), (1, 6.204**3), (-1, 6.204**3)):
        crystal = read_crystal(f"{path}@{number}")
        assert crystal.volume == pytest.approx(volume, rel=1e-5)
        assert crystal.contents == {"Na": 4, "Cl": 4}
        assert crystal.space_group.number == 225
    assert load(f"{path}@-1").provenance.source.endswith("@-1")
    assert [one.n_sites for one in read_frames(path)] == [8, 8]


@pytest.mark.parametrize("kind", ["traj", "json", "db"])
def test_a_file_of_one_structure_needs_no_number(tmp_path, two_frames, kind):
    assert read_crystal(write_frames(tmp_path, two_frames[:1], kind)).contents == {"Na": 4, "Cl": 4}


@pytest.mark.parametrize("kind", ["traj", "db", "json"])
@pytest.mark.parametrize("damage", ["half", "zeros", "header"])
def test_damaged_binary_files_are_refused_in_one_line(tmp_path, two_frames, kind, damage):
    path = write_frames(tmp_path, two_frames, kind)
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(
        {"half": content[:middle], "zeros": content[:40] + bytes(len(content) - 40), "header": content[:30] + b"\xff" * 30}[
            damage
        ]
    )
    with pytest.raises(NitrivacError) as error:
        read_crystal(f"{path}@0")
    assert "\n" not in str(error.value)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), value=st.integers(0, 255), kind=st.sampled_from(["traj", "db"]))
def test_a_changed_byte_never_crashes(tmp_path, place, value, kind):
    path = tmp_path / f"good.{kind}"
    if not path.exists():
        (tmp_path / "x").mkdir(exist_ok=True)
        path.write_bytes(write_frames(tmp_path / "x", [atoms_of(rock_salt())], kind).read_bytes())
    content = bytearray(path.read_bytes())
    content[place % len(content)] = value
    bad = tmp_path / f"bad.{kind}"
    bad.write_bytes(bytes(content))
    try:
        read_crystal(bad)
    except NitrivacError as error:
        assert "\n" not in str(error)


def test_a_database_of_something_else(tmp_path):
    import sqlite3

    path = tmp_path / "it.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW systems AS SELECT 1 AS numbers")
    connection.close()
    with pytest.raises(ReadError, match="no table of systems"):
        read_crystal(path)


def lammps(tmp_path, masses):
    path = tmp_path / "it.data"
    ase.io.write(path, atoms_of(rock_salt()), format="lammps-data", specorder=["Na", "Cl"])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Atoms", masses + "Atoms", 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("masses", ["1 22.98977\n2 35.45", "1 22.99 # Na\n2 35.4 # Cl1", "1 23 # whatever\n2 35.453"])
def test_lammps_types_are_named_by_their_masses(tmp_path, masses):
    crystal = read_crystal(lammps(tmp_path, f"Masses\n\n{masses}\n\n"))
    assert crystal.contents == {"Na": 4, "Cl": 4}
    assert crystal.space_group.number == 225


@pytest.mark.parametrize(
    ("masses", "words"),
    [("", "Masses"), ("Masses\n\n1 58.81\n2 35.45\n\n", "no element"),
     ("Masses\n\n1 22.99\n2 x\n\n", "no atom type and mass"), ("Masses\n\n1 40.0\n2 35.45\n\n", "Ar, Ca alike")],
)  # fmt: skip
def test_lammps_types_without_a_clear_mass_are_refused(tmp_path, masses, words):
    with pytest.raises(ReadError, match=words):
        read_crystal(lammps(tmp_path, masses))


def varray(name, rows):
    return f'<varray name="{name}">' + "".join(f"<v>{' '.join(map(str, row))}</v>" for row in rows) + "</varray>"


def vasprun(path, cells):
    """The parts of a `vasprun.xml` that say where the atoms are, with energies of zero."""
    points = rock_salt().frac_coords
    atoms = "".join(f"<rc><c>{one.specie}</c><c>1</c></rc>" for one in rock_salt())
    energy = (
        "<energy>" + "".join(f'<i name="e_{kind}">0</i>' for kind in ("fr_energy", "wo_entrp", "0_energy")) + "</energy>"
    )

    def place(a):
        return f"<crystal>{varray('basis', np.eye(3) * a)}</crystal>{varray('positions', points)}"

    steps = "".join(
        f"<calculation><scstep>{energy}</scstep><structure>{place(a)}</structure>{energy}</calculation>" for a in cells
    )
    path.write_text(
        f'<?xml version="1.0"?><modeling><kpoints>{varray("kpointlist", [])}{varray("weights", [])}</kpoints>'
        f'<atominfo><atoms>8</atoms><array name="atoms"><set>{atoms}</set></array></atominfo>'
        f'<structure name="initialpos">{place(cells[0])}</structure>{steps}</modeling>',
        encoding="utf-8",
    )
    return path


def test_vasprun_of_a_relaxation(tmp_path):
    path = vasprun(tmp_path / "vasprun.xml", [5.64, 5.7])
    with pytest.raises(ReadError, match="holds 2 structures"):
        read_crystal(path)
    assert read_crystal(f"{path}@-1").volume == pytest.approx(5.7**3)
    path.write_text(path.read_text(encoding="utf-8").replace("<modeling>", "<!DOCTYPE x [<!ENTITY a 'b'>]><modeling>"))
    with pytest.raises(ReadError, match="entities"):
        read_crystal(path)


@pytest.mark.parametrize("text", ["99999999\nx\nLi 0 0 0\n", "1" * 400 + "\nx\nLi 0 0 0\n", "2\nx\nLi 0 0 0\n", "-1\nx\n"])
def test_a_number_of_atoms_that_the_file_does_not_have(tmp_path, text):
    path = tmp_path / "it.xyz"
    path.write_text(text.replace("x\n", 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 pbc="T T T"\n'))
    with pytest.raises(ReadError, match="frame 1"):
        read_crystal(path)


def test_occupancies_beside_the_atoms_are_read(tmp_path):
    path = tmp_path / "it.xyz"
    head = 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:{column}:R:1 pbc="T T T"\n'
    rows = "Li 0 0 0 0.5\nNa 0 0 0 0.25\nN 2 2 2 1.0\nLi 2 0 0 0\n"
    for column in ("occupancy", "occ"):
        path.write_text("4\n" + head.format(column=column) + rows, encoding="utf-8")
        crystal = read_crystal(path)
        assert crystal.contents == {"Li": 0.5, "Na": 0.25, "N": 1}
        assert "occupancy 0" in crystal.provenance.remarks[0]
        with pytest.raises(BuildError, match="partly filled"):
            list(read_frames(path))
    path.write_text("4\n" + head.format(column="occupancy") + rows.replace("0.5", "1.5"), encoding="utf-8")
    with pytest.raises(BuildError, match="from 0 to 1"):
        read_crystal(path)


def test_occupancies_of_a_pdb_file_are_read(tmp_path):
    atoms = atoms_of(rock_salt())
    atoms.set_array("occupancy", np.array([0.75] * 4 + [1.0] * 4))
    ase.io.write(tmp_path / "it.pdb", atoms)
    assert read_crystal(tmp_path / "it.pdb").contents == {"Na": 3, "Cl": 4}


@cache
def quartz(number=152):
    """Right-handed quartz in P3_121, whose mirror image is P3_221."""
    symbol = {152: "P3_121", 154: "P3_221"}[number]
    z = {152: 1 / 3, 154: 2 / 3}[number]
    lattice = Lattice.hexagonal(4.916, 5.405)
    return Structure.from_spacegroup(
        symbol, lattice, ["Si", "O"], [[0.4697, 0, z], [0.4135, 0.2669, {152: 0.4524, 154: 0.5476}[number]]]
    )


def turned(structure, matrix):
    """The same atoms in the cell of other vectors."""
    lattice = np.array(matrix) @ structure.lattice.matrix
    return Structure(Lattice(lattice), structure.species, structure.cart_coords, coords_are_cartesian=True)


@pytest.mark.parametrize(
    "matrix", [[[0, 1, 0], [1, 0, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, -1]], np.diag([-1, -1, -1])]
)
@pytest.mark.parametrize("number", [152, 154])
@pytest.mark.parametrize(("file_format", "name"), WHOLE_FORMATS)
def test_a_left_handed_cell_is_never_a_mirror_image(tmp_path, matrix, number, file_format, name):
    left = turned(quartz(number), matrix)
    assert np.linalg.det(left.lattice.matrix) < 0
    atoms = atoms_of(left)
    ase.io.write(tmp_path / "left.vasp", atoms, direct=True)  # pymatgen's own POSCAR of such a cell is the mirror image
    for crystal in (crystal_from_structure(left), crystal_from_atoms(atoms), read_crystal(tmp_path / "left.vasp")):
        assert crystal.space_group.number == number
        write(crystal, tmp_path / name, file_format, overwrite=True)
        assert read_crystal(tmp_path / name).space_group.number == number
        assert crystal_from_structure(crystal.structure).space_group.number == number
        assert crystal_from_atoms(to_atoms(crystal)).space_group.number == number


def test_a_left_handed_crystal_of_an_old_document_is_written_as_it_is(tmp_path):
    from dataclasses import replace

    crystal = crystal_from_structure(quartz())
    left = replace(
        crystal, lattice=-crystal.lattice, frac_coords=-crystal.frac_coords
    )  # its group is that of the other hand
    write(left, tmp_path / "it.cif", "cif")
    assert read_crystal(tmp_path / "it.cif").space_group.number == 152


def with_species(*species):
    return Structure(NACL, species, [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0]][: len(species)])


@pytest.mark.parametrize(("file_format", "name"), WHOLE_FORMATS)
def test_mixed_valence_is_two_species_in_every_format(tmp_path, file_format, name):
    structure = with_species(Species("Fe", 2), Species("Fe", 3), Species("O", -2), Species("Fe", 2))
    crystal = crystal_from_structure(structure)
    write(crystal, tmp_path / name, file_format)
    again = read_crystal(tmp_path / name)
    found = {(one.element, one.oxidation): len(orbit.indices) for orbit in again.orbits for one in orbit.occupants}
    expected: dict = {}
    for orbit in crystal.orbits:
        for one in orbit.occupants:
            expected[one.element, one.oxidation] = expected.get((one.element, one.oxidation), 0) + len(orbit.indices)
    assert sum(found.values()) <= 4
    assert set(found) == set(expected) == {("Fe", 2.0), ("Fe", 3.0), ("O", -2.0)}
    assert again.charge == crystal.charge == 5
    assert sorted(to_atoms(crystal).get_initial_charges()) == [-2, 2, 2, 3]


@pytest.mark.parametrize(("file_format", "name"), [one for one in WHOLE_FORMATS if one[0] in ("cif", "json", "optimade")])
def test_mixed_valence_on_one_site_in_every_format_that_holds_it(tmp_path, file_format, name):
    structure = Structure(
        NACL, [{Species("Fe", 2): 0.5, Species("Fe", 3): 0.5}, Species("O", -2)], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    write(crystal_from_structure(structure, labels=["M", "O1"]), tmp_path / name, file_format)
    again = read_crystal(tmp_path / name)
    assert {(one.oxidation, one.occupancy) for one in again.find("M").occupants} == {(2, 0.5), (3, 0.5)}


@pytest.mark.parametrize(("file_format", "name"), WHOLE_FORMATS)
@pytest.mark.parametrize("isotope", ["D", "T"])
def test_isotopes_of_hydrogen_survive_every_format(tmp_path, file_format, name, isotope):
    crystal = crystal_from_structure(with_species("Li", "N", isotope, "H"))
    write(crystal, tmp_path / name, file_format)
    assert read_crystal(tmp_path / name).contents == {"Li": 1, "N": 1, isotope: 1, "H": 1}


@pytest.mark.parametrize("kind", ["traj", "db", "json"])
def test_deuterium_survives_the_files_of_ase(tmp_path, kind):
    crystal = crystal_from_structure(with_species("Li", "N", "D", "H"))
    path = write_frames(tmp_path, [to_atoms(crystal)], kind)
    assert read_crystal(path).contents == {"Li": 1, "N": 1, "D": 1, "H": 1}


def test_dummies_are_refused_by_name():
    with pytest.raises(BuildError, match="dummy"):
        crystal_from_structure(with_species("Li", DummySpecies("X", 0)))
    with pytest.raises(BuildError, match="dummy"):
        crystal_from_atoms(Atoms("LiX", scaled_positions=[[0, 0, 0], [0.5, 0.5, 0.5]], cell=[4, 4, 4], pbc=True))


def test_thirds_of_a_structure_fill_the_site():
    third = {"Li": 0.333, "Na": 0.333, "K": 0.333}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        crystal = crystal_from_structure(Structure(NACL, [third, "N"], [[0, 0, 0], [0.5, 0.5, 0.5]]))
    assert crystal.orbits[0].vacancy == pytest.approx(0, abs=1e-12)


def optimade(tmp_path, **changes):
    attributes = {
        "lattice_vectors": np.diag([4.0, 4, 4]).tolist(),
        "cartesian_site_positions": [[0, 0, 0], [2, 2, 2]],
        "species_at_sites": ["Li", "N"],
    } | changes
    entry = {"id": "x", "type": "structures", "attributes": attributes}
    path = tmp_path / "it.json"
    path.write_text(json.dumps({"data": [entry, entry]}), encoding="utf-8")
    return path


def test_optimade_without_species(tmp_path):
    path = optimade(tmp_path)
    assert read_crystal(f"{path}@0").contents == {"Li": 1, "N": 1}
    with pytest.raises(ReadError, match=r"2 entries.*@0 to"):
        read_crystal(path)
    with pytest.raises(ReadError, match="'Xy', which is no element"):
        read_crystal(f"{optimade(tmp_path, species_at_sites=['Li', 'Xy'])}@1")


def test_a_number_is_refused_where_there_is_one_structure(tmp_path):
    write(load("beta-Li3N"), tmp_path / "it.cif", "cif")
    with pytest.raises(ReadError, match="holds one structure"):
        read_crystal(f"{tmp_path / 'it.cif'}@0")

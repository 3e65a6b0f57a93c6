"""Files as they come: published settings kept, disorder kept, and everything wrong said in one line."""

from __future__ import annotations

import gzip
import os
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymatgen.core.structure import Structure
from pymatgen.io.cif import CifParser

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.crystal.model import Crystal
from nitrivac.errors import NitrivacError, UnsupportedError
from nitrivac.io.ase_atoms import crystal_from_atoms, to_atoms
from nitrivac.io.cif.read import crystal_from_cif
from nitrivac.io.cif.write import cif_text
from nitrivac.io.read import read_crystal
from nitrivac.io.writers import write

WITH_SITES = [material.id for material in materials() if material.sites]
ORDERED = [material.id for material in materials() if material.status == "resolved"]

BETA = """data_beta
_cell_length_a 3.552(1)
_cell_length_b 3.552(1)
_cell_length_c 6.311(2)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
_symmetry_space_group_name_H-M 'P 63/m m c'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
N1 N3- 0.3333 0.6667 0.25 0.946(1)
Li1 Li1+ 0 0 0.25 1
Li2 Li1+ 0.3333 0.6667 0.5772(3) .
"""


def cif(tmp_path, text, name="it.cif"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_cif_with_a_symbol_only_keeps_setting_labels_occupancies_and_charges(tmp_path):
    crystal = read_crystal(cif(tmp_path, BETA))
    assert crystal.space_group.setting == "P6_3/mmc"
    assert [(orbit.label, orbit.wyckoff) for orbit in crystal.orbits] == [("N1", "2c"), ("Li1", "2b"), ("Li2", "4f")]
    assert crystal.find("N1").occupants[0].occupancy == 0.946
    assert crystal.find("N1").occupants[0].oxidation == -3
    assert crystal.n_sites == 8
    assert np.allclose(crystal.frac_coords[0], [1 / 3, 2 / 3, 0.25], atol=1e-12)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_line_ends_and_compression_do_not_matter(tmp_path, line_end, packed):
    data = BETA.replace("\n", line_end).encode()
    path = cif(tmp_path, gzip.compress(data) if packed else data, "it.cif.gz" if packed else "it.cif")
    assert read_crystal(path).n_sites == 8


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_what_is_written_is_read_again(identifier):
    crystal = load(identifier)
    again = crystal_from_cif(cif_text(crystal), "it.cif", symprec=0.01)
    assert again.space_group.setting == crystal.space_group.setting
    assert [orbit.label for orbit in again.orbits] == [orbit.label for orbit in crystal.orbits]
    assert [orbit.wyckoff for orbit in again.orbits] == [orbit.wyckoff for orbit in crystal.orbits]
    for mine, other in zip(again.orbits, crystal.orbits, strict=True):
        assert mine.elements == other.elements
        assert [one.oxidation for one in mine.occupants] == [one.oxidation for one in other.occupants]
        assert [one.occupancy for one in mine.occupants] == pytest.approx([one.occupancy for one in other.occupants])
    assert np.allclose(again.frac_coords, crystal.frac_coords, atol=1e-9)
    assert np.allclose(again.lattice, crystal.lattice, atol=1e-7)


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_pymatgen_reads_the_same_crystal(identifier):
    crystal = load(identifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = CifParser.from_str(cif_text(crystal), occupancy_tolerance=1.0)
        theirs = parser.parse_structures(primitive=False)[0]
    assert len(theirs) == crystal.n_sites
    ours = crystal.structure
    assert theirs.composition.remove_charges().almost_equals(ours.composition.remove_charges(), rtol=1e-4)
    distances = ours.lattice.get_all_distances(ours.frac_coords, theirs.frac_coords)
    nearest = distances.argmin(axis=1)
    assert distances.min(axis=1).max() < 1e-6
    assert sorted(nearest) == list(range(crystal.n_sites))
    for site, index in zip(ours, nearest, strict=True):
        amounts = site.species.remove_charges().as_dict()
        assert theirs[index].species.remove_charges().as_dict() == pytest.approx(amounts)


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_gemmi_reads_the_same_crystal(identifier):
    import gemmi

    crystal = load(identifier)
    block = gemmi.cif.read_string(cif_text(crystal)).sole_block()
    theirs = gemmi.make_small_structure_from_block(block)
    assert theirs.spacegroup.hall == crystal.space_group.hall
    rows = sum(len(orbit.indices) * len(orbit.occupants) for orbit in crystal.orbits)
    sites = theirs.get_all_unit_cell_sites()
    assert len(sites) == rows
    total = sum(one.occupancy * len(orbit.indices) for orbit in crystal.orbits for one in orbit.occupants)
    assert sum(site.occ for site in sites) == pytest.approx(total)


@pytest.mark.parametrize("identifier", ORDERED)
@pytest.mark.parametrize(("file_format", "name"), [("poscar", "POSCAR"), ("extxyz", "it.extxyz"), ("json", "it.json")])
def test_other_formats_keep_group_and_sites(tmp_path, identifier, file_format, name):
    crystal = load(identifier)
    write(crystal, tmp_path / name, file_format)
    again = read_crystal(tmp_path / name)
    assert again.space_group.number == crystal.space_group.number
    assert sorted(orbit.wyckoff for orbit in again.orbits) == sorted(orbit.wyckoff for orbit in crystal.orbits)
    assert again.contents == pytest.approx(crystal.contents)


@pytest.mark.parametrize("identifier", ORDERED)
def test_ase_reads_an_ordered_cif_as_the_same_crystal(tmp_path, identifier):
    import ase.io

    crystal = load(identifier)
    path = cif(tmp_path, cif_text(crystal))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = ase.io.read(path)
    again = crystal_from_atoms(atoms)
    assert again.space_group.number == crystal.space_group.number
    assert again.contents == crystal.contents


def test_a_disordered_cif_read_by_ase_keeps_its_occupancies(tmp_path):
    import ase.io

    path = cif(tmp_path, cif_text(load("beta-Li3N-vacancy-rich-refined")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = ase.io.read(path)
    assert str(atoms.symbols) == "N2Li6"  # what ASE shows: every site full
    crystal = crystal_from_atoms(atoms)
    assert crystal.contents == pytest.approx({"N": 1.892, "Li": 5.676})


def test_atoms_are_refused_where_a_site_is_not_whole():
    with pytest.raises(UnsupportedError, match=r"Li@8c \(Li 0.9\)"):
        to_atoms(load("Li9N2Cl3"))
    assert len(to_atoms(load("beta-Li3N"))) == 8


def test_a_p1_listing_has_its_symmetry_found(tmp_path):
    crystal = load("Li9N2Cl3")
    path = tmp_path / "p1.cif"
    Structure.from_sites(crystal.structure.sites).to(str(path))
    again = read_crystal(path)
    assert again.space_group.setting == "Fm-3m"
    assert "spglib" in again.provenance.note
    assert again.contents == pytest.approx(crystal.contents)


def test_two_rows_at_one_position_are_one_mixed_site(tmp_path):
    text = BETA.replace("Li1 Li1+ 0 0 0.25 1", "Li1 Li1+ 0 0 0.25 0.6\nNa1 Na1+ 0 0 0.75 0.3")
    crystal = read_crystal(cif(tmp_path, text))
    assert crystal.find("Li1").elements == ("Li", "Na")
    assert crystal.find("Li1").total_occupancy == pytest.approx(0.9)


OPERATIONS_OF_P_1 = "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda _: "", ["empty"]),
        (lambda _: "   \n", ["empty"]),
        (lambda t: t[: t.index("N1 N3-")] + "N1 N3- 0.3333", ["line"]),
        (lambda t: t[: t.index("loop_")], ["no atoms", "_atom_site_fract_x"]),
        (lambda t: t.encode() + b"\0\1\2", ["binary"]),
        (lambda t: t.replace("3.552(1)", "0", 1), ["_cell_length_a", "0"]),
        (lambda t: t.replace("3.552(1)", "-3.5", 1), ["_cell_length_a", "-3.5"]),
        (lambda t: t.replace("3.552(1)", "nan", 1), ["_cell_length_a"]),
        (lambda t: t.replace("_cell_length_a 3.552(1)\n", ""), ["_cell_length_a", "missing"]),
        (lambda t: t.replace("gamma 120", "gamma 200"), ["_cell_angle_gamma", "200"]),
        (lambda t: t.replace("alpha 90", "alpha 20").replace("beta 90", "beta 20"), ["close no cell"]),
        (lambda t: t.replace("length_b 3.552(1)", "length_b 3.9"), ["symmetry of P6_3/mmc"]),
        (lambda t: t.replace("Li1+ 0.3333", "Lx 0.3333"), ["Li2", "Lx"]),
        (lambda t: t.replace("0.946(1)", "1.4"), ["N1", "1.4"]),
        (lambda t: t.replace("0.946(1)", "-0.1"), ["N1", "-0.1"]),
        (lambda t: t.replace("0.5772(3)", "?"), ["Li2", "_atom_site_fract_z", "?"]),
        (lambda t: t.replace("0.5772(3)", "1e9"), ["Li2", "1e9"]),
        (lambda t: t.replace("0.3333 0.6667 0.5772(3)", "0.004 0.008 0.25"), ["Li1 and Li2", "one position"]),
        (lambda t: t + "X1 O2- 0 0 0.25 1\n", ["two atoms on one spot", "Li1, X1"]),
        (lambda t: t.replace("P 63/m m c", "P 99 q"), ["P 99 q"]),
        (lambda t: t.replace("P 63/m m c", "F d -3 m"), ["origin"]),
        (lambda t: t.replace("loop_", OPERATIONS_OF_P_1 + "loop_", 1), ["P-1", "P 63/m m c"]),
        (lambda t: t.replace("loop_", "_symmetry_Int_Tables_number 225\nloop_", 1), ["225", "P6_3/mmc"]),
        (lambda t: t.replace("loop_", "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,q\nloop_", 1), ["x,y,q"]),
        (lambda t: t + t.replace("data_beta", "data_other"), ["data_beta", "data_other"]),
        (lambda t: t.replace("loop_", "_chemical_formula_sum 'Li3 N'\n_cell_formula_units_Z 4\nloop_", 1), ["Z = 4", "Li"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cif_is_one_line_that_names_it(tmp_path, change, words):
    path = cif(tmp_path, change(BETA))
    with pytest.raises(NitrivacError) as error:
        read_crystal(path)
    message = str(error.value)
    assert "\n" not in message
    for word in [str(path), *words]:
        assert word in message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("POSCAR", "cell\n1.0\n3 0 0\n0 3 0\n0 0 3\n1\nDirect\n0 0 0\n", ["line 6", "elements"]),
        ("POSCAR", "Li\n1.0\n3 0 0\n", ["too few"]),
        ("POSCAR", "Li\n1.0\n3 0 0\n0 3 0\n0 0 x\nLi\n1\nDirect\n0 0 0\n", ["POSCAR"]),
        ("it.json", "{", ["JSON"]),
        ("it.json", "[1, 2]", ["no structure"]),
        ("it.json", '{"lattice": 1, "sites": []}', ["pymatgen"]),
        ("it.xyz", "1\n\nLi 0 0 0\n", ["periodic"]),
        ("it.mcif", "data_x", ["magnetic"]),
        ("it.foo", "what is this", ["it.foo"]),
        ("it.cif.gz", "not packed", ["it.cif.gz"]),
    ],
)
def test_what_is_wrong_with_other_files(tmp_path, name, content, words):
    path = cif(tmp_path, content, name)
    with pytest.raises(NitrivacError) as error:
        read_crystal(path)
    for word in [name, *words]:
        assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_files_folders_and_unreadable_ones(tmp_path):
    with pytest.raises(NitrivacError, match="no such file"):
        read_crystal(tmp_path / "absent.cif")
    with pytest.raises(NitrivacError, match="folder"):
        read_crystal(tmp_path)
    locked = cif(tmp_path, BETA, "locked.cif")
    locked.chmod(0)
    if not os.access(locked, os.R_OK):  # root reads everything
        with pytest.raises(NitrivacError, match=r"locked\.cif"):
            read_crystal(locked)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_cif_is_read_or_refused_but_never_crashes(data):
    text = data.draw(st.sampled_from([BETA, cif_text(load("Li9N2Cl3")), cif_text(load("LiPN2"))]))
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["cut", "double", "swap", "number", "letter"])):
            case "cut":
                del lines[where]
            case "double":
                lines.insert(where, lines[where])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[where], lines[other] = lines[other], lines[where]
            case "number":
                value = data.draw(st.sampled_from(["nan", "1e300", "-5", "0", "?", ".", "99", "0.3333"]))
                words = lines[where].split()
                if words:
                    words[data.draw(st.integers(0, len(words) - 1))] = value
                lines[where] = " ".join(words)
            case "letter":
                lines[where] = lines[where].replace("i", data.draw(st.characters(max_codepoint=0x2FF)), 1)
        if not lines:
            break
    try:
        assert isinstance(crystal_from_cif("\n".join(lines), "it.cif", symprec=0.01), Crystal)
    except NitrivacError as error:
        assert "\n" not in str(error)

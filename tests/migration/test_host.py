"""Hops into the vacancies of a configuration, told apart by its own symmetry."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.crystal import crystal_from_structure, load
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.host import make_host
from nitrivac.migration.path import vacancy_path


def supercell(removed, box=(3, 3, 2), shift=0.0):
    """beta-Li3N in a box, lithium atoms of some numbers left out."""
    structure = load("beta-Li3N").structure
    structure.make_supercell(box)
    lithium = [index for index, site in enumerate(structure) if site.specie.symbol == "Li"]
    if shift:
        structure.translate_sites([lithium[-1]], [shift, 0, 0], frac_coords=False)
    structure.remove_sites([lithium[number] for number in removed])
    return crystal_from_structure(structure)


def test_one_vacancy_has_the_hops_of_the_parent():
    parent = load("beta-Li3N")
    host = make_host(parent, supercell([-1]))
    assert len(host.vacant) == 1
    network = find_hops(host.crystal, max_distance=2.4, vacant=host.vacant)
    plain = [hop for hop in find_hops(parent, max_distance=2.4).hops if "Li@4f" in (hop.start, hop.end)]
    assert [hop.distance for hop in network.hops] == pytest.approx([hop.distance for hop in plain])
    assert [hop.multiplicity for hop in network.hops] == [hop.per_site["Li@4f"] for hop in plain]
    assert host.crystal.space_group.symbol == "P3m1"  # 3m., the site symmetry of 4f


def test_a_second_vacancy_tells_hops_apart():
    host = make_host(load("beta-Li3N"), supercell([-1, -7]))
    network = find_hops(host.crystal, max_distance=2.4, vacant=host.vacant)
    single = make_host(load("beta-Li3N"), supercell([-1]))
    assert len(network.hops) > len(find_hops(single.crystal, max_distance=2.4, vacant=single.vacant).hops)
    for hop in network.hops:
        assert (hop.start.startswith("V-")) != (hop.end.startswith("V-"))


def test_the_ion_of_a_host_leaves_a_filled_site_for_a_vacant_one():
    atoms = supercell([-1, -7])
    host = make_host(load("beta-Li3N"), atoms)
    network = find_hops(host.crystal, max_distance=2.4, vacant=host.vacant)
    for hop in network.hops:
        made = vacancy_path(host.crystal, network, hop.id, method="linear", images=1, vacant=host.vacant)
        assert len(made.symbols) == atoms.n_sites
        assert not made.addresses[made.moving].startswith("V-")
        for image in (0, 2):
            distances = made.atoms()[image].get_all_distances(mic=True)
            assert distances[np.triu_indices(len(distances), 1)].min() > 2.0
        assert made.length == pytest.approx(hop.distance)
        assert made.reversed_by is None
    with pytest.raises(SpecificationError, match="own cell"):
        vacancy_path(host.crystal, network, "h1", supercell=np.eye(3), vacant=host.vacant)


def test_what_is_no_host():
    parent = load("beta-Li3N")
    for atoms, words in (
        (supercell([]), "vacant"),
        (supercell([0], shift=0.4), "unrelaxed"),
        (load("alpha-Li3N"), "lattice"),
        (load("Li9N2Cl3"), "Li@8c"),
    ):
        with pytest.raises(UnsupportedError, match=words):
            make_host(parent, atoms)

"""Hops into the vacancies of a configuration, told apart by its own symmetry."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.host import host_percolation, make_host
from nitrivac.migration.paths.path import vacancy_path


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
    network = find_hops(host.crystal, max_distance=2.4, host=host)
    plain = [hop for hop in find_hops(parent, max_distance=2.4).hops if "Li@4f" in (hop.start, hop.end)]
    assert [hop.distance for hop in network.hops] == pytest.approx([hop.distance for hop in plain])
    assert [hop.multiplicity for hop in network.hops] == [hop.per_site["Li@4f"] for hop in plain]
    assert host.crystal.space_group.symbol == "P3m1"  # 3m., the site symmetry of 4f


def test_a_second_vacancy_tells_hops_apart():
    host = make_host(load("beta-Li3N"), supercell([-1, -7]))
    network = find_hops(host.crystal, max_distance=2.4, host=host)
    single = make_host(load("beta-Li3N"), supercell([-1]))
    assert len(network.hops) > len(find_hops(single.crystal, max_distance=2.4, host=single).hops)
    for hop in network.hops:
        assert (hop.start.startswith("V-")) != (hop.end.startswith("V-"))


def test_the_ion_of_a_host_leaves_a_filled_site_for_a_vacant_one():
    atoms = supercell([-1, -7])
    host = make_host(load("beta-Li3N"), atoms)
    network = find_hops(host.crystal, max_distance=2.4, host=host)
    for hop in network.hops:
        made = vacancy_path(host.crystal, network, hop.id, method="linear", images=1, host=host)
        assert len(made.symbols) == atoms.n_sites
        assert not made.addresses[made.moving].startswith("V-")
        for image in (0, 2):
            distances = made.atoms()[image].get_all_distances(mic=True)
            assert distances[np.triu_indices(len(distances), 1)].min() > 2.0
        assert made.length == pytest.approx(hop.distance)
        assert made.reversed_by == host.swapping(hop)
    with pytest.raises(SpecificationError, match="own cell"):
        vacancy_path(host.crystal, network, "h1", supercell=np.eye(3), host=host)


def test_what_is_no_host():
    parent = load("beta-Li3N")
    for atoms, words in (
        (supercell([]), "vacant"),
        (load("alpha-Li3N"), "lattice"),
        (load("Li9N2Cl3"), "Li@8c"),
    ):
        with pytest.raises(UnsupportedError, match=words):
            make_host(parent, atoms)


def test_a_mirror_swaps_the_ends_of_a_hop_into_a_single_vacancy():
    """4f-4f along c is cut by the mirror at z = 1/4; 2b and 4f are different positions."""
    host = make_host(load("beta-Li3N"), supercell([-1]))
    network = find_hops(host.crystal, max_distance=2.4, host=host)
    swapped = {round(hop.distance, 2): host.swapping(hop) for hop in network.hops}
    along = min(find_hops(load("beta-Li3N"), max_distance=2.4).hops, key=lambda hop: hop.distance)
    assert "m" in swapped[round(along.distance, 2)]
    for hop in network.hops:
        parents = {name.removeprefix("V-").rpartition("-")[0] for name in (hop.start, hop.end)}
        assert bool(host.swapping(hop)) <= (len(parents) == 1)
    made = vacancy_path(host.crystal, network, network.hops[0].id, method="linear", images=1, host=host)
    assert made.reversed_by == host.swapping(network.hops[0])


def test_a_second_vacancy_to_one_side_leaves_no_mirror():
    host = make_host(load("beta-Li3N"), supercell([-1, -7]))
    network = find_hops(host.crystal, max_distance=2.4, host=host)
    single = make_host(load("beta-Li3N"), supercell([-1]))
    hops = find_hops(single.crystal, max_distance=2.4, host=single).hops
    share = sum(bool(host.swapping(hop)) for hop in network.hops) / len(network.hops)
    assert share < sum(bool(single.swapping(hop)) for hop in hops) / len(hops)


def test_a_host_may_be_turned_in_space():
    atoms = supercell([-1, -7])
    structure = atoms.structure
    turned = type(structure)(
        structure.lattice.from_parameters(*structure.lattice.abc, *structure.lattice.angles).matrix @ _rotation(),
        structure.species,
        structure.frac_coords,
    )
    parent = load("beta-Li3N")
    host, straight = make_host(parent, crystal_from_structure(turned)), make_host(parent, atoms)
    distances = [
        sorted(hop.distance for hop in find_hops(one.crystal, max_distance=2.4, host=one).hops) for one in (host, straight)
    ]
    assert distances[0] == pytest.approx(distances[1])


def _rotation():
    angle = 0.7
    return np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])


def test_what_the_sites_of_a_host_span():
    host = make_host(load("alpha-Li3N"), alpha_without_a_row())
    spanned = host_percolation(host, "Li", 3.0)
    assert spanned.vacant[0].value == pytest.approx(3.648 / np.sqrt(3), abs=1e-3)
    assert spanned.vacant[1].value is None  # one zigzag row of vacancies
    assert spanned.plain()["vacant_A"][1:] == [None, None]


def alpha_without_a_row():
    """alpha-Li3N, 1x4x2 cells, the two 2c sites of one row of cells along a left out."""
    structure = load("alpha-Li3N").structure
    structure.make_supercell([1, 4, 2])
    inside = [
        index for index, site in enumerate(structure)
        if site.specie.symbol == "Li" and site.frac_coords[1] < 0.2 and site.frac_coords[2] < 0.1
        and site.coords[2] < 0.1 and not np.allclose(np.mod(site.frac_coords * [1, 4, 2], 1), [0, 0, 0.5])
    ]  # fmt: skip
    structure.remove_sites(inside)
    return crystal_from_structure(structure)

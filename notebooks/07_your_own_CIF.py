# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7. Your own CIF
#
# Nothing here depends on the catalogue: whatever works for β-Li₃N works for any structure file.
# The example is LiCoO₂, the cathode material, in a CIF such as a database or a diffractometer would write.
# To use your own, change the file.
#
# ## Read and check

# %% tags=["hide-input"]
import os
from math import comb
from pathlib import Path
from tempfile import mkdtemp

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from nitrivac import (
    ConfigurationSpace,
    NitrivacError,
    analyze_polyhedra,
    average_crystal,
    find_hops,
    load,
    parse_specification,
    plan_supercells,
    vacancy_path,
    verify,
    write,
)
from nitrivac.report.figures import hops_scene
from nitrivac.vacancies import configuration_crystal

# %%
CIF = """\
data_LiCoO2
_space_group_name_H-M_alt 'R -3 m :H'
_space_group_IT_number 166
_cell_length_a 2.816
_cell_length_b 2.816
_cell_length_c 14.05
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
loop_
_atom_type_symbol
_atom_type_oxidation_number
Li1+ 1
Co3+ 3
O2- -2
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Li1 Li1+ 0 0 0 1
Co1 Co3+ 0 0 0.5 1
O1 O2- 0 0 0.26 1
"""

os.chdir(mkdtemp())  # nothing is left in your folder
file = Path("LiCoO2.cif")
file.write_text(CIF, encoding="utf-8")
crystal = load(file)
check = verify(crystal)
print(check.formula, check.found.symbol, f"{check.density:.2f} g/cm3")
crystal

# %% [markdown]
# An address that does not exist is refused, and the message says what there is.

# %%
try:
    crystal.find("Li@4f")
except NitrivacError as error:
    print(error)

# %% [markdown]
# ## Polyhedra
#
# LiCoO₂ is an ordered rock salt: layers of CoO₆ octahedra, each sharing six edges with its neighbours in the layer.

# %%
report = analyze_polyhedra(crystal, centres=("Co",))
cobalt = next(one for one in report.polyhedra if one.centre == "Co")
within = next(
    one for one in report.sharing if (one.start, one.end) == ("Co@3b", "Co@3b")
)
layer = report.frameworks[0]
pd.DataFrame(
    {
        "from": one.start,
        "to": one.end,
        "corners": one.corner,
        "edges": one.edge,
        "faces": one.face,
    }
    for one in report.sharing
)

# %% [markdown]
# ## Hops
#
# Lithium jumps within its layer from octahedron to octahedron, over the distance a.
# The first hop spans the layer, and nothing leaves it before 4.96 Å: two-dimensional conduction, as is known.

# %%
network = find_hops(crystal)
first = network.hop("h1")
hops_scene(crystal, network)

# %%
network

# %% [markdown]
# ## Vacancies
#
# Half-charged, every second lithium is gone.
# The charge is then balanced by cobalt, which the formal oxidation states do not know, so `allow_charge` must be said aloud.

# %%
half = parse_specification(crystal, ["Li@3a=50%"])
average = average_crystal(crystal, half)
try:
    plan_supercells(average, half)
except NitrivacError as error:
    print("without allow_charge:", error)

plan = plan_supercells(
    average, half, supercell=np.diag([2, 2, 1]), allow_charge=True
)[0]
space = ConfigurationSpace(crystal=average, plan=plan)
configurations = list(space.enumerate())
print(f"{space.total()} labelled, {space.count()} distinct")

# %% [markdown]
# Each lithium layer of the cell has four sites.
# Two of four filled in every layer, in rows, is the ordering known of Li₀.₅CoO₂, and it is among them; so are lopsided ones
# with a full layer beside an empty one.
# Point charges prefer the even ones.

# %%
lithium = space.supercell.frac_coords[space.active_sites]
layer_of_site = np.round(lithium[:, 2] * 3).astype(int) % 3
names = space.occupants[0]


def filled_per_layer(configuration):
    """Lithium atoms in each of the three layers, fullest first."""
    filled = configuration.codes == names.index("Li")
    return tuple(
        sorted(
            np.bincount(layer_of_site[filled], minlength=3).tolist(), reverse=True
        )
    )


patterns = pd.Series(
    [filled_per_layer(one) for one in configurations]
).value_counts()
charges = space.charges(np.array([one.codes for one in configurations]))
energies = space.ewald.energies(charges)

order = sorted(patterns.index)

# %% tags=["hide-input"]
figure, axes = plt.subplots(figsize=(6.0, 3.2))
for column, pattern in enumerate(order):
    chosen = np.array([filled_per_layer(one) == pattern for one in configurations])
    axes.plot(
        np.full(chosen.sum(), column),
        energies[chosen] - energies.min(),
        "_",
        color="#0072B2",
        markersize=26,
    )
axes.set_xticks(
    range(len(order)), [" + ".join(map(str, pattern)) for pattern in order]
)
axes.set_xlabel("lithium in the three layers")
axes.set_ylabel("energy above lowest (eV per cell)")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## Files
#
# The average structure goes to a CIF with symmetry and occupancies, a configuration to a POSCAR, and what was written reads
# back as the same crystal.

# %%
average_file = write(average, "average.cif", "cif")
again = load(average_file)

best = configurations[int(energies.argmin())]
poscar = write(configuration_crystal(space, best), "Li0.5CoO2.vasp", "poscar")

path = vacancy_path(
    crystal, network, "h1", images=5, supercell=np.diag([4, 4, 1]), method="linear"
)
print(f"{average_file.name}, {poscar.name}, {len(path.positions)} images of a hop")
configuration_crystal(space, best)

# %% [markdown]
# The same on the command line:
#
# ```console
# nitrivac verify LiCoO2.cif
# nitrivac hops LiCoO2.cif
# nitrivac vacancies LiCoO2.cif "Li@3a=50%" --supercell 2x2x1 --allow-charge \
#   --enumerate -o cells/
# nitrivac path LiCoO2.cif --hop h1 -o neb/
# ```
#
# ## Limits
#
# Without oxidation states in the file there are no electrostatic energies, and sampling or enumerating still works.
# Formal charges on a half-charged cobalt oxide are a crude model: the pattern they prefer is a starting point.

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
try:
    crystal.find("Li@4f")
except NitrivacError:
    pass
else:
    raise AssertionError("there is no such site")
assert check.passed, check.problems
assert check.found.number == check.second_opinion == 166

assert (len(cobalt.distances), cobalt.shape) == (6, "octahedron")
assert (within.corner, within.edge, within.face) == (0, 6, 0)
assert (layer.dimension, layer.directions) == (2, ("(001)",))

assert abs(first.distance - 2.816) < 1e-6
assert (first.shared, first.per_site["Li@3a"]) == ("edge", 6)
assert network.by_distance[1].value == first.distance
assert network.by_distance[1].directions == ("(001)",)
assert network.by_distance[2].value > 4.9

assert space.total() == comb(12, 6)
assert len(configurations) == space.count()
assert sum(one.degeneracy for one in configurations) == space.total()

assert (2, 2, 2) in patterns.index
assert (4, 2, 0) in patterns.index
assert filled_per_layer(configurations[int(energies.argmin())]) == (2, 2, 2)

assert again.space_group.number == 166
assert abs(again.find("Li@3a").vacancy - 0.5) < 1e-9
assert load(poscar).contents == {"Li": 6.0, "Co": 12.0, "O": 24.0}
assert len(path.symbols) == 16 * 12 - 1

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
# # 2. Vacancy-rich β-Li₃N: from occupancies to simulation cells
#
# β-Li₃N milled so that it has many vacancies conducts ten times better than β-Li₃N with few (2.1 mS/cm against 0.21).
# Diffraction finds 8.1(2) % of the Li(4f) sites and 5.4(1) % of the N(2c) sites empty (review, section 2.1).
# A simulation cannot use 0.919 of an atom: it needs a box with whole numbers, and a reason for each of them.
#
# ## The average structure

# %% tags=["hide-input"]
from itertools import pairwise
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from nitrivac import (
    ConfigurationSpace,
    average_crystal,
    load,
    parse_specification,
    plan_supercells,
    write,
)
from nitrivac.report.figures import structure_scene
from nitrivac.vacancies import configuration_crystal

BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#999999"

# %%
beta = load("beta-Li3N")
refined = parse_specification(beta, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"])
average = average_crystal(beta, refined)
average

# %% [markdown]
# White sectors are vacant.
# The two occupancies were refined independently, and yet the composition balances: three charges per missing nitrogen,
# one per missing lithium, 3 × 0.946 = 2.838.
# Only 4f loses lithium, so 8.1 % of 4f is 5.4 % of all lithium.

# %%
lost = 1 - average.contents["Li"] / beta.contents["Li"]
print(f"{average.formula}: {lost:.1%} of the lithium is missing")
print(f"charge per cell: {abs(average.charge):.6f}")

# %% [markdown]
# ## Whole numbers
#
# `plan_supercells` looks at every superlattice up to a size limit.
# A plan must meet each occupancy within its uncertainty, be neutral, and keep a vacancy 10 Å from its own images.

# %%
plans = plan_supercells(average, refined)
pd.DataFrame(
    {
        "matrix": str(plan.matrix.tolist()),
        "atoms": plan.atoms,
        "nearest image (Å)": round(plan.min_image, 3),
        "vacant": ", ".join(
            f"{one.address} {one.vacant}/{one.sites}" for one in plan.counts
        ),
    }
    for plan in plans
)

# %% [markdown]
# The best is the 3 × 3 × 2 cell with Li₁₀₂N₃₄.
# It is the cell of the published molecular dynamics, which quotes 5.6 % lithium vacancies and the rounded formula
# Li₂.₈₃N₀.₉₄: two Li₃N units out of 36 are missing.

# %%
large = plans[0]
print(*large.reasons, sep="\n")

# %% [markdown]
# The second published cell, 2.7 % in Li₂.₉₂N₀.₉₇, comes out of its composition in the same way: one unit out of 36.
# The printed formulas are rounded and miss the charge balance by 0.01, and the whole numbers do not.

# %%
leaner = parse_specification(beta, ["Li2.92N0.97=Li@4f,N@2c"])
small = plan_supercells(average_crystal(beta, leaner), leaner)[0]
print(*small.reasons, sep="\n")

# %% [markdown]
# ## How many ways?
#
# Six of 72 lithium and two of 36 nitrogen sites can be emptied in C(72, 6) × C(36, 2) ways.
# Many of them are the same crystal, turned or shifted.
# Burnside's lemma counts the different ones without making any: it is the mean, over the operations of the supercell,
# of the number of configurations each leaves unchanged.

# %%
space = ConfigurationSpace(crystal=average, plan=large)
print(f"{space.total():,} labelled configurations")
print(f"{space.count():,} distinct by symmetry")

sizes, fixed = [alike.size for alike in space.classes], space.fixed_by

# %% [markdown]
# The leaner cell has 5,660 distinct ones, which is few enough to make them all.
# Each stands for as many labelled ones as it has images (its *degeneracy*), and together they must account for every one.

# %%
lean = ConfigurationSpace(crystal=average_crystal(beta, leaner), plan=small)
degeneracies = [configuration.degeneracy for configuration in lean.enumerate()]
print(f"{len(degeneracies):,} made, which stand for {sum(degeneracies):,}")

# %% [markdown]
# Small cells can be checked by hand or with any other program; these counts are known from several.

# %%
known = {1: 1, 2: 7, 3: 12, 4: 43, 5: 68, 6: 135, 7: 159, 8: 204}
counts = {}
for vacant in known:
    item = parse_specification(beta, [f"Li@4f={vacant}/16"])
    tiny = plan_supercells(
        average_crystal(beta, item),
        item,
        supercell=np.diag([2, 2, 1]),
        allow_charge=True,
    )[0]
    counted = ConfigurationSpace(crystal=average_crystal(beta, item), plan=tiny)
    counts[vacant] = (counted.total(), counted.count())

# %% tags=["hide-input"]
vacant = list(counts)
figure, axes = plt.subplots(figsize=(5.6, 3.4))
axes.semilogy(
    vacant,
    [counts[number][0] for number in vacant],
    "o-",
    color=ORANGE,
    label="labelled",
)
axes.semilogy(
    vacant,
    [counts[number][1] for number in vacant],
    "s-",
    color=BLUE,
    label="distinct by symmetry",
)
axes.set_xlabel("vacancies on the 16 Li(4f) sites of the 2 × 2 × 1 cell")
axes.set_ylabel("configurations")
axes.legend(frameon=False)
figure.tight_layout()
plt.show()

# %% [markdown]
# ## Which are likely?
#
# A first ranking is the electrostatic energy of point charges: vacancies of like charge keep apart, and a lithium vacancy
# (−1) sits near a nitrogen vacancy (+3).
# In the 2 × 2 × 1 cell with three lithium vacancies and one nitrogen vacancy all 70 are ranked, exactly.

# %%
item = parse_specification(beta, ["Li@4f=3/16", "N@2c=1/8"])
ranked_average = average_crystal(beta, item)
ranked_plan = plan_supercells(ranked_average, item, supercell=np.diag([2, 2, 1]))[0]
ranked_space = ConfigurationSpace(crystal=ranked_average, plan=ranked_plan)
ranked = ranked_space.lowest(70)

lowest = configuration_crystal(ranked_space, ranked[0])
print(f"lowest: {ranked[0].energy:.4f} eV, degeneracy {ranked[0].degeneracy}")
structure_scene(lowest)

# %% [markdown]
# In the large cell nobody ranks 228 million structures for a first look.
# Simulated annealing finds low ones, and says `annealed` instead of `exact`.
# Against it stands what chance alone makes: uniform samples of the labelled configurations.

# %%
best = space.lowest(1, seed=0)[0]
sample = space.sample(2000, seed=0)
charges = space.charges(np.array([one.codes for one in sample]))
energies = space.ewald.energies(charges)

# %% tags=["hide-input"]
figure, axes = plt.subplots(figsize=(5.6, 3.4))
axes.hist(energies - best.energy, bins=40, color=GREY)
axes.axvline(0, color=BLUE, linewidth=2)
axes.text(0.6, axes.get_ylim()[1] * 0.85, "annealed", color=BLUE)
axes.set_xlabel("electrostatic energy above the lowest found (eV per cell)")
axes.set_ylabel("of 2,000 random configurations")
figure.tight_layout()
plt.show()

# %% [markdown]
# A random placing lies far above the lowest.
# A molecular-dynamics run from one random cell is therefore one draw from a wide distribution: start from several.
#
# ## Files
#
# Whatever is written carries how it was made: source, supercell, counts, energy, seed.

# %%
with TemporaryDirectory() as folder:
    path = write(
        configuration_crystal(space, best), Path(folder) / "Li102N34.vasp", "poscar"
    )
    title, *rest = path.read_text(encoding="utf-8").splitlines()[:7]
print(title)
print(*rest, sep="\n")

# %% [markdown]
# On the command line the whole notebook is
#
# ```console
# nitrivac vacancies beta-Li3N "Li@4f=8.1(2)%" "N@2c=5.4(1)%" \
#   --lowest 10 -o cells/ --format poscar
# ```
#
# ## Limits
#
# The energies are those of point charges with formal oxidation states on unrelaxed sites.
# They rank configurations and are no formation energies: screening and relaxation are left out.
# The average structure says how much is missing, never where: correlations between vacancies are not in a Bragg refinement.

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
assert average.formula == "Li2.838N0.946"
assert abs(average.charge) < 1e-9
assert abs(lost - 0.054) < 1e-9

assert large.matrix.tolist() == [[3, 0, 0], [0, 3, 0], [0, 0, 2]]
assert large.charge == 0
assert {one.address: (one.vacant, one.sites) for one in large.counts} == {
    "N@2c": (2, 36),
    "Li@4f": (6, 72),
}
assert large.atoms == 102 + 34
assert round(100 * 6 / 108, 1) == 5.6

assert small.matrix.tolist() == large.matrix.tolist()
assert {one.address: one.vacant for one in small.counts} == {"N@2c": 1, "Li@4f": 3}
assert small.atoms == 105 + 35
assert small.charge == 0

assert space.total() == comb(72, 6) * comb(36, 2) == 98_430_512_040
assert space.count() == 228_638_895
assert sum(sizes) == space.supercell.order == 432
assert (
    sum(size * number for size, number in zip(sizes, fixed, strict=True))
    == 432 * space.count()
)
assert max(fixed) == space.total()  # the identity leaves everything unchanged

assert len(degeneracies) == lean.count() == 5_660
assert sum(degeneracies) == lean.total() == 2_147_040

assert counts == {number: (comb(16, number), known[number]) for number in known}

assert len(ranked) == ranked_space.count() == 70
assert all(one.certificate == "exact" for one in ranked)
assert all(low.energy < high.energy + 1e-6 for low, high in pairwise(ranked))
assert abs(ranked[0].energy - -438.1894) < 1e-3
assert lowest.space_group.symbol == "Cm"

assert best.certificate == "annealed"
assert best.energy < energies.min()

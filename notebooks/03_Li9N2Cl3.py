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
# # 3. Li₉N₂Cl₃: mixed anions, short-range order, and the jumps that percolate
#
# Li₉N₂Cl₃ is a lithium-poor antifluorite, Li₁.₈N₀.₄Cl₀.₆: nitrogen and chlorine share one site at random, and a tenth of the
# lithium sites is empty.
# Milled with still more vacancies it conducts 19 or 43 times better, by which of two printed values for the parent is taken.
# Every lithium jump crosses an edge between two anions, and which two decides what the jump costs.
# This notebook asks which kinds of jump reach through the crystal by themselves.
#
# ## Composition

# %% tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from nitrivac import (
    ConfigurationSpace,
    analyze_polyhedra,
    find_hops,
    load,
    make_supercell,
    parse_specification,
    plan_supercells,
)
from nitrivac.migration import fillings_of, jump_kinds
from nitrivac.report.figures import hops_scene
from nitrivac.vacancies import occupant_names, warren_cowley

COLOURS = {"N-N": "#0072B2", "Cl-N": "#009E73", "Cl-Cl": "#E69F00"}

# %%
crystal = load("Li9N2Cl3")
crystal

# %% [markdown]
# Sectors show what shares a site; white is vacant.
# The review gives the anion shares once as 60 % N and 40 % Cl and once through the formula Li₁.₈N₀.₄Cl₀.₆.
# Charge balance decides: 1.8 = 3 × 0.4 + 0.6.

# %%
as_in_the_text = 1.8 - 3 * 0.6 - 0.4
print(
    f"60 % N: charge {as_in_the_text:+.1f}; 40 % N: {abs(1.8 - 3 * 0.4 - 0.6):.1f}"
)

# %% [markdown]
# The milled material is Li₈.₆₀N₁.₉₁₁Cl₂.₈₆₇: 14 % of the lithium and 4.4 % of the anion sites are empty, in balance again.

# %%
milled = load("Li9N2Cl3-vacancy-rich")
for orbit in milled.orbits:
    print(f"{milled.address(orbit)}: {orbit.vacancy:.1%} vacant")

# %% [markdown]
# ## The lattice of jumps
#
# In an antifluorite the lithium sites are a simple cubic lattice of edge a/2, and neighbouring tetrahedra share an edge.
# The cell edge was not found in print: 5.39 Å is good to about 0.05 Å (the record says so), and every distance scales with it.

# %%
network = find_hops(crystal)
hop = network.hop("h1")
hops_scene(crystal, network)

# %%
print(f"{hop.pair}: {hop.distance:.4f} angstrom, {hop.per_site['Li@8c']} per site")

sharing = analyze_polyhedra(crystal).sharing[0]
print(f"each tetrahedron shares {sharing.edge} edges and {sharing.corner} corners")

# %% [markdown]
# A simple cubic lattice whose sites are filled at random percolates from 31.16 % on (a well-known number).
# A box of finite size first spans a little later; the estimate falls towards the limit as the box grows.
# With 90 % of the sites filled lithium is far above it.

# %%
estimates = {}
for size in (3, 6, 12):
    filling, _ = fillings_of(
        crystal, network, ["h1"], box=(size, size, size), runs=60, seed=1
    )
    mean, error = estimates[size] = filling.threshold(3)
    print(f"{filling.n_sites:6d} sites: {mean:.4f} +- {error:.4f}")
distances_to_limit = [abs(mean - 0.3116) for mean, _ in estimates.values()]

# %% [markdown]
# ## Which jumps percolate?
#
# A jump crosses an edge N–N, N–Cl or Cl–Cl.
# If only one kind is fast, does it lead anywhere?
# The box has 64,000 lithium sites, and the anions are dealt out at random.

# %%
KINDS = ("N-N", "Cl-N", "Cl-Cl")


def random_jumps(share_of_nitrogen, cells, seed):
    """The jumps of a box of cells whose anion sites are shared out at random."""
    corners = (
        np.array(np.meshgrid(*[range(cells)] * 3, indexing="ij")).reshape(3, -1).T
    )
    sites = {
        address: (
            (corners[:, None] + crystal.frac_coords[crystal.find(address).indices])
            / cells
        ).reshape(-1, 3)
        for address in ("8c", "4a")
    }
    number = len(sites["4a"])
    elements = np.where(
        np.arange(number) < round(share_of_nitrogen * number), "N", "Cl"
    )
    np.random.default_rng(seed).shuffle(elements)
    return jump_kinds(
        crystal.lattice * cells,
        sites["8c"],
        sites["4a"],
        elements.tolist(),
        max_distance=2.75,
        ligand_cutoff=2.6,
    )


jumps = random_jumps(0.4, cells=20, seed=0)
shares = jumps.shares()
table = [
    {
        "jumps": " and ".join(names),
        "share": sum(shares[name] for name in names),
        "dimensions": dimensions,
        "sites": reached,
    }
    for names in (["N-N"], ["Cl-N"], ["Cl-Cl"], ["N-N", "Cl-N"], ["Cl-N", "Cl-Cl"])
    for dimensions, reached in [jumps.percolation(names)]
]
pd.DataFrame(table).round(3)

# %% [markdown]
# For the composition of Li₉N₂Cl₃ the pairs of a random alloy come in the shares x², 2x(1−x) and (1−x)².
# N–N jumps, a sixth of all, lead nowhere.
# N–Cl jumps alone span three dimensions and reach five sites of six, and Cl–Cl jumps alone reach three of four.

# %% tags=["hide-input"]
compositions = np.linspace(0.05, 0.95, 19)
reached = {name: [] for name in KINDS}
for number, composition in enumerate(compositions):
    box = random_jumps(composition, cells=10, seed=number)
    for name in KINDS:
        dimensions, part = box.percolation([name])
        reached[name].append(part if dimensions == 3 else 0.0)

figure, axes = plt.subplots(figsize=(6.0, 3.6))
for name, marker in zip(KINDS, "o^s", strict=True):
    axes.plot(
        compositions,
        reached[name],
        marker=marker,
        color=COLOURS[name],
        label=f"{name} edges only",
    )
axes.axvspan(1 / 3, 1 / 2, color="#dddddd", zorder=0)
axes.text(0.417, 0.12, "solid\nsolution", ha="center", fontsize=8, color="#555555")
axes.set_xlabel("share x of nitrogen on the anion site")
axes.set_ylabel("share of Li sites reached in 3D")
axes.legend(
    frameon=False,
    loc="upper center",
    bbox_to_anchor=(0.5, 1.16),
    ncols=3,
    fontsize=9,
)
figure.tight_layout()
plt.show()

# %% [markdown]
# In the solid solution Li₁₊₂ₓCl₁₋ₓNₓ (0.33 < x < 0.5, grey) both N–Cl and Cl–Cl jumps percolate.
# N–N jumps alone lead through the crystal near its upper end at most.
#
# ## Short-range order
#
# Nitrogen carries three charges and chlorine one, so they will not be quite random.
# The Warren-Cowley parameter α measures it: 0 for the random alloy, negative where two kinds like to be neighbours.
# The exact composition fits in cells with a multiple of five anions, and `tolerance=0` asks for it.
# The smallest with images 10 Å apart has 56 atoms; one of twice the size, of ten conventional cells, leaves less to chance.

# %%
targets = parse_specification(crystal)
plan = plan_supercells(
    crystal, targets, tolerance=0, supercell=[[-2, 0, 0], [0, -2, -1], [0, -1, 2]]
)[0]
space = ConfigurationSpace(crystal=crystal, plan=plan)
print(f"{plan.atoms} atoms, {space.count():,} distinct configurations")

random_like = space.quasirandom(1, seed=0)[0]
ordered = space.lowest(1, seed=0)[0]


def nearest_anions(configuration):
    """Alpha of N and Cl on the nearest anion sites."""
    first = min(
        row.distance
        for row in warren_cowley(space, configuration)
        if row.sites == ("N/Cl@4a", "N/Cl@4a")
    )
    return next(
        row.alpha
        for row in warren_cowley(space, configuration)
        if row.sites == ("N/Cl@4a", "N/Cl@4a")
        and row.occupants == ("N", "Cl")
        and row.distance == first
    )


alphas = {
    "quasirandom": nearest_anions(random_like),
    "lowest electrostatic energy": nearest_anions(ordered),
}
print({name: round(alpha, 3) for name, alpha in alphas.items()})

# %% [markdown]
# Electrostatics puts chlorine next to nitrogen, and that changes the census of the jumps: fewer N–N edges, more mixed ones.

# %%
cell = make_supercell(crystal, plan.matrix)


def census(configuration):
    """Jumps of a configuration by kind."""
    names = occupant_names(space, configuration)
    is_anion = np.isin(names, ("N", "Cl"))
    is_lithium_site = crystal.orbit_of_site[
        cell.parent_site
    ] == crystal.orbits.index(crystal.find("Li@8c"))
    return jump_kinds(
        cell.lattice,
        cell.frac_coords[is_lithium_site],
        cell.frac_coords[is_anion],
        names[is_anion].tolist(),
        max_distance=2.75,
        ligand_cutoff=2.6,
    ).shares()


counts = {
    name: census(one)
    for name, one in (("quasirandom", random_like), ("ordered", ordered))
}
pd.DataFrame(counts).reindex(KINDS).fillna(0).round(3)

# %% [markdown]
# ## Limits
#
# Percolation says where a path exists, not how fast it is: that a jump has a name does not give it a barrier.
# The anion order of the lowest electrostatic energy is an extreme; milling makes something between it and chance.
# Whether the real material has such order is not in the diffraction data the catalogue knows.

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
assert abs(crystal.charge) < 1e-9
assert abs(as_in_the_text) > 0.3  # 60 % N would leave the formula charged

assert abs(milled.find("Li@8c").vacancy - 0.140) < 1e-3
assert abs(milled.find("4a").vacancy - 0.0444) < 1e-4
assert abs(milled.charge) < 1e-3

assert abs(hop.distance - crystal.lattice[0, 0] / 2) < 1e-9
assert (hop.multiplicity, hop.per_site["Li@8c"], hop.shared) == (24, 6, "edge")
# One to three dimensions at once.
assert network.by_distance[0].value == network.by_distance[2].value == hop.distance
# Every antifluorite tetrahedron.
assert (sharing.edge, sharing.corner) == (6, 16)

assert distances_to_limit[0] > distances_to_limit[1] > distances_to_limit[2]
assert distances_to_limit[2] < 0.02
assert (
    min(
        orbit.occupancy_of("Li")
        for orbit in crystal.orbits
        if "Li" in orbit.elements
    )
    > 2 * 0.3116
)

assert jumps.n_sites == 64_000

for name, expected in (("N-N", 0.16), ("Cl-N", 0.48), ("Cl-Cl", 0.36)):
    assert abs(shares[name] - expected) < 0.01
assert jumps.percolation(["N-N"])[0] == 0
assert jumps.percolation(["Cl-N"])[0] == 3
assert abs(jumps.percolation(["Cl-N"])[1] - 0.85) < 0.02
assert abs(jumps.percolation(["Cl-Cl"])[1] - 0.74) < 0.02
lean = random_jumps(0.2, cells=20, seed=0)
assert lean.percolation(["Cl-N"])[0] == 0  # too little nitrogen

assert {one.address: one.sites for one in plan.counts} == {
    "N/Cl@4a": 40,
    "Li@8c": 80,
}
assert abs(alphas["quasirandom"]) < 0.05
assert alphas["lowest electrostatic energy"] < -0.1

assert counts["ordered"]["Cl-N"] > counts["quasirandom"]["Cl-N"]
assert counts["ordered"].get("N-N", 0) < counts["quasirandom"]["N-N"]

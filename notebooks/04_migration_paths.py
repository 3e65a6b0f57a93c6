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
# # 4. Migration paths in α- and β-Li₃N, ready for NEB
#
# Both polymorphs of Li₃N conduct, and their lithium moves in different ways.
# This notebook lists the jumps, asks when they lead through the crystal, shows what one free coordinate of β-Li₃N decides,
# and makes the images of a vacancy jump for a nudged-elastic-band (NEB) calculation.

# %% tags=["hide-input"]
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from ase.mep import NEB
from pymatgen.core import Lattice, Structure

from nitrivac import diffusion_tensor, find_hops, load, vacancy_path
from nitrivac.migration import hop_sensitivity, path_texts
from nitrivac.report.figures import hops_scene

BLUE, GREEN, ORANGE = "#0072B2", "#009E73", "#E69F00"


def table(network):
    """The hops of a network as a table."""
    return pd.DataFrame(
        {
            "hop": hop.id,
            "between": hop.pair,
            "d (Å)": round(hop.distance, 4),
            "n": hop.multiplicity,
            "shared": hop.shared,
            "bottleneck (Å)": round(hop.straight.radius, 3),
            "widest (Å)": round(hop.widest.radius, 3),
            "elementary": hop.elementary,
        }
        for hop in network.hops
    )


# %% [markdown]
# ## α-Li₃N: fast in layers
#
# The α phase stacks Li₂N layers (Li on 2c) with lithium between them (1b).

# %%
alpha, beta = load("alpha-Li3N"), load("beta-Li3N")
alpha

# %%
alpha_hops, beta_hops = find_hops(alpha), find_hops(beta)
hops_scene(alpha, alpha_hops)

# %%
table(alpha_hops)

# %% [markdown]
# n is the number of pairs of sites per cell, the bottleneck radius that of the largest sphere which passes between the
# immobile ions on the straight way, or on the widest.
# The shortest hop, a/√3, stays within a layer and spans two dimensions; h2 over 1b, or h6 straight along c, leave it.
# h4, 3.648 Å from 2c to 2c, passes a third lithium on the way: it is two hops, and `elementary` says so.

# %%
in_layer, between_layers = alpha_hops.hop("h1"), alpha_hops.hop("h2")
a, c = alpha.lattice[0, 0], alpha.lattice[2, 2]

for limit in alpha_hops.by_distance:
    spanned = ", ".join(limit.directions)
    print(f"{limit.dimension} dimensions from {limit.value:.4f} Å: {spanned}")

# %% [markdown]
# Experiment agrees in kind: single crystals conduct 1.2 × 10⁻³ S/cm across c and 1 × 10⁻⁵ S/cm along it at 300 K.
# It also warns against reading barriers off geometry.
# The in-plane barrier is 0.007 eV in the calculations the review quotes, where the measured activation energy is 0.29 eV:
# the measured one includes making the vacancy, or moving the defects that carry the charge.
#
# Take the measured activation energies as if they were barriers of independent jumps.
# The exact tensor of that model gives an anisotropy to compare, and it comes out within a factor of three or so.

# %%
thermal_energy = 8.617333e-5 * 300  # eV
rates = {"h1": np.exp(-0.29 / thermal_energy), "h2": np.exp(-0.49 / thermal_energy)}
model = diffusion_tensor(alpha_hops, rates)
measured = 1.2e-3 / 1.0e-5
print(f"model {model.anisotropy:.0f}, measured {measured:.0f}")

# %% [markdown]
# The tensor itself can be checked by hand.
# With rate 1 on the in-plane hops, D = (2/3) · 3 · d² / 4 in the plane and nothing along c: two of three sites take part,
# each has three neighbours at distance d, and the plane has two dimensions.

# %%
only_in_plane = diffusion_tensor(alpha_hops, {"h1": 1.0}).tensor
by_hand = (2 / 3) * 3 * in_layer.distance**2 / 4
print("tensor:", np.diag(only_in_plane).round(4), "by hand:", round(by_hand, 4))

# %% [markdown]
# ## β-Li₃N: three ways to jump, and a coordinate that decides

# %%
hops_scene(beta, beta_hops)

# %%
table(beta_hops)

# %% [markdown]
# Sites 2b and 4f lie so close that three different hops are within 0.15 Å of each other: 4f–4f along c (through a shared
# face), 4f–4f in zigzag (over an edge), and 2b–4f (over an edge).
# Which is shortest, and so whether lithium on 4f percolates alone or needs 2b, hangs on the height z of 4f.
#
# Both kinds of oblique hop go a/√3 sideways.
# Along c the zigzag climbs (2z − 1)c and the 2b–4f hop (3/4 − z)c, so they are equally long at z = 7/12.

# %%
turning_point = Fraction(7, 12)


def beta_with(z):
    """Beta-Li3N with another height of 4f, made in pymatgen."""
    sites = [[1 / 3, 2 / 3, 0.25], [0, 0, 0.25], [1 / 3, 2 / 3, z]]
    cell, elements = Lattice.hexagonal(3.552, 6.311), ["N", "Li", "Li"]
    return load(Structure.from_spacegroup("P6_3/mmc", cell, elements, sites))


heights = np.linspace(0.574, 0.594, 21)
lengths = {"4f–4f along c": [], "4f–4f zigzag": [], "2b–4f": []}
thresholds = []
for z in heights:
    network = find_hops(beta_with(z), max_distance=2.6)
    for hop in network.hops:
        kind = (
            "2b–4f"
            if hop.start != hop.end
            else "4f–4f along c"
            if hop.shared == "face"
            else "4f–4f zigzag"
        )
        lengths[kind].append(hop.distance)
    thresholds.append([limit.value for limit in network.by_distance])

# %% tags=["hide-input"]
figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), sharey=True)
for (name, values), colour in zip(
    lengths.items(), (ORANGE, BLUE, GREEN), strict=True
):
    left.plot(heights, values, color=colour, label=name)
left.legend(frameon=False, fontsize=8)
left.set_ylabel("distance (Å)")
right.plot(
    heights,
    [row[1] for row in thresholds],
    color="black",
    linestyle="--",
    label="two dimensions",
)
right.plot(
    heights, [row[2] for row in thresholds], color="black", label="three dimensions"
)
right.legend(frameon=False, fontsize=8, title="hops that long span")
for axes in (left, right):
    axes.axvline(7 / 12, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_xlabel("z of Li(4f); dotted: 7/12")
figure.tight_layout()
plt.show()

# %% [markdown]
# Below 7/12 the sites 4f span three dimensions by themselves.
# Above, lithium on 2b is needed first, for two dimensions, and the zigzag makes the third.
# Two computed databases agree on z ≈ 0.577, below; a third source with noise on its coordinates has 0.591, above.

# %%
below, above = find_hops(beta_with(0.57723)), find_hops(beta_with(0.59096))
for name, network in (("z = 0.577", below), ("z = 0.591", above)):
    two, three = (limit.value for limit in network.by_distance[1:])
    print(f"{name}: two dimensions from {two:.4f}, three from {three:.4f} angstrom")

# %% [markdown]
# One need not guess which coordinate matters: `hop_sensitivity` shifts each and finds where the order of hops turns.

# %%
sensitivity = hop_sensitivity(beta, beta_hops, delta=0.01)
turn = next(
    one for one in sensitivity.crossings if {one.first, one.second} == {"h2", "h3"}
)
z_of_record = float(beta.frac_coords[beta.find("Li@4f").indices[0], 2])
print(f"{turn.first} and {turn.second} change places")
print(f"at {turn.coordinate} {turn.amount:+.5f}")

# %% [markdown]
# ## Images for NEB
#
# A vacancy path needs a supercell in which the ion does not meet its own image, every image with the same atoms in the same
# order, and an ion that does not wrap round the cell.
# Where a symmetry element swaps the ends, half the band is enough.

# %%
paths = {}
for crystal, network, name in (
    (alpha, alpha_hops, "h1"),
    (alpha, alpha_hops, "h2"),
    (beta, beta_hops, "h1"),
):
    path = vacancy_path(crystal, network, name, images=5)
    paths[path.source, name] = path
    swapped = ", ".join(path.reversed_by) or "nothing"
    print(f"{path.source} {name}: {len(path.symbols)} atoms, swapped by {swapped}")

# %% [markdown]
# ASE takes the images as they are, and VASP finds a folder for each.

# %%
images = paths["beta-Li3N", "h1"].atoms()
band = NEB(images, climb=True, method="improvedtangent")

files = path_texts(paths["beta-Li3N", "h1"], Path("neb"), "vasp")
print(*(file.as_posix() for file in files), sep="\n")

# %% [markdown]
# A profile along the way says what the ion meets.
# The bond-valence sum of lithium should stay near 1; the free radius is the room left between the immobile ions.

# %% tags=["hide-input"]
figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.2))
labels = {
    ("alpha-Li3N", "h1"): ("α, within a layer", BLUE),
    ("alpha-Li3N", "h2"): ("α, between layers", ORANGE),
    ("beta-Li3N", "h1"): ("β, 4f–4f along c", GREEN),
}
for key, (label, colour) in labels.items():
    profile = paths[key].profile
    fractions = [point.fraction for point in profile]
    left.plot(
        fractions,
        [point.bond_valence_sum for point in profile],
        "o-",
        color=colour,
        label=label,
        markersize=4,
    )
    right.plot(
        fractions,
        [point.clearance for point in profile],
        "o-",
        color=colour,
        markersize=4,
    )
left.set_ylabel("bond-valence sum")
right.set_ylabel("free radius (Å)")
for axes in (left, right):
    axes.set_xlabel("share of the way")
figure.legend(loc="upper center", ncols=3, frameon=False, fontsize=9)
figure.tight_layout(rect=(0, 0, 1, 0.92))
plt.show()

# %%
narrowest = {
    key: min(point.clearance for point in path.profile)
    for key, path in paths.items()
}
for (source, name), radius in narrowest.items():
    print(f"{source} {name}: {radius:.3f} angstrom at the narrowest point")

# %% [markdown]
# ## Limits
#
# Distances, free radii and bond-valence sums describe the path; none of them is a barrier.
# The images start from unrelaxed sites: relax both ends before the band.
# On the command line: `nitrivac hops beta-Li3N --sensitivity 0.01` and `nitrivac path beta-Li3N --hop h1 -o neb/`.

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
assert abs(in_layer.distance - a / np.sqrt(3)) < 1e-9
assert (in_layer.pair, between_layers.pair) == ("Li@2c - Li@2c", "Li@1b - Li@2c")
one, two, three = alpha_hops.by_distance
assert abs(one.value - in_layer.distance) < 1e-9
assert abs(two.value - in_layer.distance) < 1e-9
assert two.directions == ("(001)",)
assert abs(three.value - between_layers.distance) < 1e-9
assert abs(three.value - 2.8618) < 1e-4
assert not alpha_hops.hop("h4").elementary

assert 1 / 4 < model.anisotropy / measured < 4

assert np.allclose(np.diag(only_in_plane), [by_hand, by_hand, 0.0])

assert 2 * turning_point - 1 == Fraction(3, 4) - turning_point
assert all(len(values) == len(heights) for values in lengths.values())

# All three dimensions at once.
assert below.by_distance[0].value == below.by_distance[2].value
assert {below.hop(name).pair for name in ("h1", "h2")} == {"Li@4f - Li@4f"}
# 4f alone: zigzag sheets, joined along c; 2b, a third of the sites, takes no part.
assert below.percolation(["h1", "h2"]).dimension == 3
assert abs(below.percolation(["h1", "h2"]).share - 2 / 3) < 1e-9
assert abs(below.by_distance[2].value - 2.2706) < 1e-4
assert above.by_distance[1].value < above.by_distance[2].value  # sheets first
assert above.hop("h2").pair == "Li@2b - Li@4f"
assert above.by_distance[1].directions == ("(001)",)
assert above.percolation(["h2"]).dimension == 2

assert turn.coordinate == "Li@4f z"
assert abs(z_of_record + turn.amount - 7 / 12) < 1e-6

for (source, _), path in paths.items():
    assert path.positions.shape == (7, len(path.symbols), 3)
    # One lithium is missing: the vacancy.
    full = load(source).n_sites * abs(round(np.linalg.det(path.matrix)))
    assert len(path.symbols) == full - 1
    steps = np.linalg.norm(np.diff(path.positions[:, path.moving], axis=0), axis=1)
    assert steps.max() < 1.0  # unwrapped: no image jumps across the cell
assert paths["alpha-Li3N", "h1"].reversed_by
assert not paths["alpha-Li3N", "h2"].reversed_by  # from 2c to 1b: the ends differ

assert len(band.images) == 7
assert all((image.numbers == images[0].numbers).all() for image in images)
assert [file.as_posix() for file in files][:2] == ["neb/00/POSCAR", "neb/01/POSCAR"]

assert narrowest["alpha-Li3N", "h2"] < narrowest["alpha-Li3N", "h1"]

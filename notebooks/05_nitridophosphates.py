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
# # 5. Nitridophosphates by condensation: from isolated PN₄ to a network
#
# Lithium nitridophosphates are built of PN₄ tetrahedra.
# The more nitrogen two phosphorus atoms share, the fewer nitrogen atoms there are for each phosphorus, and the degree of
# condensation κ = n(P)/n(N) climbs from 1/4, where no corner is shared, to 1/2, where all are.
# The review arranges the compounds on this ladder (its figure 6).
# This notebook measures each step on the structures.

# %% tags=["hide-input"]
from fractions import Fraction

import matplotlib.pyplot as plt
import pandas as pd

from nitrivac import analyze_polyhedra, find_hops, get_material, load

BLUE, GREEN, ORANGE, PINK = "#0072B2", "#009E73", "#E69F00", "#CC79A7"

LADDER = [
    "Li7PN4",
    "Li12P3N9",
    "Li4PN3",
    "Li18P6N16",
    "alpha-Li10P4N10",
    "beta-Li10P4N10",
    "Li5P2N5",
    "LiPN2",
]
# %% [markdown]
# Two steps of the ladder: the P₆N₁₆ groups of Li₁₈P₆N₁₆ (turn it: along a they are rings), and the P₄N₁₀ cages of
# α-Li₁₀P₄N₁₀.

# %%
load("Li18P6N16")

# %%
load("alpha-Li10P4N10")

# %% tags=["hide-input"]
built = [name for name in LADDER if get_material(name).sites]
computed = [
    f"{name}#{one.name}" for name in LADDER for one in get_material(name).candidates
]
frameworks = {
    name: analyze_polyhedra(load(name), centres=("P",)).frameworks[0]
    for name in [*built, *computed]
}
pd.DataFrame(
    {
        "compound": name,
        "grade": load(name).provenance.grade or "candidate",
        "unit": one.formula,
        "name": one.name,
        "κ": str(one.kappa),
        "Q": ", ".join(f"Q{n} {share:.0%}" for n, share in one.q.items()),
        "dim.": one.dimension,
        "rings per P": ", ".join(
            f"{size}: {number:g}" for size, number in one.rings.items()
        )
        or "-",
    }
    for name, one in frameworks.items()
)

# %% [markdown]
# The three with grade R were recovered by computation in their published groups: good for topology, not for bond lengths.
# Two of the eight have a published space group and no coordinates that could be seen.
# Searches found their anions as published, but not for certain where the lithium is: `compound#name` is a *candidate*, computed, not
# decided, and not to be cited as the structure.
# This notebook takes from candidates only what does not depend on the choice.

# %%
for name in computed:
    print(f"{name}: {load(name).provenance.caution}\n")

# %% [markdown]
# ## The ladder
#
# Every PN₄ has four nitrogen atoms; n of them bridge to another phosphorus (Qⁿ) and belong to it by half.
# So a tetrahedron owns 4 − n/2 nitrogen atoms, and where all tetrahedra are alike κ = 1/(4 − n/2).
# The mean n must therefore follow from κ alone.

# %% tags=["hide-input"]
figure, axes = plt.subplots(figsize=(6.0, 3.6))
kinds = {
    0: ("finite group", BLUE),
    1: ("chain", ORANGE),
    2: ("layer, a candidate", GREEN),
    3: ("network", PINK),
}
for name, one in frameworks.items():
    if name.startswith("beta"):
        continue  # the cage of the alpha form, at the same place
    bridging = sum(n * share for n, share in one.q.items())
    size = 15 if one.dimension == 2 else 9  # the layer is around the cage
    axes.plot(
        bridging,
        float(one.kappa),
        "o",
        color=kinds[one.dimension][1],
        markersize=size,
        zorder=1 if size > 9 else 2,
    )
    lift = (8, -14) if name in ("Li4PN3", "Li5P2N5#layers") else (8, -3)
    axes.annotate(
        name,
        (bridging, float(one.kappa)),
        xytext=lift,
        textcoords="offset points",
        fontsize=8,
    )
steps = [number / 50 for number in range(201)]
axes.plot(
    steps,
    [1 / (4 - step / 2) for step in steps],
    color="#999999",
    linewidth=1,
    zorder=0,
)
for label, colour in kinds.values():
    axes.plot([], [], "o", color=colour, label=label)
axes.set_xlabel("mean number of bridging N per P")
axes.set_ylabel("degree of condensation κ")
axes.set_yticks(
    [1 / 4, 1 / 3, 3 / 8, 2 / 5, 1 / 2], ["1/4", "1/3", "3/8", "2/5", "1/2"]
)
axes.set_xlim(-0.3, 4.9)
axes.legend(frameon=False, loc="upper left")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## One κ, several structures
#
# κ alone does not say what the phosphorus and nitrogen build.
# Li₁₂P₃N₉ has rings of three tetrahedra and Li₄PN₃, its high-pressure form, endless chains with a period of two, both with
# κ = 1/3 and Q².

# %%
ring, chain = frameworks["Li12P3N9"], frameworks["Li4PN3"]
for one in (ring, chain):
    print(f"{one.formula}: {one.name}, κ = {one.kappa}, {one.dimension} dimensions")

# %% [markdown]
# The largest finite anions: [P₆N₁₆] of one ring of four and two rings of three, and the cage [P₄N₁₀] that phosphorus
# oxide P₄O₁₀ has too, with six bridging and four terminal nitrogen atoms.

# %%
tricyclic, cage = frameworks["Li18P6N16"], frameworks["alpha-Li10P4N10"]
rings_in_group = {
    size: round(number * 6) for size, number in tricyclic.rings.items()
}
print(f"{tricyclic.formula}: rings by size {rings_in_group}")
print(f"{cage.formula}: {cage.name}, N by the P it meets {cage.roles['N']}")

# %% [markdown]
# β-Li₁₀P₄N₁₀ has the same cage in both of its candidates, whatever the lithium does.

# %%
for name in ("beta-Li10P4N10#R3", "beta-Li10P4N10#R32"):
    print(f"{name}: {frameworks[name].formula}, {frameworks[name].name}")

# %% [markdown]
# LiPN₂ shares every corner: its phosphorus atoms sit as the carbon atoms of diamond do, with two rings of six at each.
# The coordination sequence, the number of neighbours in the first, second, third shell, tells the net.

# %%
network = frameworks["LiPN2"]
print(f"{network.net}: {network.sequences[0]}")
load("LiPN2")

# %% [markdown]
# The review calls the structure of Li₅P₂N₅ zig-zag chains, and the paper it stands for describes corrugated layers of rings of six, as
# in black phosphorus.
# κ cannot decide between them and the cage of Li₁₀P₄N₁₀, which has κ = 2/5 and Q³ too.
# The candidate was made with such layers, so it is no proof of them; it shows what they are: a net with three neighbours at every
# phosphorus atom and hexagons only, the honeycomb (hcb), whose shells grow by three.

# %%
layer = frameworks["Li5P2N5#layers"]
print(f"{layer.net}: {layer.sequences[0]}")

# %% [markdown]
# ## What κ leaves out
#
# The ratio n(T)/n(X) is 1/2 in linear NCN and BN₂ groups as well, which share nothing at all.
# Print κ together with the coordination number, Qⁿ and the dimension.

# %%
cyanamide = analyze_polyhedra(load("Li2CN2"), centres=("C",)).frameworks[0]
pd.DataFrame(
    {
        "compound": name,
        "κ": str(one.kappa),
        "CN": ", ".join(map(str, one.coordination)),
        "Q": ", ".join(f"Q{n}" for n in one.q),
        "dim.": one.dimension,
    }
    for name, one in (("Li2CN2", cyanamide), ("LiPN2", network))
)

# %% [markdown]
# ## Room for lithium
#
# Candidates are left out here, since their lithium is what is not decided.
# The more condensed the anion, the less lithium there is for each phosphorus, and the longer its jumps.

# %%
rows = []
for name in built:
    crystal = load(name)
    hops = find_hops(crystal)
    rows.append(
        {
            "compound": name,
            "grade": crystal.provenance.grade,
            "κ": str(frameworks[name].kappa),
            "Li per P": round(crystal.contents["Li"] / crystal.contents["P"], 3),
            "sites": "ordered" if crystal.is_ordered else "partly filled",
            "spans 3D from (Å)": round(hops.by_distance[2].value, 3),
        }
    )
ordered = {
    row["compound"]: row["spans 3D from (Å)"]
    for row in rows
    if row["sites"] == "ordered"
}
pd.DataFrame(rows)

# %% [markdown]
# α-Li₁₀P₄N₁₀ has more lithium sites than lithium, some so near each other that only one of them can be filled.
# Its short distances are those of split sites and do not compare with the others.
#
# The ends of the ladder are the ends of the measured conductivities too: 1.8 × 10⁻⁷ S/cm for Li₇PN₄ and 2.1 × 10⁻⁹ S/cm for
# LiPN₂ at 25 °C.
# [Notebook 6](06_structure_and_conductivity.py) asks how far such a comparison carries.

# %%
sigma = {
    name: get_material(name).measurements[0].sigma_S_cm
    for name in ("Li7PN4", "LiPN2")
}
print(sigma)

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
assert set(LADDER) - set(built) == {"beta-Li10P4N10", "Li5P2N5"}
assert computed == ["beta-Li10P4N10#R3", "beta-Li10P4N10#R32", "Li5P2N5#layers"]

assert frameworks["Li7PN4"].kappa == Fraction(1, 4)
assert frameworks["Li12P3N9"].kappa == frameworks["Li4PN3"].kappa == Fraction(1, 3)
assert frameworks["Li18P6N16"].kappa == Fraction(3, 8)
assert all(
    frameworks[name].kappa == Fraction(2, 5)
    for name in ["alpha-Li10P4N10", *computed]
)
assert frameworks["LiPN2"].kappa == Fraction(1, 2)

for name, one in frameworks.items():
    bridging = sum(n * share for n, share in one.q.items())
    assert abs(float(one.kappa) - 1 / (4 - bridging / 2)) < 1e-4, name
    assert one.coordination == {4: 1.0}, name

assert (ring.name, ring.dimension, ring.formula) == ("dreier ring", 0, "P3N9")
assert (chain.name, chain.dimension) == ("zweier chain", 1)
assert ring.q == chain.q == {2: 1.0}

assert rings_in_group == {3: 2, 4: 1}
assert {n: round(6 * share) for n, share in tricyclic.q.items()} == {2: 2, 3: 4}
assert cage.name == "adamantane-like cage"
assert {meets: round(10 * share) for meets, share in cage.roles["N"].items()} == {
    1: 4,
    2: 6,
}

for name in ("beta-Li10P4N10#R3", "beta-Li10P4N10#R32"):
    other = frameworks[name]
    assert (other.name, other.formula) == (cage.name, "P4N10")
    assert (other.dimension, other.q) == (0, {3: 1.0})

assert network.net == "dia"
assert network.sequences[0] == (4, 12, 24, 42, 64, 92)
assert network.rings == {6: 2.0}

assert (layer.kappa, layer.q, layer.dimension) == (cage.kappa, {3: 1.0}, 2)
assert set(layer.rings) == {6}
assert layer.net == "hcb"
assert layer.sequences[0][:5] == (3, 6, 9, 12, 15)
assert cage.q == layer.q

assert cyanamide.kappa == network.kappa == Fraction(1, 2)
assert (cyanamide.q, cyanamide.dimension, cyanamide.coordination) == (
    {0: 1.0},
    0,
    {2: 1.0},
)
assert (network.q, network.dimension, network.coordination) == (
    {4: 1.0},
    3,
    {4: 1.0},
)

assert [row["Li per P"] for row in rows] == [7, 4, 4, 3, 2.5, 1]
assert min(ordered, key=ordered.get) == "Li7PN4"
assert max(ordered, key=ordered.get) == "LiPN2"

assert sigma == {"Li7PN4": 1.83e-7, "LiPN2": 2.1e-9}

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
# # 6. Structure against conductivity, for all classes
#
# Which number of a structure goes with a high conductivity?
# This notebook puts geometry beside every conductivity that the review tabulates near room temperature, and is honest about
# what so few points can show.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from nitrivac import analyze_polyhedra, find_hops, load, materials
from nitrivac.comparison import choose_measurement

# Okabe and Ito's colours, and markers so that colour is not needed.
STYLE = {
    "binary nitride": ("#0072B2", "o"),
    "halide": ("#E69F00", "s"),
    "chalcogenide": ("#F0E442", "D"),
    "nitridophosphate": ("#009E73", "^"),
    "nitridosilicate": ("#CC79A7", "v"),
    "group 13": ("#D55E00", "P"),
    "carbon-nitrogen": ("#56B4E9", "X"),
}


def class_of(family):
    """A short class name."""
    for word, name in (
        ("phosph", "nitridophosphate"),
        ("silic", "nitridosilicate"),
        ("group 13", "group 13"),
        ("carbon", "carbon-nitrogen"),
        ("sulfide", "chalcogenide"),
        ("selenide", "chalcogenide"),
        ("binary", "binary nitride"),
    ):
        if word in family:
            return name
    return "halide"


# %% [markdown]
# ## The table
#
# For each record with a structure: the conductivity that stands for it near 25 °C, and what geometry says.
# Several samples were measured of some compounds, and one of them stands for each by the rule of `nitrivac compare`:
# the rule leaves out samples made amorphous or doped, since the structure is not theirs.


# %% tags=["hide-input"]
def near_room_temperature(one):
    """A plain value of a powder between 20 and 30 °C."""
    powder = one.direction in (None, "polycrystalline")  # else of one direction
    warm = one.temperature_K is not None and 293 <= one.temperature_K <= 303.15
    return powder and warm and one.sigma_qualifier is None


rows, left_out = [], []
for material in materials():
    chosen = choose_measurement(material)
    if chosen is None or not near_room_temperature(chosen):
        continue
    if not material.sites:
        left_out.append(material.id)
        continue
    crystal = load(material.id)
    hops = find_hops(crystal)
    polyhedra = analyze_polyhedra(crystal)
    framework = polyhedra.frameworks[0] if polyhedra.frameworks else None
    lithium = [orbit for orbit in crystal.orbits if "Li" in orbit.elements]
    sites = sum(len(orbit.indices) for orbit in lithium)
    rows.append(
        {
            "id": material.id,
            "class": class_of(material.family),
            "grade": material.grade,
            "log10 sigma": float(np.log10(chosen.sigma_S_cm)),
            "Ea (eV)": chosen.activation_energy_eV,
            "shortest hop (Å)": next(
                hop.distance for hop in hops.hops if not hop.exclusive
            ),
            "3D at (Å)": hops.by_distance[2].value,
            "bottleneck radius (Å)": hops.by_radius[2].value,
            "κ": str(framework.kappa) if framework else "-",
            "vacant Li": 1
            - sum(
                orbit.occupancy_of("Li") * len(orbit.indices) for orbit in lithium
            )
            / sites,
            "Li per Å3": crystal.contents["Li"] / crystal.volume,
        }
    )
data = pd.DataFrame(rows).sort_values(
    "log10 sigma", ascending=False, ignore_index=True
)
print(f"{len(data)} compounds with a structure and a conductivity near 25 °C")
print(f"{len(left_out)} more have a conductivity and no structure")

# %% [markdown]
# ## Geometry beside conductivity

# %% tags=["hide-input"]
DESCRIPTORS = [
    "3D at (Å)",
    "bottleneck radius (Å)",
    "shortest hop (Å)",
    "Li per Å3",
]
LABELS = {
    "3D at (Å)": "hop length that spans 3D (Å)",
    "bottleneck radius (Å)": "bottleneck radius at which 3D is spanned (Å)",
    "shortest hop (Å)": "shortest hop (Å)",
    "Li per Å3": "Li per cubic angstrom",
}
figure, panels = plt.subplots(2, 2, figsize=(8.4, 6.6), sharey=True)
for axes, descriptor in zip(panels.flat, DESCRIPTORS, strict=True):
    for name, (colour, marker) in STYLE.items():
        part = data[data["class"] == name]
        axes.plot(
            part[descriptor],
            part["log10 sigma"],
            marker,
            color=colour,
            label=name,
            markersize=8,
            markeredgecolor="black",
            markeredgewidth=0.5,
        )
    axes.set_xlabel(LABELS[descriptor])
for axes in panels[:, 0]:
    axes.set_ylabel("log₁₀ σ(25 °C) (S/cm)")
handles, labels = panels[0, 0].get_legend_handles_labels()
figure.legend(
    handles, labels, loc="upper center", ncols=4, frameon=False, fontsize=9
)
figure.tight_layout(rect=(0, 0, 1, 0.92))
plt.show()

# %% [markdown]
# The best and the worst differ by seven powers of ten, and the best is the vacancy-rich β-Li₃N.

# %%
shown = ["id", "grade", "log10 sigma", "Ea (eV)", "shortest hop (Å)", "3D at (Å)"]
data[shown].round(3)

# %% [markdown]
# ## How much of it is more than chance?
#
# Spearman's ρ asks whether the order by one number is the order by the other.
# With two dozen compounds its uncertainty is large: resampling them with replacement gives a 95 % interval, and shuffling
# the conductivities tells how often chance makes as large a ρ.

# %% tags=["hide-input"]
random = np.random.default_rng(0)


def rank_correlation(values, sigma):
    """Spearman's rho, its bootstrap interval, and the permutation p."""
    rho = spearmanr(values, sigma).statistic
    draws = random.integers(0, len(values), size=(2000, len(values)))
    low, high = np.percentile(
        [spearmanr(values[row], sigma[row]).statistic for row in draws], [2.5, 97.5]
    )
    shuffled = [
        spearmanr(values, random.permutation(sigma)).statistic for _ in range(2000)
    ]
    chance = (np.sum(np.abs(shuffled) >= abs(rho)) + 1) / (len(shuffled) + 1)
    return rho, low, high, chance


results = {
    descriptor: rank_correlation(
        data[descriptor].to_numpy(), data["log10 sigma"].to_numpy()
    )
    for descriptor in [*DESCRIPTORS, "Ea (eV)"]
}
pd.DataFrame(results, index=["ρ", "from", "to", "p by chance"]).T.round(3)

# %% [markdown]
# The activation energy orders the compounds almost as the conductivity does: it was measured on the same samples.
# Of the geometric numbers the crude ones do best: compounds with much lithium in a small volume, and so with short hops,
# conduct better.
# The bottleneck radius, which costs most to compute, shows nothing that chance could not.

# %% tags=["hide-input"]
figure, axes = plt.subplots(figsize=(6.0, 2.8))
for row, descriptor in enumerate(reversed(list(results))):
    rho, low, high, _ = results[descriptor]
    axes.plot([low, high], [row, row], color="#0072B2", linewidth=2)
    axes.plot(rho, row, "o", color="#0072B2")
axes.axvline(0, color="black", linewidth=0.8)
axes.set_yticks(
    range(len(results)), reversed([LABELS.get(one, one) for one in results])
)
axes.set_xlim(-1, 1)
axes.set_xlabel("Spearman's ρ with conductivity, and its 95 % interval")
figure.tight_layout()
plt.show()

# %% [markdown]
# Do not read more into it.
#
# - Four geometric numbers were tried; among four, one in twenty by chance is one in five.
# - The compounds are no independent sample: two polymorphs of one nitride, two halide phosphates, two pairs of one structure
#   with fewer and more vacancies.
# - A conductivity in a table is that of a sample, with its grain boundaries, and some structures are of grade R.
#
# ## What geometry cannot see
#
# Two pairs have the *same* sites, so every hop, bottleneck and threshold is equal.
# Their conductivities differ tenfold and more, because the vacancies do.

# %%
PAIRS = (
    ("beta-Li3N", "beta-Li3N-vacancy-rich-refined"),
    ("Li9N2Cl3", "Li9N2Cl3-vacancy-rich"),
)
row_of = {row["id"]: row for row in rows}
pd.DataFrame(
    {
        "compound": few,
        "vacant Li": f"{row_of[few]['vacant Li']:.1%}",
        "vacancy-rich": f"{row_of[many]['vacant Li']:.1%}",
        "3D at (Å)": row_of[few]["3D at (Å)"],
        "and": row_of[many]["3D at (Å)"],
        "σ times": round(
            10 ** (row_of[many]["log10 sigma"] - row_of[few]["log10 sigma"])
        ),
    }
    for few, many in PAIRS
).round(3)

# %% [markdown]
# A carrier needs somewhere to go: in a crystal without vacancies the finest network conducts nothing.
# (In Li₆NBr₃ three quarters of the sites in the table are empty for another reason: they are split sites, of which only one
# in four can be filled.)
#
# Geometry says which ways exist and which are blocked.
# For how fast they are there are barriers, from NEB or molecular dynamics; notebooks [2](02_vacancy_rich_beta_Li3N.py) and
# [4](04_migration_paths.py) make the cells and images for them.

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
assert len(data) == 21
assert data["id"][0] == "beta-Li3N-vacancy-rich-refined"
assert data["log10 sigma"].max() - data["log10 sigma"].min() > 6.5
# Glasses have a conductivity and no sites.
assert data["id"].isin(["LiPON", "Li3BN2-glass"]).sum() == 0

assert results["Ea (eV)"][0] < -0.9
for descriptor, sign in (("Li per Å3", 1), ("shortest hop (Å)", -1)):
    rho, low, high, chance = results[descriptor]
    assert sign * rho > 0.5
    assert low * high > 0  # the interval leaves out zero
    assert chance < 0.05
for descriptor in ("bottleneck radius (Å)", "3D at (Å)"):
    rho, low, high, chance = results[descriptor]
    assert low < 0 < high
    assert chance > 0.05

for few, many in PAIRS:
    one, other = row_of[few], row_of[many]
    assert one["3D at (Å)"] == other["3D at (Å)"]
    assert one["bottleneck radius (Å)"] == other["bottleneck radius (Å)"]
    assert other["vacant Li"] > one["vacant Li"]
    assert other["log10 sigma"] - one["log10 sigma"] > 1

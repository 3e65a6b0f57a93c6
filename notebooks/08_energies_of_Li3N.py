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
# # 8. Energies of vacancies and hops in Li₃N: what potentials can be trusted with
#
# Geometry is no barrier, and a potential is no measurement.
# This notebook takes the stored runs of three universal potentials (the page *Energies of vacancies and hops in Li₃N* has them
# all, with the commands that repeat them), sets them side by side, and asks how far they carry: to the order of sites, to the
# order of hops, to the anisotropy of α-Li₃N?

# %%
import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from nitrivac import arrhenius, find_hops, load
from nitrivac.migration.diffusion.stated_barriers import BarrierFile
from nitrivac.report.measured import measured_anisotropy, measured_beside

here = Path(
    globals().get("__file__", "here")
).resolve()  # a notebook has no file of its own, a script has
RUNS = next(
    folder / "docs/data/energies"
    for folder in here.parents
    if (folder / "docs/data/energies").is_dir()
)
NAMES = {"sevennet": "SevenNet-0", "chgnet": "CHGNet", "nep": "NEP89"}
COLOURS = {"SevenNet-0": "#0072B2", "CHGNet": "#009E73", "NEP89": "#E69F00"}

runs = [json.loads(path.read_text()) for path in sorted(RUNS.glob("*-Li3N-*.json"))]
for run in runs:
    run["potential"] = NAMES[run["calculator"]["name"].partition(":")[0]]

# %% [markdown]
# ## Which site loses its lithium
#
# A neutral vacancy on each site, relative to the lowest; `nitrivac defects`.

# %%
vacancies = pd.DataFrame(
    {"crystal": run["source"], "potential": run["potential"], **row}
    for run in runs
    for row in run["vacancies"]
)
print(
    vacancies.pivot_table(
        index=["crystal", "site"],
        columns=["potential", "atoms"],
        values="relative_eV",
    ).to_string(na_rep="-")
)

# %% [markdown]
# The review says that vacancies of β-Li₃N prefer 4f over 2b. All three potentials say so too, and put those of α-Li₃N into the
# plane (2c); by how much, they do not agree.

# %% [markdown]
# ## Barriers
#
# Forward barrier of each hop; `nitrivac barriers`. The names are those of `nitrivac hops`.

# %%
barriers = pd.DataFrame(
    {"crystal": run["source"], "potential": run["potential"], **row}
    for run in runs
    for row in run["barriers"]
)
barriers = barriers[barriers.converged]  # what did not come to rest is no barrier
shown = barriers.pivot_table(
    index=["crystal", "hop", "distance_A"], columns="potential", values="forward_eV"
)
print(shown.round(2).to_string(na_rep="-"))

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for axis, crystal in zip(axes, ("alpha-Li3N", "beta-Li3N"), strict=True):
    for potential, colour in COLOURS.items():
        part = barriers[
            (barriers.crystal == crystal) & (barriers.potential == potential)
        ]
        axis.plot(
            part.distance_A, part.forward_eV, "o", color=colour, label=potential
        )
    axis.set_xlabel("hop distance (Å)")
    axis.set_title(crystal)
axes[0].set_ylabel("barrier (eV)")
axes[0].legend(frameon=False)
figure.tight_layout()
plt.show()

# %% [markdown]
# In the plane of α-Li₃N there is next to no barrier; out of it every potential asks for 0.5 eV and more.

# %% [markdown]
# ## The anisotropy of α-Li₃N, and where it fails
#
# Through the exact tensor of the network, one vacancy at 300 K, beside the single crystal.

# %%
network = find_hops(load("alpha-Li3N"), max_distance=4.0)
measured = measured_anisotropy(measured_beside("alpha-Li3N"))
print(f"measured: {measured[0]:.0f} : 1 at {measured[1]:g} K")
ratios = {}
for run in runs:
    if run["source"] != "alpha-Li3N":
        continue
    rows = tuple(
        row
        for row in run["barriers"]
        if row["forward_eV"] is not None and row["converged"]
    )
    if not any(row["hop"] == "h6" for row in rows):  # the hop along c
        continue
    file = BarrierFile(
        path=RUNS, source=run["source"], calculator=run["potential"], rows=rows
    )
    stated = file.on(network, flat=True)
    (answer,), _ = arrhenius(
        network,
        stated.heights,
        temperatures=[300],
        site_energies=stated.site_energies,
    )
    tensor = answer.diffusion.tensor
    ratios[run["potential"]] = tensor[0, 0] / tensor[2, 2]
    print(f"{run['potential']}: {ratios[run['potential']]:.0e} : 1")

# %% [markdown]
# None of them comes near: the computed ratio is too large by powers of ten.
# The measured activation energies, 0.29 eV across and 0.49 eV along c, differ by 0.2 eV; the barriers of a single vacancy by
# far more. What carries lithium along c in the crystals measured is not the hop of one neutral vacancy as these potentials
# see it, and no conductivity along c should be read from them.

# %% [markdown]
# ## Checks
#
# What this notebook states, checked whenever it runs.

# %% tags=["hide-cell"]
for (crystal, _), group in vacancies.groupby(["crystal", "potential"]):
    highest = {"alpha-Li3N": "Li@1b", "beta-Li3N": "Li@2b"}[crystal]
    assert (group[group.site == highest].relative_eV > 0.3).all()
    assert (group[group.site != highest].relative_eV == 0).all()

alpha = barriers[(barriers.crystal == "alpha-Li3N")]
assert (alpha[alpha.hop == "h1"].forward_eV < 0.1).all()
assert (alpha[alpha.hop == "h2"].forward_eV > 0.5).all()

assert round(measured[0]) == 120
assert ratios
assert all(ratio > 100 * measured[0] for ratio in ratios.values())

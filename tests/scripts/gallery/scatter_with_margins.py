"""
=======================
Scatter plot, two hills
=======================

A scatter plot whose margins hold the histograms of both coordinates.
"""

import matplotlib.pyplot as plt
import numpy as np

# Fixing random state for reproducibility
np.random.seed(19680801)

# some random data
x = np.concatenate([np.random.randn(400) - 1.5, np.random.randn(600) + 1.5])
y = 0.5 * x + np.random.randn(1000)


def scatter_hist(x, y, ax, ax_histx, ax_histy):
    # no labels
    ax_histx.tick_params(axis="x", labelbottom=False)
    ax_histy.tick_params(axis="y", labelleft=False)

    # the scatter plot:
    ax.scatter(x, y, s=6)

    # now determine nice limits by hand:
    binwidth = 0.25
    xymax = max(np.max(np.abs(x)), np.max(np.abs(y)))
    lim = (int(xymax / binwidth) + 1) * binwidth

    bins = np.arange(-lim, lim + binwidth, binwidth)
    counts, _, _ = ax_histx.hist(x, bins=bins)
    ax_histy.hist(y, bins=bins, orientation="horizontal")
    return int(counts.max())


# %%
# Defining the axes positions by a mosaic
# ---------------------------------------

fig, axs = plt.subplot_mosaic(
    [["histx", "."], ["scatter", "histy"]],
    figsize=(6, 6),
    width_ratios=(4, 1),
    height_ratios=(1, 4),
    layout="constrained",
)
print("fullest bin:", scatter_hist(x, y, axs["scatter"], axs["histx"], axs["histy"]))

plt.show()

"""
============
Stacked bars
============

Three parts of a whole, one bar for each season, with the size of every part written into it.
"""

import matplotlib.pyplot as plt
import numpy as np

seasons = ("Spring", "Summer", "Autumn", "Winter")
parts = {
    "rain": np.array([31, 18, 42, 39]),
    "cloud": np.array([28, 25, 30, 33]),
    "sun": np.array([33, 49, 19, 18]),
}

fig, ax = plt.subplots()
bottom = np.zeros(len(seasons))

for name, days in parts.items():
    bars = ax.bar(seasons, days, 0.6, label=name, bottom=bottom)
    ax.bar_label(bars, label_type="center")
    bottom += days

ax.set_title("Days of each kind of weather")
ax.legend(loc="upper right")
print("days in all:", bottom.astype(int).tolist())

plt.show()

# %%
#
# .. admonition:: References
#
#    The functions and methods used here:
#
#    - `matplotlib.axes.Axes.bar` / `matplotlib.pyplot.bar`
#    - `matplotlib.axes.Axes.bar_label` / `matplotlib.pyplot.bar_label`

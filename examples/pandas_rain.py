"""
# A year of rain

A table of daily rain, made up but reproducible, and the questions one asks such a table. Every expression shows its
table below it; nothing is printed by hand.
"""

import sys

try:
    import numpy as np
    import pandas as pd
except ModuleNotFoundError as missing:
    sys.exit(f"This example needs {missing.name}: pip install numpy pandas")

random = np.random.default_rng(seed=42)
days = pd.date_range("2025-01-01", "2025-12-31")

# Wetter in winter than in summer, and dry on about half of the days.

season = 1 + 0.6 * np.cos(2 * np.pi * (days.day_of_year.to_numpy() - 15) / 365)
rain = pd.DataFrame(
    {
        "date": days,
        "millimetres": np.where(random.random(len(days)) < 0.45 * season, random.gamma(1.5, 4 * season), 0).round(1),
    }
)

rain.head(8)

rain["millimetres"].describe().round(2)

# By month: how much, on how many days, and the wettest one.

monthly = rain.groupby(rain["date"].dt.month_name(), sort=False)["millimetres"].agg(
    total="sum", wet_days=lambda column: int((column > 0).sum()), wettest="max"
)

monthly

wettest = rain.loc[rain["millimetres"].idxmax()]

f"It rained most on **{wettest['date']:%d %B}**: {wettest['millimetres']} mm, of {rain['millimetres'].sum():.0f} in the year."

# The longest time without rain.

dry = rain["millimetres"].eq(0)
spells = dry.groupby((dry != dry.shift()).cumsum()).agg(["first", "size"])
longest = int(spells.loc[spells["first"], "size"].max())

print("The longest dry spell lasted", longest, "days.")

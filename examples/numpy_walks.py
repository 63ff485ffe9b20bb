"""
# A thousand random walks

Where does a walker stand after *n* fair steps to the left or right? On average about √n steps away from the start.
numpy walks all of them at once.
"""

import sys

try:
    import numpy as np
except ModuleNotFoundError:
    sys.exit("This example needs numpy: pip install numpy")

np.set_printoptions(precision=3, suppress=True, linewidth=100)

walkers, steps = 1_000, 400
random = np.random.default_rng(seed=7)

moves = random.choice([-1, 1], size=(walkers, steps))
positions = moves.cumsum(axis=1)

positions.shape

# The first walkers, at every fiftieth step.

positions[:6, 49::50]

# How far from the start, as the root of the mean square, against √n.

n = np.arange(50, steps + 1, 50)
distance = np.sqrt((positions[:, n - 1] ** 2).mean(axis=0))

for count, measured in zip(n, distance):
    print(f"{count:4d} steps: {measured:6.2f} away, √n is {np.sqrt(count):6.2f}")

f"After {steps} steps the farthest walker is **{abs(positions).max()}** steps away from where it began."

# Where they end, as a histogram of text.

counts, edges = np.histogram(positions[:, -1], bins=np.arange(-70, 71, 10))

for count, left in zip(counts, edges):
    print(f"{left:+4d} … {left + 10:+4d}  {'█' * (count // 5)} {count}")

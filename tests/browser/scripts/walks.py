"""Random walks, with a bar for their progress."""

import numpy as np
from tqdm import tqdm

random = np.random.default_rng(1)
steps = 1_000
walks = np.zeros((200, steps))
for walk in tqdm(range(200), desc="walking"):
    walks[walk] = random.choice([-1, 1], steps).cumsum()

walks.shape
ends = walks[:, -1]
ends.mean(), ends.std()
print(f"expected spread {steps ** 0.5:.1f}, seen {ends.std():.1f}")

farthest = 0
for walk in tqdm(walks, desc="measuring", leave=False):
    farthest = max(farthest, abs(walk).max())
farthest
np.histogram(ends, bins=5)

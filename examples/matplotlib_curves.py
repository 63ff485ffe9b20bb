"""
# Curves

Figures appear with the statement that drew them. The script stays what it was: `plt.show()` opens windows when
`python` runs it in a terminal.
"""

import sys

try:
    import matplotlib.pyplot as plt
    import numpy as np
except ModuleNotFoundError as missing:
    sys.exit(f"This example needs {missing.name}: pip install numpy matplotlib")

t = np.linspace(0, 2 * np.pi, 1_000)

# Lissajous figures: two swings at right angles, one a little faster than the other.

fig, axes = plt.subplots(2, 4, figsize=(10, 5), layout="constrained")
for ax, (a, b) in zip(axes.flat, [(1, 1), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5), (5, 6), (7, 8)]):
    ax.plot(np.sin(a * t + np.pi / 2), np.sin(b * t), linewidth=1)
    ax.set_title(f"{a} : {b}")
    ax.set_aspect("equal")
    ax.set_axis_off()
fig.suptitle("Lissajous figures")
plt.show()

# A damped swing and its envelope.

decay = np.exp(-t / 2)
swing = decay * np.cos(8 * t)

fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
ax.fill_between(t, -decay, decay, alpha=0.15, label="envelope")
ax.plot(t, swing, label="swing")
ax.set_xlabel("time")
ax.legend()
plt.show()

crossings = int((np.diff(np.sign(swing)) != 0).sum())
print("The swing crosses zero", crossings, "times.")

"""
=====================
Contours on an image
=====================

The same field drawn as an image and as labelled lines, and saved to memory as SVG.
"""

import io

import matplotlib.pyplot as plt
import numpy as np

delta = 0.05
x = np.arange(-3.0, 3.0, delta)
y = np.arange(-2.0, 2.0, delta)
X, Y = np.meshgrid(x, y)
Z = np.exp(-(X**2) - Y**2) - np.exp(-((X - 1) ** 2) - (Y - 1) ** 2)

fig, ax = plt.subplots()
im = ax.imshow(Z, interpolation="bilinear", origin="lower", cmap="gray", extent=(-3, 3, -2, 2))
levels = np.arange(-0.8, 0.9, 0.2)
CS = ax.contour(Z, levels, origin="lower", cmap="flag", linewidths=2, extent=(-3, 3, -2, 2))
ax.clabel(CS, levels[1::2], fontsize=10)
ax.set_title("Lines with colorbar")
CB = fig.colorbar(CS, shrink=0.8)

drawn = io.BytesIO()
fig.savefig(drawn, format="svg")
print(drawn.getvalue()[:38].decode(), len(levels), "levels")

plt.show()

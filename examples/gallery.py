"""
# What values look like

Every kind of value that rdit renders, one section after another: run the whole script, or press
Shift+Enter and read along. Where a library is missing, its lines say so and the rest goes on.
"""


def library(name, package=None):
    """Import a library, or return something that says how to get it."""
    try:
        return __import__(name, fromlist=["*"])
    except ImportError:
        return Missing(package or name)


class Missing:
    """Stands in for a library that is not installed: whatever one does with it gives it again."""

    def __init__(self, package):
        self._package = package

    def __repr__(self):
        return f"{self._package} is not installed: pip install {self._package}"

    def __getattr__(self, name):
        return self

    def __iter__(self):
        return iter((self, self))

    def __call__(self, *args, **kwargs):
        return self

    __getitem__ = __setitem__ = __neg__ = __lt__ = __call__
    __add__ = __sub__ = __mul__ = __rmul__ = __truediv__ = __call__


"""
## Text

A string that stands alone is **Markdown**, with *emphasis*, `code`, [links](https://commonmark.org)
and formulas such as $e^{i\\pi} + 1 = 0$ or

$$\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}$$

| A value | For example                 | Stands                 |
|:--------|:----------------------------|:-----------------------|
| short   | `6 * 7`                     | at the end of its line |
| long    | `print(*range(10_000))`     | below, folded          |
| nested  | `{"a": {"b": [1, 2, 3]}}`   | below, as a tree       |

```python
def area(radius: float) -> float:
    return 3.14159 * radius**2  # code is coloured
```

> An f-string brings its values along.
"""

planets = {"Mercury": 0.39, "Venus": 0.72, "Earth": 1.0, "Mars": 1.52, "Jupiter": 5.2, "Saturn": 9.54}

f"There are **{len(planets)} planets** here; the farthest is *{max(planets, key=planets.get)}*."

# A value of one line stands at the end of its own.

6 * 7

list(planets)

from datetime import date, timedelta

date(2024, 2, 28) + timedelta(days=2)

# What is printed stands below its statement, in the colours of a terminal.

for name, colour in {"red": 31, "green": 32, "yellow": 33, "blue": 34}.items():
    print(f"\x1b[{colour}m{name:>8}\x1b[0m \x1b[1;{colour}m{'▇' * (colour - 26)}\x1b[0m")

# Long text folds, says how long it is, and can be searched, copied and saved.

print("\n".join(f"{n:>5} {n * n:>10,} {'·' * (n % 60)}" for n in range(3000)))

"""
## Objects

Dictionaries, lists and dataclasses that do not fit a line open branch by branch, however large.
"""

from dataclasses import dataclass, field


@dataclass
class Planet:
    name: str
    distance: float
    moons: list[str] = field(default_factory=list)


{
    "system": "Sun",
    "planets": [Planet("Earth", 1.0, ["Moon"]), Planet("Mars", 1.52, ["Phobos", "Deimos"])],
    "numbers": list(range(100_000)),
    "settings": {"epoch": date(2000, 1, 1), "units": ("au", "km"), "seen": None},
}

Planet("Jupiter", 5.2, ["Io", "Europa", "Ganymede", "Callisto", "Amalthea", "Himalia", "Thebe"])

"""
## Tables

They scroll as far as they go, sort at a click on a heading, and filter and summarise a column from
its menu. Only what is in sight is read from the live object.
"""

np = library("numpy")
pd = library("pandas")

random = np.random.default_rng(7)
hours = 200_000
weather = pd.DataFrame(
    {
        "time": pd.date_range("2001-01-01", periods=hours, freq="h"),
        "station": random.choice(["Oslo", "Kyoto", "Lisbon", "Nairobi"], hours),
        "celsius": random.normal(14, 8, hours).round(1),
        "rain": random.random(hours) < 0.3,
        "notes": [None, "storm", ["hail", "wind"], "fog"] * (hours // 4),
    }
)
weather

weather.groupby("station")["celsius"].describe().round(2)

random.normal(size=(1000, 40))

pl = library("polars")

pl.DataFrame({"planet": ["Earth", "Mars"], "moons": [["Moon"], ["Phobos", "Deimos"]]})

pa = library("pyarrow")

pa.table({"planet": list(planets), "distance": list(planets.values())})

# The year of a planet follows from its distance (Kepler's third law).

orbits = [{"planet": p, "distance": au, "year": round(au**1.5, 2)} for p, au in planets.items()]
orbits

"""
## Figures

An open figure of matplotlib appears once, below the last of the statements that draw on it; a mark at
the others opens it as it was there. No magic, no call.
"""

plt = library("matplotlib.pyplot", "matplotlib")

x = np.linspace(0, 4 * np.pi, 400)
figure, axes = plt.subplots(figsize=(7, 2.6), layout="constrained")
axes.plot(x, np.sin(x), label="sin x")
axes.plot(x, np.exp(-x / 5) * np.sin(x * 3), label="damped")
axes.legend()

plt.close(figure)

# seaborn draws with matplotlib.

sns = library("seaborn")

grid = sns.displot(weather[:2000], x="celsius", hue="station", kind="kde", height=2.8, aspect=2)

plt.close("all")

# An animation becomes a player.

animation = library("matplotlib.animation", "matplotlib")

figure, axes = plt.subplots(figsize=(5, 2.4), layout="constrained")
curve = axes.plot(x, np.sin(x))[0]
film = animation.FuncAnimation(
    figure, lambda step: curve.set_ydata(np.sin(x - step / 4)), frames=24, interval=60
)
plt.close(figure)
film

"""
## Interactive charts

Each lives in a frame of its own, where it can reach neither the page nor the server, and is drawn
without a network.
"""

px = library("plotly.express", "plotly")

px.scatter(orbits, x="distance", y="year", color="planet", log_x=True, log_y=True, height=340)

alt = library("altair")

alt.Chart(alt.Data(values=orbits)).mark_bar().encode(
    x="distance:Q", y=alt.Y("planet:N", sort="x"), tooltip=["planet:N", "year:Q"]
).properties(width=520, height=180)

bokeh = library("bokeh.plotting", "bokeh")

plot = bokeh.figure(width=640, height=260, title="Two waves", tools="pan,wheel_zoom,reset,hover")
plot.line(x, np.sin(x), legend_label="sin x", line_width=2);
plot.line(x, np.cos(x), legend_label="cos x", line_width=2, color="#d97706");
plot

# A map has its tiles from the network, and everything else from rdit.

folium = library("folium")

atlas = folium.Map([49, 6], zoom_start=3, height=320, tiles=None)
route = {"Lisbon": (38.7, -9.1), "Rome": (41.9, 12.5), "Oslo": (59.9, 10.8)}
folium.PolyLine(list(route.values()), color="#4f46e5").add_to(atlas);
for name, place in route.items():
    folium.Marker(place, tooltip=name, popup=name).add_to(atlas)
atlas

"""
## Images, sound and films
"""

drawing = library("PIL.Image", "pillow")

drawing.effect_mandelbrot((360, 150), (-2.2, -0.55, 0.8, 0.55), 60)

from_ipython = library("IPython.display", "ipython")

from_ipython.SVG("""
<svg xmlns="http://www.w3.org/2000/svg" width="320" height="80" viewBox="0 0 320 80">
  <rect width="320" height="80" rx="8" fill="#4f46e5"/>
  <circle cx="50" cy="40" r="22" fill="#fbbf24"/>
  <text x="100" y="48" font-family="sans-serif" font-size="22" fill="white">An SVG drawing</text>
</svg>
""")

# Bytes that are an image, a sound or a film are shown as such; others as Python writes them.

import io
import math
import struct
import wave

recording = io.BytesIO()
with wave.open(recording, "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", None))
    chirp = (int(9e3 * math.sin(n * n / 4e4)) for n in range(16_000))
    file.writeframes(b"".join(struct.pack("<h", height) for height in chirp))
recording.getvalue()

import base64
import zlib

zlib.decompress(base64.b85decode(
    "c-oV4y}x+AQ(GgW({~{L)X3uWxsk)EsiizMDc7mJk;$pGkx3%BA>Fx0)N^IpEUoJsoB5p_Tsk`(CLLe^0pEtkig3rq3bBxN*|XQpyxz!"
    "Ie6*3VxskE0H7q_Xz~VvMhQ@?ljb`%B+e)3?pEoire$dFk&@h3OVJ@Rq0)rWY{n=+9^7rr9s;!!l{lT&`6=-CLgXP`VYpxZoDG1WocX#"
    "P5O<jX+%ySnoF#LPbrI{M?^Z3o<u|a{N;#a=T|FeV3weY&|nkT0Mm)3ncqpRw`z_9pPBg3?Y3rIFRdY`|4n~An+^^eP7E3ST#pBI07N#"
    "!56GV35i{`=gTaV>|wK3VYWKhTbsa<d-#glq{?mvItS`SdO1P2OuWg&hjVIK|JtvE;cZYu#wS?faDmpgm6-8Ff(X0r_N)$!efINM2bkw"
    "d-u`=KHU_LzWv{-z3hdS(X_RRRHzNuacTS_meZ)FFyD>q31@oMuLflp-4f4^4xQ)*c&-O0lfHCBjce412!bzyv^IcZPTh1QY)CDzL7g6"
    "5LWj7zedE)a}uvjf24hvxgu4}IREIv6Fnao{yl&4|IEGV+r)}{XYJYb<6h#I<j)Ir*lwM)zp3(7F?qLb3&;GA5gWjEy=i2MX!wBUqn)P"
    "kxVe@iedf0E5xz=|<!$?ac)I`I7xXGT$VT*A+HWOL^tAs7YrVO7;-w_7n$wGK+_66JZk>^YPSMZ#4RTeD0#XWWQywLG>|I!4-M|2jC#H"
    "7|8<1^#Q?P%hp|*->WH;1jimumAtem^LZ<$my(}s!!1NqlQPbNNY2SwAWmpPg~r(0L-ob>eLs#@XuYZRpF?uSg3XcYOiZHBe&%2Pp0bO"
    "pe^deX?;(hz{|E3_21oNe}7mDQ%+27kTOy7^UG-dQ=o;;2+z=C8})OFZ@QZmfOD=8l=?ZtJhou87fEV0&sJyPLfXG@e+b8YUpc)3f(^`"
    "*)eFTDC3YHpH6LSt;>~i|pcaYpUk1<el<5PKsfA!^9h<?#U}wGyM(&c}h`fr<1t%C6Qws`gJCI4d2X7tlF40Z}+;c0KtY=r@v%B@&aZ9"
    "1^{}Psrd"
))

struct.pack("<4sHd", b"rdit", 7, math.pi)

"""
## Objects that know how they look

A class says how it looks by the methods that the ecosystem has agreed upon.
"""


class Swatch:
    def __init__(self, *colours):
        self.colours = colours

    def _repr_html_(self):
        style = "display:inline-block; width:72px; height:40px; margin-right:8px; border-radius:6px"
        return "".join(f'<div style="background:{c}; {style}"></div>' for c in self.colours)


Swatch("#4f46e5", "#0891b2", "#059669", "#d97706", "#dc2626")


class Polynomial:
    def __init__(self, *factors):
        self.factors = factors

    def _repr_latex_(self):
        terms = [f"{factor}x^{{{power}}}" for power, factor in enumerate(self.factors)]
        return f"$$f(x) = {' + '.join(terms)}$$"


Polynomial(3, 1, 4, 1, 5)

"""
`display()` of IPython works without a running IPython: several values from one statement, a place
that is filled later, output that makes room for the next.
"""

from_ipython.JSON({"kinds": ["html", "svg", "png", "latex", "json"], "nested": {"in": [1, 2]}})

from_ipython.display(from_ipython.Markdown("*Several* values:"), Swatch("#4f46e5"), {"a": 1});

import time

from_ipython.display(from_ipython.HTML("<progress value=0></progress>"), display_id="download");

for step in range(1, 21):
    time.sleep(0.02)
    bar = from_ipython.HTML(f"<progress value={step / 20}></progress> {step} of 20")
    from_ipython.update_display(bar, display_id="download")

for remaining in range(5, 0, -1):
    from_ipython.clear_output(wait=True)
    print(f"{remaining} …")

"""
## Errors

First what went wrong, then where: your own lines, with the failing expression marked and the
library's lines folded away, and then what caused it.
"""


def year(planet):
    return round(planets[planet] ** 1.5, 2)


def years(*names):
    try:
        return {name: year(name) for name in names}
    except KeyError as error:
        raise ValueError("one of these is no planet") from error


years("Earth", "Pluto")

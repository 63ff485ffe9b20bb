"""A small inventory: values, tables as text, and a word about each step."""

from collections import Counter
from dataclasses import dataclass


@dataclass
class Item:
    name: str
    price: float
    count: int = 0


items = [Item("pen", 1.5, 12), Item("ink", 7.25, 3), Item("paper", 4.0)]
items[0]

# A value at the end of its line, and one that nobody wants to see.
sum(item.price * item.count for item in items)
len(items);

"## What is left"
for item in items:
    print(f"{item.name:<8}{item.count:>3}")

f"**{Counter(bool(item.count) for item in items)[False]}** of {len(items)} are sold out."
a, *rest = [item.name for item in items]; rest
None
if not items[2].count:
    items.pop()
len(items)

"""
# Orders of a small shop

Two years of made-up orders: what sells, when, and how much of it comes back.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

random = np.random.default_rng(7)
days = pd.date_range("2024-01-01", "2025-12-31")
orders = pd.DataFrame({
    "day": random.choice(days, 4000),
    "product": random.choice(["tea", "coffee", "cocoa"], 4000, p=[0.5, 0.35, 0.15]),
    "amount": random.integers(1, 6, 4000),
    "price": random.choice([3.2, 4.5, 5.9], 4000),
})
orders["value"] = orders["amount"] * orders["price"]
orders.head()
len(orders)

"## By product"

by_product = orders.groupby("product")["value"].agg(["count", "sum", "mean"]).round(2)
by_product

fig, ax = plt.subplots()
ax.bar(by_product.index, by_product["sum"])
ax.set_ylabel("turnover")
ax.set_title("What sells")
fig.tight_layout()
plt.show()

"## By month"

monthly = orders.set_index("day")["value"].resample("MS").sum()
fig, ax = plt.subplots(figsize=(8, 3))
ax.plot(monthly.index, monthly.to_numpy(), marker="o")
ax.set_xlabel("month")
ax.set_title("Turnover by month")
ax.grid(alpha=0.3)

weekdays = orders["day"].dt.day_name().value_counts()
print(weekdays.to_string())

fig, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for ax, (name, group) in zip(axes, orders[orders["product"] != "cocoa"].groupby("product")):
    ax.hist(group["value"], bins=20)
    ax.set_title(name)
fig.suptitle("Value of an order")

returned = orders.sample(frac=0.1, random_state=3)
share = len(returned) / len(orders)
share
returned.plot.scatter(x="amount", y="value", alpha=0.4)
plt.title("What came back")
plt.show()

print(f"{share:.0%} of {len(orders):,} orders came back")

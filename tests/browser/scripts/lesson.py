"""
# Guess a number

A lesson in *prose*, with a question, a formula and a list.

- [x] think of a number
- [ ] guess it
"""

import random

random.seed(12)
secret = random.randint(1, 9)

r"""
The chance to be right at once is $\frac{1}{9}$, and the prize is $5.
"""

name = input("Your name? ")
f"Welcome, **{name}**."

guess = int(input("Your guess? "))
if guess == secret:
    print("Right!")
else:
    print(f"It was {secret}.")

"""
## What we learned

1. `input()` waits.
2. Prose is a string.
"""

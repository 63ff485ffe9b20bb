"""Several things at once, with and without `asyncio.run`."""

import asyncio
import random

random.seed(4)


async def fetch(name):
    await asyncio.sleep(random.random() / 50)
    return name, len(name)


async def all_of(names):
    return await asyncio.gather(*[fetch(name) for name in names])


lengths = asyncio.run(all_of(["ant", "bear", "cat"]))
lengths

await fetch("dolphin")

async with asyncio.Semaphore(2):
    tasks = [asyncio.create_task(fetch(name)) for name in ("eel", "fox")]
    for task in asyncio.as_completed(tasks):
        name, length = await task
        print(length)

sum(length for _, length in lengths)

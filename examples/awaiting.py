"""
# `await` without a function around it

In rdit a statement may `await`, as in the interactive `python -m asyncio`. (This is the one thing here that
`python awaiting.py` does not accept.) Tasks live on between statements, and move while one of them is awaited.
"""

import asyncio

log: list[str] = []


async def worker(name: str, pause: float, turns: int) -> str:
    """Note *turns* turns in the log, *pause* seconds apart."""
    for turn in range(1, turns + 1):
        await asyncio.sleep(pause)
        log.append(f"{name} {turn}")
    return name


# A task starts now and works in the background of the statements that await.


async def in_background(work) -> asyncio.Task:
    """Start a task; only a coroutine can, because only there the event loop runs."""
    return asyncio.create_task(work)


background = await in_background(worker("background", 0.02, 3))

await worker("foreground", 0.03, 2)

await background

sorted(log)

# Asynchronous iteration works at the top level as well.


async def countdown(start: int):
    for n in range(start, 0, -1):
        await asyncio.sleep(0.1)
        yield n


async for n in countdown(3):
    print(n, "…")

[n async for n in countdown(3)]

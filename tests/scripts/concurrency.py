import asyncio
import threading


async def work(name, delay):
    await asyncio.sleep(delay)
    print(name, "done")
    return name


async def begin():
    return asyncio.ensure_future(work("background", 0.01))


await asyncio.gather(work("slow", 0.02), work("quick", 0))
task = await begin()
print("it runs while the script awaits")
await task
asyncio.run(work("on a loop of its own", 0))
threads = [threading.Thread(target=print, args=("thread", n)) for n in range(2)]
for thread in threads:
    thread.start()
    thread.join()
[n async for n in (work_item async for work_item in await begin())]

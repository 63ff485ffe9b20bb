"""Progress bars in a real page, live and after a reload; what the page was not sent is in the saved file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = """import sys
for done in range(2001): sys.stderr.write(f'\\r{done // 20:3}%|{"#" * (done // 200):10}| {done}/2000')
if True:
    print('first\\nsecond')
    for done in range(500): print(f'\\x1b[2A\\x1b[2Kfirst {done}\\n\\x1b[2Ksecond {done}')
for number in range(60_000): print(number)
"""


async def test_bars_are_as_they_stand_and_a_long_output_is_saved_whole(
    open_script: OpenJourney, tmp_path: Path
) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    for _ in range(2):
        text = journey.outputs.nth(0).locator(".rdit-line")
        await expect(text).to_have_text(["100%|##########| 2000/2000"])
        await expect(journey.outputs.nth(1).locator(".rdit-line")).to_have_text(["first 499", "second 499"])
        await journey.page.reload()
    numbers = journey.outputs.nth(2)
    await numbers.hover()
    async with journey.page.expect_download() as saving:
        await numbers.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "saved.txt"
    await (await saving.value).save_as(saved)
    assert saved.read_text() == "".join(f"{number}\n" for number in range(60_000))

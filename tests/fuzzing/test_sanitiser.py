"""HTML that nobody wrote, in a real page: it runs nothing there and loads nothing. Samples that people wrote are in
tests/browser/test_hostile_outputs.py."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser import test_hostile_outputs as hostile
from tests.browser.test_hostile_outputs import browser  # noqa: F401 - a fixture
from tests.conftest import MakeClient

pytestmark = hostile.pytestmark

SAMPLES = 60
PLACES = re.findall(
    r"\S+",
    "div p b a img svg math style template noscript table tr td form input button select option textarea iframe "
    "object embed details summary video audio source base link meta title foreignObject mtext mglyph annotation-xml "
    "desc animate set use image path script xmp listing plaintext noembed noframes frameset body html slot dialog",
)
URLS = (
    "javascript:HIT()",
    "java\tscript:HIT()",
    "&#106;avascript:HIT()",
    "data:text/html,<script>top.HIT()</script>",
    "//elsewhere.invalid/x",
    "https://elsewhere.invalid/x",
    "#x",
    "vbscript:HIT()",
    "blob:x",
)
LOADING = re.findall(r"\S+", "src href xlink:href action formaction poster background data srcset style ping srcdoc")
EVENTS = re.findall(
    r"\S+", "onclick onerror onload onfocus onmouseover ontoggle onbegin onanimationstart onpointerenter"
)
PIECES = (
    "-->",
    "<!--",
    "]]>",
    "<![CDATA[",
    "</style>",
    "</title>",
    "<?x ",
    "\0",
    "`",
    "'",
    '"',
    ">",
    "/",
    "&lt;script&gt;HIT()",
)


class Author:
    """Writes hostile HTML by chance."""

    def __init__(self, seed: int) -> None:
        self._choice = random.Random(seed)

    def fragment(self, depth: int = 0) -> str:
        """Return a few elements, well-formed or not."""
        return "".join(self._part(depth) for _ in range(self._choice.randrange(1, 5)))

    def _part(self, depth: int) -> str:
        choose = self._choice
        if depth > 6 or choose.random() < 0.25:
            return choose.choice([*PIECES, "text", "HIT()"])
        name = choose.choice(PLACES)
        attributes = "".join(self._attribute() for _ in range(choose.randrange(4)))
        closing = "" if choose.random() < 0.2 else f"</{choose.choice([name, name, name, *PLACES[:6]])}>"
        return f"<{name}{attributes}>{self.fragment(depth + 1) if choose.random() < 0.7 else ''}{closing}"

    def _attribute(self) -> str:
        choose = self._choice
        quote = choose.choice(['"', "'", ""])
        if choose.random() < 0.4:
            name, value = choose.choice(EVENTS), "HIT()"
        elif choose.random() < 0.2:
            name, value = choose.choice([("id", "document"), ("name", "body"), ("target", "_top"), ("autofocus", "")])
        else:
            name, value = choose.choice(LOADING), choose.choice(URLS)
            if name == "style":
                value = choose.choice(
                    [f"background:url({value})", f"--y:url({value});background:var(--y)", "position:fixed"]
                )
        if quote == '"' and choose.random() < 0.1:
            value += choose.choice(PIECES)
        return f"{choose.choice([' ', '/', chr(9)])}{name}={quote}{value}{quote}"


@pytest.mark.parametrize("bypass_csp", [False, True], ids=["with the page's policy", "by sanitising alone"])
async def test_html_by_chance_runs_and_loads_nothing(
    make_client: MakeClient,
    browser: Browser,  # noqa: F811
    workspace: Path,
    script: Path,
    bypass_csp: bool,
    fuzz_seed: int,
) -> None:
    author = Author(fuzz_seed)
    samples = [("text/html", author.fragment()) for _ in range(SAMPLES)]
    client = await make_client()
    page, requests = await hostile.show(client, browser, workspace, script, samples, bypass_csp=bypass_csp)
    await hostile.assert_nothing_was_run_or_loaded(client, page, requests)

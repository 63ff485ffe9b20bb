"""Displays of the real libraries, in real kernels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rdit.protocol.messages import Cleared, Displayed, Interrupt, Query, Reply
from tests.kernel.driving import Kernel, Transcript


def displays(run: Transcript) -> list[dict[str, Any]]:
    """Return the data of every display."""
    return [item.data or {} for item in run.items if item.type == "display"]


@pytest.fixture
def ipython() -> None:
    pytest.importorskip("IPython")


@pytest.mark.usefixtures("ipython")
class TestIPython:
    async def test_display_shows_values_as_rich_as_an_echo(self, kernel: Kernel) -> None:
        run = await kernel.run(
            "from IPython.display import display, HTML, Markdown, Math, JSON, SVG, Image, Audio\n"
            "def show():\n"
            "    display(1, HTML('<b>x</b>'))\n"
            "    display(Markdown('**x**'), Math('x'), JSON({'a': 1}), SVG(data='<svg></svg>'))\n"
            "    display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 40, width=20))\n"
            "    display(Audio(data=b'RIFF' + b'0' * 40))\n"
            "show()\n"
            "HTML('<i>y</i>')"
        )
        assert run.status == "ok", run.errors
        assert run.text() == "1\n"
        formats = [next(iter(data)) for data in displays(run)]
        assert formats == [
            "text/html", "text/markdown", "text/latex", "application/json", "image/svg+xml", "image/png", "text/html", "text/html",
        ]  # fmt: skip
        image = next(item for item in run.items if item.data and "image/png" in item.data)
        assert image.metadata == {"image/png": {"width": 20}}

    async def test_a_display_with_an_id_is_updated_in_its_place(self, kernel: Kernel) -> None:
        run = await kernel.run(
            "from IPython.display import display, update_display, HTML\n"
            "handle = display(HTML('one'), display_id=True)\n"
            "handle.update(HTML('two'))\n"
            "display('three', display_id='named');\n"
            "update_display([4], display_id='named')"
        )
        shown = [message for message in run.messages if isinstance(message, Displayed)]
        assert [(one.update, one.item.text) for one in shown] == [
            (False, "<IPython.core.display.HTML object>"),
            (True, "<IPython.core.display.HTML object>"),
            (False, "'three'"),
            (True, "[4]"),
        ]
        assert shown[0].item.display_id == shown[1].item.display_id
        assert [one.item.display_id for one in shown[2:]] == ["named", "named"]

    async def test_clear_output_forgets_what_the_statement_has_shown(self, kernel: Kernel) -> None:
        run = await kernel.run(
            "from IPython.display import clear_output\nfor step in range(2):\n    print(step)\n    clear_output(wait=step == 1)"
        )
        assert [message.wait for message in run.messages if isinstance(message, Cleared)] == [False, True]

    async def test_raw_bundles_and_formats_left_out(self, kernel: Kernel) -> None:
        run = await kernel.run(
            "from IPython.display import display\n"
            "class Rich:\n"
            "    def __repr__(self): return 'Rich()'\n"
            "    def _repr_html_(self): return 'h'\n"
            "    def _repr_latex_(self): return 'l'\n"
            "    def _ipython_display_(self): raise NotImplementedError\n"
            "display({'text/plain': 'p', 'text/html': 'raw'}, raw=True)\n"
            "display(Rich(), include=['text/latex'])\n"
            "display(Rich(), exclude=['text/latex'], metadata={'text/html': {'isolated': True}})"
        )
        assert displays(run) == [{"text/plain": "p", "text/html": "raw"}, {"text/latex": "l"}, {"text/html": "h"}]
        assert [item.text for item in run.items] == ["p", "Rich()", "Rich()"]
        assert run.items[-1].metadata == {"text/html": {"isolated": True}}

    async def test_a_value_that_displays_itself_is_not_echoed_as_well(self, kernel: Kernel) -> None:
        run = await kernel.run(
            "class Own:\n    def _ipython_display_(self): print('myself')\n    def _repr_html_(self): return 'h'\nOwn()"
        )
        assert run.text() == "myself\n"
        assert run.items == []

    async def test_a_script_with_display_still_runs_by_plain_python(self, kernel: Kernel, script_path: Path) -> None:
        script = "from IPython.display import display\nimport IPython\nprint(IPython.get_ipython())\ndisplay([1, 2])"
        script_path.write_text(script)
        real = subprocess.run([sys.executable, script_path], capture_output=True, text=True, check=True)
        assert (await kernel.run(script)).text() == real.stdout


async def html_of(kernel: Kernel, script: str) -> str:
    """Return the HTML of the last display of a script that needs no network for it."""
    run = await kernel.run(script)
    assert run.errors == []
    item = run.items[-1]
    assert item.data is not None
    assert item.metadata == {"text/html": {"isolated": True}}
    return str(item.data["text/html"])


async def test_plotly_figures_hold_all_they_need(kernel: Kernel) -> None:
    pytest.importorskip("plotly")
    start = "import plotly.graph_objects as go\nfig = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))\n"
    html = await html_of(kernel, start + "fig")
    assert "Plotly.newPlot" in html
    assert len(html) > 1_000_000
    html = await html_of(kernel, start + "fig.show()")
    assert "Plotly.newPlot" in html
    run = await kernel.run("import plotly.io as pio\npio.renderers.default")
    assert run.text() == "'browser'\n"


async def test_altair_charts_hold_all_they_need(kernel: Kernel) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    html = await html_of(
        kernel,
        "import altair\nchart = altair.Chart(altair.Data(values=[{'a': 1}])).mark_bar().encode(x='a:Q')\nchart",
    )
    assert "vega" in html
    assert '<script src="http' not in html
    without = await kernel.run("import sys\nsys.modules['vl_convert'] = None\nchart")
    assert "pip install vl-convert-python" in displays(without)[0]["text/html"]


async def test_bokeh_plots_hold_all_they_need_and_show_writes_its_file(kernel: Kernel, script_path: Path) -> None:
    pytest.importorskip("bokeh")
    start = "from bokeh.plotting import figure, show, output_file\nplot = figure(width=200, height=100)\nplot.line([1, 2], [3, 4]);\n"
    html = await html_of(kernel, start + "plot")
    assert "Bokeh" in html
    assert '<script type="text/javascript" src="http' not in html
    written = script_path.parent / "plot.html"
    html = await html_of(kernel, start + f"output_file({str(written)!r})\nshow(plot)")
    assert "Bokeh" in html
    assert written.exists()


async def test_folium_maps_are_documents_of_their_own(kernel: Kernel) -> None:
    pytest.importorskip("folium")
    html = await html_of(kernel, "import folium\nfolium.Map(location=[52.5, 13.4])")
    assert "L.map(" in html


async def test_seaborn_draws_figures(kernel: Kernel) -> None:
    pytest.importorskip("seaborn")
    run = await kernel.run("import seaborn\nseaborn.histplot([1, 2, 2, 3]);")
    ((_, item),) = run.shown_figures()
    assert list(item.data or {}) == ["image/png"]


async def test_tables_and_trees_can_be_asked_for_more(kernel: Kernel) -> None:
    pytest.importorskip("pandas")
    run = await kernel.run(
        "import pandas\ndf = pandas.DataFrame({'n': range(1000)})\ndf\nconfig = {'deep': {'list': list(range(100))}}\nconfig"
    )
    table, tree = displays(run)
    grid = table["application/vnd.rdit.table+json"]
    assert (grid["kind"], grid["window"]["totalRows"], run.items[0].text.split()[0]) == ("DataFrame", 1000, "n")
    root = tree["application/vnd.rdit.tree+json"]
    assert root["root"]["children"][0]["key"] == "'deep'"

    await kernel.send(Query("q1", grid["handle"], {"kind": "window", "row": 998, "rows": 9, "column": 0, "columns": 1}))
    assert (await kernel.until(Reply)).value["cells"] == [["998", "999"]]
    await kernel.send(Query("q2", root["handle"], {"kind": "tree", "path": [0, 0], "start": 99, "count": 5}))
    assert (await kernel.until(Reply)).value["children"] == [{"key": "99", "value": {"repr": "99", "type": "int"}}]
    await kernel.run("df.loc[0, 'n'] = -1")
    await kernel.send(Query("q3", grid["handle"], {"kind": "window", "rows": 1}))
    changed = await kernel.until(Reply)
    assert (changed.value["cells"], changed.value["changed"]) == ([["-1"]], True)
    await kernel.run("del df")
    await kernel.send(Query("q4", grid["handle"], {"kind": "window"}))
    gone = await kernel.until(Reply)
    assert (gone.gone, gone.value) == (True, None)
    assert gone.problem is not None
    assert "Run the statement again" in gone.problem


async def test_a_question_that_fails_says_why_in_words(kernel: Kernel) -> None:
    pytest.importorskip("pandas")
    run = await kernel.run("import pandas\ndf = pandas.DataFrame({'n': [1, 2]})\ndf")
    handle = displays(run)[0]["application/vnd.rdit.table+json"]["handle"]
    filters = [{"column": 0, "operator": "=", "value": "many"}]
    await kernel.send(Query("q1", handle, {"kind": "window", "view": {"filters": filters}}))
    reply = await kernel.until(Reply)
    assert (reply.problem, reply.gone) == ("'many' is not a number, and this column holds numbers.", False)


async def test_a_question_can_be_interrupted_and_the_next_one_answered(kernel: Kernel) -> None:
    pytest.importorskip("pandas")
    run = await kernel.run(
        "import pandas\n"
        "class Slow:\n"
        "    is_slow = False\n"
        "    def __str__(self):\n"
        "        if self.is_slow: print('reading')\n"
        "        while self.is_slow: pass\n"
        "        return 'slow'\n"
        "df = pandas.DataFrame({'n': [Slow()]}, dtype=object)\n"
        "df\n"
        "Slow.is_slow = True"
    )
    handle = displays(run)[0]["application/vnd.rdit.table+json"]["handle"]
    await kernel.send(Query("q1", handle, {"kind": "window"}))
    await kernel.until_written("reading")
    await kernel.send(Interrupt())
    assert (await kernel.until(Reply)).problem == "This was interrupted."
    await kernel.run("Slow.is_slow = False")
    await kernel.send(Query("q2", handle, {"kind": "window"}))
    assert (await kernel.until(Reply)).value["cells"] == [["slow"]]
    await kernel.send(Interrupt())
    assert (await kernel.run("40 + 2")).text() == "42\n"


async def test_the_death_of_the_worker_answers_what_was_asked(kernel: Kernel) -> None:
    pytest.importorskip("pandas")
    run = await kernel.run(
        "import os, pandas\n"
        "class Deadly:\n"
        "    def __str__(self): return deadly and os._exit(3) or 'x'\n"
        "deadly = False\n"
        "df = pandas.DataFrame({'n': [Deadly()]}, dtype=object)\n"
        "df\n"
        "deadly = True"
    )
    handle = displays(run)[0]["application/vnd.rdit.table+json"]["handle"]
    await kernel.send(Query("q1", handle, {"kind": "window"}))
    reply = await kernel.until(Reply)
    assert (reply.query_id, reply.gone) == ("q1", True)


async def test_short_values_stay_plain_echoes(kernel: Kernel) -> None:
    run = await kernel.run("[{'a': 1}, {'a': 2}]\n{'a': 1}\n(1, 2)\nb'abc'")
    assert run.items == []
    assert run.text() == "[{'a': 1}, {'a': 2}]\n{'a': 1}\n(1, 2)\nb'abc'\n"


async def test_a_list_of_dicts_is_a_table_and_a_tree_and_its_own_repr(kernel: Kernel) -> None:
    run = await kernel.run("rows = [{'name': f'row {n}', 'n': n} for n in range(20)]\nrows\nprint(rows)")
    assert list(displays(run)[0]) == ["application/vnd.rdit.table+json", "application/vnd.rdit.tree+json"]
    assert run.items[0].text + "\n" == run.text()


async def test_bytes_of_an_image_are_an_image(kernel: Kernel) -> None:
    run = await kernel.run("b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 100")
    assert list(displays(run)[0]) == ["image/png"]


async def test_an_unknown_version_of_a_library_can_still_be_imported(kernel: Kernel, script_path: Path) -> None:
    package = script_path.parent / "bokeh" / "io"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("__version__ = '99'")
    (package / "__init__.py").write_text("")
    (package / "showing.py").write_text("x = 1")
    run = await kernel.run("import bokeh.io.showing as showing\nprint(showing.x)")
    assert run.text() == "1\n"
    assert run.errors[0].text.startswith("rdit does not know how to show what bokeh.io.showing 99 shows.")

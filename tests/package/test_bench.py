"""``make bench`` measures what it says, in a setting so small that it says nothing."""

import json
import sys

import pytest
import typer
from typer.testing import CliRunner

from bench import cgroup, checks, grading, kernels, readme, start
from bench.__main__ import PARTS, main
from bench.meter import measure
from bench.plots import PLOTS, draw
from bench.results import load, machine, ratio, save, spread, versions
from bench.settings import BenchError, Settings
from bench.table import caption, table

NO_GROUP = cgroup.available()
needs_a_group = pytest.mark.skipif(bool(NO_GROUP), reason=f"left out: {NO_GROUP}")
SPREAD = {"median": 2.0, "min": 1.0, "max": 4.0, "values": [1.0, 2.0, 4.0]}
STAMP = {"at": "2026-01-01T00:00:00+00:00", "commit": "abc", "load_before": 0.1}
# A process whose child belongs to nobody when its parent ends, and outlives both.
BURN = """
import os, signal, time
def burn(seconds):
    while time.process_time() < seconds:
        pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        burn(1.0)
        os._exit(0)
    os._exit(0)
burn(0.5)
"""


def made_up():
    """Results of every part, shaped as the parts give them."""
    ways = [grading.STOCK, grading.STOCK_2, *grading.OURS]
    memory = {"halfway": SPREAD, "end": SPREAD, "samples": [[0.0, 1.0], [1.0, 2.0]]}
    parts = {
        "a": {
            "assignment": "02_autograd",
            "submissions": 40,
            "default": grading.DEFAULT,
            "ways": {w: {"per_minute": SPREAD, "cpu_each": SPREAD} for w in ways},
            "floor_each": SPREAD,
            "times_stock": 19.0,
            "times_two_stocks": 10.0,
            "isolation": "namespaces",
        },
        "b": {
            "notebooks": 9,
            "ways": {w: {"seconds": SPREAD, "cpu": SPREAD} for w in ("stock", "ours")},
            "times_stock": 3.2,
        },
        "c": {
            "ways": dict.fromkeys(kernels.WAYS, SPREAD),
            "first_warm": SPREAD,
            "times_cold": 16.0,
        },
        "d": {
            "checks": 70,
            **{f"{name}_ms": SPREAD for name in ("median", "p95", "first", "import")},
        },
        "e": {
            "sizes": [
                {
                    "submissions": size,
                    "seconds": SPREAD,
                    "cpu_each": SPREAD,
                    "command_mb": memory,
                    "zygote_mb": memory,
                    "processes_left": 0,
                    "files_left": 0,
                }
                for size in (50, 200, 1000)
            ],
            "over_linear": 1.01,
        },
        "f": {
            "ms": {"the whole jail": SPREAD},
            "cpu_each": {"isolated": SPREAD, "with all rights": SPREAD},
            "times_open": 1.04,
        },
        "g": {"ways": dict.fromkeys(start.WAYS, SPREAD), "times_plain": 1.02},
    }
    return {name: STAMP | {"runs": 3} | part for name, part in parts.items()}


def shape(value):
    """The form of a result: names and types, whatever the numbers."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, int | float) else type(value).__name__


def test_a_spread_keeps_what_it_sums_up():
    assert spread([4, 1, 2]) == {"median": 2, "min": 1, "max": 4, "values": [4, 1, 2]}
    assert ratio({"median": 3.0}, {"median": 2.0}) == 1.5


def test_tables_show_every_row_and_say_when_runs_are_few():
    for name, part in made_up().items():
        rows = PARTS[name].rows(part)
        assert rows and table(PARTS[name].TITLE, part, rows)
    assert "fewer" not in caption(part)
    assert "fewer than 3" in caption(part | {"runs": 2})


def test_plots_are_drawn_of_what_there_is(tmp_path):
    assert {p.name for p in draw(made_up(), tmp_path)} == set(PLOTS.values())
    assert draw({}, tmp_path) == []


def test_results_of_another_machine_are_not_mixed_in(tmp_path):
    path = tmp_path / "results.json"
    here = {"machine": machine(), "versions": versions(), "parts": made_up()}
    save(path, here)
    assert load(path) == here
    save(path, here | {"machine": machine() | {"cores": 1234}})
    assert load(path)["parts"] == {}
    path.write_text("{")
    assert load(path)["parts"] == {}


def test_the_readme_takes_its_figures_from_the_results():
    results = {"machine": machine(), "parts": made_up()}
    text = f"before\n{readme.BEGIN}\nformer figures\n{readme.END}\nafter\n"
    filled = readme.fill(text, results)
    assert filled.startswith("before\n") and filled.endswith("\nafter\n")
    assert "graded 19 times as fast" in filled and "former" not in filled
    assert readme.fill(filled, results) == filled
    assert "fewer than 3 runs" not in filled
    results["parts"]["c"]["runs"] = 1
    assert "Parts c had fewer than 3 runs" in readme.fill(text, results)
    with pytest.raises(ValueError, match="needs the lines"):
        readme.fill("no marks", results)


def test_the_readme_has_the_figures_of_the_last_measurement(capsys):
    assert readme.main(["--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only", "a,x"], "no part is called 'x'"),
        (["--sizes", "9,3"], "sizes grow"),
        (["--sizes", "many"], "sizes are whole numbers"),
    ],
)
def test_what_it_is_asked_wrongly_is_one_sentence(arguments, sentence):
    app = typer.Typer()
    app.command()(main)
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr and "Traceback" not in done.stderr


@needs_a_group
def test_processes_that_were_left_to_others_are_counted(tmp_path):
    used = measure([sys.executable, "-c", BURN], tmp_path)
    assert used.cpu > 1.4
    assert used.left == []


@needs_a_group
def test_a_command_that_fails_ends_it(tmp_path):
    with pytest.raises(BenchError, match="ended with status 3"):
        measure([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


@pytest.mark.slow
@needs_a_group
def test_a_forked_kernels_processor_time_is_counted(tmp_path):
    code = (
        "from functools import partial\n"
        "from bench import kernels\n"
        "from grader.kernels import warm\n"
        "warm.Warm = partial(warm.Warm, preloaded=())\n"
        "kernels.USABLE = 'import time\\nwhile time.process_time() < {}: pass'\n"
        "kernels.ready()"
    )
    idle, busy = (
        measure([sys.executable, "-c", code.format(seconds)], tmp_path)
        for seconds in (0, 3)
    )
    assert busy.cpu - idle.cpu > 2


@pytest.mark.slow
def test_a_part_gives_results_of_the_known_form(monkeypatch, capsys):
    """The shortest, on the exercise of one lesson."""
    few = checks.PROBE.replace("in lessons()", 'in ["start"]')
    monkeypatch.setattr(checks, "PROBE", few)

    def here(module):
        checks.main()
        return json.loads(capsys.readouterr().out)

    monkeypatch.setattr(checks, "in_own_process", here)
    said = []
    tiny = Settings(runs=1, submissions=2, growth=(2, 3, 4), say=said.append)
    found = json.loads(json.dumps(checks.measure(tiny)))
    assert said
    expected = made_up()["d"]
    expected = {k: v for k, v in expected.items() if k not in {*STAMP, "runs"}}
    assert shape(found) == shape(expected)

"""(g) From the command that opens the course to a first cell that has run.

Through Chromium, on one notebook with the kernel that it names. ``course lab`` is what
``make lab`` runs when all is installed.
"""

import shutil
import tempfile
import time
from pathlib import Path

from bench.results import ratio, spread
from bench.settings import BenchError, Settings
from grader.copy.learners_copy import FIRST_LESSON, start
from tests.browser.lab import CHROMIUM, QUIET, Notebook, running_lab

TITLE = "(g) from the command to a first executed cell"
WAYS = {"jupyter lab": True, "course lab": False}  # plain or not


def measure(settings: Settings) -> dict[str, object]:
    """Seconds of each way, in turns, after one start of each that is not counted."""
    if not CHROMIUM:
        raise BenchError("part (g) needs Chromium: install it, or leave g out (--only)")
    from playwright.sync_api import sync_playwright

    taken = {way: [] for way in WAYS}
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory(prefix="bench-g-") as scratch,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        folder = start(Path(scratch, "work")).folder
        for turn in range(settings.runs + 1):
            settings.say(f"{TITLE}: run {turn} of {settings.runs}")
            for way, plain in WAYS.items():
                seconds = _first_cell(browser, folder, plain)
                if turn:
                    taken[way].append(seconds)
        browser.close()
    ways = {way: spread(values) for way, values in taken.items()}
    return {"ways": ways, "times_plain": ratio(*reversed(ways.values()))}


def rows(result: dict[str, object]) -> list[tuple]:
    """Each figure's name and unit, its spread over the runs, its decimal places."""
    found = [(way, "s", seconds, 2) for way, seconds in result["ways"].items()]
    return [*found, ("course lab, times jupyter lab", "", result["times_plain"], 2)]


def _first_cell(browser, folder: Path, plain: bool) -> float:
    page = browser.new_page()
    begin = time.perf_counter()
    with running_lab(folder, plain) as address:
        notebook = Notebook(page, address, FIRST_LESSON.as_posix())
        notebook.run(notebook.find(""))
        seconds = time.perf_counter() - begin
        page.close()
    shutil.rmtree(folder / ".tandem" / "workspaces", ignore_errors=True)
    return seconds

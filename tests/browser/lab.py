"""A real JupyterLab on a learner's copy of the course, driven through Chromium."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
# Screenshots go here when a test fails, or always if the variable is set.
SHOTS = Path(os.environ.get("TANDEM_SHOTS", "build/screenshots"))

# No password, and the application within reach of a page's scripts.
SETTINGS = {
    "LabApp": {"expose_app_in_browser": True},
    "IdentityProvider": {"token": ""},
}
WITHOUT_OURS = {"disabledExtensions": {"tandem-course": True}}


@contextmanager
def running_lab(folder: Path, plain: bool = False):
    """``course lab`` on ``folder``; gives its address. Ends with the block.

    Args:
        plain: ``jupyter lab`` instead, without the course's extension.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    config = folder / ".tandem" / ("plain" if plain else "config")
    (config / "labconfig").mkdir(parents=True, exist_ok=True)
    (config / "jupyter_lab_config.json").write_text(json.dumps(SETTINGS))
    if plain:
        (config / "labconfig/page_config.json").write_text(json.dumps(WITHOUT_OURS))
        command = ["jupyterlab", f"--ServerApp.root_dir={folder}", "--allow-root"]
    else:
        command = ["grader.cli", "lab", "--to", str(folder)]
    log = folder / ".tandem" / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, "--no-browser", "--port", str(port)],
            stdout=output,
            stderr=output,
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(config)},
        )
    try:
        _wait_until_up(address, server, log)
        yield address
    finally:
        stop(server)


def stop(server: subprocess.Popen) -> None:
    """End a Jupyter server, the hard way if it doesn't by itself."""
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        # It may wait for an idle thread of AnyIO's, which nothing ends:
        # https://github.com/jupyterlab/jupyterlab/issues/10442
        server.kill()
        server.wait()


def _wait_until_up(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(2500):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab stopped: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"JupyterLab did not answer: {log.read_text()[-2000:]}")


class Notebook:
    """The notebook that is open in a page, as a learner's hands and eyes have it."""

    CONTENT = "window.jupyterapp.shell.currentWidget.content"
    # Other tabs' notebooks are in the page as well.
    CELLS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"

    def __init__(self, page, address: str, path: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/tree/{path}")
        # Lab drops keys pressed before the kernel has answered for the first time.
        page.wait_for_function(
            "path => { const shown = window.jupyterapp?.shell.currentWidget;"
            " return shown?.context?.path === path && shown.context.isReady &&"
            " shown.sessionContext.session?.kernel?.status === 'idle' }",
            arg=path,
            timeout=120_000,
        )

    def cells(self) -> list[dict]:
        """The notebook's cells as they are in the browser, outputs included."""
        return json.loads(
            self.page.evaluate(f"JSON.stringify({self.CONTENT}.model.toJSON())")
        )["cells"]

    def run_all(self, timeout_s: int = 180) -> None:
        """Clear all outputs, then run all cells; returns when each has run."""
        for command in ("clear-all-cell-outputs", "run-all-cells"):
            self.page.evaluate(
                f"void window.jupyterapp.commands.execute('notebook:{command}')"
            )
        # Not awaited: it ends at the first error, though the cells go on running.
        self.page.wait_for_function(
            f"() => {self.CONTENT}.widgets.every("
            "w => w.model.type !== 'code' || w.model.executionCount) && "
            "window.jupyterapp.shell.currentWidget.sessionContext.session"
            ".kernel.status === 'idle'",
            timeout=timeout_s * 1000,
        )

    def _run(self, index: int, timeout_s: int) -> None:
        """Ctrl+Enter in the cell that has the cursor, until it has run."""
        # A stored count could be the same as the new one.
        self.page.evaluate(
            "window.jupyterapp.commands.execute('notebook:clear-cell-output')"
        )
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            f"{self.CONTENT}.widgets[{index}].model.executionCount",
            timeout=timeout_s * 1000,
        )

    def find(self, text: str, after: int = -1) -> int:
        """The index of the first code cell behind ``after`` that holds ``text``."""
        for index, cell in enumerate(self.cells()):
            source = "".join(cell["source"])
            if index > after and cell["cell_type"] == "code" and text in source:
                return index
        raise LookupError(f"no code cell holds {text!r}")

    def cell(self, index: int):
        """The cell's element, scrolled into view."""
        found = self.page.locator(self.CELLS).nth(index)
        found.scroll_into_view_if_needed()
        return found

    def type_and_run(self, index: int, source: str, timeout_s: int = 120) -> None:
        """Replace the cell's text by typing, and run it with Ctrl+Enter."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        self._run(index, timeout_s)

    def run(self, index: int, timeout_s: int = 120) -> str:
        """Run one cell with Ctrl+Enter; gives the visible text of its outputs."""
        self.cell(index).locator(".cm-content").click()
        self._run(index, timeout_s)
        outputs = self.cell(index).locator(".jp-OutputArea-output").all()
        return "\n".join(output.inner_text() for output in outputs)

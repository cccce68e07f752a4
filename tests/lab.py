"""A real JupyterLab on a learner's copy of the course, driven through Chromium."""

import json
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


@contextmanager
def running_lab(folder: Path):
    """``jupyter lab`` in ``folder``; gives its address. Ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        *(f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=none"),
        *("--ServerApp.shutdown_no_activity_timeout=600",),
    ]
    log = folder / ".tandem" / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        _wait_until_up(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_up(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab stopped: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).read()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not answer: {log.read_text()[-2000:]}")


class Notebook:
    """The notebook that is open in a page, as a learner's hands and eyes have it."""

    MODEL = "window.jupyterapp.shell.currentWidget.content.model.toJSON()"

    def __init__(self, page, address: str, path: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/tree/{path}")
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
        self._wait_for_kernel()

    def _wait_for_kernel(self) -> None:
        # Lab drops keys pressed before the kernel has answered for the first time.
        self.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget.sessionContext.session"
            "?.kernel?.status === 'idle'",
            timeout=120_000,
        )

    def cells(self) -> list[dict]:
        """The notebook's cells as they are in the browser, outputs included."""
        return json.loads(self.page.evaluate(f"JSON.stringify({self.MODEL})"))["cells"]

    def run_all(self, timeout_s: int = 180) -> None:
        """Run > Run All Cells, and wait until the last one has run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self._wait_idle(timeout_s)

    def _wait_idle(self, timeout_s: int) -> None:
        self.page.wait_for_timeout(500)
        self.page.wait_for_function(
            "() => { const c = window.jupyterapp.shell.currentWidget;"
            " return c.sessionContext.session?.kernel?.status === 'idle' &&"
            " !c.content.widgets.some(w => w.promptNode?.textContent === '[*]:') }",
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
        found = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        found.scroll_into_view_if_needed()
        return found

    def type_and_run(self, index: int, source: str, timeout_s: int = 120) -> None:
        """Replace the cell's text by typing, and run it with Ctrl+Enter."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")
        self._wait_idle(timeout_s)

    def run(self, index: int, timeout_s: int = 120) -> str:
        """Run one cell with Ctrl+Enter; gives the visible text of its outputs."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self._wait_idle(timeout_s)
        outputs = self.cell(index).locator(".jp-OutputArea-output").all()
        return "\n".join(output.inner_text() for output in outputs)

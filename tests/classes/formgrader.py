"""formgrader in a real Jupyter server, and an instructor's hands on its pages."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.browser.lab import stop

TOKEN = "t" * 20
PATIENCE = 180_000  # milliseconds


@contextmanager
def formgrader(course: Path) -> Iterator[str]:
    """A Jupyter server in a course's folder; gives the address of its formgrader."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
            *("--port", str(port), f"--IdentityProvider.token={TOKEN}"),
            "--ServerApp.port_retries=0",
        ],
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/formgrader"
    try:
        for _ in range(600):
            time.sleep(0.5)
            try:
                urllib.request.urlopen(f"{address}/api/assignments?token={TOKEN}")
                break
            except OSError:
                assert process.poll() is None, "the server ended"
        else:
            raise TimeoutError("the server did not answer")
        yield address
    finally:
        stop(process)


class Submissions:
    """The page with an assignment's submissions, one row for each learner."""

    def __init__(self, page, address: str, assignment: str) -> None:
        self.page = page
        root = address.removesuffix("/formgrader")
        then = f"/formgrader/manage_submissions/{assignment}"
        page.goto(f"{root}/login?next={quote(then, '')}&token={TOKEN}")
        page.wait_for_function("window.models?.loaded", timeout=PATIENCE)

    def row(self, learner: str):
        quoted = learner.replace("\\", r"\\")
        name = self.page.locator(f".student-id[data-order='{quoted}']")
        return self.page.locator("#main-table tr").filter(has=name)

    def autograde(self, learner: str) -> str:
        """Press the button in a learner's row; the title of what is shown then."""
        self.row(learner).locator(".autograde a").click()
        shown = self.page.locator(".modal.in")
        shown.wait_for(timeout=PATIENCE)
        title = shown.locator(".modal-title").inner_text()
        shown.get_by_role("button", name="OK").click()
        shown.wait_for(state="detached")
        return title

    def shown(self, learner: str) -> tuple[str, str]:
        """Status and score in a learner's row."""
        row = self.row(learner)
        row.locator(".status .label").wait_for()
        status = row.locator(".status").inner_text()
        return status, row.locator(".score").inner_text()

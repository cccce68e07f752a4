"""A learner's road and an instructor's through an installation of the package.

Run it with the Python of an environment that holds the package, both frameworks and
what grading needs, in an empty folder:

    PYTHON -I .ci/roads.py

Each station is printed when it is reached; the first that is not ends the run.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
COURSE = Path(sys.executable).with_name("course")
FOLDER = Path.cwd()
# Neither settings nor packages of the user's own play a part.
ENVIRONMENT = {
    **{name: text for name, text in os.environ.items() if "PYTHON" not in name},
    "HOME": str(FOLDER / "home"),
    "JUPYTER_TOKEN": "roads",
}
ASSIGNMENT = "02_autograd"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}_exercises.ipynb"
RIGHT, WRONG = "autograd.chain_rule", "autograd.mse_gradient"
MISTAKE = "sum instead of mean"
ANSWERS = {
    "autograd-chain_rule-torch-solution": (
        "def chain_rule(x):\n"
        "    y = torch.exp(torch.sin(x**2))\n"
        "    return y, y * torch.cos(x**2) * 2 * x"
    ),
    "autograd-mse_gradient-torch-solution": (
        "def mse_gradient(w, X, y):\n    return 2 * X.T @ (X @ w - y)"
    ),
}
# What a submission sees of the installed package, model solutions and all: nothing.
LOOK = """
import os
try:
    seen = os.listdir("{}")
except OSError:
    seen = []
print("in the package:", seen)
"""


def main() -> None:
    """Take both roads, the learner's first."""
    require(not any(FOLDER.iterdir()), f"{FOLDER} is not empty")
    (FOLDER / "home").mkdir()
    with station("the package is the environment's own"):
        require(package().is_relative_to(sys.prefix), package())
        require(package() != CHECKOUT / "grader", package())
        require(find_spec("grader.authoring") is None, "authoring is installed")
        require(find_spec("tests") is None, "the checkout can be imported")
    learn()
    grade()


def package() -> Path:
    """The folder of the installed package."""
    return Path(find_spec("grader").origin).parent


def learn() -> None:
    """Take the learner's road."""
    with station("course lab: JupyterLab answers, with all of the course's parts"):
        use_lab()
    work = FOLDER / "work"
    with station("course check-all: one right answer, one mistake"):
        answer(work / "exercises" / NOTEBOOK)
        course("check-all", status=1)
        lessons = json.loads(course("list", "--json"))["lessons"]
        exercises = {e["id"]: e for lesson in lessons for e in lesson["exercises"]}
        for name, expected in ((RIGHT, "correct"), (WRONG, "wrong")):
            status = exercises[name]["states"]["torch"]["status"]
            require(status == expected, f"{name} is {status}")
    with station("the kernel Tandem: an answer is checked, and the course's own opens"):
        shown = run_cells(
            work,
            "import torch\nfrom grader import check, solution",
            ANSWERS["autograd-chain_rule-torch-solution"],
            f'check("{RIGHT}", chain_rule, "torch")',
            f'solution("{RIGHT}")',
        )
        require("y.backward()" in shown, shown)


def grade() -> None:
    """Take the instructor's road."""
    room = FOLDER / "class"
    with station("course init: a course folder"):
        course("init", str(room))
    with station("course release: the notebook that learners receive"):
        course("release", ASSIGNMENT, folder=room)
    with station("course grade: one submission"):
        submission = room / "submitted" / "ada" / NOTEBOOK
        submission.parent.mkdir(parents=True)
        answer(room / "exercises" / NOTEBOOK, submission, LOOK.format(package()))
        report = json.loads(course("grade", ASSIGNMENT, "--json", folder=room))
        [row] = report["learners"]
        require((row["state"], row["score"]) == ("graded", 1), row)
        mark = row["marks"]["autograd-mse_gradient-torch"]
        require((mark["status"], mark["mistake"]) == ("wrong", MISTAKE), mark)
        ran = room / "autograded" / "ada" / NOTEBOOK
        seen = "in the package: []" not in ran.read_text(encoding="utf-8")
        require(not seen, f"the submission sees the package: {ran}")
        page = room / "feedback" / "ada" / Path(NOTEBOOK).with_suffix(".html")
        require(
            MISTAKE in page.read_text(encoding="utf-8"), f"{page} lacks the mistake"
        )
    with station("course report: the table of marks and the page"):
        options = ("--csv", "marks.csv", "--page", "--no-browser")
        course("report", ASSIGNMENT, *options, folder=room)
        require("ada" in (room / "marks.csv").read_text(encoding="utf-8"), "no marks")
        require((room / f"reports/{ASSIGNMENT}.html").is_file(), "no page")


@contextmanager
def station(name: str) -> Iterator[None]:
    """Print the block's name, and how long it took, once it has been passed."""
    begin = time.monotonic()
    yield
    print(f"{time.monotonic() - begin:6.1f} s  {name}", flush=True)


def require(holds: bool, otherwise: object) -> None:
    """End the run with a message unless something holds."""
    if not holds:
        raise SystemExit(f"roads: {otherwise}")


def course(*arguments: str, status: int = 0, folder: Path = FOLDER) -> str:
    """What a command prints."""
    done = subprocess.run(
        [COURSE, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    said = f"course {' '.join(arguments)} ends with {done.returncode}"
    require(done.returncode == status, f"{said}:\n{done.stdout}{done.stderr}")
    return done.stdout


def answer(notebook: Path, target: Path | None = None, added: str = "") -> None:
    """Write the answers, and code that is added to one, into a notebook or a copy."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    left = dict(ANSWERS)
    for cell in content["cells"]:
        if (name := cell["metadata"]["nbgrader"]["grade_id"]) in left:
            cell["source"] = left.pop(name) + added
    require(not left, f"{notebook} has no cells {list(left)}")
    (target or notebook).write_text(json.dumps(content), encoding="utf-8")


def use_lab() -> None:
    """Open JupyterLab, which makes the copy of the course, and ask it for its parts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = FOLDER / "lab.log"
    with log.open("w") as output:
        options = ["--no-browser", "--port", str(port), "--track", "torch"]
        lab = subprocess.Popen(
            [COURSE, "lab", *options], env=ENVIRONMENT, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + 300
        while (page := get(port, "lab/tree/notebooks/00_start_here.ipynb")) is None:
            up = lab.poll() is None and time.monotonic() < deadline
            require(up, f"JupyterLab does not answer:\n{log.read_text()}")
            time.sleep(0.2)
        require("tandem-course" in page, "the page has no extension of the course's")
        kernels = json.loads(get(port, "api/kernelspecs"))["kernelspecs"]
        require({"python3", "tandem"} <= kernels.keys(), list(kernels))
        outline = json.loads(get(port, "tandem/outline"))
        require(outline["folder"] == str(FOLDER / "work"), outline["folder"])
    finally:
        lab.terminate()
        try:
            lab.wait(30)
        except subprocess.TimeoutExpired:
            lab.kill()
            lab.wait()


def get(port: int, path: str) -> str | None:
    """A page of the server's; None while it does not answer."""
    asked = urllib.request.Request(
        f"http://localhost:{port}/{path}",
        headers={"Authorization": f"token {ENVIRONMENT['JUPYTER_TOKEN']}"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as page:
            return page.read().decode()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"roads: {path}: {error}") from error
    except OSError:
        return None


def run_cells(folder: Path, *cells: str) -> str:
    """The text that cells show in the kernel Tandem."""
    import nbclient
    import nbformat

    made = [nbformat.v4.new_code_cell(source) for source in cells]
    notebook = nbformat.v4.new_notebook(cells=made)
    runner = nbclient.NotebookClient(
        notebook, kernel_name="tandem", resources={"metadata": {"path": str(folder)}}
    )
    runner.execute(env=ENVIRONMENT)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)


main()

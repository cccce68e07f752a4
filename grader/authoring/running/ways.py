"""Ways to run a notebook: as it is, without extras, edited, in TF32, or watched.

Each way takes the built notebook, the track, an empty working folder, and the zygote
that forks its kernel. It returns a list of what went wrong.
"""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from nbformat import NotebookNode

from grader.authoring.running.edits import Edited
from grader.authoring.running.environments import environment, without_extras
from grader.authoring.running.falsify import Watched
from grader.authoring.running.walk import (
    FRESH,
    KERNEL,
    Ended,
    code_cells,
    label,
    new_client,
    walk,
)
from grader.common.bounds import CELL_SECONDS
from grader.common.tracks import filter_track
from grader.kernels.forked import ZYGOTE
from grader.kernels.warm import Warm

LIMIT = 600  # seconds for one notebook
# The other plugins that are installed take as long to import as pytest and nbval.
ONLY_NBVAL = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
AS_ON_A_GPU = """\
from grader.authoring.running import growth, tf32
tf32.emulate()
growth.watch()
del growth, tf32
"""
# This switches TF32 on in PyTorch. Beside TensorFlow it stays off, as by default, so
# that the two frameworks differ as much as they can.
SWITCHED_ON = """\
import torch
torch.set_float32_matmul_precision("high")
del torch
"""


def compared(notebook: NotebookNode, track: str, folder: Path, warm: Warm) -> list[str]:
    """What nbval says about a lesson; nothing if every output is unchanged."""
    copy = folder / "lesson.ipynb"
    nbformat.write(filter_track(notebook, track), copy)
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval"]
    command += [f"--nbval-kernel-name={KERNEL}"]
    command += ["-q", "--no-header", "--tb=short", "-p", "no:cacheprovider"]
    command += [f"--nbval-cell-timeout={CELL_SECONDS}", f"--rootdir={folder}"]
    try:
        done = subprocess.run(
            [*command, str(copy)],
            cwd=folder,
            env=_of(warm, track) | ONLY_NBVAL,
            pass_fds=[warm.socket.fileno()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return [f"not done after {LIMIT} s"]
    return [done.stdout.strip()] if done.returncode else []


def executed(notebook: NotebookNode, track: str, folder: Path, warm: Warm) -> list[str]:
    """Why a cell of a solution failed; nothing if all cells ran."""
    client = new_client(filter_track(notebook, track), folder)
    return _failure(client, _of(warm, track))


def bare(notebook: NotebookNode, track: str, folder: Path, warm: Warm) -> list[str]:
    """Why a cell of a lesson failed where no extra is installed."""
    client = new_client(filter_track(notebook, track), folder, FRESH)
    return _failure(client, without_extras(track, folder))


def _failure(client: NotebookClient, environment: dict[str, str]) -> list[str]:
    try:
        client.execute(env=environment)
    except (CellControlSignal, RuntimeError) as error:
        return [str(error)]
    return []


def edited(notebook: NotebookNode, track: str, folder: Path, warm: Warm) -> list[str]:
    """What went wrong with the edits that a lesson asks for."""
    lesson = Edited(notebook, track)
    with walk(notebook, folder, _of(warm, track)) as kernel:
        return list(lesson.problems(kernel))


def in_tf32(notebook: NotebookNode, track: str, folder: Path, warm: Warm) -> list[str]:
    """Which cells of a lesson fail if float32 products are rounded as in TF32.

    It also checks other effects of a GPU that can be checked without one.
    """
    failed, named = [], "before the first cell"
    with walk(notebook, folder, _of(warm, track)) as kernel:
        try:
            kernel.prepare(AS_ON_A_GPU + SWITCHED_ON * (track == "torch"))
            for number, cell in code_cells(notebook, track).items():
                named = label(number, cell)
                if raised := kernel.run(number):
                    failed.append(f"{named} raises {raised}")
        except Ended as error:
            failed.append(f"{named}: {error}")
    return failed


def watched(notebook: NotebookNode, track: str, folder: Path, warm: Warm) -> list[str]:
    """The assertions named in a lesson's sentences that could not fail."""
    lesson = Watched(notebook, track)
    with walk(lesson.notebook, folder, _of(warm, track)) as kernel:
        try:
            return list(lesson.problems(kernel))
        except Ended as error:
            return [str(error)]


def _of(warm: Warm, track: str) -> dict[str, str]:
    """The environment of a track, with the address of its zygote."""
    return environment(track) | {ZYGOTE: str(warm.socket.fileno())}

"""Submissions run on a Dask cluster, as data; the gradebook stays where it is.

A notebook travels as JSON text, a file beside it as bytes, and the executed notebook
comes back as JSON text: what a learner made is never a Python object on the way. Dask
runs a submission elsewhere when its worker dies; who waits gets one result of it.
"""

import asyncio
import json
import logging
import socket
import tempfile
from importlib.metadata import version
from pathlib import Path

import nbformat
from distributed import Client, KilledWorker
from distributed.comm.core import connect
from nbformat import NotebookNode

from grader.common.course import DISTRIBUTION
from grader.common.errors import CourseError
from grader.grading import execution
from grader.grading.execution import Settings
from grader.grading.intake.notebook_file import grade_ids
from grader.grading.plugins.execute_and_judge import ExecuteAndJudge, Ran
from grader.kernels.jail import probe

CONNECT_SECONDS = 10


def run(notebook: str, files: dict[str, bytes], settings: str, wanted: str) -> str:
    """On a worker: execute and judge a sanitized notebook.

    Args:
        notebook: as JSON.
        files: what lies beside it, by relative path.
        settings: of the classes that run it, as JSON.
        wanted: the version of this package that the client has.

    Returns:
        JSON with ``ran``, a :class:`Ran` as data, or with ``refused``: why this machine
        can't, or with ``failed``: what went wrong with this one.
    """
    try:
        return json.dumps(_run(notebook, files, json.loads(settings), wanted))
    except CourseError as error:
        return json.dumps({"refused": f"worker on {socket.gethostname()}: {error}"})
    except Exception as error:
        # As text: an exception would travel back as a Python object.
        return json.dumps({"failed": f"{type(error).__name__}: {error}"})


def _run(
    text: str, files: dict[str, bytes], settings: Settings, wanted: str
) -> dict[str, object]:
    if version(DISTRIBUTION) != wanted:
        raise CourseError(
            f"it has {DISTRIBUTION} {version(DISTRIBUTION)}, and the marks are to be "
            f"those of {wanted}: install the same version on every worker"
        )
    notebook = nbformat.from_dict(json.loads(text))
    execution.require_frameworks(grade_ids(notebook))
    if not settings[ExecuteAndJudge.__name__].get("unsafe"):
        probe.level()
    with tempfile.TemporaryDirectory(prefix="tandem-submission-") as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return {"ran": vars(execution.execute(notebook, Path(folder), settings))}


class Cluster:
    """A Dask cluster that submissions run on.

    Args:
        address: of its scheduler, such as ``tcp://192.0.2.1:8786``.

    Raises:
        CourseError: no scheduler answers there, or it has no workers.
    """

    def __init__(self, address: str) -> None:
        # Dask's client tells of each worker that comes or goes.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            # A client that fails to connect can't be cleaned up quietly.
            asyncio.run(_answers(address))
        except (OSError, ValueError, ImportError) as error:
            raise CourseError(
                f"no Dask scheduler answers at {address}; give the address that it "
                "printed when it started, such as tcp://192.0.2.1:8786"
            ) from error
        self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        if not self.threads:
            self._client.close()
            raise CourseError(
                f"the Dask scheduler at {address} has no workers yet: start some, "
                f"for example with: dask worker {address}"
            )

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def threads(self) -> int:
        """How many submissions the workers that are there now run at once."""
        return sum(self._client.nthreads().values())

    def execute(self, notebook: NotebookNode, folder: Path, settings: Settings) -> Ran:
        """As :func:`grader.grading.execution.execute`, on one of the workers.

        Raises:
            CourseError: the workers can't run submissions.
            RuntimeError: this one can't be run.
        """
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".ipynb"
        }
        text = json.dumps(notebook), files, _as_json(settings), version(DISTRIBUTION)
        future = self._client.submit(run, *text, pure=False)
        try:
            answer = json.loads(future.result())
        except KilledWorker as error:
            raise RuntimeError("each worker that ran it died") from error
        except ModuleNotFoundError as error:
            raise CourseError(
                f"the cluster's machines lack {error.name}: install "
                f'"{DISTRIBUTION}[instructor,cluster]" and the frameworks on all of '
                "them"
            ) from error
        if "refused" in answer:
            raise CourseError(answer["refused"])
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        ran = answer["ran"]
        return Ran(**ran | {"notebook": nbformat.from_dict(ran["notebook"])})


async def _answers(address: str) -> None:
    comm = await connect(address, timeout=CONNECT_SECONDS)
    await comm.close()


def _as_json(settings: Settings) -> str:
    try:
        return json.dumps(settings)
    except TypeError as error:
        raise CourseError(
            f"a setting in nbgrader_config.py can't be sent to a cluster: {error}"
        ) from error

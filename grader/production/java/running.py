"""A model run in Java, from Python."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.common.optional import LEAST_JAVA, OPTIONAL, java_home
from grader.production.java import wire
from grader.production.java.error import JavaError
from grader.production.java.libraries import ONNX_RUNTIME, TENSORFLOW, library
from grader.production.java.signature import tensor_names

SOURCES = Path(__file__).parent
# oneDNN announces itself at any log level; the course's own kernels are without it too.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}


@dataclass(frozen=True)
class JavaRun:
    """What a model answered in Java, and how fast.

    Attributes:
        answers: float32, shape (n, ...): the answers to all rows in one call.
        alone: float32, the same shape: each row in a call of its own.
        versions: of the native library and of Java.
        one_row_us: mean microseconds of a call with one row.
        batched_row_us: mean microseconds of a call with all rows, divided by their
            number.
        threads: how many virtual threads asked for one row each, at the same time.
        threads_equal: whether each of them got, bit by bit, what its row got alone.
    """

    answers: NDArray[np.float32]
    alone: NDArray[np.float32]
    versions: dict[str, str]
    one_row_us: float
    batched_row_us: float
    threads: int
    threads_equal: bool


def run_tensorflow(model: Path, rows: NDArray[np.float32]) -> JavaRun:
    """Run a SavedModel by TensorFlow's C library, with one thread of its own.

    Args:
        model: the folder of a SavedModel whose signature ``serving_default`` has one
            input and one output, both float32.
        rows: float32, shape (n, ...), with n at least 1.

    Raises:
        JavaError: in TensorFlow's own sentence if TensorFlow refuses the model or the
            rows; also if there is no JDK or no library, or the model has another form.
    """
    path = library("tensorflow", TENSORFLOW)
    # A model that isn't there is for TensorFlow to refuse.
    there = (model / "saved_model.pb").is_file()
    names = tensor_names(model) if there else ("", "")
    program = ("TensorFlow", path, model.absolute(), *names)
    return _run("TensorFlow", program, rows)


def run_onnx(model: Path, rows: NDArray[np.float32]) -> JavaRun:
    """Run an ONNX model by ONNX Runtime's C library, with one thread of its own.

    Args:
        model: the file of a model that has one input and one output, both float32.
        rows: float32, shape (n, ...), with n at least 1.

    Raises:
        JavaError: in ONNX Runtime's own sentence if ONNX Runtime refuses the model or
            the rows; also if there is no JDK or no library, or the model has another
            form.
    """
    path = library("onnxruntime", ONNX_RUNTIME)
    return _run("ONNX Runtime", ("OnnxModel", path, model.absolute()), rows)


def source(name: str) -> str:
    """The text of a class: TensorFlow, OnnxModel, Native, Trial, Tensor or Model."""
    return (SOURCES / f"{name}.java").read_text(encoding="utf-8")


def _run(
    title: str, program: tuple[str | Path, ...], rows: NDArray[np.float32]
) -> JavaRun:
    if rows.dtype != np.float32 or rows.ndim == 0 or rows.size == 0:
        raise JavaError(
            "rows must be a float32 array of shape (n, ...) with at least one number; "
            f"these are {rows.dtype} of shape {rows.shape}"
        )
    home = _home()
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "rows"), Path(folder, "answers")
        with asked.open("wb") as file:
            wire.write_tensor(file, rows)
        _execute(
            home / "bin/java",
            # Without it, Java warns that native code is called.
            "--enable-native-access=ALL-UNNAMED",
            f"--class-path={_classes(home).name}",
            *("Trial", asked, answered, *program),
            folder=folder,
        )
        return _result(answered, title)


def _home() -> Path:
    home = java_home()
    if home is None:
        raise JavaError(
            f"there is no JDK of version {LEAST_JAVA} or later here; to get it, "
            f"{OPTIONAL['java'].bring}"
        )
    return home


@cache
def _classes(home: Path) -> "tempfile.TemporaryDirectory[str]":
    """A folder with the compiled classes, which goes when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="course-java-")
    sources = sorted(SOURCES.glob("*.java"))
    options = ("--release", str(LEAST_JAVA), "-encoding", "UTF-8", "-d", folder.name)
    _execute(home / "bin/javac", *options, *sources, folder=folder.name)
    return folder


def _execute(*command: str | Path, folder: str) -> None:
    """Run a program of the JDK in a folder, where a crash may leave its report.

    Raises:
        JavaError: it failed.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        name = Path(command[0]).name
        first = done.stderr.strip().partition("\n")[0] or "nothing"
        raise JavaError(
            f"{name} ended with status {done.returncode}; what it said begins with: "
            f"{first}"
        )
    print(done.stderr, end="", file=sys.stderr)


def _result(path: Path, title: str) -> JavaRun:
    with path.open("rb") as file:
        (succeeded,) = wire.read(file, "?")
        if not succeeded:
            raise JavaError(file.read().decode())
        versions = {title: wire.read_string(file), "Java": wire.read_string(file)}
        answers, alone = wire.read_tensor(file), wire.read_tensor(file)
        single, batched, threads, equal = wire.read(file, "ddi?")
    return JavaRun(answers, alone, versions, single, batched, threads, equal)

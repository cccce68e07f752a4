"""Builds the course's images with whichever tool is here."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from grader.common.errors import CourseError

ROOT = Path(__file__).parents[3]
INDEX = "PIP_EXTRA_INDEX_URL"  # where pip looks as well
TOOLS = ("buildah", "podman", "docker")
_SECONDS = 60  # for a tool to say that it works


@dataclass(frozen=True)
class Image:
    """An image that can be built.

    Attributes:
        file: its Containerfile, in this folder.
        arguments: what the file's ``ARG`` lines get in place of their defaults.
        needs_index: whether pip needs an index beside its own, for PyTorch's builds
            without CUDA.
    """

    file: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    needs_index: bool = False


IMAGES = {
    "torch-cpu": Image("torch.Containerfile", needs_index=True),
    "torch-gpu": Image("torch.Containerfile"),
    "tensorflow-cpu": Image("tensorflow.Containerfile"),
    "tensorflow-gpu": Image(
        "tensorflow.Containerfile", {"TENSORFLOW": "tensorflow[and-cuda]"}
    ),
    "both-cpu": Image("both.Containerfile", needs_index=True),
    "both-gpu": Image("both-gpu.Containerfile"),
}


def containerfile(name: str) -> str:
    """The text of an image's Containerfile."""
    return files(__package__).joinpath(IMAGES[name].file).read_text(encoding="utf-8")


def build(name: str, base: str | None = None, options: Sequence[str] = ()) -> None:
    """Build an image, which is then called ``tandem:`` and its name.

    Args:
        name: one of ``IMAGES``.
        base: another image to start from, with a Python that the course knows.
        options: more of the tool's own.

    Raises:
        CourseError: there is no such image, no tool that works, no checkout here or no
            index that is needed; or the tool failed, and has said why.
    """
    if name not in IMAGES:
        raise CourseError(f"there is no image {name!r}: use one of {', '.join(IMAGES)}")
    if not (ROOT / "pyproject.toml").is_file():
        raise CourseError(
            "images are built from a checkout of the course: clone it first"
        )
    tool = working_tool()
    arguments = dict(IMAGES[name].arguments) | ({"BASE": base} if base else {})
    if IMAGES[name].needs_index:
        arguments[INDEX] = _index(name)
    with tempfile.TemporaryDirectory() as context:
        _fill(Path(context), name)
        command = [tool, "build", "--tag", f"tandem:{name}"]
        for key, value in arguments.items():
            command += ["--build-arg", f"{key}={value}"]
        failed = subprocess.run([*command, *options, context]).returncode
    if failed:
        raise CourseError(
            f"{tool} could not build tandem:{name}, see above. If it can't fetch the "
            'image to start from, name one that you have: ARGS="--base IMAGE"'
        )
    print(f"Built: tandem:{name}, with {tool}.")


def _index(name: str) -> str:
    index = os.environ.get(INDEX)
    if not index:
        raise CourseError(
            f"{name} takes PyTorch's builds for CPUs, which have an own index: "
            f"set {INDEX} to the address that https://pytorch.org/get-started/locally "
            "names for CPU, and run it again"
        )
    return index


def working_tool() -> str:
    """The first of ``TOOLS`` that is installed and answers.

    Raises:
        CourseError: there is none; it says what each lacks.
    """
    lacking = []
    for tool in TOOLS:
        trouble = _trouble(tool)
        if trouble is None:
            return tool
        lacking.append(f"{tool} {trouble}")
    raise CourseError(
        f"to build an image, buildah, podman or docker has to work here: "
        f"{'; '.join(lacking)}. On Debian or Ubuntu, apt install buildah brings one"
    )


def _trouble(tool: str) -> str | None:
    """Why a tool can't be used, or None if it can."""
    if shutil.which(tool) is None:
        return "is not installed"
    try:
        done = subprocess.run(
            [tool, "info"], capture_output=True, text=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return "does not answer"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines()
    return f"is here but says {said[-1]!r}" if said else "is here but fails"


def _fill(context: Path, name: str) -> None:
    """Put what the Containerfile copies into the folder, and the file itself."""
    wheel = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        str(context),
    ]
    done = subprocess.run(wheel, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise CourseError(
            f"the course's own package could not be built: {done.stderr.strip()}"
        )
    for copied in ("constraints.txt", "environment.yml"):
        shutil.copy(ROOT / copied, context)
    # The name that all three tools look for by themselves.
    (context / "Dockerfile").write_text(containerfile(name), encoding="utf-8")

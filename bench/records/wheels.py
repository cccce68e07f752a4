"""What two wheels bring when both are installed, from the packages' own metadata.

pip puts all wheels' files into one folder, and says nothing where two of them bring
the same file: the later one stays. Each wheel lists its files in its ``RECORD``.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

PYTHON = "3.12"
PLATFORMS = tuple(f"manylinux_2_{glibc}_x86_64" for glibc in range(28, 4, -1))
FRAMEWORKS = ("torch==2.13.0", "tensorflow==2.21.0")
PAIRS = (
    ("cuDNN", "nvidia-cudnn-cu12>=9.3.0.75,<10", "nvidia-cudnn-cu13==9.20.0.48"),
    ("NCCL", "nvidia-nccl-cu12>=2.27.7,<3", "nvidia-nccl-cu13==2.29.7"),
)
"""A library, and the wheel of it that TensorFlow asks for, and the one of PyTorch."""


def measure() -> dict[str, Any]:
    """What both frameworks ask for, and which files their libraries share.

    It downloads about 1.5 GB, into a temporary folder.
    """
    return {
        "python": PYTHON,
        "asked": {framework: _asked(framework) for framework in FRAMEWORKS},
        "shared": {name: _shared(*wheels) for name, *wheels in PAIRS},
    }


def _pip(*arguments: str) -> None:
    platforms = [part for name in PLATFORMS for part in ("--platform", name)]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--isolated", *arguments, "--quiet"),
            *("--no-deps", "--only-binary=:all:", "--python-version", PYTHON),
            *platforms,
        ],
        check=True,
    )


def _asked(framework: str) -> list[str]:
    """The requirements of a framework's wheel that concern NVIDIA."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        _pip(
            *("install", "--dry-run", "--ignore-installed", "--target", folder),
            *("--report", str(report), framework),
        )
        installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    requires = installed[0]["metadata"]["requires_dist"]
    return [r for r in requires if r.startswith(("nvidia-", "cuda-"))]


def _shared(first: str, second: str) -> dict[str, Any]:
    one, other = _files(first), _files(second)
    both = sorted(one["files"].keys() & other["files"].keys())
    return {
        "wheels": [one["wheel"], other["wheel"]],
        "only": [len(one["files"]) - len(both), len(other["files"]) - len(both)],
        "both": both,
        "differ": [p for p in both if one["files"][p] != other["files"][p]],
    }


def _files(requirement: str) -> dict[str, Any]:
    """The wheel that pip chooses, and its files with their hashes."""
    with tempfile.TemporaryDirectory() as folder:
        _pip("download", "--dest", folder, requirement)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (record,) = (n for n in archive.namelist() if n.endswith("/RECORD"))
            lines = archive.read(record).decode().splitlines()
    rows = [line.rsplit(",", 2) for line in lines]
    return {
        "wheel": wheel.name,
        "files": {p: digest for p, digest, _ in rows if ".dist-info/" not in p},
    }

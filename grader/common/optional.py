"""What some cells need and an installation may lack: packages, and programs."""

import importlib.util
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NEED = "# needs: "  # begins the first line of a cell that may have to rest
LINE = re.compile(rf"{NEED}(?P<names>\w+(?:, \w+)*)\s*")
LEAST_JAVA = 22  # the first with the Foreign Function API as it stayed


@dataclass(frozen=True)
class Optional:
    """Something a cell may need.

    Attributes:
        title: what it is, in a sentence.
        found: whether it is here.
        bring: how to get it, as the rest of "to get it, …".
    """

    title: str
    found: Callable[[], bool]
    bring: str


def _package(name: str, extra: str) -> Optional:
    def found() -> bool:
        try:
            return importlib.util.find_spec(name) is not None
        except (ImportError, ValueError):
            return False

    return Optional(name, found, f'run pip install "tandem-course[{extra}]"')


def java_home() -> Path | None:
    """The JDK to use, or None if there is none of at least ``LEAST_JAVA``.

    As with Maven, a JAVA_HOME decides alone. Without one, the ``java`` on PATH comes
    first, then Linux's usual folder.
    """
    if named := os.environ.get("JAVA_HOME"):
        homes = [Path(named)]
    else:
        on_path = shutil.which("java")
        homes = [Path(on_path).resolve().parents[1]] if on_path else []
        homes += sorted(Path("/usr/lib/jvm").glob("*"))
    return next((home for home in homes if _java(home) >= LEAST_JAVA), None)


def _java(home: Path) -> int:
    """The major version of the JDK at ``home``; 0 if it is none that compiles."""
    try:
        lines = (home / "release").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    major = facts.get("JAVA_VERSION", "").strip('"').split(".")[0]
    compiler = shutil.which("javac", path=str(home / "bin"))
    return int(major) if major.isdecimal() and compiler else 0


OPTIONAL = {
    "ai_edge_litert": _package("ai_edge_litert", "deploy"),
    "ai_edge_quantizer": _package("ai_edge_quantizer", "deploy"),
    "onnx": _package("onnx", "deploy"),
    "onnxruntime": _package("onnxruntime", "deploy"),
    "onnxscript": _package("onnxscript", "deploy"),
    "tf2onnx": _package("tf2onnx", "deploy"),
    "java": Optional(
        f"a JDK of version {LEAST_JAVA} or later",
        lambda: java_home() is not None,
        "install a JDK, for example from https://adoptium.net, and start Jupyter with "
        "JAVA_HOME set to its folder",
    ),
}


def named(source: str) -> list[str]:
    """What a cell's first line says that the cell needs."""
    found = LINE.fullmatch(source.partition("\n")[0])
    return found["names"].split(", ") if found else []

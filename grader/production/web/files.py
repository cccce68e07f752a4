"""What the page's address leads to: the course's own files, and those of the models.

Nothing else can be asked for: names are looked up, and never made into paths.
"""

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
# The inline import map of index.html, as Content Security Policy names it.
IMPORT_MAP = "'sha256-nQUFtavFz+eznbpiOCgI6msX9LmY3Xj3t8we6kSSNN0='"
MODELS = re.compile(
    r"models/(digits\.json|model\.(onnx|tflite)|tfjs/[\w-]+\.(json|bin))"
)
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
BINARY = "application/octet-stream"


@dataclass(frozen=True)
class Found:
    """A file to send, with its headers."""

    path: Path
    headers: dict[str, str]


def find(name: str, models: Path, framed_by: str) -> Found | None:
    """The file at an address below the page's own; None if there is none.

    Args:
        name: the address: "" is the page, and ``models/…`` is in ``models``.
        models: the folder that the page was opened for.
        framed_by: who may show the page in a frame, in the words of a Content Security
            Policy.
    """
    if MODELS.fullmatch(name):
        path = models / name.removeprefix("models/")
        inside = path.resolve().is_relative_to(models.resolve())
        found = path if inside and path.is_file() else None
    else:
        found = _own().get(name or "index.html")
    return Found(found, _headers(found.suffix, framed_by)) if found else None


def _own() -> dict[str, Path]:
    files = {path.name: path for path in (HERE / "static").iterdir()}
    for path in (HERE / "vendor").rglob("*"):
        if path.is_file():
            files[path.relative_to(HERE).as_posix()] = path
    return files


def _headers(suffix: str, framed_by: str) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'wasm-unsafe-eval' {IMPORT_MAP}",
        "style-src": "'self'",
        "img-src": "data:",  # the empty icon
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": framed_by,
    }
    return {
        "Content-Type": KINDS.get(suffix, BINARY),
        "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }

"""Where a framework's wheel keeps its C library."""

import importlib.util
import sys
from pathlib import Path

from grader.production.java.error import JavaError

# Below the package's folder, by Python's name of the system. TensorFlow's wheel for
# Windows has no library that offers the C interface.
TENSORFLOW = {
    "linux": "libtensorflow_cc.so.*",
    "darwin": "libtensorflow_cc.*.dylib",
}
ONNX_RUNTIME = {
    "linux": "capi/libonnxruntime.so.*",
    "darwin": "capi/libonnxruntime.*.dylib",
    "win32": "capi/onnxruntime.dll",
}


def library(package: str, names: dict[str, str], system: str = sys.platform) -> Path:
    """The C library of an installed package, which is not imported.

    Args:
        package: its name for ``import``.
        names: patterns of the library's path in the package, by system.
        system: as in ``sys.platform``.

    Raises:
        JavaError: the package is not installed, or has no such library on this system.
    """
    if system not in names:
        raise JavaError(
            f"the wheel of {package} has no C library on this system ({system}); run "
            f"this on one of: {', '.join(names)}"
        )
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise JavaError(f"{package} is not installed here, and its C library is needed")
    folder = Path(found.origin).parent
    files = sorted(folder.glob(names[system]))
    if not files:
        raise JavaError(
            f"the package {package} in {folder} has no {names[system]}; install its "
            "wheel from PyPI again"
        )
    return files[0]

"""``python -m bench.serving``: what lesson 11 shows of servers under load."""

import json
import os
import platform
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer

from grader.pictures.serving.measured import STORED

app = typer.Typer(add_completion=False, no_args_is_help=True)
PACKAGES = ("torch", "tensorflow-cpu", "keras", "tornado", "numpy")


@app.callback()
def serving() -> None:
    """Measure the server of lesson 11."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


@app.command()
def runs() -> None:
    """Measure the models alone, and the server under load: 4 minutes."""
    from bench.serving.models import make
    from bench.serving.runs import rows_alone, under_load

    with tempfile.TemporaryDirectory() as base:
        folder = make(Path(base))
        _store(
            "runs",
            {
                "microseconds for a row": rows_alone(folder),
                "load": under_load(folder, _say),
            },
        )


@app.command()
def processes() -> None:
    """Measure cold starts, and threads that fight: 3 minutes."""
    from bench.serving.models import make
    from bench.serving.processes import cold, fights

    with tempfile.TemporaryDirectory() as base:
        folder = make(Path(base))
        _store("processes", {"fights": fights(), "cold": cold(folder)})


@app.command()
def bento() -> None:
    """Measure BentoML beside the server: 2 minutes; needs the extra "serve"."""
    from bench.serving.bentoml_runs import beside
    from bench.serving.models import make

    with tempfile.TemporaryDirectory() as base:
        _store("bento", {"load": beside(make(Path(base)), _say)}, "bentoml")


def _store(part: str, content: dict[str, Any], *packages: str) -> None:
    """Put one command's results into the file; what the others wrote stays."""
    kept = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    made = {
        "command": f"python -m bench.serving {part}",
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "versions": {"Python": platform.python_version()}
        | {name: version(name) for name in (*PACKAGES, *packages)},
    }
    text = json.dumps(kept | {part: made | content}, indent=1, sort_keys=True)
    STORED.write_text(text + "\n", "utf-8")
    typer.echo(f"written: {STORED}")


def _say(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    app()

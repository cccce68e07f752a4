"""``python -m bench.records``: measure what lesson 12 shows, and store it."""

import datetime
import json
import os
from importlib.metadata import version
from typing import Annotated, Any

import typer

from grader.pictures.records.stored import FOLDER

app = typer.Typer(add_completion=False, no_args_is_help=True)
FRAMEWORKS = ("torch", "tensorflow-cpu", "keras")


@app.callback()
def records() -> None:
    """Measure what the lesson on records shows, and can't run itself."""
    # Read when a framework is imported.
    os.environ.update(
        OMP_NUM_THREADS="1",
        TF_NUM_INTRAOP_THREADS="1",
        TF_NUM_INTEROP_THREADS="1",
        TF_CPP_MIN_LOG_LEVEL="3",
        TF_ENABLE_ONEDNN_OPTS="0",
    )


@app.command()
def runs() -> None:
    """Train the small net in each framework, and keep all settings and metrics."""
    from bench.records.runs import measure

    _store("runs", measure(), *FRAMEWORKS)


@app.command()
def postgresql(
    address: Annotated[str, typer.Argument(help="Of an empty database.")],
) -> None:
    """Put the stored runs into a PostgreSQL database, and ask what differs."""
    from bench.records.postgresql import measure

    server, result = measure(address)
    _store("postgresql", result, "psycopg", PostgreSQL=server)


@app.command()
def mlflow() -> None:
    """Record a run of each framework with MLflow, and keep what it has noted."""
    from bench.records.tracking import measure

    _store("mlflow", measure(), "mlflow", "tensorboard", *FRAMEWORKS)


@app.command()
def schema() -> None:
    """Check broken rows with pandera, which needs pandas."""
    import pandas
    import pandera.pandas

    from grader.production.records.check_digits import failures

    _store("schema", failures(pandera.pandas, pandas), "pandera", "pandas")


@app.command()
def wheels() -> None:
    """Download both frameworks' cuDNN and NCCL, and compare their files."""
    from bench.records.wheels import measure

    _store("wheels", measure(), "pip")


def _store(name: str, result: Any, *packages: str, **versions: str) -> None:
    kept = {
        "command": f"python -m bench.records {name}",
        "date": datetime.date.today().isoformat(),
        "versions": {package: version(package) for package in packages} | versions,
        "result": result,
    }
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"written: {path}")


if __name__ == "__main__":
    app()

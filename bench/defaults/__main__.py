"""``python -m bench.defaults``: read the defaults, run the experiments behind them."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from grader.pictures.defaults_runs import STORED

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def defaults() -> None:
    """Compare the defaults of PyTorch and Keras."""


@app.command()
def table(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say what has moved.")
    ] = False,
) -> None:
    """Read each default from the libraries; write docs/defaults.md and its data."""
    _quiet_and_single()
    from bench.defaults.table import run

    if not run(check, typer.echo):
        raise typer.Exit(1)


@app.command()
def runs(
    seeds: Annotated[
        int, typer.Option(min=1, help="How often each net is trained.")
    ] = 20,
    out: Annotated[
        Path, typer.Option(help="Where the results go; what is there stays.")
    ] = STORED,
) -> None:
    """Train a small CNN with each default of either framework, and count its errors.

    A net that is in the file already isn't trained again, so that the command goes on
    where it was stopped.
    """
    _quiet_and_single()
    from bench.defaults.runs import run

    begin = time.monotonic()

    def say(line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - begin), 60)
        typer.echo(f"[{minutes:3}:{seconds:02}] {line}", err=True)

    run(out, seeds, say)
    typer.echo(f"written: {out}")


def _quiet_and_single() -> None:
    """One thread for each framework, and none of TensorFlow's remarks."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # as in the lessons
    import tensorflow as tf
    import torch

    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


if __name__ == "__main__":
    app()

"""``python -m bench.defaults``: read the defaults, run the experiments behind them."""

import os
from typing import Annotated

import typer

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


def _quiet_and_single() -> None:
    """One thread for each framework, and none of TensorFlow's remarks."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf
    import torch

    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


if __name__ == "__main__":
    app()

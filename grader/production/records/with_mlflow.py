"""The same runs recorded with MLflow: by itself, and told by hand.

    python -m grader.production.records.with_mlflow torch
    python -m grader.production.records.with_mlflow tensorflow

prints, as JSON, the parameters and metrics that MLflow has of each run. It needs the
extra ``tracking``: ``pip install "tandem-course[tracking]"``.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any

Told = dict[str, Any]


def main(arguments: list[str]) -> str | None:
    """Record the runs of the framework that is named; an answer is what is wrong."""
    if len(arguments) != 1 or arguments[0] not in _RECORDED:
        return f"usage: python -m {__spec__.name} {'|'.join(_RECORDED)}"
    # MLflow would send notice of its use over the network.
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")
    try:
        mlflow = import_module("mlflow")
    except ImportError:
        return 'MLflow is not installed: run pip install "tandem-course[tracking]"'
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        mlflow.create_experiment("runs", artifact_location=folder)
        mlflow.set_experiment("runs")
        told = _RECORDED[arguments[0]](mlflow)
    print(json.dumps({"mlflow": mlflow.__version__, "runs": told}))
    return None


def _recorded(mlflow: Any, act: Callable[[], object]) -> Told:
    """What MLflow has of a run in which ``act`` was called."""
    failed = None
    with mlflow.start_run() as run:
        try:
            act()
        except Exception as error:  # what autolog raises is a result
            failed = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    data = mlflow.get_run(run.info.run_id).data
    return {"params": data.params, "metrics": sorted(data.metrics), "error": failed}


def _by_hand(mlflow: Any, settings: list[Any], metrics: list[Any]) -> None:
    """Tell MLflow every setting; a parameter of MLflow's is a name and a text."""
    mlflow.log_params({f"{s.place}.{s.name}": s.value for s in settings})
    for step, name, value in metrics:
        mlflow.log_metric(name, value, step=step)


def _torch(mlflow: Any) -> dict[str, Told]:
    from grader.production.records import read_torch, train_torch

    mlflow.pytorch.autolog(log_models=False)
    alone = _recorded(mlflow, lambda: train_torch.train(0, {}))
    mlflow.pytorch.autolog(disable=True)
    made = train_torch.train(0, {})
    settings = read_torch.settings(made.model, made.optimizer, {})
    by_hand = _recorded(mlflow, lambda: _by_hand(mlflow, settings, made.metrics))
    return {"loop, autolog": alone, "loop, by hand": by_hand}


def _tensorflow(mlflow: Any) -> dict[str, Told]:
    import keras

    from grader.production.records import digits, read_keras, train_keras

    made = train_keras.train(0, {})
    settings = read_keras.settings(made.model, made.optimizer, {})
    data = digits.digits(0)

    def fit() -> None:
        made.model.compile(
            keras.optimizers.Adam(),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        made.model.fit(
            data.images[..., None], data.labels, batch_size=digits.BATCH, verbose=0
        )

    # MLflow documents it for Keras 3, and the one of mlflow.tensorflow for tf-keras.
    mlflow.keras.autolog(log_models=False)
    loop = _recorded(mlflow, lambda: train_keras.train(0, {}))
    fitted = _recorded(mlflow, fit)
    mlflow.keras.autolog(disable=True)
    mlflow.tensorflow.autolog(log_models=False)
    fitted_as_tf_keras = _recorded(mlflow, fit)
    mlflow.tensorflow.autolog(disable=True)
    by_hand = _recorded(mlflow, lambda: _by_hand(mlflow, settings, made.metrics))
    return {
        "loop, autolog": loop,
        "fit, autolog": fitted,
        "fit, tensorflow.autolog": fitted_as_tf_keras,
        "loop, by hand": by_hand,
    }


_RECORDED: dict[str, Callable[[Any], dict[str, Told]]] = {
    "torch": _torch,
    "tensorflow": _tensorflow,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A run of each framework in which nobody wrote a setting down."""

from collections.abc import Iterable
from typing import Any

import keras
import tensorflow as tf
import torch

from grader.production.records import read_keras, read_torch, train_keras, train_torch
from grader.production.records.digits import digits
from grader.production.records.store import Metric
from grader.production.records.values import Setting, fingerprint

SEED = 0


def measure() -> dict[str, Any]:
    """The runs by framework, each as ``store.stored_run`` reads it."""
    torch.set_num_threads(1)
    ours = train_torch.train(SEED, {})
    theirs = train_keras.train(SEED, {})
    return {
        "torch": _kept(
            ("stored-torch", "torch", torch.__version__),
            read_torch.settings(ours.model, ours.optimizer, {}),
            ours.metrics,
        ),
        "tensorflow": _kept(
            (
                "stored-keras",
                "tensorflow",
                f"{tf.__version__}, keras {keras.__version__}",
            ),
            read_keras.settings(theirs.model, theirs.optimizer, {}),
            theirs.metrics,
        ),
    }


def _kept(
    named: tuple[str, str, str], settings: Iterable[Setting], metrics: list[Metric]
) -> dict[str, Any]:
    run, framework, version = named
    told = [(s.place, s.name, _plain(s.value), s.explicit) for s in settings]
    return {
        "run": {
            "run": run,
            "framework": framework,
            "version": version,
            "code": "the course's own",
            "data": fingerprint(digits(SEED).images),
            "seed": SEED,
        },
        "settings": told,
        "metrics": metrics,
    }


def _plain(value: object) -> object:
    """What JSON would change, such as a tuple, becomes the text that the log keeps."""
    return (
        value if value is None or isinstance(value, int | float | str) else str(value)
    )

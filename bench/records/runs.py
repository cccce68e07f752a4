"""A run of each framework in which nobody wrote a setting down."""

from typing import Any

import torch

from grader.production.records import train_keras, train_torch
from grader.production.records.store import Store

SEED = 0


def measure() -> dict[str, Any]:
    """The runs by framework, each as ``store.stored_run`` reads it."""
    torch.set_num_threads(1)
    store = Store.sqlite()
    train_torch.record(store, "stored-torch", train_torch.train(SEED, {}))
    train_keras.record(store, "stored-keras", train_keras.train(SEED, {}))
    return {
        "torch": store.kept("stored-torch"),
        "tensorflow": store.kept("stored-keras"),
    }

"""A Keras model in the layers format of TensorFlow.js, written by hand.

The format is the JSON of Keras 2 and, in a file of their own, the weights one behind
the other. The package ``tensorflowjs`` writes it too, but only beside old versions of
TensorFlow.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from grader.common.errors import CourseError

WEIGHTS = "weights.bin"
CONVOLUTION = ("filters", "kernel_size", "strides", "padding", "data_format")
ACTIVATED = ("activation", "use_bias")
# The settings that TensorFlow.js reads; in Keras 3 they have the same names.
KEPT: dict[str, tuple[str, ...]] = {
    "Conv2D": (*CONVOLUTION, *ACTIVATED),
    "BatchNormalization": ("axis", "momentum", "epsilon", "center", "scale"),
    "MaxPooling2D": ("pool_size", "strides", "padding", "data_format"),
    "Flatten": ("data_format",),
    "Dense": ("units", *ACTIVATED),
    "ReLU": ("max_value",),
    "Softmax": ("axis",),
}
# Settings that TensorFlow.js does not know, or that have not been tried, and the values
# that are written.
WRITTEN: dict[str, tuple[Any, ...]] = {
    "activation": ("linear", "relu", "softmax"),
    "data_format": ("channels_last",),
    "dilation_rate": ((1, 1),),
    "groups": (1,),
    "negative_slope": (0,),
    "threshold": (0,),
}


def write_tfjs(folder: Path, keras_model: Any) -> None:
    """Write a model for TensorFlow.js: ``model.json`` and ``weights.bin``.

    Args:
        folder: for both files; it is made if missing.
        keras_model: a built ``Sequential`` of Conv2D, BatchNormalization, MaxPooling2D,
            Flatten, Dense, ReLU and Softmax.

    Raises:
        CourseError: another model, another layer, or a setting that the format does
            not have; it is named.
    """
    if type(keras_model).__name__ != "Sequential" or not keras_model.built:
        raise CourseError(
            "write_tfjs takes a keras.Sequential that begins with keras.Input; this is "
            f"a {type(keras_model).__name__}"
        )
    layers = [_layer(layer) for layer in keras_model.layers]
    layers[0]["config"]["batch_input_shape"] = [None, *keras_model.input_shape[1:]]
    weights = [
        (f"{layer.name}/{weight.name}", np.asarray(weight, "<f4"))
        for layer in keras_model.layers
        for weight in layer.weights
    ]
    model = {
        "format": "layers-model",
        "modelTopology": {
            "keras_version": "2.15.0",
            "backend": "tensorflow",
            "model_config": {
                "class_name": "Sequential",
                "config": {"name": keras_model.name, "layers": layers},
            },
        },
        "weightsManifest": [
            {
                "paths": [WEIGHTS],
                "weights": [
                    {"name": name, "shape": list(values.shape), "dtype": "float32"}
                    for name, values in weights
                ],
            }
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.json").write_text(json.dumps(model, indent=1), encoding="utf-8")
    (folder / WEIGHTS).write_bytes(b"".join(values.tobytes() for _, values in weights))


def _layer(layer: Any) -> dict[str, Any]:
    kind, config = type(layer).__name__, layer.get_config()
    if kind not in KEPT:
        raise CourseError(
            f"write_tfjs knows no {kind}, the layer {layer.name!r}; it writes "
            f"{', '.join(KEPT)}"
        )
    for name, values in WRITTEN.items():
        value = config.get(name, values[0])
        value = tuple(value) if isinstance(value, list) else value
        if value not in values:
            raise CourseError(
                f"the layer {layer.name!r} has {name}={value!r}; write_tfjs writes "
                f"{' or '.join(map(repr, values))} alone"
            )
    kept = {name: config[name] for name in KEPT[kind]}
    common = {"name": layer.name, "trainable": True, "dtype": "float32"}
    return {"class_name": kind, "config": common | kept}

"""The layers format: what is written, and what is refused."""

import json

import numpy as np
import pytest

from grader.common.errors import CourseError
from grader.production.web import write_tfjs


def sequential(*layers):
    import keras

    return keras.Sequential([keras.Input((8, 8, 1)), *layers])


@pytest.fixture(scope="module")
def layers():
    import keras

    return keras.layers


def test_all_weights_are_in_the_order_and_form_that_the_manifest_tells(
    layers, tmp_path
):
    model = sequential(
        layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(epsilon=0.5),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10, use_bias=False),
        layers.ReLU(max_value=6.0),
        layers.Softmax(),
    )
    write_tfjs(tmp_path / "new/tfjs", model)
    told = json.loads((tmp_path / "new/tfjs/model.json").read_text())
    [group] = told["weightsManifest"]
    content = (tmp_path / "new/tfjs" / group["paths"][0]).read_bytes()
    for about, weight in zip(group["weights"], model.weights, strict=True):
        assert about["shape"] == list(weight.shape) and about["dtype"] == "float32"
        size = 4 * int(np.prod(about["shape"]))
        values = np.frombuffer(content[:size], "<f4").reshape(about["shape"])
        assert np.array_equal(values, np.asarray(weight))
        content = content[size:]
    assert not content
    written = told["modelTopology"]["model_config"]["config"]["layers"]
    assert written[0]["config"]["batch_input_shape"] == [None, 8, 8, 1]
    assert [layer["class_name"] for layer in written] == [
        *("Conv2D", "BatchNormalization", "MaxPooling2D", "Flatten"),
        *("Dense", "ReLU", "Softmax"),
    ]
    assert written[0]["config"]["strides"] == [2, 2]
    assert written[1]["config"]["epsilon"] == 0.5
    assert written[5]["config"]["max_value"] == 6


def test_a_layer_that_the_format_lacks_is_named(layers, tmp_path):
    model = sequential(layers.Flatten(), layers.LayerNormalization(name="norm"))
    with pytest.raises(CourseError, match=r"knows no LayerNormalization, .* 'norm'"):
        write_tfjs(tmp_path, model)
    assert not list(tmp_path.iterdir())


CONVOLUTION = {"filters": 2, "kernel_size": 3}


@pytest.mark.parametrize(
    ("kind", "settings", "named"),
    [
        ("Conv2D", CONVOLUTION | {"dilation_rate": 2}, "dilation_rate"),
        ("Conv2D", CONVOLUTION | {"activation": "gelu"}, "activation='gelu'"),
        ("Dense", {"units": 2, "activation": "tanh"}, "activation='tanh'"),
        ("ReLU", {"negative_slope": 0.1}, "negative_slope=0.1"),
        ("ReLU", {"threshold": 1.0}, "threshold=1.0"),
        ("Flatten", {"data_format": "channels_first"}, "data_format='channels_first'"),
    ],
)
def test_a_setting_that_it_does_not_write_is_named(
    kind, settings, named, layers, tmp_path
):
    layer = getattr(layers, kind)(name="odd", **settings)
    with pytest.raises(CourseError, match=f"the layer 'odd' has {named}"):
        write_tfjs(tmp_path, sequential(layer))


def test_other_models_are_refused(layers, tmp_path):
    import keras

    x = keras.Input((4,))
    functional = keras.Model(x, layers.Dense(2)(x))
    unbuilt = keras.Sequential([layers.Dense(2)])
    for model in (functional, unbuilt, 3):
        with pytest.raises(CourseError) as told:
            write_tfjs(tmp_path, model)
        assert str(told.value).endswith(f"this is a {type(model).__name__}")

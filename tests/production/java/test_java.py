"""Both native libraries, called from Java: values, threads, and what goes wrong."""

import io
import subprocess

import numpy as np
import pytest

from grader.common.optional import OPTIONAL, java_home
from grader.production import java
from grader.production.java import running, wire
from grader.production.java.libraries import ONNX_RUNTIME, TENSORFLOW, library
from grader.production.java.signature import tensor_names

needs_java = pytest.mark.skipif(java_home() is None, reason=OPTIONAL["java"].bring)
ROWS = np.random.default_rng(0).normal(size=(24, 8, 8, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def keras_model():
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


@pytest.fixture(scope="module")
def saved(keras_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    keras_model.export(folder, verbose=False)
    return folder


def graph(folder, *nodes, inputs=("x",), outputs=("y",), answers="float32"):
    """An ONNX model of rows of 64 numbers."""
    import onnx
    from onnx import TensorProto, helper

    weights = np.random.default_rng(1).normal(size=(64, 10)).astype(np.float32)
    kind = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}[answers]
    made = helper.make_graph(
        [helper.make_node(*node) for node in nodes],
        "rows",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 64])
            for name in inputs
        ],
        [helper.make_tensor_value_info(name, kind, ["n", 10]) for name in outputs],
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    opset = helper.make_opsetid("", 17)
    path = folder / "model ü.onnx"
    onnx.save(helper.make_model(made, opset_imports=[opset], ir_version=8), path)
    return path, weights


@pytest.fixture(scope="module")
def onnx_model(tmp_path_factory):
    return graph(tmp_path_factory.mktemp("onnx"), ("MatMul", ["x", "w"], ["y"]))


def near(one, other):
    return np.abs(one - other).max() <= 1e-6 * np.abs(other).max()


def whole(run, title):
    """Whether a run has all that it promises."""
    assert set(run.versions) == {title, "Java"}
    assert int(run.versions["Java"].split(".")[0].split("+")[0]) >= 22
    assert run.answers.shape == run.alone.shape == (24, 10)
    assert run.answers.dtype == run.alone.dtype == np.float32
    assert near(run.alone, run.answers)
    assert run.one_row_us > 0 and run.batched_row_us > 0
    return run.threads == 2000 and run.threads_equal


@needs_java
def test_tensorflow_answers_as_keras_does_and_says_nothing(keras_model, saved, capfd):
    capfd.readouterr()  # what TensorFlow says here, when it is imported
    run = java.run_tensorflow(saved, ROWS)
    assert capfd.readouterr() == ("", "")
    assert near(run.answers, np.asarray(keras_model(ROWS)))
    assert whole(run, "TensorFlow")


@needs_java
def test_onnx_runtime_answers_as_numpy_does_and_says_nothing(onnx_model, capfd):
    path, weights = onnx_model
    rows = ROWS.reshape(24, 64)
    run = java.run_onnx(path, rows)
    assert near(run.answers, rows @ weights)
    assert whole(run, "ONNX Runtime")
    assert capfd.readouterr() == ("", "")


@needs_java
def test_a_model_that_is_not_there_is_refused_in_the_librarys_words(tmp_path):
    with pytest.raises(java.JavaError, match="Could not find SavedModel"):
        java.run_tensorflow(tmp_path / "nowhere", ROWS)
    with pytest.raises(java.JavaError, match="File doesn't exist"):
        java.run_onnx(tmp_path / "nowhere.onnx", ROWS)


@needs_java
def test_rows_of_another_width_are_refused_in_the_librarys_words(saved, onnx_model):
    with pytest.raises(java.JavaError, match="Input to reshape"):
        java.run_tensorflow(saved, ROWS[:, :7])
    with pytest.raises(java.JavaError, match="Got: 63 Expected: 64"):
        java.run_onnx(onnx_model[0], ROWS.reshape(24, 64)[:, 1:])


@needs_java
def test_a_java_that_does_not_run_is_one_sentence(onnx_model, monkeypatch):
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:NoSuchOption")
    with pytest.raises(java.JavaError, match="ended with status 1; what it said"):
        java.run_onnx(onnx_model[0], ROWS.reshape(24, 64))


@needs_java
def test_an_onnx_model_of_another_form_is_refused(tmp_path):
    add = ("MatMul", ["x", "w"], ["p"]), ("MatMul", ["z", "w"], ["q"])
    two, _ = graph(tmp_path, *add, ("Add", ["p", "q"], ["y"]), inputs=("x", "z"))
    rows = ROWS.reshape(24, 64)
    with pytest.raises(java.JavaError, match="2 inputs and 1 outputs"):
        java.run_onnx(two, rows)
    nodes = ("MatMul", ["x", "w"], ["p"]), ("Shape", ["p"], ["y"])
    whole_numbers, _ = graph(tmp_path, *nodes, answers="int64")
    with pytest.raises(java.JavaError, match="not of type float32"):
        java.run_onnx(whole_numbers, rows)


def test_a_saved_model_of_another_form_is_refused(tmp_path):
    import tensorflow as tf

    module = tf.Module()
    spec = tf.TensorSpec((None, 2), tf.float32)
    both = tf.function(lambda a, b: {"y": a + b}, input_signature=[spec, spec])
    both = both.get_concrete_function()
    tf.saved_model.save(module, tmp_path / "two", {"serving_default": both})
    with pytest.raises(java.JavaError, match="2 inputs and 1 outputs"):
        tensor_names(tmp_path / "two")
    tf.saved_model.save(module, tmp_path / "other", {"sum": both})
    with pytest.raises(java.JavaError, match=r"no signature serving_default; .* sum"):
        tensor_names(tmp_path / "other")


@needs_java
def test_a_name_that_the_graph_lacks_is_refused(saved, monkeypatch):
    monkeypatch.setattr(running, "tensor_names", lambda _: ("nosuch:0", "other:0"))
    with pytest.raises(java.JavaError, match="no operation of nosuch:0"):
        java.run_tensorflow(saved, ROWS)


@needs_java
def test_a_file_that_is_no_library_is_refused(onnx_model, monkeypatch, tmp_path):
    (tmp_path / "text").write_text("no library")
    monkeypatch.setattr(running, "library", lambda *_: tmp_path / "text")
    with pytest.raises(java.JavaError, match="Cannot open library"):
        java.run_onnx(onnx_model[0], ROWS.reshape(24, 64))


@pytest.mark.parametrize(
    "rows", [ROWS.astype(np.float64), ROWS[:0], np.float32(1), ROWS[:, :0]]
)
def test_other_rows_are_refused(rows, onnx_model):
    with pytest.raises(java.JavaError, match="rows must be a float32 array of shape"):
        java.run_onnx(onnx_model[0], rows)


def test_without_a_jdk_it_says_how_to_get_one(onnx_model, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(java.JavaError, match="no JDK of version 22 or later"):
        java.run_onnx(onnx_model[0], ROWS.reshape(24, 64))


def test_both_libraries_are_where_their_wheels_keep_them():
    assert library("tensorflow", TENSORFLOW).is_file()
    assert library("onnxruntime", ONNX_RUNTIME).is_file()


@pytest.mark.parametrize(
    ("names", "system", "file"),
    [
        (TENSORFLOW, "darwin", "libtensorflow_cc.2.dylib"),
        (ONNX_RUNTIME, "darwin", "capi/libonnxruntime.1.32.0.dylib"),
        (ONNX_RUNTIME, "win32", "capi/onnxruntime.dll"),
    ],
)
def test_each_system_has_its_own_name(names, system, file, tmp_path, monkeypatch):
    package = tmp_path / "some_package_of_this_test"
    (package / file).parent.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(java.JavaError, match="install its wheel from PyPI again"):
        library(package.name, names, system)
    (package / file).touch()
    assert library(package.name, names, system) == package / file


def test_where_there_is_no_library_it_says_so():
    with pytest.raises(java.JavaError, match=r"on this system \(win32\); .*: linux, d"):
        library("tensorflow", TENSORFLOW, "win32")
    with pytest.raises(java.JavaError, match="no_such_package is not installed here"):
        library("no_such_package", ONNX_RUNTIME, "linux")


@needs_java
def test_the_compiler_has_nothing_to_warn_of(tmp_path):
    sources = sorted(running.SOURCES.glob("*.java"))
    # Native code is called, on purpose.
    options = ["-Xlint:all,-restricted", "-Werror", "--release", "22", "-d", tmp_path]
    done = subprocess.run(
        [java_home() / "bin/javac", *options, *sources], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_text_of_each_class_can_be_read():
    for path in running.SOURCES.glob("*.java"):
        assert java.source(path.stem) == path.read_text(encoding="utf-8")
    assert "TF_LoadSessionFromSavedModel" in java.source("TensorFlow")


def test_a_tensor_comes_back_from_its_bytes():
    file = io.BytesIO()
    wire.write_tensor(file, ROWS)
    file.seek(0)
    assert np.array_equal(wire.read_tensor(file), ROWS) and not file.read()

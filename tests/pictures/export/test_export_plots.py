"""The pictures of lesson 10 say in words what they draw."""

from types import SimpleNamespace

import matplotlib

matplotlib.use("agg")

import numpy as np

from grader.pictures.export import (
    fate_plots,
    mobile_runs,
    onnx_graph_plots,
    quantization_plots,
    size_plots,
    speed_plots,
)


def node(op_type, inputs, outputs):
    return SimpleNamespace(op_type=op_type, input=inputs, output=outputs)


def test_fates_are_told_one_by_one(capsys):
    fate_plots.fates({("branch", "one"): "loud", ("number", "one"): "silent"})
    assert "one, branch: loud; one, number: silent." in capsys.readouterr().out


def test_graphs_are_told_in_their_order(capsys):
    nodes = [
        node("Conv", ["x", "w"], ["a"]),
        node("Shape", ["a"], ["s"]),
        node("Reshape", ["a", "s"], ["y"]),
    ]
    model = SimpleNamespace(graph=SimpleNamespace(node=nodes))
    onnx_graph_plots.side_by_side({"first": model, "second": model})
    words = capsys.readouterr().out
    assert "first: 3 operations, Conv, Shape, Reshape; second: 3" in words


def test_an_operation_stands_below_all_that_it_waits_for():
    nodes = [node("A", ["x"], ["a"]), node("B", ["x"], ["b"])]
    nodes += [node("C", ["b"], ["c"]), node("D", ["a", "c"], ["d"])]
    places = onnx_graph_plots.places(nodes)
    assert [(column, row) for _, column, row in places] == [
        (0, 0),
        (1, 0),
        (1, 1),
        (0, 2),
    ]


def test_channels_are_told_in_whole_numbers(capsys):
    weight = np.array([[1.0, -2.0], [0.5, 0.0]])
    quantization_plots.channels(weight, 2 / 127, np.array([2, 0.5]) / 127)
    words = capsys.readouterr().out
    assert "With one scale for all: 127, 32. With a scale for each" in words


def test_sizes_and_accuracies_are_told(capsys):
    size_plots.size_against_accuracy({"small": (12_300, 0.98)})
    assert "small: 12 kB, 0.98." in capsys.readouterr().out


def test_ratios_are_to_the_last_runtime(capsys):
    pixels = np.ones((4, 3))
    speed_plots.ratios({"slow": np.sum, "fast": np.sum}, pixels, [1, 4])
    words = capsys.readouterr().out
    assert words.startswith("How many times longer than fast")
    assert " at 1, " in words


def test_stored_runs_name_their_versions(capsys):
    mobile_runs.table()
    told = capsys.readouterr().out
    assert "ExecuTorch" in told
    assert "litert-torch" in told
    for run in mobile_runs.stored().values():
        assert {"date", "versions", "files"} <= run.keys()
        assert "torch" in run["versions"]
    assert all(0.9 < share <= 1 for _, share in mobile_runs.files().values())

"""Lessons and exercises on a GPU: the same road is taken here, to the CPU."""

import io
import os
from datetime import date

import pytest
from rich.console import Console

from grader.authoring import gpu
from grader.authoring.gpu import CPU
from grader.authoring.proving import gpu_table, measuring
from grader.authoring.proving.gpu_table import Column, Device
from grader.authoring.proving.measuring import Job, Measured
from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, installed
from grader.exercises import catalogue

CARD = {"torch": "cuda", "tensorflow": "/GPU:0"}


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=200)


def cards(monkeypatch, **devices: str) -> None:
    """Only these frameworks are installed, and compute on these devices."""
    monkeypatch.setattr(gpu, "installed", lambda name: name in devices)
    monkeypatch.setattr(gpu, "device", lambda name: devices[name])
    monkeypatch.setattr(gpu, "_product", lambda name: "Card 3000")
    monkeypatch.setattr(os, "environ", dict(os.environ))


def report(error: float = 1e-6, failure: str = "") -> dict:
    variant = {"exercise": "start.celsius", "function": "f", "mistake": None}
    variant |= {"source": "", "failure": failure, "error": error}
    variant["differing"] = []
    stubs = {"start.celsius": "not attempted"}
    told = {"version": "9.8", "unknown": [], "misplaced": []}
    return {**told, "stubs": stubs, "variants": [variant]}


def measured(monkeypatch, reports: dict[str, dict]) -> list[Job]:
    """Processes report this by their value of TF32; the jobs that were run."""
    jobs = []

    def run(job, lessons):
        jobs.append(job)
        found = reports[job.options["tf32"]]
        return {**found, "framework": job.framework}, 0.1

    monkeypatch.setattr(measuring, "run", run)
    monkeypatch.setattr(gpu.lessons, "check", lambda *_: 0)
    return jobs


@pytest.mark.parametrize(
    ("devices", "looked"),
    [
        (CPU, "PyTorch or TensorFlow"),
        ({"torch": "cpu"}, "PyTorch"),
        ({}, "no framework"),
    ],
)
def test_without_a_gpu_one_sentence_says_so(monkeypatch, capsys, devices, looked):
    cards(monkeypatch, **devices)
    with pytest.raises(gpu.typer.Exit) as stop:
        gpu.main()
    assert stop.value.exit_code == 2
    out, said = capsys.readouterr()
    assert out == "" and said.count("\n") == 1
    assert said.startswith(f"test-gpu: there is no GPU that {looked} can use here")


def test_a_framework_without_a_gpu_is_left_out(monkeypatch, console):
    cards(monkeypatch, torch="cuda", tensorflow="/CPU:0")
    assert gpu.gpus(console) == [Device("torch", "cuda", "Card 3000")]
    assert "TensorFlow sees no GPU here" in console.file.getvalue()
    cards(monkeypatch, torch="cuda")
    assert gpu.gpus(console) == [Device("torch", "cuda", "Card 3000")]
    assert "TensorFlow is not installed here" in console.file.getvalue()


def test_each_setting_is_a_process_of_its_own(monkeypatch, console):
    cards(monkeypatch, **CARD)
    jobs = measured(monkeypatch, {"off": report(), "on": report()})
    assert gpu.run(["start"], console) == 0
    assert [(j.framework, j.options) for j in jobs] == [
        (name, {"device": CARD[name], "tf32": tf32})
        for name in FRAMEWORKS
        for tf32 in ("off", "on")
    ]


def test_the_tracks_that_run_are_those_of_the_gpus(monkeypatch, console):
    asked = []
    for devices in (CARD, {"torch": "cuda"}):
        cards(monkeypatch, **devices)
        measured(monkeypatch, {"off": report(), "on": report()})
        monkeypatch.setattr(gpu.lessons, "check", lambda *a: asked.append(a[0]) or 0)
        assert gpu.run(["start"], console) == 0
    assert asked == [["torch", "tensorflow", "both"], ["torch"]]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (report(2e-4), "off by 2.0e-04, more than the tolerance 1e-"),
        (report(0, "wrong: y (cuda)"), "f: wrong: y (cuda)"),
        ({**report(), "variants": []}, "its variants have no right answer"),
    ],
)
def test_what_does_not_hold_fails_and_is_told(monkeypatch, console, found, said):
    cards(monkeypatch, torch="cuda")
    measured(monkeypatch, {"off": report(), "on": found})
    assert gpu.run(["start"], console) == 1
    assert f"✗ start.celsius, PyTorch, TF32 on: {said}" in console.file.getvalue()
    assert "TF32 off:" not in console.file.getvalue()


def test_a_lesson_that_fails_there_fails(monkeypatch, console):
    cards(monkeypatch, torch="cuda")
    measured(monkeypatch, {"off": report(), "on": report()})
    monkeypatch.setattr(gpu.lessons, "check", lambda *_: 2)
    assert gpu.run(["start"], console) == 1
    assert "Card 3000: 2 to mend" in console.file.getvalue()


def test_a_process_that_fails_is_told(monkeypatch, console, tmp_path):
    cards(monkeypatch, torch="cuda")
    measured(monkeypatch, {})

    def run(job, lessons):
        raise CourseError("out of memory")

    monkeypatch.setattr(measuring, "run", run)
    monkeypatch.setattr(catalogue, "lessons", lambda: ["start"])
    assert gpu.run(None, console, tmp_path / "gpu.md") == 1
    assert console.file.getvalue().count("✗ out of memory") == 1
    assert not (tmp_path / "gpu.md").exists()


def test_the_page_has_the_devices_name_and_marks_what_exceeds(
    monkeypatch, console, tmp_path
):
    cards(monkeypatch, **CARD)
    measured(monkeypatch, {"off": report(), "on": report(2.5e-4)})
    monkeypatch.setattr(catalogue, "lessons", lambda: ["start"])
    assert gpu.run(None, console, tmp_path / "gpu.md") == 1
    text = (tmp_path / "gpu.md").read_text(encoding="utf-8")
    assert text.startswith(gpu_table.INTRODUCTION)
    when = f"Measured on {date.today()}, with no other version or card"
    assert f"\n{when}: PyTorch 9.8 on Card 3000, TensorFlow 9.8 on Card 3000. " in text
    assert text.endswith(
        "| Exercise | Tolerance | PyTorch, TF32 off | PyTorch, TF32 on "
        "| TensorFlow, TF32 off | TensorFlow, TF32 on |\n"
        "| --- | --: | --: | --: | --: | --: |\n"
        "| `start.celsius` | 1e-04 | 1.0e-06 | **2.5e-04** | 1.0e-06 | **2.5e-04** |\n"
    )
    assert "not been measured" not in text
    with pytest.raises(CourseError, match="--write takes all lessons"):
        gpu.run(["start"], console, tmp_path / "gpu.md")


def test_the_page_says_which_framework_was_not_measured():
    columns = [Column(Device("torch", "cuda", "Card 3000"), "on", Measured())]
    columns[0].measured.versions["torch"] = "9.8"
    text = gpu_table.page(columns, ["start"])
    assert "tolerance. TensorFlow has not been measured on a GPU yet.\n" in text


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_road_to_a_device_and_back_works_on_the_cpu(
    monkeypatch, framework, console
):
    """The very process, with the CPU in the GPU's place."""
    monkeypatch.setattr(gpu, "TF32", ("on",))
    if not installed(framework):
        pytest.skip(f"needs {framework}")
    here = Device(framework, CPU[framework], "this processor")
    columns = gpu.measure([here], ["start"], console)
    assert gpu.failures(columns, ["start"]) == []
    for column in columns:
        half = column.half(catalogue.find("start.celsius"))
        assert half.right >= 3 and 0 < half.error < 1e-6


@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
def test_tensors_are_made_on_the_device_that_is_entered():
    """On PyTorch's device without data, where a wrong device would raise."""
    from grader.authoring.proving.settings import on_device
    from grader.judging.wire import encode_inputs
    from grader.learner.answering.answers import answers

    seen = []

    def on(x):
        import torch

        seen.append((x.device.type, (x + torch.ones(1)).device.type))
        return 0.0

    cases = catalogue.find("start.celsius").public_cases()[:1]
    name, setting = on_device("torch", "meta", tf32=False)
    with setting():
        answers(lambda f: on(f), "torch", encode_inputs(cases))
    assert (name, seen) == ("meta, TF32 off", [("meta", "meta")])


@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
def test_tf32_is_switched():
    import torch

    from grader.authoring.proving.settings import on_device

    places = (torch.backends.cuda.matmul, torch.backends.cudnn)
    before = [place.allow_tf32 for place in places]
    try:
        for tf32 in (True, False):
            on_device("torch", "cpu", tf32)
            assert [place.allow_tf32 for place in places] == [tf32, tf32]
    finally:
        for place, value in zip(places, before, strict=True):
            place.allow_tf32 = value


def test_no_measured_setting_at_all_is_a_dash():
    column = Column(Device("torch", "cuda", "Card"), "on", Measured())
    exercise = catalogue.find("start.celsius")
    assert gpu_table._figures(exercise, [column]) == ["1e-04", "-"]


def test_the_committed_page_tells_how_it_is_made():
    text = (ROOT / "docs" / "gpu.md").read_text(encoding="utf-8")
    assert text.startswith(gpu_table.INTRODUCTION)

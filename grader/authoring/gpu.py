"""``make test-gpu``: do lessons and exercises hold on a GPU?

    python -m grader.authoring.gpu                        in every track that has a GPU
    python -m grader.authoring.gpu --write docs/gpu.md    and write the table

Each framework is measured twice, with TF32 off and on, each time in its own process.
The right variants get their tensors on the GPU and compute there. Their answers are
compared with the reference, which is float64 on the CPU. Then the lessons and solutions
run.
"""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.authoring import lessons
from grader.authoring.proving import measuring
from grader.authoring.proving.gpu_table import Column, Device, exercises, page, table
from grader.authoring.proving.measuring import Job, Measured, say
from grader.authoring.verify import chosen
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, TITLES, installed
from grader.learner.device import device

CPU = {"torch": "cpu", "tensorflow": "/CPU:0"}
TF32 = ("off", "on")
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}  # as in lessons


def gpus(console: Console) -> list[Device]:
    """The GPUs that the frameworks can use here; prints which framework has none.

    Raises:
        CourseError: no framework has a GPU.
    """
    here = {f: device(f) for f in FRAMEWORKS if installed(f)}
    found = [
        Device(framework, name, _product(framework))
        for framework, name in here.items()
        if name != CPU[framework]
    ]
    if not found:
        looked = " or ".join(TITLES[f] for f in here) or "no framework"
        raise CourseError(
            f"there is no GPU that {looked} can use here, so nothing was tested; run "
            "it on a machine with a CUDA GPU, where environment.yml installs both "
            "frameworks for it"
        )
    for framework in FRAMEWORKS:
        if framework not in [one.framework for one in found]:
            why = "sees no GPU" if framework in here else "is not installed"
            say(console, f"{TITLES[framework]} {why} here: its half is left out.")
    return found


def _product(framework: str) -> str:
    if framework == "torch":
        import torch

        return torch.cuda.get_device_name()
    import tensorflow as tf

    card = tf.config.list_physical_devices("GPU")[0]
    return tf.config.experimental.get_device_details(card).get("device_name", "a GPU")


def measure(devices: list[Device], asked: list[str], console: Console) -> list[Column]:
    """The exercises of the lessons ``asked``, on each device in each setting."""
    columns = []
    for one in devices:
        for tf32 in TF32:
            job = Job(one.framework, options={"device": one.device, "tf32": tf32})
            column = Column(one, tf32, Measured())
            say(console, f"measuring {column.title} on {one.name}")
            try:
                report, seconds = measuring.run(job, asked)
            except CourseError as error:
                column.measured.broken.append(str(error))
            else:
                column.measured.add(report)
                say(console, f"  {seconds:.1f} s")
            columns.append(column)
    return columns


def failures(columns: list[Column], asked: list[str]) -> list[str]:
    """Sentences on what failed."""
    found = [text for column in columns for text in column.measured.broken]
    for exercise in exercises(asked):
        for column in columns:
            half, where = column.half(exercise), f"{exercise.id}, {column.title}"
            found += [f"{where}: {text}" for text in dict.fromkeys(half.failures)]
            if not half.right and not column.measured.broken:
                found.append(f"{where}: its variants have no right answer")
            if half.error > exercise.tolerance:
                found.append(
                    f"{where}: off by {half.error:.1e}, more than the tolerance "
                    f"{exercise.tolerance:.0e}"
                )
    return list(dict.fromkeys(found))


def run(asked: list[str] | None, console: Console, write: Path | None = None) -> int:
    """Measure, print the table, run the lessons; 0 when all holds, otherwise 1.

    Raises:
        CourseError: no checkout, no such lesson or exercise, no GPU, or ``write`` for
            only a part of the lessons.
    """
    if write and asked:
        raise CourseError("--write takes all lessons: name none")
    asked = chosen(asked)
    os.environ.update(QUIET)
    devices = gpus(console)
    begin = time.perf_counter()
    columns = measure(devices, asked, console)
    console.print(table(columns, asked))
    found = failures(columns, asked)
    for text in found:
        say(console, f"✗ {text}")
    if write and not any(column.measured.broken for column in columns):
        write.write_text(page(columns, asked), encoding="utf-8", newline="\n")
        say(console, f"{write}: written")
    tracks = [one.framework for one in devices]
    tracks += ["both"] * (len(tracks) > 1)
    failed = lessons.check(tracks, console, ["plain"])
    seconds = time.perf_counter() - begin
    state = f"{len(found) + failed} to mend" if found or failed else "all holds"
    say(console, f"{', '.join(one.name for one in devices)}: {state} ({seconds:.0f} s)")
    return 1 if found or failed else 0


def main(
    asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAMES", help="Lessons or exercises; all by default."),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write the table to this file."),
    ] = None,
) -> None:
    """Run exercises and lessons on a GPU; compare the answers with the CPU's."""
    try:
        code = run(asked or None, Console(), write)
    except CourseError as error:
        print(f"test-gpu: {error}", file=sys.stderr)
        code = 2
    raise typer.Exit(code)


if __name__ == "__main__":
    typer.run(main)

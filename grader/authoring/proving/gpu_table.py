"""Shows what was measured on GPUs, as a table in a terminal or docs/gpu.md."""

from dataclasses import dataclass
from datetime import date

from rich import box
from rich.table import Table

from grader.authoring.proving.measuring import Half, Measured
from grader.common.frameworks import FRAMEWORKS, TITLES
from grader.exercises import catalogue
from grader.judging import Exercise

INTRODUCTION = """\
# On a GPU

    make test-gpu                              # TRACK=torch for one framework
    make test-gpu ARGS="--write docs/gpu.md"   # and write the table to this page

needs a CUDA GPU that PyTorch, TensorFlow or both can use; a framework without one is
left out, and on a machine without any the command says so and ends with status 2.
pip's TensorFlow here is the CPU build: `environment.yml` installs both frameworks with
one CUDA, and there `python -m grader.authoring.gpu` does the same without `make`.

Every right variant gets its inputs on the GPU and computes there, on the public cases
and on fresh ones, in float32 and in float64. Its answers must be judged correct, and
their largest difference from the reference, which is float64 on the CPU, must stay
within the exercise's tolerance: with TF32 off, and with TF32 on, which rounds the
factors of float32 products to 11 significant bits. `check` does without it while a
learner's function answers, and puts the setting back, so that both columns should hold
the same numbers; TensorFlow has it on unless told otherwise. Then every lesson and
every solution runs in the tracks of these frameworks, and each lesson's outputs are
compared with those in its notebook. Without a GPU, `make test` runs each lesson with
TF32's rounding of factors emulated.
"""


@dataclass(frozen=True)
class Device:
    """A framework's device: the framework's name for it, and the product's name."""

    framework: str
    device: str
    name: str


@dataclass(frozen=True)
class Column:
    """What was measured of one framework in one setting."""

    device: Device
    tf32: str
    measured: Measured

    @property
    def title(self) -> str:
        """The head of the column in the table: framework and setting."""
        return f"{TITLES[self.device.framework]}, TF32 {self.tf32}"

    def half(self, exercise: Exercise) -> Half:
        """What was measured of an exercise; an empty half if nothing was."""
        found = self.measured.halves
        return found.get((exercise.id, self.device.framework), Half())


def exercises(asked: list[str]) -> list[Exercise]:
    """The exercises asked for, by lessons or ids, without those that need no GPU."""
    found = [e for each in catalogue.named(asked).values() for e in each]
    return [exercise for exercise in found if not exercise.neutral]


def table(columns: list[Column], asked: list[str]) -> Table:
    """The largest difference of each exercise in each setting."""
    found = Table("exercise", box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    found.add_column("toler-\nance", justify="right")
    for column in columns:
        found.add_column(column.title.replace(", ", "\n"), justify="right")
    for exercise in exercises(asked):
        found.add_row(exercise.id, *_figures(exercise, columns))
    return found


def page(columns: list[Column], asked: list[str]) -> str:
    """docs/gpu.md; a difference above the tolerance stands out."""
    where = dict.fromkeys(
        f"{TITLES[c.device.framework]} {c.measured.versions[c.device.framework]} "
        f"on {c.device.name}"
        for c in columns
    )
    measured = {column.device.framework for column in columns}
    missing = [TITLES[f] for f in FRAMEWORKS if f not in measured]
    left_out = "".join(
        f" {name} has not been measured on a GPU yet." for name in missing
    )
    head = ["Exercise", "Tolerance", *(column.title for column in columns)]
    lines = [head, ["---", *["--:"] * (len(columns) + 1)]]
    lines += [[f"`{e.id}`", *_figures(e, columns)] for e in exercises(asked)]
    rows = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return (
        f"{INTRODUCTION}\n## The largest difference from the CPU reference\n\n"
        f"Measured on {date.today()}, with no other version or card: "
        f"{', '.join(where)}. On the CPU the course is tested with the versions in "
        "`constraints.txt`. Differences are shares of a quantity's largest value; one "
        f"in bold exceeds the tolerance.{left_out}\n\n{rows}"
    )


def _figures(exercise: Exercise, columns: list[Column]) -> list[str]:
    figures = [f"{exercise.tolerance:.0e}"]
    for column in columns:
        half = column.half(exercise)
        figure = f"{half.error:.1e}" if half.right else "-"
        figures.append(f"**{figure}**" if half.error > exercise.tolerance else figure)
    return figures

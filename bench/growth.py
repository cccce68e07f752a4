"""(e) Time, memory and what is left behind as classes grow."""

import tempfile
from pathlib import Path
from statistics import median

from bench import classroom
from bench.grading import COURSE
from bench.meter import Used
from bench.meter import measure as metered
from bench.results import spread
from bench.settings import Settings
from tests.classes.classroom import ASSIGNMENT

TITLE = "(e) classes of growing size"
SAMPLES = 60  # of memory that are kept of one run


def measure(settings: Settings) -> dict[str, object]:
    """Seconds and memory of ``course grade`` for each size, in one go each."""
    used: dict[int, list[Used]] = {size: [] for size in settings.growth}
    for turn in range(1, settings.runs + 1):
        for size in settings.growth:
            settings.say(f"{TITLE}: run {turn} of {settings.runs}, {size} submissions")
            with tempfile.TemporaryDirectory(prefix="bench-e-") as scratch:
                home = classroom.course(Path(scratch, "c"), classroom.mix(size))
                used[size].append(metered([*COURSE, "grade", ASSIGNMENT], home))
    sizes = [
        {
            "submissions": size,
            "seconds": spread([one.seconds for one in taken]),
            "cpu_each": spread([one.cpu / size for one in taken]),
            "command_mb": _memory(taken, 1),
            "zygote_mb": _memory(taken, 2),
            "processes_left": max(len(one.left) for one in taken),
            "files_left": max(len(one.files) for one in taken),
        }
        for size, taken in used.items()
    ]
    return {"sizes": sizes, "over_linear": _over_linear(sizes)}


def rows(result: dict[str, object]) -> list[tuple]:
    """Each figure's name and unit, its spread over the runs, its decimal places."""
    found = []
    for one in result["sizes"]:
        name = f"{one['submissions']} submissions"
        found.append((name, "s", one["seconds"], 1))
        found.append((name, "CPU-s each", one["cpu_each"], 2))
        for what in ("command", "zygote"):
            memory = one[f"{what}_mb"]
            found.append((name, f"MiB of the {what}, halfway", memory["halfway"], 0))
            found.append((name, f"MiB of the {what}, at the end", memory["end"], 0))
        found.append((name, "processes left", one["processes_left"], 0))
        found.append((name, "files left", one["files_left"], 0))
    if result["over_linear"] is not None:
        found.append(("largest, times a straight line", "", result["over_linear"], 2))
    return found


def _memory(taken: list[Used], column: int) -> dict[str, object]:
    """Halfway and at the end of the run in each run, and the last run in full.

    The end is that of grading: the median of the last tenth in which a zygote lived.
    """
    runs = [[s for s in one.memory if s[2]] or one.memory for one in taken]
    halves = [_level([s[column] for s in run], 0.45, 0.55) for run in runs]
    ends = [_level([s[column] for s in run], 0.9, 1) for run in runs]
    last = runs[-1]
    kept = last[:: max(1, len(last) // SAMPLES)]
    return {
        "halfway": spread(halves),
        "end": spread(ends),
        "samples": [[sample[0], sample[column]] for sample in kept],
    }


def _level(values: list[float], begin: float, end: float) -> float:
    number = len(values)
    part = values[int(begin * number) : max(int(end * number), int(begin * number) + 1)]
    return median(part or values or [0])


def _over_linear(sizes: list[dict]) -> float | None:
    """The time for the largest class over what two smaller ones foretell."""
    if len(sizes) < 3:
        return None
    (x1, y1), (x2, y2), (x3, y3) = (
        (one["submissions"], one["seconds"]["median"]) for one in sizes[-3:]
    )
    return round(y3 / (y2 + (y2 - y1) / (x2 - x1) * (x3 - x2)), 3)

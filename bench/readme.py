"""Writes what the README says of speed from ``results.json``.

python -m bench.readme            between its two marks in README.md
python -m bench.readme --check    fails if that would change it
"""

import json
import sys
from pathlib import Path

from bench import RESULTS, ROOT
from bench.settings import LEAST_RUNS

README = ROOT / "README.md"
BEGIN, END = "<!-- speed: python -m bench.readme -->", "<!-- end of speed -->"


def section(results: dict) -> str:
    """The README's paragraphs; a part that was not measured is left out."""
    parts, machine = results["parts"], results["machine"]
    made = [_grading(parts["a"])] if "a" in parts else []
    items = [
        sentence(parts[name])
        for name, sentence in (
            ("b", _lessons),
            ("c", _kernels),
            ("d", _checks),
            ("g", _start),
            ("e", _growth),
        )
        if name in parts
    ]
    if items:
        made.append("\n".join(f"- {item}" for item in items))
    few = [name for name in sorted(parts) if parts[name]["runs"] < LEAST_RUNS]
    doubt = f" Parts {', '.join(few)} had fewer than {LEAST_RUNS} runs." if few else ""
    made.append(
        f"Measured by `make bench` on {machine['cores']} cores of "
        f"{machine['processor']}, {machine['memory_gb']} GB; medians, all runs are in "
        f"[bench/results.json](bench/results.json).{doubt}"
    )
    return "\n\n".join(made)


def _grading(part: dict) -> str:
    lines = [
        "| The same class of "
        f"{part['submissions']} | submissions a minute | CPU-seconds each |",
        "|---|--:|--:|",
    ]
    for way, found in part["ways"].items():
        speed, cpu = found["per_minute"]["median"], found["cpu_each"]["median"]
        lines.append(f"| {way} | {speed:.1f} | {cpu:.2f} |")
    floor = part["floor_each"]["median"]
    lines.append(f"| the learners' code alone, in one warm process | | {floor:.2f} |")
    return (
        f"A class is graded {part['times_stock']:.0f} times as fast as by nbgrader as "
        f"it comes, {part['times_two_stocks']:.0f} times as fast as by two of it side "
        f"by side: to the same marks, isolated by {part['isolation']}.\n\n"
        + "\n".join(lines)
        + "\n\n![Submissions a minute and CPU-seconds each](bench/grading.png)"
    )


def _lessons(part: dict) -> str:
    stock, ours = (way["seconds"]["median"] for way in part["ways"].values())
    return (
        f"All {part['notebooks']} lessons and solutions are verified in {ours:.0f} s, "
        f"with `pytest --nbval` in {stock:.0f} s ({part['times_stock']:.1f} times)."
    )


def _kernels(part: dict) -> str:
    cold, _, warm = (way["median"] for way in part["ways"].values())
    return (
        f"A kernel with both frameworks is usable after {warm:.2f} s instead of "
        f"{cold:.1f} s ({part['times_cold']:.0f} times)."
    )


def _checks(part: dict) -> str:
    return (
        f"`check` adds {part['median_ms']['median']:.0f} ms to a learner's own code, "
        f"in 19 of 20 cases less than {part['p95_ms']['median']:.0f} ms."
    )


def _start(part: dict) -> str:
    return (
        f"From `course lab` to a first cell that has run it takes "
        f"{part['times_plain']:.2f} times as long as with plain `jupyter lab`."
    )


def _growth(part: dict) -> str:
    largest = part["sizes"][-1]
    over = part["over_linear"]
    straight = "" if over is None else f", {over:.2f} times a straight line"
    memory, zygote = largest["command_mb"], largest["zygote_mb"]
    return (
        f"{largest['submissions']:,} submissions take "
        f"{largest['seconds']['median'] / 60:.1f} minutes{straight}; the command "
        f"holds {memory['halfway']['median']:.0f} MiB halfway and "
        f"{memory['end']['median']:.0f} at the end, the process that kernels are "
        f"forked off {zygote['halfway']['median']:.0f} and "
        f"{zygote['end']['median']:.0f}.\n\n"
        "![Time and memory by number of submissions](bench/growth.png)"
    )


def fill(text: str, results: dict) -> str:
    """A README with the section between its marks.

    Raises:
        ValueError: it lacks the marks.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{section(results)}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Fill README.md; with ``--check``, say whether it would change.

    Returns:
        The exit status: 1 where figures are missing or the README has others.
    """
    try:
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
        text = README.read_text(encoding="utf-8")
        filled = fill(text, results)
    except FileNotFoundError:
        print(f"{Path(RESULTS).name} is missing: run make bench", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" in arguments:
        if filled != text:
            print("README.md has other figures: run python -m bench.readme")
        return int(filled != text)
    README.write_text(filled, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``runs``: train every net with every seed, and keep what it gets right."""

import json
import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.defaults import keras_net, torch_net
from bench.defaults.digits import BATCH, TRAIN, split
from bench.defaults.experiments import FRAMEWORKS, STEPS, Experiment, experiments
from grader.common import whole_file

_NETS = {"torch": torch_net, "keras": keras_net}
_PACKAGES = ("numpy", "scikit-learn", "torch", "tensorflow-cpu", "tensorflow", "keras")


def run(path: Path, seeds: int, say: Callable[[str], None]) -> None:
    """Train what the file lacks, and write the file after each net.

    Args:
        path: the results. Runs of the same versions stay; others are made anew.
        seeds: how many seeds each experiment gets, from 0 on.
        say: is told of progress.
    """
    results = _load(path)
    # Seed by seed, so that what is there when it stops early is a smaller experiment.
    todo = [
        (seed, experiment)
        for seed in range(seeds)
        for experiment in experiments()
        if str(seed) not in _kept(results, experiment)
    ]
    for done, (seed, experiment) in enumerate(todo, start=1):
        _kept(results, experiment)[str(seed)] = _trained(experiment, seed)
        _save(path, results)
        say(
            f"{done}/{len(todo)}: seed {seed}, {experiment.framework} {experiment.name}"
        )


def _trained(experiment: Experiment, seed: int) -> dict[str, list[int]]:
    start = None
    if experiment.copied:
        other = next(one for one in FRAMEWORKS if one != experiment.framework)
        start = _NETS[other].weights(_NETS[other].build(seed, frozenset()))
    right, recomputed = _NETS[experiment.framework].train(experiment, seed, start)
    return {"right": right, "recomputed": recomputed}


def _kept(results: dict[str, Any], experiment: Experiment) -> dict[str, Any]:
    runs: dict[str, dict[str, Any]]
    runs = results["runs"].setdefault(experiment.framework, {})
    return runs.setdefault(experiment.name, {})


def _load(path: Path) -> dict[str, Any]:
    """What an earlier run of the same experiments and versions has left, or a start."""
    fresh = {
        "command": "python -m bench.defaults runs",
        "versions": _versions(),
        "train": TRAIN,
        "held_out": len(split(0)[1][1]),
        "batch": BATCH,
        "steps": list(STEPS),
        "runs": {},
    }
    try:
        old: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return fresh
    same = all(old.get(name) == fresh[name] for name in fresh if name != "runs")
    return old if same else fresh


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _save(path: Path, results: dict[str, Any]) -> None:
    """Write the file, each net's numbers on one line."""
    runs = [
        f' "{framework}": {{\n' + ",\n".join(map(_lines, names.items())) + "\n }"
        for framework, names in results["runs"].items()
    ]
    head = {name: value for name, value in results.items() if name != "runs"}
    text = json.dumps(head, indent=1).removesuffix("\n}")
    text += ',\n "runs": {\n' + ",\n".join(runs) + "\n }\n}\n"
    whole_file.write(path, text.encode())


def _lines(named: tuple[str, dict[str, Any]]) -> str:
    name, seeds = named
    lines = [f'   "{seed}": {json.dumps(one)}' for seed, one in seeds.items()]
    return f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }"

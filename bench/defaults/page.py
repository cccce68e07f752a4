"""``docs/defaults.md``, made of the data."""

from collections.abc import Iterable
from typing import Any

from bench.defaults.entries import EQUAL, HARMLESS, LOUD, POINTS, SILENT, SMALL, Entry

NAMES = {"torch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras"}
HEAD = """# Two frameworks, two sets of defaults

You write the same model in PyTorch and in Keras, and you set nothing by hand. This page
lists the settings in which the two then differ. Every value was read from the running
libraries ({versions}),
and every effect was measured, by

    {command}

**Effect** is the largest relative difference between the two results of a small
computation, in float64 where nothing else is said: 1 means that the results have
nothing in common, 2 that they have opposite signs, and 0.001 that they differ in the
third digit. Each link leads to the computation and to the lines that make one framework
do what the other does by default. Those lines were run too, and the page says how much
of the difference they leave. In them
`nn` is `torch.nn`, `F` is `torch.nn.functional`, `layers` and `ops` are Keras's, and
`it` is what the line before made.

**Accuracy** is the change of the test accuracy of a small convolutional network on
handwritten digits when Keras's setting takes the place of PyTorch's, in percentage
points with its standard error, after so many steps of training. It was measured, by
`python -m bench.defaults runs`, in the network of the framework that is named, all of
whose other settings are that framework's own. Adam's ε was changed in value and place
at once, and the biases of both kinds of layers were changed together.

An effect belongs to its computation. A difference of 1 in how a weight starts can
disappear in training, and a difference of 0.01 in a statistic can cost accuracy. Where
both were measured, look at the accuracy first.

{counts}
"""
SECTIONS = (
    (
        SILENT,
        "Differs, and nothing tells you",
        "Both frameworks run, and they compute something else. The largest effect "
        "comes first; a dash means that a CPU can't show it.",
    ),
    (
        LOUD,
        "Differs, and you see it at once",
        "One framework raises an error, or the shapes of the results differ.",
    ),
    (
        HARMLESS,
        "Differs, and does not matter",
        "Measured: the effect is below {small:g}, or the accuracy changes by less than "
        "{points:g} points, two standard errors included.",
    ),
    (
        EQUAL,
        "Equal, whatever people say",
        "The same value in both, and an effect of 0 but for rounding.",
    ),
)


def page(data: Entry) -> str:
    """The page as Markdown."""
    rows = sorted(data["rows"], key=_order)
    versions = ", ".join(f"{NAMES[n]} {v}" for n, v in data["versions"].items())
    parts = [
        HEAD.format(versions=versions, command=data["command"], counts=_counts(rows))
    ]
    for kind, title, words in SECTIONS:
        chosen = [row for row in rows if row["kind"] == kind]
        if chosen:
            words = words.format(small=SMALL, points=POINTS)
            parts += [f"## {title}\n", f"{words}\n", _table(chosen)]
    parts.append("## Each row, and how to align it\n")
    for group in dict.fromkeys(row["group"] for row in data["rows"]):
        parts.append(f"### {_title(group)}\n")
        parts += [_detail(row) for row in data["rows"] if row["group"] == group]
    return "\n".join(parts)


def _order(row: Entry) -> tuple[float, float, str]:
    points = max((abs(one["points"]) for one in row["accuracy"]), default=0.0)
    effect = -1.0 if row["effect"] is None else row["effect"]
    return -effect, -points, row["id"]


def _counts(rows: list[Entry]) -> str:
    measured = sum(row["effect"] is not None or bool(row["loud"]) for row in rows)
    scored = sum(bool(row["accuracy"]) for row in rows)
    return (
        f"The page has {len(rows)} rows. The effect of {measured} is measured, and the "
        f"effect on accuracy of {scored}."
    )


def _table(rows: Iterable[Entry]) -> str:
    lines = [
        "| effect | setting | PyTorch | Keras | accuracy |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {_effect(row)} | [{_cell(row['what'])}](#{_anchor(row['id'])}) "
        f"| {_cell(row['torch']['value'])} | {_cell(row['keras']['value'])} "
        f"| {_accuracy(row)} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _detail(row: Entry) -> str:
    lines = [
        f'<a id="{_anchor(row["id"])}"></a>',
        "",
        f"**{row['what']}** (`{row['id']}`)",
    ]
    lines += ["", f"Computed: {row['probe']}. Effect: {_effect(row)}.", ""]
    lines += _half("PyTorch", "Keras", row["torch"])
    lines += _half("Keras", "PyTorch", row["keras"])
    if row["why_left"]:
        lines += [row["why_left"], ""]
    return "\n".join(lines)


def _half(name: str, other: str, side: dict[str, Any]) -> list[str]:
    lines = [f"- {name}: {_plain(side['value'])}, from", "", *_code(side["code"])]
    if side["align"]:
        left = "nothing is left" if not side["left"] else f"{side['left']:g} is left"
        lines += ["", f"  and as {other} does ({left}):", "", *_code(side["align"])]
    if side["advice"]:
        lines += ["", f"  {side['advice']}"]
    return [*lines, ""]


def _code(lines: str) -> list[str]:
    return ["  ```python", *(f"  {line}" for line in lines.splitlines()), "  ```"]


def _effect(row: Entry) -> str:
    if row["loud"]:
        return _cell(row["loud"])
    return "–" if row["effect"] is None else f"{row['effect']:g}"


def _accuracy(row: Entry) -> str:
    return "<br>".join(
        f"{one['points']:+.2f} ± {one['error']:.2f} after {one['steps']} steps, "
        f"{NAMES[one['net']]}"
        for one in row["accuracy"]
    )


def _title(group: str) -> str:
    return group.replace("_", " ").capitalize()


def _anchor(name: str) -> str:
    return name.replace(".", "-").replace("_", "-")


def _plain(text: str) -> str:
    return text.replace("<", "&lt;")


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|").replace("*", "\\*")

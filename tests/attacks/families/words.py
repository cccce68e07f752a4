"""Attacks by words: on the terminal, in the log and in tables that instructors read."""

import csv
import io
import os
from contextlib import redirect_stdout
from pathlib import Path

from grader.grading import commands
from tests.attacks.attack import Attack
from tests.classes import toy_course as toy

# A title for the terminal's window, a cleared screen, text that reads backwards, a new
# line that looks like one of ours, and the codes that are one character.
CODES = (
    r"\x1b]0;owned\x07\x1b[2J\x1b[31mred\u202egnp\n== aa-honest\nfault\r\x9b2J\u2028"
)
FORMULAS = ("=cmd|' /C calc'!A0", "a;=1+1", "b\t@SUM(1)", "＋1", "-2+3", "|=3")
# Our half of the kernel fails with words that the log of grading holds.
FAULT = f"""
import grader.learner.answering.answers as ours
def collect(*values):
    raise RuntimeError("{CODES}" + "\\n== aa-honest\\n" * 1000 + "y" * 10**6)
ours.collect = collect
"""

ATTACKS = (
    Attack(
        "codes in what it raises",
        "an exception whose message and type steer a terminal",
        code=f'print("{CODES}")\n',
        function=f"""
Odd = type("O\\x1b[2Jdd", (Exception,), {{}})
def double(x):
    raise Odd("{CODES}")
""",
    ),
    Attack(
        "a section of our log",
        "a fault of ours with words that look like another learner's section",
        code=FAULT,
        by_hand=True,
    ),
    Attack(
        "codes in names of files",
        "files beside the notebook whose names steer a terminal or forge a line",
        files={
            "\x1b[2J\x1b[31m\u202egnp.exe": "x",
            "a\n== aa-honest\nfault": "x",
            "\x9b2J\u2028": "x",
        },
    ),
    Attack(
        "formulas in names of files",
        "files beside the notebook whose names are formulas, behind each separator",
        files=dict.fromkeys(FORMULAS, "x"),
    ),
)


def harm(course: Path, learners: list[str]) -> list[str]:
    """What an instructor's terminal, log or spreadsheet would do of these words."""
    found, table = [], io.StringIO()
    written = course / "marks-of-a-drill.csv"
    with redirect_stdout(table):
        commands.report(toy.ASSIGNMENT, csv=written)
    with written.open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    written.unlink()
    log = course / ".grading" / f"{toy.ASSIGNMENT}.log"
    said = log.read_text(encoding="utf-8") if log.is_file() else ""
    for place, text in (("the table", table.getvalue()), ("the log", said)):
        odd = [c for c in text if c != "\n" and not c.isprintable()]
        if odd:
            found.append(f"{place} holds the code {odd[0]!r}")
    titles = [line[3:] for line in said.splitlines() if line.startswith("== ")]
    if len(set(titles)) < len(titles) or not set(titles) <= {*learners}:
        found.append("a section of the log is forged")
    if os.path.isfile(log) and log.stat().st_size > 2**20 * len(titles):
        found.append("the log is a flood")
    for separator in ",;|\t\r\n":
        for cell in cells:
            parts = [part.strip(' "') for part in cell.split(separator)]
            found += [f"a cell acts: {p[:20]!r}" for p in parts if p[:1] in (*"=+@＋",)]
    return sorted(set(found))

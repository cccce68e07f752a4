"""What docs/architecture.md names is there, and all rooms are in it."""

import re
import tomllib
from pathlib import Path

import pytest

from grader.kernels.jail.layers.view import LEARNERS_HALF

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/architecture.md"
TEXT = PAGE.read_text(encoding="utf-8")
LINKS = re.findall(r"\[([^]]+)\]\(([^)#]+)\)", TEXT)
PACKAGE = ROOT / "grader"
FILE = re.compile(r"[\w/.-]+\.(?:py|js|md|toml)\b")
ROW = re.compile(r"^\| (\d) \| `(\w+)` \|", re.MULTILINE)


@pytest.mark.parametrize(("name", "target"), LINKS)
def test_each_link_leads_to_the_file_that_it_names(name, target):
    path = (PAGE.parent / target).resolve()
    assert path.is_file()
    if FILE.fullmatch(name):
        assert path in (PACKAGE / name, ROOT / name)


def test_each_path_without_a_link_is_there():
    paths = set(re.findall(r"`([\w.]+/[\w./]*)`", TEXT)) - {"submitted/"}
    assert len(paths) > 5
    missing = {p for p in paths if not ((ROOT / p).exists() or (PACKAGE / p).exists())}
    assert missing == set()


def test_the_rooms_are_those_of_the_package_in_the_order_of_the_contract():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    through = next(c for c in contracts if c.get("containers") == ["grader"])
    layers = [sorted(layer.split(" | ")) for layer in through["layers"]]
    rows: dict[str, list[str]] = {}
    for number, room in ROW.findall(TEXT):
        rows.setdefault(number, []).append(room)
    assert [sorted(rooms) for rooms in rows.values()] == layers
    there = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {room for rooms in rows.values() for room in rooms} == there


def test_the_rooms_of_grading_are_named():
    row = next(line for line in TEXT.splitlines() if "`grading` |" in line)
    there = {path.parent.name for path in PACKAGE.glob("grading/*/__init__.py")}
    assert there <= set(re.findall(r"`(\w+)`", row))


def test_what_a_graded_kernel_is_given_is_named():
    sentence = TEXT[TEXT.index("given a copy of") :]
    named = re.findall(r"`([\w.]+)`", sentence[: sentence.index("nothing else")])
    assert tuple(named) == LEARNERS_HALF

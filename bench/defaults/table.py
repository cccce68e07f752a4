"""``table``: read every row; write the page and the data, or say what has moved."""

import json
from collections.abc import Callable, Iterable, Iterator

from bench.defaults import DATA, PAGE
from bench.defaults.accuracies import accuracies
from bench.defaults.entries import Entry, entry, versions
from bench.defaults.model import Found
from bench.defaults.page import page
from bench.defaults.reading import read
from bench.defaults.rows import ROWS
from grader.common import whole_file

COMMAND = "python -m bench.defaults table"
# How far two machines may lie apart: the second digit, and draws of other generators.
NEAR = 0.1


def found() -> Iterator[Found]:
    """Each row, read now.

    Raises:
        RowError: a row can't be read.
    """
    yield from map(read, ROWS)


def entries(rows: Iterable[Found]) -> list[Entry]:
    """The rows as data, with what experiments have found."""
    measured = accuracies()
    return [entry(one, measured.get(one.row.id, [])) for one in rows]


def write(rows: list[Entry]) -> None:
    """Write the data and the page that is made of it."""
    data = {"versions": versions(), "command": COMMAND, "rows": rows}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    whole_file.write(DATA, text.encode())
    whole_file.write(PAGE, page(data).encode())


def stale(rows: list[Entry]) -> list[str]:
    """What the stored data and page say otherwise, one sentence each."""
    try:
        stored = json.loads(DATA.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [f"{DATA.name} is not there"]
    before = {one["id"]: one for one in stored["rows"]}
    now = {one["id"]: one for one in rows}
    said = [f"{name}: no such row is left" for name in before.keys() - now.keys()]
    for name, one in now.items():
        said += moved(before[name], one) if name in before else [f"{name}: is new"]
    if stored["versions"] != versions():
        said.append(f"versions: {stored['versions']} were read, not {versions()}")
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page(stored):
        said.append(f"{PAGE.name} does not have what {DATA.name} has")
    return said


def moved(before: Entry, now: Entry) -> Iterator[str]:
    """In what a row differs from what is stored of it."""
    name = now["id"]
    for framework in ("torch", "keras"):
        old, new = before[framework]["value"], now[framework]["value"]
        if old != new:
            yield f"{name}: {framework} had {old!r} and has {new!r}"
    if not _near(before["effect"], now["effect"]):
        yield f"{name}: the effect was {before['effect']} and is {now['effect']}"
    measured = ("effect",)
    if _texts(before, measured) != _texts(now, measured):
        yield f"{name}: its texts, code or accuracy are others"


def _texts(one: Entry, without: tuple[str, ...]) -> Entry:
    kept = {name: value for name, value in one.items() if name not in without}
    for framework in ("torch", "keras"):
        kept[framework] = {
            name: value
            for name, value in one[framework].items()
            if name not in ("left", "value")
        }
    return kept


def _near(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is now
    return abs(before - now) <= NEAR * max(before, now)


def unaligned(rows: Iterable[Found]) -> Iterator[str]:
    """Rows whose alignment leaves more than it says, one sentence each."""
    for one in rows:
        for side, left in (("torch", one.left_torch), ("keras", one.left_keras)):
            if left is not None and not left.size <= one.row.leaves:
                yield (
                    f"{one.row.id}: aligned in {side}, it still leaves "
                    f"{left.loud or f'{left.size:.1e}'}"
                )


def run(check: bool, say: Callable[[str], None]) -> bool:
    """Read all rows; write or, with `check`, compare. False if anything is amiss."""
    read_now = list(found())
    amiss = list(unaligned(read_now))
    rows = entries(read_now)
    if check:
        amiss += stale(rows)
    for sentence in amiss:
        say(sentence)
    if amiss:
        mend = "look at these rows, then run" if check else "mend these rows, then run"
        say(f"{mend}: {COMMAND}")
    elif check:
        say(f"current: {len(rows)} rows, in {PAGE.name} and {DATA.name}")
    else:
        write(rows)
        say(f"written: {len(rows)} rows, in {PAGE.name} and {DATA.name}")
    return not amiss

"""``make quick``: what touches the files changed since ``main``, in two minutes.

The whole is linted and its types are checked. Then comes what a change touches, as far
as time allows: the check of exercises whose reference or variants changed, lessons that
changed, and the nearest files of unit tests. What is left out is said at the end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.authoring.texts.sources import ROOT
from tests.stages import running
from tests.stages.changes import since_main
from tests.stages.nearness import MARKS, Modules
from tests.stages.recipe import STAGES, Stage

# As many as take less than two minutes on two cores, together with the rest.
MOST_TESTS = 15
MOST_EXERCISES = 4
MOST_LESSONS = 2

STAGE = {stage.name: stage for stage in STAGES}
ALWAYS = ("lint", "format", "javascript", "types", "imports")
PAGES = ("docs/claims.md", "docs/glossary.md", "docs/porting.md")
BUILT = ("sources/", "notebooks/", "solutions/", "exercises/", *PAGES)
SHOWN = (*BUILT, "grader/exercises/")  # by stages other than unit tests
EXERCISE = re.compile(r"grader/exercises/(\w+)/")
DECLARED = re.compile(r'\bid="(\w+\.\w+)"')
VARIANT = re.compile(r'@(?:right|wrong)\(\s*"(\w+)"')
TEXT = re.compile(r"(?:sources/(?:lessons|exercises)|notebooks|solutions)/(\w+)")


@dataclass(frozen=True)
class Plan:
    """The stages to run, and what is left out: parts of a sentence."""

    stages: tuple[Stage, ...]
    left_out: tuple[str, ...]


def run() -> int:
    """Run what the changes of this checkout touch, and say what is left out.

    Returns:
        What the process exits with; see ``running.run``.

    Raises:
        CourseError: git can't tell what changed, or a file is no Python.
    """
    changed = since_main(ROOT)
    plan = planned(changed, Modules(ROOT))
    print(f"{len(changed)} files differ from main.")
    code = running.run(plan.stages)
    left_out = plan.left_out or ("nothing that is known to depend on them",)
    print("\nLeft to make test:", *left_out, sep="\n  ")
    return code


def planned(changed: Sequence[str], modules: Modules) -> Plan:
    """What to run for files that have changed, named from the root."""
    near = modules.near(changed)
    texts = lessons(changed, modules)
    parts = (
        ("exercises", exercises(changed, modules), MOST_EXERCISES, ()),
        ("lessons", texts, MOST_LESSONS, ("--way", "plain")),
        ("unit", [t.file for t in near if not t.marked], MOST_TESTS, ()),
    )
    stages = [STAGE[name] for name in ALWAYS]
    if any(file.startswith(BUILT) for file in changed):
        stages.append(STAGE["built"])
    left_out = ["lessons that changed: bare, edits, tf32 and claims"] if texts else []
    for name, found, most, options in parts:
        if found[:most]:
            command = (*STAGE[name].command, *found[:most], *options)
            stages.append(replace(STAGE[name], command=command))
        left_out += _named(f"{STAGE[name].title}, for time", found[most:])
    for mark in sorted(MARKS):
        marked = [test.file for test in near if mark in test.marked]
        left_out += _named(f"tests marked {mark}", marked)
    left_out += _named(
        "what no test is known to depend on",
        [file for file in modules.unused(changed) if not file.startswith(SHOWN)],
    )
    return Plan(tuple(stages), tuple(left_out))


def _named(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{what}: {' '.join(names)}"


def exercises(changed: Sequence[str], modules: Modules) -> list[str]:
    """The exercises whose reference or variants have changed, by id."""
    found: set[str] = set()
    for file in changed:
        within, module = EXERCISE.match(file), modules.modules.get(file)
        if not (within and module):
            continue
        lesson = within[1]
        package = f"grader.exercises.{lesson}"
        found |= {f"{lesson}.{name}" for name in VARIANT.findall(modules.texts[module])}
        declaring = {module} | modules.graph.find_downstream_modules(module)
        if module == package:
            declaring |= modules.graph.find_descendants(package)
        for one in declaring:
            if one.startswith(package):
                found.update(DECLARED.findall(modules.texts[one]))
    return sorted(found)


def lessons(changed: Sequence[str], modules: Modules) -> list[str]:
    """The sources of lessons and exercises that have changed, by name."""
    names = {within[1] for file in changed if (within := TEXT.match(file))}
    sources = modules.root / "sources"
    return sorted(name for name in names if any(sources.glob(f"*/{name}.py")))

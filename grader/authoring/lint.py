"""Finds what an author can get wrong in a source, and says how to mend it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.claims import claims_lint
from grader.authoring.form import OLDER, form_lint
from grader.authoring.texts import calls, sizes
from grader.authoring.texts.problem import Problem
from grader.authoring.texts.sources import (
    FRAMEWORK_TAGS,
    PROOF,
    Source,
    framework,
    tags,
)
from grader.common.frameworks import FRAMEWORKS
from grader.common.optional import NEED, OPTIONAL, named
from grader.exercises import catalogue
from grader.judging import Exercise

MAX_LINE = 55  # of half-width columns at JupyterLab's default font
MAX_LINES = 15
TAGS = {*FRAMEWORK_TAGS, "raises-exception", "nbval-ignore-output", PROOF}
HEADER = {"tags", "pair", "name"}


def lint(source: Source, notebook: NotebookNode) -> list[Problem]:
    """All problems of a source, read as ``notebook``."""
    found = [*_cells(notebook), *_pairs(notebook)]
    if source.folder == "lessons":
        older = source.stem in OLDER
        limits = sizes.OLDER_LIMITS if older else sizes.LIMITS
        found += [*claims_lint.lint(notebook), *sizes.lint(notebook, limits)]
        found += [] if older else form_lint.lint(notebook)
    if source.folder == "exercises":
        found += _exercises(source.lesson, notebook)
    order = sorted(found, key=lambda item: item[0] or 0)
    return [Problem(source.name, *item) for item in order]


def _cells(notebook: NotebookNode) -> Iterator[claims_lint.Found]:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.metadata.keys() - HEADER:
            yield (
                number,
                "its header is not understood",
                'Write it as in # %% tags=["torch"] pair="name"',
            )
        for tag in sorted(tags(cell) - TAGS):
            yield number, f"unknown tag {tag!r}", f"Use one of {sorted(TAGS)}"
        if len(tags(cell) & set(FRAMEWORK_TAGS)) > 1:
            yield (
                number,
                "more than one framework tag",
                ("A cell that needs both frameworks has the one tag both"),
            )
        if cell.cell_type == "code":
            yield from ((number, *rest) for rest in _code(cell))


def _code(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    lines = [
        line
        for line in cell.source.split("\n")
        if line.strip() not in (calls.BEGIN, calls.END)
    ]
    if len(lines) > MAX_LINES:
        yield f"{len(lines)} lines, at most {MAX_LINES} are read", "Split the cell"
    if framework(cell):
        for line in lines:
            if len(line) > MAX_LINE:
                yield (
                    f"{len(line)} characters in {line.strip()!r}",
                    (f"Break the line: half-width columns hold {MAX_LINE}"),
                )
    needed = named(cell.source)
    for name in needed:
        if name not in OPTIONAL:
            yield f"needs {name!r}, which is unknown", f"Use some of {sorted(OPTIONAL)}"
    if cell.source.startswith(NEED) and not needed:
        yield "its needs are not understood", f"Write them as in {NEED}onnx, java"
    module = calls.tree(cell)
    if module is None:
        if "raises-exception" not in tags(cell):
            yield "not valid Python", "Mend the syntax, or tag it raises-exception"
        return
    tag, used = framework(cell), calls.frameworks_used(module)
    if tag != "both" and used - {tag}:
        needs = used | ({tag} - {None})
        right = "both" if len(needs) > 1 else needs.pop()
        yield (
            f"uses {' and '.join(sorted(used - {tag}))} without its tag",
            (f'Tag the cell "{right}", or take the framework out of it'),
        )
    for exercise in calls.exercise_ids(module):
        try:
            catalogue.find(exercise)
        except KeyError as error:
            yield error.args[0], "Correct the id, or add the exercise's reference"


def _pairs(notebook: NotebookNode) -> Iterator[claims_lint.Found]:
    pairs = defaultdict(list)
    for number, cell in enumerate(notebook.cells, start=1):
        if "pair" in cell.metadata:
            pairs[cell.metadata["pair"]].append((number, framework(cell)))
    for pair, members in pairs.items():
        if tuple(sorted(str(tag) for _, tag in members)) != tuple(sorted(FRAMEWORKS)):
            has = ", ".join(f"{tag or 'untagged'} in cell {n}" for n, tag in members)
            yield (
                members[0][0],
                f"pair {pair!r} has {has}",
                ("A pair is one torch and one tensorflow cell with a name of its own"),
            )


def _exercises(lesson: str, notebook: NotebookNode) -> Iterator[claims_lint.Found]:
    if lesson not in catalogue.lessons():
        yield (
            None,
            f"there is no lesson {lesson!r} in grader/exercises",
            (f"Add it, or name the file after one of {catalogue.lessons()}"),
        )
        return
    known = {exercise.id: exercise for exercise in catalogue.exercises(lesson)}
    used: Counter[tuple[str, str | None]] = Counter()
    cells = notebook.cells
    for number, cell in enumerate(cells, start=1):
        if calls.is_graded(cell):
            before = cells[number - 2] if number > 1 else None
            call = calls.check_call(cell)
            if call is not None:
                used[call.exercise, call.framework] += 1
            yield from ((number, *rest) for rest in _graded(cell, before, call, known))
        elif calls.is_solution(cell):
            after = cells[number] if number < len(cells) else None
            yield from ((number, *rest) for rest in _solution(cell, after))
        elif calls.BEGIN in cell.source or calls.END in cell.source:
            yield (
                number,
                "a solution mark outside a solution cell",
                (f"Put {calls.BEGIN} and {calls.END} around code in one code cell"),
            )
    for exercise in known.values():
        for half in exercise.halves():
            if used[exercise.id, half] != 1:
                times = used[exercise.id, half] or "no"
                of_half = f" for {half}" if half else ""
                tagged = f"tagged {half}" if half else "untagged"
                yield (
                    None,
                    f"{exercise.id} has {times} graded cells{of_half}",
                    f"Write one cell with {_form(exercise, half)}, {tagged}",
                )


def _graded(
    cell: NotebookNode,
    before: NotebookNode | None,
    call: calls.Check | None,
    known: dict[str, Exercise],
) -> Iterator[tuple[str, str]]:
    if call is None:
        yield (
            "a graded cell of another form",
            'Write check("lesson.name", name, "torch") and nothing else; a neutral '
            "exercise has no framework",
        )
        return
    if call.exercise not in known:
        # An id that exists nowhere is reported with all others, above.
        if call.exercise.split(".")[0] in catalogue.lessons():
            yield f"{call.exercise} is of another lesson", "Check an own exercise"
        return
    exercise = known[call.exercise]
    name, halves = exercise.name, exercise.halves()
    if call.function != name:
        yield (
            f"the function checked is not called {name}",
            ("Call it as the exercise: stubs, hints and variants use that name"),
        )
    if call.framework not in halves:
        named = call.framework if exercise.neutral else "no framework"
        wanted = _form(exercise, halves[0])
        yield f"{named} is named for {exercise.id}", f"Write {wanted} and nothing else"
    elif framework(cell) != call.framework:
        if call.framework:
            yield (
                f"checks {call.framework} without its tag",
                f'Tag the cell "{call.framework}"',
            )
        else:
            yield f"{exercise.id} is neutral, and its check is tagged", "Drop the tag"
    if before is None or not calls.is_solution(before):
        yield (
            "no solution cell right before it",
            (f"Put the cell with {calls.BEGIN} before its check"),
        )
        return
    module = calls.tree(before)
    if module is not None and name not in calls.functions(module):
        yield (
            f"the solution cell before it defines no function {name}",
            (f"Define {name} at the top level of that cell"),
        )
    if framework(before) != framework(cell):
        yield "the solution cell before it has another tag", "Tag both alike"


def _form(exercise: Exercise, half: str | None) -> str:
    """The check of an exercise, as it is written in its graded cell."""
    last = f', "{half}"' if half else ""
    return f'check("{exercise.id}", {exercise.name}{last})'


def _solution(
    cell: NotebookNode, after: NotebookNode | None
) -> Iterator[tuple[str, str]]:
    marks = [
        line.strip()
        for line in cell.source.split("\n")
        if line.strip() in (calls.BEGIN, calls.END)
    ]
    if marks != [calls.BEGIN, calls.END]:
        yield (
            f"its solution marks are {marks}",
            (f"Have {calls.BEGIN} once and {calls.END} once after it, on own lines"),
        )
    if after is None or not calls.is_graded(after):
        yield "no check right after the solution", "Add its check(...) cell"

"""The preprocessors that nbgrader's settings name, by where they stand to the run.

A submission's code runs in one of them alone, which is ours and opens the sandbox.
Another that runs notebooks would do it with the instructor's rights and files.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from nbconvert.exporters import Exporter
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat import NotebookNode
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from traitlets import TraitError
from traitlets.config import Config, Configurable
from traitlets.utils.importstring import import_item

from grader.common.errors import CourseError
from grader.grading.place.course_folder import CONFIG

Kind = TypeVar("Kind", bound=BaseConverter)
Step = object  # a class, or an instance or function, as nbconvert takes them
OURS = "grader.grading.plugins.execute_and_judge.ExecuteAndJudge"


@dataclass(frozen=True)
class Steps:
    """What happens to a submission, in order, but for its run between two of them.

    Attributes:
        sanitize: nbgrader's first round.
        before, after: of the second round, on either side of the run.
    """

    sanitize: list[Step]
    before: list[Step]
    after: list[Step]


def configured(kind: type[Kind], app: NbGrader) -> Kind:
    """One of nbgrader's converters, with the settings of a course.

    Raises:
        CourseError: it can't take them.
    """
    try:
        return kind(coursedir=app.coursedir, parent=app)
    except TraitError as error:
        raise CourseError(f"{CONFIG}: {error}") from error


def steps_of(app: NbGrader) -> Steps:
    """What the settings of a course name.

    Raises:
        CourseError: a submission would not run in our sandbox, once, and nowhere else.
    """
    feedback = configured(GenerateFeedback, app)
    page = feedback.exporter_class(parent=feedback, config=feedback.config)
    for kind, steps in (
        ("GenerateFeedback", feedback.preprocessors),
        ("HTMLExporter", page.preprocessors),
    ):
        if _running(steps):
            raise CourseError(_elsewhere(f"{kind}.preprocessors"))
    return steps_of_converter(configured(Autograde, app))


def steps_of_converter(converter: Autograde) -> Steps:
    """As :func:`steps_of`, of a converter that has read them."""
    if _running(converter.sanitize_preprocessors):
        raise CourseError(_elsewhere("Autograde.sanitize_preprocessors"))
    named = [_imported(step) for step in converter.autograde_preprocessors]
    own = import_item(OURS)
    ours = [place for place, step in enumerate(named) if step is own]
    others = [step for step in _running(named) if step is not own]
    if others:
        names = ", ".join(map(_name, others))
        raise CourseError(
            f"{CONFIG}: Autograde.autograde_preprocessors names {names}, which runs "
            f"submissions without isolation, with your rights and files: put {OURS} "
            "in its place"
        )
    if len(ours) != 1:
        times = f"{len(ours)} times" if ours else "nowhere"
        raise CourseError(
            f"{CONFIG}: Autograde.autograde_preprocessors names {OURS}, which runs "
            f"submissions, {times}: name it exactly once"
        )
    place = ours[0]
    sanitize = [_imported(step) for step in converter.sanitize_preprocessors]
    return Steps(sanitize, named[:place], named[place + 1 :])


def converter_of(step: Configurable) -> Autograde | None:
    """The converter that a preprocessor was made by: nbgrader's own command runs it."""
    above = step.parent
    while above is not None and not isinstance(above, Autograde):
        above = above.parent
    return above


def require_own_run(step: Configurable) -> None:
    """Where nbgrader's own command makes a preprocessor: refuse as :func:`steps_of`.

    nbgrader makes all of a round before it runs the first.

    Raises:
        CourseError: as there.
    """
    converter = converter_of(step)
    if converter is not None:
        steps_of_converter(converter)


def taken(
    steps: Iterable[Step],
    app: NbGrader,
    notebook: NotebookNode,
    resources: dict[str, Any],
) -> tuple[NotebookNode, dict[str, Any]]:
    """A notebook after these steps, taken as nbgrader's converters do."""
    config = deepcopy(app.config)
    config.merge(Config({"Exporter": {"default_preprocessors": []}}))
    exporter = Exporter(parent=app, config=config)
    for step in steps:
        exporter.register_preprocessor(step)
    return exporter.from_notebook_node(notebook, resources)


def _imported(step: Step) -> Step:
    try:
        return import_item(step) if isinstance(step, str) else step
    except ImportError as error:
        raise CourseError(
            f"{CONFIG} names the preprocessor {step}, which can't be imported: {error}"
        ) from error


def _running(steps: Iterable[Step]) -> list[type]:
    """The classes among them that run notebooks."""
    named = map(_imported, steps)
    kinds = [step if isinstance(step, type) else type(step) for step in named]
    running = ExecutePreprocessor, import_item(OURS)
    return [kind for kind in kinds if issubclass(kind, running)]


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _elsewhere(where: str) -> str:
    return (
        f"{CONFIG}: {where} names a preprocessor that runs notebooks, without "
        "isolation and with your rights and files: take it out"
    )

"""A learner's course as data: lessons, exercises, their states and what is next."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from grader.common import course
from grader.common.course import recorded_track
from grader.common.frameworks import NEUTRAL, TITLES
from grader.common.places import Place, lesson, places
from grader.common.status import Status
from grader.common.tracks import BOTH, frameworks_of
from grader.learner.progress_record import Record, load, progress_file

if TYPE_CHECKING:
    from grader.judging import Exercise

NOT_ATTEMPTED: Record = {"status": Status.NOT_ATTEMPTED, "tries": 0}


class ExerciseEntry(TypedDict):
    """An exercise; ``points`` and ``minutes`` are for one framework.

    The minutes are a guess from the points. ``anchor`` is the heading's fragment in
    JupyterLab. ``cells`` holds the id of the check's cell, by framework: nbgrader's
    grade id, or in a lesson the cell's own id. ``states`` holds the progress record, by
    framework. A neutral exercise has one of each, under ``NEUTRAL``.
    """

    id: str
    title: str
    points: int
    minutes: int
    notebook: str | None
    heading: str
    anchor: str
    cells: dict[str, str]
    states: dict[str, Record]


class LessonEntry(TypedDict):
    """A lesson; ``minutes`` is what it states. ``notebook`` is None until it exists.

    All paths are relative to the copy, with forward slashes.
    """

    name: str
    title: str
    notebook: str | None
    minutes: int
    exercises: list[ExerciseEntry]


class Points(TypedDict):
    """The points ``possible`` and those ``earned``, by framework.

    Those of neutral exercises are under ``NEUTRAL``, and count once.
    """

    possible: dict[str, int]
    earned: dict[str, int]


class Following(TypedDict):
    """The first exercise that is not yet correct in every framework.

    ``frameworks`` lists those in which it is not correct. ``read_first`` is true if no
    exercise of its lesson was attempted yet.
    """

    exercise: str
    lesson: str
    frameworks: list[str]
    read_first: bool


class Outline(TypedDict):
    """The course, ready for JSON.

    ``folder`` is the copy's path; None without a copy. ``track`` and ``frameworks`` are
    the copy's; without a copy ``"both"`` and both. ``titles`` holds the frameworks'
    names for people, and ``NEUTRAL``'s. ``next`` is None when all is done.
    """

    folder: str | None
    track: str
    frameworks: list[str]
    titles: dict[str, str]
    lessons: list[LessonEntry]
    points: Points
    next: Following | None


def outline(folder: Path, root: Path | None = None) -> Outline:
    """The course, for the copy in or around ``folder``.

    Without a copy nothing is attempted yet.

    Raises:
        CourseError: the copy's record is damaged, or the course isn't installed.
    """
    from grader.exercises import catalogue

    root = root or course.course_root()
    stored = progress_file(folder if folder.is_dir() else None)
    home = stored.parents[1] if stored else None
    track = (recorded_track(home) if home else None) or BOTH
    frameworks = frameworks_of(track)
    done, found = load(stored), places(root)
    lessons = []
    for name in catalogue.lessons():
        exercises = [
            _exercise(e, found.get(e.id), done.get(e.id, {}), frameworks)
            for e in catalogue.exercises(name)
        ]
        lessons.append(_lesson(name, catalogue.notebook(name), root, exercises))
    return {
        "folder": str(home) if home else None,
        "track": track,
        "frameworks": list(frameworks),
        "titles": {name: TITLES[name] for name in (*frameworks, NEUTRAL)},
        "lessons": lessons,
        "points": _points(lessons, frameworks),
        "next": _next(lessons),
    }


def _lesson(
    name: str, notebook: str | None, root: Path, exercises: list[ExerciseEntry]
) -> LessonEntry:
    title, path, minutes = name, None, 0
    file = root / f"notebooks/{notebook}.ipynb"
    if file.is_file():  # otherwise an author is still writing it
        path = file.relative_to(root).as_posix()
        about = lesson(file)
        title, minutes = about.title, about.minutes
    return {
        "name": name,
        "title": title,
        "notebook": path,
        "minutes": minutes,
        "exercises": exercises,
    }


def _exercise(
    exercise: "Exercise",
    place: Place | None,
    done: dict[str, Record],
    frameworks: tuple[str, ...],
) -> ExerciseEntry:
    checks = place.checks if place else {}
    halves = [half or NEUTRAL for half in exercise.halves(frameworks)]
    return {
        "id": exercise.id,
        "title": exercise.title,
        "points": exercise.points,
        "minutes": exercise.minutes,
        "notebook": place.notebook if place else None,
        "heading": place.heading if place else "",
        "anchor": place.anchor if place else "",
        "cells": {half: i for half, i in checks.items() if half in halves},
        "states": {half: done.get(half, NOT_ATTEMPTED) for half in halves},
    }


def _points(lessons: list[LessonEntry], frameworks: tuple[str, ...]) -> Points:
    possible, earned = dict.fromkeys(frameworks, 0), dict.fromkeys(frameworks, 0)
    for exercise in (e for one in lessons for e in one["exercises"]):
        for half, state in exercise["states"].items():
            correct = state["status"] == Status.CORRECT
            possible[half] = possible.get(half, 0) + exercise["points"]
            earned[half] = earned.get(half, 0) + exercise["points"] * correct
    return {"possible": possible, "earned": earned}


def _next(lessons: list[LessonEntry]) -> Following | None:
    for one in lessons:
        for exercise in one["exercises"]:
            left = [
                name
                for name, state in exercise["states"].items()
                if state["status"] != Status.CORRECT
            ]
            if left:
                return {
                    "exercise": exercise["id"],
                    "lesson": one["name"],
                    "frameworks": left,
                    "read_first": not any(map(_attempted, one["exercises"])),
                }
    return None


def _attempted(exercise: ExerciseEntry) -> bool:
    states = exercise["states"].values()
    return any(state["status"] != Status.NOT_ATTEMPTED for state in states)

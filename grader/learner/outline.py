"""The course as a learner has it: lessons, exercises, states and what is next."""

from pathlib import Path

from grader.learner import course
from grader.learner.course import recorded_track
from grader.learner.places import Place, lesson, places
from grader.learner.progress import load, progress_file
from grader.learner.tracks import BOTH, frameworks_of

NOT_ATTEMPTED = {"status": "not attempted", "tries": 0}
NOWHERE = Place(None, "")


def outline(folder: Path, root: Path | None = None) -> dict[str, object]:
    """The course, for the copy in or around ``folder``, as data ready for JSON.

    Without a copy the present folder is looked at; then nothing is attempted yet.
    The keys:

    ``folder``
        the copy's path, None without one.
    ``track``, ``frameworks``
        the copy's; ``"both"`` and both frameworks without one.
    ``lessons``
        in order, each with ``name``, ``title``, ``notebook`` (all paths are relative
        to the copy, with forward slashes), ``minutes`` (what the lesson states) and
        ``exercises``: in order, each with ``id``, ``title``, ``points`` and
        ``minutes`` (both for one framework; the minutes are a guess from the points),
        ``notebook``, ``heading``, ``anchor`` (the heading's fragment in JupyterLab),
        ``cells`` (by framework, the id of the check's cell: nbgrader's grade id, or
        the cell's own id in a lesson) and ``states`` (by framework: ``status``, one
        of :class:`grader.judging.verdict.Status`; ``tries``, the checks up to the
        first correct one; and ``solved``, its time in ISO format, if there was one).
        A lesson that has no notebook yet has None for it, and so have its exercises.
    ``points``
        ``possible`` for one framework, and what is ``earned`` by framework.
    ``next``
        the first exercise that is not correct in each framework: ``exercise``,
        ``lesson``, ``frameworks`` (where it is not), ``read_first`` (nothing of its
        lesson was attempted yet). None when all is done.

    Raises:
        CourseError: the copy's record is damaged, or the course isn't installed.
    """
    from grader import references

    root = root or course.course_root()
    stored = progress_file(folder if folder.is_dir() else None)
    home = stored.parents[1] if stored else None
    track = (recorded_track(home) if home else None) or BOTH
    frameworks = frameworks_of(track)
    done, found = load(stored), places(root)
    lessons = []
    for name in references.lessons():
        exercises = [
            _exercise(e, found.get(e.id, NOWHERE), done.get(e.id, {}), frameworks)
            for e in references.exercises(name)
        ]
        about = _lesson(name, references.notebook(name), root)
        lessons.append({"name": name, **about, "exercises": exercises})
    return {
        "folder": str(home) if home else None,
        "track": track,
        "frameworks": list(frameworks),
        "lessons": lessons,
        "points": _points(lessons, frameworks),
        "next": _next(lessons),
    }


def _lesson(name: str, notebook: str | None, root: Path) -> dict[str, object]:
    if notebook is None:  # an author's, being written
        return {"title": name, "notebook": None, "minutes": 0}
    path = f"notebooks/{notebook}.ipynb"
    about = lesson(root / path)
    return {"title": about.title, "notebook": path, "minutes": about.minutes}


def _exercise(
    exercise: object,
    place: Place,
    done: dict[str, dict[str, object]],
    frameworks: tuple[str, ...],
) -> dict[str, object]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "points": exercise.points,
        "minutes": exercise.minutes,
        "notebook": place.notebook,
        "heading": place.heading,
        "anchor": place.anchor,
        "cells": {f: i for f, i in place.checks.items() if f in frameworks},
        "states": {name: done.get(name, NOT_ATTEMPTED) for name in frameworks},
    }


def _points(lessons: list[dict], frameworks: tuple[str, ...]) -> dict[str, object]:
    exercises = [exercise for one in lessons for exercise in one["exercises"]]
    return {
        "possible": sum(e["points"] for e in exercises),
        "earned": {
            name: sum(
                e["points"]
                for e in exercises
                if e["states"][name]["status"] == "correct"
            )
            for name in frameworks
        },
    }


def _next(lessons: list[dict]) -> dict[str, object] | None:
    for one in lessons:
        for exercise in one["exercises"]:
            left = [
                name
                for name, state in exercise["states"].items()
                if state["status"] != "correct"
            ]
            if left:
                return {
                    "exercise": exercise["id"],
                    "lesson": one["name"],
                    "frameworks": left,
                    "read_first": not any(map(_attempted, one["exercises"])),
                }
    return None


def _attempted(exercise: dict[str, object]) -> bool:
    states = exercise["states"].values()
    return any(state["status"] != "not attempted" for state in states)

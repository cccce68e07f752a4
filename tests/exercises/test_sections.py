"""Exercises name the sections of their lesson, and sections their exercises."""

import re
from pathlib import Path

import pytest

from grader.exercises.catalogue import exercises, lessons, notebook

ROOT = Path(__file__).parents[2] / "sources"
HEADING = re.compile(r"^# ## (\d+)\. ", re.MULTILINE)
NUMBERS = re.compile(r"\bsections?\s+(\d+(?:(?:,\s*|,?\s+and\s+)\d+)*)")
LESSONS = [
    lesson
    for lesson in lessons()
    if all(
        (ROOT / f / f"{notebook(lesson)}.py").is_file()
        for f in ("exercises", "lessons")
    )
]


def parts(folder: str, lesson: str) -> dict[int, str]:
    """The text below each numbered heading, without the marks of comments."""
    text = (ROOT / folder / f"{notebook(lesson)}.py").read_text(encoding="utf-8")
    _, *found = HEADING.split(text)
    return {
        int(number): re.sub(r"\n# ?", "\n", part)
        for number, part in zip(found[::2], found[1::2], strict=True)
    }


def named(text: str) -> set[int]:
    return {
        int(n) for found in NUMBERS.findall(text) for n in re.findall(r"\d+", found)
    }


def numbered(lesson: str) -> dict[str, str]:
    """The text of each exercise in its notebook, by the exercise's id."""
    texts = parts("exercises", lesson).values()
    return {
        exercise.id: text
        for exercise, text in zip(exercises(lesson), texts, strict=True)
        if exercise.id in text
    }


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_exercise_names_sections_that_its_lesson_has(lesson):
    sections = parts("lessons", lesson)
    for exercise, text in numbered(lesson).items():
        assert named(text), exercise
        assert named(text) <= sections.keys(), exercise


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_exercise_is_pointed_at_by_its_lesson(lesson):
    sections = "".join(parts("lessons", lesson).values())
    for exercise in numbered(lesson):
        assert f"`{exercise}`" in sections, exercise

"""``predict`` and ``reveal``: a learner's guess, shown again beside what happened.

A guess is a plain value. The learner's copy of the course keeps it. So a lesson that is
opened and run again, unchanged, still shows the guess.
"""

import math
from html import escape
from pathlib import Path

from grader.common import json_file
from grader.common.errors import CourseError
from grader.common.frameworks import to_numpy
from grader.learner.display import show_both
from grader.learner.progress_record import progress_file

FILE = "predictions.json"
MAX_DEPTH = 4
MAX_BITS = 1000  # of an int: larger ones can't be compared with a float
MAX_SHOWN = 200  # characters
ROUNDING = 1e-6  # relative: float32 distinguishes no nearer numbers
# Legible on light and dark; the sanitizer of an untrusted notebook leaves them.
AGREES, DIFFERS, OPEN = "#388e3c", "#c77700", "#808080"

Plain = None | bool | int | float | str | list["Plain"]
_guesses: dict[str, Plain] = {}
_options: dict[str, dict[str, Plain]] = {}


def predict(puzzle: str, guess: object = ..., /, **options: object) -> None:
    """Keep a guess, for :func:`reveal` to show beside what happens.

    Args:
        puzzle: the puzzle's id, such as ``"start.axis"``.
        guess: a number, a text, or a list of these; with options, the letter of one.
            The dots mean that there is no new guess: an earlier guess is kept.
        options: the values to choose from, by letter.

    Raises:
        CourseError: the guess is not a plain value, or not one of the options.

    Example:
        >>> predict("start.axis", "b", a=[3, 7], b=[4, 6])
    """
    offered = {letter: _plain(value) for letter, value in options.items()}
    _options[puzzle] = offered
    kept = guess is ...
    if not kept:
        _keep(puzzle, _choice(_plain(guess), offered))
    found = _of_before(puzzle)
    choices = " or ".join(_named(letter, offered) for letter in offered)
    if found:
        before = ", made before" if kept else ""
        _show(OPEN, f"Your prediction{before}: {_named(found[0], offered)}.")
    elif offered:
        _show(OPEN, f"Predict first: {choices}? Write the letter in place of the dots.")
    else:
        _show(OPEN, "Predict first: write your answer in place of the dots.")


def reveal(puzzle: str, outcome: object, /, *, tolerance: float = 0.0) -> None:
    """Show what happened beside the guess, and whether they agree.

    Args:
        puzzle: the id that was given to :func:`predict`.
        outcome: a plain value, array or tensor; with options, also a letter.
        tolerance: how far a guessed number may be from the outcome (absolute).

    Example:
        >>> reveal("start.axis", [4, 6])
    """
    offered = _options.get(puzzle, {})
    happened = _choice(_plain(outcome), offered)
    found = _of_before(puzzle)
    it_is = f"it is {_named(happened, offered, digits=4)}"
    if not found:
        _show(OPEN, f"You made no prediction; {it_is}.")
        return
    agrees = _same(found[0], happened, tolerance)
    yours = f"You predicted {_named(found[0], offered)}; {it_is}"
    span = f", within {tolerance:g}" if tolerance and agrees else ""
    span = f", more than {tolerance:g} away" if tolerance and not agrees else span
    sign, colour = ("✓ Agrees", AGREES) if agrees else ("✗ Differs", DIFFERS)
    _show(colour, f"{sign}{span}. {yours}.")


def _keep(puzzle: str, guess: Plain) -> None:
    _guesses[puzzle] = guess
    path = _file()
    if path is None:
        return
    try:
        json_file.replace(path, json_file.read(path) | {puzzle: guess})
    except OSError as error:
        print(f"Your prediction could not be saved ({error.strerror}).")


def _of_before(puzzle: str) -> tuple[Plain, ...]:
    """An earlier guess in a tuple, since it may be None; empty if there is none."""
    if puzzle in _guesses:
        return (_guesses[puzzle],)
    path = _file()
    try:
        return (_plain(json_file.read(path)[puzzle]),) if path else ()
    except (KeyError, CourseError):
        return ()


def _file() -> Path | None:
    """The file of predictions; None outside of a copy of the course."""
    progress = progress_file()
    return progress and progress.with_name(FILE)


def _plain(value: object, depth: int = MAX_DEPTH) -> Plain:
    """``value`` in types that JSON can hold.

    Raises:
        CourseError: the value is of another kind, nested too deep, or too large.
    """
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int) and value.bit_length() <= MAX_BITS:
        return value
    if isinstance(value, list | tuple) and depth:
        return [_plain(item, depth - 1) for item in value]
    if not isinstance(value, int | list | tuple):
        array = to_numpy(value)
        if array.dtype.kind in "biuf":
            return array.tolist()
    raise CourseError(
        "A prediction is a number, a text or a list of these, such as 3, "
        f'"float32" or [2, 3]; this {type(value).__name__} is none.'
    )


def _choice(value: Plain, offered: dict[str, Plain]) -> Plain:
    """The chosen option's letter, given letter or value; ``value`` without options."""
    if not offered:
        return value
    for letter, option in offered.items():
        if _same(value, letter, 0.0) or _same(value, option, 0.0):
            return letter
    letters = " or ".join(offered)
    raise CourseError(f"{_text(value)} is none of the options: write {letters}.")


def _same(one: Plain, other: Plain, tolerance: float) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _same(a, b, tolerance) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, int | float) and isinstance(other, int | float):
        both_nan = one != one and other != other
        near = math.isclose(one, other, rel_tol=ROUNDING, abs_tol=tolerance)
        return both_nan or near
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return one is other


def _named(value: Plain, offered: dict[str, Plain], digits: int | None = None) -> str:
    if isinstance(value, str) and value in offered:
        return f"{value} ({_text(offered[value])})"
    return _text(value, digits)


def _text(value: Plain, digits: int | None = None) -> str:
    if isinstance(value, list):
        whole = "[" + ", ".join(_text(item, digits) for item in value) + "]"
    elif isinstance(value, float):
        whole = f"{value:.{digits or 12}g}"
    else:
        whole = str(value)
    return whole if len(whole) <= MAX_SHOWN else f"{whole[:MAX_SHOWN]}…"


def _show(colour: str, sentence: str) -> None:
    show_both(
        sentence,
        f'<div style="border-left:4px solid {colour};padding:.2em .9em">'
        f"{escape(sentence)}</div>",
    )

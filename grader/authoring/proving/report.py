"""What a measuring process reports, as JSON, to the one that started it."""

from typing import Any, TypedDict


class Result(TypedDict):
    """How one variant was judged.

    Attributes:
        mistake: the name of the mistake to recognise; None for a right variant.
        failure: what is wrong with the verdict; "" if nothing is.
        error: the largest error, as a share of the quantity's largest value.
        differing: fields of :class:`grader.authoring.proving.draws.Differing`.
    """

    exercise: str
    function: str
    mistake: str | None
    source: str
    failure: str
    error: float
    differing: list[dict[str, Any]]


class Report(TypedDict):
    """How all variants in a framework were judged.

    Attributes:
        stubs: by exercise, the status of the untouched function.
        unknown: names that variants answer, but no exercise has.
        misplaced: neutral exercises with variants outside of the ``any_`` modules.
    """

    framework: str
    version: str
    stubs: dict[str, str]
    variants: list[Result]
    unknown: list[str]
    misplaced: list[str]

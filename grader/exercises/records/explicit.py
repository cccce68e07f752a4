"""Which settings were written, and which are defaults."""

from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Settings = tuple[np.ndarray, np.ndarray]

NAMES = ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay", "momentum")


def _draw(rng: np.random.Generator) -> Case:
    parameters = [NAMES[i] for i in rng.permutation(len(NAMES))]
    defaults = rng.integers(1, 100, size=len(parameters)) / 128
    count = int(rng.integers(1, 3))
    positional = rng.integers(130, 200, size=count) / 128
    later = rng.permutation(np.arange(count, len(parameters)))[:3]
    # One is written as 0, one as its default is, and one as something else.
    values = np.array([0.0, defaults[later[1]], rng.integers(200, 300) / 128])
    order = rng.permutation(3)
    return {
        "parameters": parameters,
        "defaults": defaults.astype(np.float32),
        "positional": positional.astype(np.float32),
        "names": [parameters[later[i]] for i in order],
        "values": values[order].astype(np.float32),
    }


def _reference(
    parameters: list[str],
    defaults: np.ndarray,
    positional: np.ndarray,
    names: list[str],
    values: np.ndarray,
) -> Settings:
    """(in_force, explicit), both (parameters,): the value, and 1 if it was written."""
    in_force, explicit = defaults.copy(), np.zeros(len(parameters))
    in_force[: len(positional)] = positional
    explicit[: len(positional)] = 1
    places = [parameters.index(name) for name in names]
    in_force[places], explicit[places] = values, 1
    return in_force, explicit


def _only_different(**inputs: Any) -> Settings:
    in_force, _ = _reference(**inputs)
    return in_force, in_force != inputs["defaults"]


def _in_order(**inputs: Any) -> Settings:
    """The named values as if they had been given by position."""
    first, count = len(inputs["positional"]), len(inputs["names"])
    inputs["names"] = inputs["parameters"][first : first + count]
    return _reference(**inputs)


def _no_positions(**inputs: Any) -> Settings:
    inputs["positional"] = inputs["positional"][:0]
    return _reference(**inputs)


def _named_alone(**inputs: Any) -> Settings:
    in_force, explicit = _reference(**inputs)
    explicit[: len(inputs["positional"])] = 0
    return in_force, explicit


def _zero_is_nothing(**inputs: Any) -> Settings:
    in_force, explicit = _reference(**inputs)
    zero = in_force == 0
    return np.where(zero, inputs["defaults"], in_force), explicit


def _zero_is_default(**inputs: Any) -> Settings:
    in_force, explicit = _zero_is_nothing(**inputs)
    zero = _reference(**inputs)[0] == 0
    return in_force, np.where(zero, 0, explicit)


def _defaults_marked(**inputs: Any) -> Settings:
    in_force, explicit = _reference(**inputs)
    return in_force, 1 - explicit


_MISTAKES = (
    Mistake(
        "only what differs from the default",
        "Your values are right. A setting that was written as its default is counts as "
        "a default, although the next version of the library can't change it.",
        "Did somebody write it? The value doesn't matter for that.",
        compute=_only_different,
    ),
    Mistake(
        "names are not looked up",
        "You give the named values to the parameters that follow the positional ones, "
        "in the order in which they were written.",
        "To which parameter does each value belong?",
        compute=_in_order,
    ),
    Mistake(
        "values by position are lost",
        "What was given by position counts as a default.",
        "Which of your arguments is unused?",
        compute=_no_positions,
    ),
    Mistake(
        "only names are explicit",
        "Your values are right. A value that was given by position is explicit too.",
        "In how many ways can a caller write a setting?",
        compute=_named_alone,
    ),
    Mistake(
        "zero is replaced by the default",
        "A setting that was written as 0 has its default's value: 0 is false, so that "
        "`value or default` gives the default.",
        "Ask whether the name was written, and not whether the value is true.",
        compute=_zero_is_nothing,
    ),
    Mistake(
        "zero counts as not written",
        "A setting that was written as 0 counts as a default, with its value too.",
        "Ask whether the name was written, and not whether the value is true.",
        compute=_zero_is_default,
    ),
    Mistake(
        "defaults are marked",
        "Your values are right. Your marks are exchanged.",
        "Which settings get 1?",
        compute=_defaults_marked,
    ),
)

EXPLICIT = Exercise(
    id="records.explicit",
    title="Written down or default",
    points=1,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("in_force", "explicit"),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Begin with the defaults, none of which is written. Then let what was written "
        "overwrite them, first by position and then by name.",
        "array.copy(), np.zeros(n), array[:k] = ..., list.index(name).",
        "in_force = a copy of the defaults; explicit = zeros\n"
        "the first places: the positional values, and 1\n"
        "for each name: find its place; put its value there, and 1",
    ),
)

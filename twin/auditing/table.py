"""The table of defaults, from which all texts come: ``twin/defaults.json``."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# Standard errors beyond which a change of accuracy is taken for no chance. Of the forty
# comparisons that the table has, two would by chance alone lie beyond two.
ERRORS = 3


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        id: such as "batch_norm.epsilon".
        what: the setting, in plain words.
        torch: PyTorch's default.
        keras: Keras's default.
        in_torch: code that makes PyTorch do as Keras does by default; "" for none.
        in_keras: the same for Keras.
        advice_torch: a sentence on that code, or in its place.
        advice_keras: the same for Keras.
        effect: the largest relative difference in a small computation; 1 where an error
            or unlike shapes tell of it.
        accuracy: net, steps, points and standard error of each measurement.
        matters: whether the difference was measured to matter.
    """

    id: str
    what: str
    torch: str
    keras: str
    in_torch: str
    in_keras: str
    advice_torch: str
    advice_keras: str
    effect: float
    accuracy: tuple[dict[str, Any], ...]
    matters: bool

    @property
    def change(self) -> dict[str, Any] | None:
        """The largest change of accuracy that is no chance; None for none."""
        sure = [
            one for one in self.accuracy if abs(one["points"]) > ERRORS * one["error"]
        ]
        return max(sure, key=lambda one: abs(one["points"]), default=None)


@cache
def rows() -> dict[str, Row]:
    """All rows, by their ids."""
    text = files("twin").joinpath("defaults.json").read_text(encoding="utf-8")
    return {one["id"]: _row(one) for one in json.loads(text)["rows"]}


def _row(one: dict[str, Any]) -> Row:
    torch, keras = one["torch"], one["keras"]
    effect = 1.0 if one["effect"] is None else one["effect"]
    return Row(
        one["id"],
        one["what"],
        torch["value"],
        keras["value"],
        torch["align"],
        keras["align"],
        torch["advice"],
        keras["advice"],
        effect,
        tuple(one["accuracy"]),
        one["kind"] in ("silent", "loud"),
    )

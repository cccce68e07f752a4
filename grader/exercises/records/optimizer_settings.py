"""The settings that a live optimizer will use in its next step."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

ADAMW, RMSPROP, SGD = "adamw", "rmsprop", "sgd"
NONE = -1.0
RATE, MOMENTUM, BETA_1, BETA_2, RHO, EPSILON, DECAY = range(7)
HALVED = 0.5
PYTORCHS_RATE = {ADAMW: 1e-3, RMSPROP: 1e-2, SGD: 1e-3}  # torch.optim's defaults


def _draw(rng: np.random.Generator, kind: str) -> Case:
    """All settings are of one size, so that the smallest shows too."""
    rate, first = rng.uniform(0.5, 0.9), rng.uniform(0.1, 0.4)
    second, epsilon = rng.uniform(0.6, 0.9), rng.uniform(0.03, 0.09)
    numbers = [rate, first]
    if kind != SGD:
        numbers += [second, epsilon]
    if kind == ADAMW:
        numbers.append(rng.uniform(0.03, 0.09))
    return {
        "kind": kind,
        "numbers": [round(float(number), 3) for number in numbers],
        "steps": int(rng.integers(2, 4)),
    }


def _reference(kind: str, numbers: list[float], steps: int) -> np.ndarray:
    """(7,): learning rate, momentum, beta 1, beta 2, rho, epsilon, weight decay.

    -1 stands for what this optimizer doesn't have.
    """
    found = np.full(7, NONE)
    found[[RATE, DECAY]] = numbers[0] * HALVED**steps, 0.0
    if kind == ADAMW:
        found[[BETA_1, BETA_2, EPSILON, DECAY]] = numbers[1:]
    elif kind == RMSPROP:
        found[[MOMENTUM, RHO, EPSILON]] = numbers[1:]
    else:
        found[MOMENTUM] = numbers[1]
    return found


def _changed(change: Callable[[np.ndarray, str, list[float], int], None]) -> Compute:
    def compute(kind: str, numbers: list[float], steps: int) -> np.ndarray:
        found = _reference(kind, numbers, steps)
        change(found, kind, numbers, steps)
        return found

    return compute


def _first_rate(found: np.ndarray, kind: str, numbers: list[float], steps: int) -> None:
    found[RATE] = numbers[0]


def _default_rate(
    found: np.ndarray, kind: str, numbers: list[float], steps: int
) -> None:
    found[RATE] = PYTORCHS_RATE[kind]


def _last_rate(found: np.ndarray, kind: str, numbers: list[float], steps: int) -> None:
    found[RATE] /= HALVED


def _exchanged(found: np.ndarray, kind: str, numbers: list[float], steps: int) -> None:
    found[[BETA_1, BETA_2]] = found[[BETA_2, BETA_1]]


def _none_is_zero(
    found: np.ndarray, kind: str, numbers: list[float], steps: int
) -> None:
    found[found == NONE] = 0.0


def _no_decay(found: np.ndarray, kind: str, numbers: list[float], steps: int) -> None:
    if found[DECAY] == 0:
        found[DECAY] = NONE


def _rho_is_beta(
    found: np.ndarray, kind: str, numbers: list[float], steps: int
) -> None:
    if kind == RMSPROP:
        found[[BETA_2, RHO]] = found[RHO], NONE


def _momentum_is_beta(
    found: np.ndarray, kind: str, numbers: list[float], steps: int
) -> None:
    if kind == ADAMW:
        found[MOMENTUM] = found[BETA_1]


_MISTAKES = (
    Mistake(
        "the rate at the beginning",
        "Your learning rate is the one with which the schedule began. The optimizer "
        "has taken steps since then.",
        "Which rate would the next step use? Print what the optimizer holds now.",
        compute=_changed(_first_rate),
    ),
    Mistake(
        "the default learning rate",
        "Your learning rate is the default of PyTorch's optimizer. The group of "
        "parameters has its own, which a schedule changes.",
        "Where does PyTorch keep the settings of a group?",
        compute=_changed(_default_rate),
    ),
    Mistake(
        "the rate of the step before",
        "Your learning rate is the one that the last step used.",
        "Which rate would the next step use?",
        compute=_changed(_last_rate),
    ),
    Mistake(
        "beta 1 and beta 2 are exchanged",
        "Your betas have changed places.",
        "Beta 1 belongs to the mean of the gradients, and comes first in both "
        "frameworks.",
        compute=_changed(_exchanged),
    ),
    Mistake(
        "what is not there is 0",
        "A setting that an optimizer doesn't have gets 0. In a record, it then looks "
        "like one that was switched off.",
        "Which number does the exercise ask for where there is no such setting?",
        compute=_changed(_none_is_zero),
    ),
    Mistake(
        "no weight decay is not there",
        "Each of these optimizers knows weight decay. Where it isn't used, it is not "
        "absent. (Keras writes None, and PyTorch 0.)",
        "Which number does the exercise ask for where weight decay isn't used?",
        compute=_changed(_no_decay),
    ),
    Mistake(
        "rho stands in the place of beta 2",
        "RMSprop's share of the old mean has a name of its own, and so a place of its "
        "own.",
        "Which place does the exercise give to rho, which PyTorch calls alpha?",
        compute=_changed(_rho_is_beta),
    ),
    Mistake(
        "beta 1 is momentum too",
        "You report Adam's beta 1 as momentum as well. Adam has no setting of that "
        "name.",
        "Which settings does this optimizer hold, by name?",
        compute=_changed(_momentum_is_beta),
    ),
)
_OF_ADAMW = ("beta 1 and beta 2 are exchanged", "beta 1 is momentum too")
_OF_OTHERS = ("no weight decay is not there", "rho stands in the place of beta 2")


def _without(names: tuple[str, ...]) -> tuple[Mistake, ...]:
    return tuple(mistake for mistake in _MISTAKES if mistake.name not in names)


OPTIMIZER_SETTINGS = Exercise(
    id="records.optimizer_settings",
    title="What the optimizer will really do",
    points=2,
    cases=(
        separated(partial(_draw, kind=ADAMW), _reference, _without(_OF_OTHERS)),
        separated(partial(_draw, kind=RMSPROP), _reference, _without(_OF_ADAMW)),
        separated(
            partial(_draw, kind=SGD), _reference, _without((*_OF_ADAMW, _OF_OTHERS[1]))
        ),
    ),
    reference=_reference,
    returns=("settings",),
    mistakes=_MISTAKES,
    hints=(
        "Make the optimizer, and then ask nothing but the optimizer: what you passed "
        "in is not what it holds now.",
        "torch: optimizer.param_groups[0] is a dict; dict.get(name, -1)\n"
        "TensorFlow: getattr(optimizer, name, -1); float(optimizer.learning_rate) is "
        "the present rate; weight_decay may be None",
        "optimizer = prepared(...)\n"
        "look each of the seven up under the framework's own name\n"
        "    in PyTorch, the two betas are one pair, which only Adam has\n"
        "    -1 for what isn't there; 0 for a weight decay that isn't used\n"
        "return them in the order of the table",
    ),
)

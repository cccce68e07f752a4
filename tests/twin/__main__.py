"""``python -m tests.twin``: how equal ported models are, as a table."""

import keras
import tensorflow as tf
import torch

from tests.twin.ported import PORTED
from tests.twin.proof import STEPS, prove
from twin.lock_step.result import Training
from twin.lock_step.train import ROOM
from twin.showing.tables import Table, number


def main() -> None:
    """Port each model both ways in float64, and print the largest differences."""
    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    rows = []
    for one in PORTED:
        for to in ("keras", "torch"):
            proof = prove(one, to)
            training = proof.training
            worst = [max(line) for line in training.errors.values()][1:]
            rows.append(
                [
                    one.name,
                    to,
                    str(proof.layers),
                    number(proof.forward),
                    *map(number, worst),
                    number(proof.trained),
                    f"{times_the_control(training):.1f}",
                    str(training.first or "no"),
                ]
            )
    head = ["model", "copied to", "layers", "outputs", "loss", "gradients", "weights"]
    head += ["statistics", "outputs after", "of control", "parted"]
    before = f"Largest relative differences in float64, over {STEPS} steps of training:"
    print(Table(head, rows, before=before).text())


def times_the_control(training: Training) -> float:
    """The largest of all differences over the control's until then."""
    return max(
        ROOM * error / limit
        for kind, line in training.errors.items()
        for error, limit in zip(line, training.limits[kind], strict=True)
    )


if __name__ == "__main__":
    main()

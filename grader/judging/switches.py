"""Global switches that change what every later cell of a notebook does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """A switch that was left on: its effect, as a clause, and how to turn it off."""

    effect: str
    undo: str


RESTART = "Restart the kernel, and leave out the cell that does it"

SWITCHES = {
    "torch.set_grad_enabled": Switch(
        "PyTorch records no gradients, as after torch.set_grad_enabled(False)",
        "Run torch.set_grad_enabled(True)",
    ),
    "torch.inference_mode": Switch(
        "PyTorch is in inference mode, in which it records no gradients", RESTART
    ),
    "torch.set_default_dtype": Switch(
        "PyTorch makes new tensors in another dtype than float32, as after "
        "torch.set_default_dtype(torch.float64)",
        "Run torch.set_default_dtype(torch.float32)",
    ),
    "torch.set_default_device": Switch(
        "PyTorch makes tensors without values, as after "
        'torch.set_default_device("meta")',
        "Run torch.set_default_device(None)",
    ),
    "torch.use_deterministic_algorithms": Switch(
        "PyTorch refuses operations that are not deterministic, as after "
        "torch.use_deterministic_algorithms(True)",
        "Run torch.use_deterministic_algorithms(False)",
    ),
    "torch.autocast": Switch(
        "PyTorch computes in a smaller dtype, as inside of torch.autocast", RESTART
    ),
    "torch._dynamo.config.disable": Switch(
        "torch.compile does nothing, as after torch._dynamo.config.disable = True",
        "Set torch._dynamo.config.disable = False",
    ),
    "tf.disable_eager_execution": Switch(
        "TensorFlow computes nothing until a session runs, as after "
        "tf.compat.v1.disable_eager_execution()",
        RESTART,
    ),
    "tf.run_functions_eagerly": Switch(
        "tf.function makes no graphs, as after tf.config.run_functions_eagerly(True)",
        "Run tf.config.run_functions_eagerly(False)",
    ),
    "keras.set_floatx": Switch(
        "Keras makes weights in another dtype than float32, as after "
        'keras.config.set_floatx("float64")',
        'Run keras.config.set_floatx("float32")',
    ),
    "keras.set_dtype_policy": Switch(
        "Keras computes in another dtype than float32, as after "
        "keras.config.set_dtype_policy(...)",
        'Run keras.config.set_dtype_policy("float32")',
    ),
    "np.seterr": Switch(
        'NumPy raises FloatingPointError, as after np.seterr(all="raise")',
        'Run np.seterr(all="warn")',
    ),
    "warnings.simplefilter": Switch(
        'every warning is raised as an error, as after warnings.simplefilter("error")',
        "Run warnings.resetwarnings()",
    ),
}


def left_on(names: set[str]) -> str | None:
    """A sentence on each switch in ``names``; None if no name is known."""
    found = [switch for name, switch in SWITCHES.items() if name in names]
    if not found:
        return None
    return " ".join(
        f"In this notebook {switch.effect}. This holds for every cell, and may be the "
        f"reason. {switch.undo}."
        for switch in found
    )

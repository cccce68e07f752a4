"""The names of a SavedModel's tensors."""

from pathlib import Path

from grader.production.java.error import JavaError

SIGNATURE = "serving_default"


def tensor_names(model: Path) -> tuple[str, str]:
    """Input and output of the signature ``serving_default``, as operation:index.

    Raises:
        JavaError: there is no such signature, or it has more than one of either.
    """
    # The signature is a protocol buffer, and TensorFlow brings its definition.
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    saved = SavedModel()
    saved.ParseFromString((model / "saved_model.pb").read_bytes())
    signatures = saved.meta_graphs[0].signature_def
    if SIGNATURE not in signatures:
        there = ", ".join(sorted(signatures)) or "none"
        raise JavaError(f"{model} has no signature {SIGNATURE}; it has: {there}")
    inputs = [tensor.name for tensor in signatures[SIGNATURE].inputs.values()]
    outputs = [tensor.name for tensor in signatures[SIGNATURE].outputs.values()]
    if len(inputs) != 1 or len(outputs) != 1:
        raise JavaError(
            f"the model has {len(inputs)} inputs and {len(outputs)} outputs; this "
            "program runs models that have one of each"
        )
    return inputs[0], outputs[0]

"""The exercises of ``10_export``, in the order of its notebook."""

from grader.exercises.export.accepted_calls import ACCEPTED_CALLS
from grader.exercises.export.fold_batch_norm import FOLD_BATCH_NORM
from grader.exercises.export.frozen_values import FROZEN_VALUES
from grader.exercises.export.manifest_offsets import MANIFEST_OFFSETS
from grader.exercises.export.model_bytes import MODEL_BYTES
from grader.exercises.export.one_export import ONE_EXPORT
from grader.exercises.export.quantize_kernel import QUANTIZE_KERNEL
from grader.exercises.export.raw_bytes import RAW_BYTES
from grader.exercises.export.requantize import REQUANTIZE
from grader.exercises.export.run_graph import RUN_GRAPH
from grader.exercises.export.saturated_share import SATURATED_SHARE
from grader.exercises.export.scale_zero_point import SCALE_ZERO_POINT

NOTEBOOK = "10_export"
EXERCISES = (
    ACCEPTED_CALLS,
    FROZEN_VALUES,
    ONE_EXPORT,
    FOLD_BATCH_NORM,
    SCALE_ZERO_POINT,
    QUANTIZE_KERNEL,
    REQUANTIZE,
    SATURATED_SHARE,
    MODEL_BYTES,
    MANIFEST_OFFSETS,
    RAW_BYTES,
    RUN_GRAPH,
)
READING = (
    (
        "torch",
        "PyTorch: torch.export",
        "https://docs.pytorch.org/docs/stable/export.html",
    ),
    (
        "tensorflow",
        "TensorFlow: SavedModel",
        "https://www.tensorflow.org/guide/saved_model",
    ),
    (None, "ONNX: operators", "https://onnx.ai/onnx/operators/"),
    (
        None,
        "LiteRT: 8-bit quantization specification",
        "https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec",
    ),
    (
        None,
        "Jacob et al.: integer-arithmetic-only inference",
        "https://arxiv.org/abs/1712.05877",
    ),
)

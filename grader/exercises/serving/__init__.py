"""The exercises of ``11_serving``, in the order of its notebook."""

from grader.exercises.serving.canary import CANARY
from grader.exercises.serving.load_report import LOAD_REPORT
from grader.exercises.serving.pad_to_sizes import PAD_TO_SIZES
from grader.exercises.serving.parity_gate import PARITY_GATE
from grader.exercises.serving.parse_requests import PARSE_REQUESTS
from grader.exercises.serving.pick_version import PICK_VERSION
from grader.exercises.serving.queue_load import QUEUE_LOAD
from grader.exercises.serving.simulate_batching import SIMULATE_BATCHING

NOTEBOOK = "11_serving"
EXERCISES = (
    SIMULATE_BATCHING,
    LOAD_REPORT,
    QUEUE_LOAD,
    PAD_TO_SIZES,
    PICK_VERSION,
    CANARY,
    PARITY_GATE,
    PARSE_REQUESTS,
)
READING = (
    (
        None,
        "TensorFlow Serving: batching guide",
        "https://github.com/tensorflow/serving/blob/master/tensorflow_serving/batching/README.md",
    ),
    (
        None,
        "TensorFlow Serving: configuration",
        "https://www.tensorflow.org/tfx/serving/serving_config",
    ),
    (
        None,
        "TensorFlow Serving: REST interface",
        "https://www.tensorflow.org/tfx/serving/api_rest",
    ),
    (
        "torch",
        "PyTorch: torch.nn.functional.pad",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html",
    ),
    (
        "tensorflow",
        "TensorFlow: tf.pad",
        "https://www.tensorflow.org/api_docs/python/tf/pad",
    ),
)

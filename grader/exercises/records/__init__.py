"""The exercises of ``12_records``, in the order of its notebook."""

from grader.exercises.records.check_rows import CHECK_ROWS
from grader.exercises.records.differences import DIFFERENCES
from grader.exercises.records.explicit import EXPLICIT
from grader.exercises.records.fingerprint import FINGERPRINT
from grader.exercises.records.lock_check import LOCK_CHECK
from grader.exercises.records.optimizer_settings import OPTIMIZER_SETTINGS
from grader.exercises.records.rerank import RERANK
from grader.exercises.records.retrieval import RETRIEVAL

NOTEBOOK = "12_records"
EXERCISES = (
    DIFFERENCES,
    EXPLICIT,
    OPTIMIZER_SETTINGS,
    FINGERPRINT,
    LOCK_CHECK,
    CHECK_ROWS,
    RETRIEVAL,
    RERANK,
)
READING = (
    (
        "torch",
        "PyTorch: torch.optim",
        "https://docs.pytorch.org/docs/stable/optim.html",
    ),
    (
        "torch",
        "PyTorch: torch.topk",
        "https://docs.pytorch.org/docs/stable/generated/torch.topk.html",
    ),
    ("tensorflow", "Keras: optimizers", "https://keras.io/api/optimizers/"),
    (
        "tensorflow",
        "TensorFlow: tf.math.top_k",
        "https://www.tensorflow.org/api_docs/python/tf/math/top_k",
    ),
    (
        None,
        "On fingerprints: Python's hashlib",
        "https://docs.python.org/3/library/hashlib.html",
    ),
    (
        None,
        "On locks: pip's secure installs with hashes",
        "https://pip.pypa.io/en/stable/topics/secure-installs/",
    ),
    (
        None,
        "On schemas: pandera",
        "https://pandera.readthedocs.io/en/stable/",
    ),
    (
        None,
        "On recommenders: Covington et al., deep neural networks for recommendations",
        "https://dl.acm.org/doi/10.1145/2959100.2959190",
    ),
)

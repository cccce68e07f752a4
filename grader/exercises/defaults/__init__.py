"""The exercises of ``07_hidden_defaults``, in the order of its notebook."""

from grader.exercises.defaults.adam_epsilon import ADAM_EPSILON
from grader.exercises.defaults.align_settings import ALIGN_SETTINGS
from grader.exercises.defaults.class_weights import CLASS_WEIGHTS
from grader.exercises.defaults.paired_difference import PAIRED_DIFFERENCE
from grader.exercises.defaults.running_stats import RUNNING_STATS
from grader.exercises.defaults.settings_differ import SETTINGS_DIFFER
from grader.exercises.defaults.share_left import SHARE_LEFT

NOTEBOOK = "07_hidden_defaults"
EXERCISES = (
    SHARE_LEFT,
    RUNNING_STATS,
    PAIRED_DIFFERENCE,
    ALIGN_SETTINGS,
    ADAM_EPSILON,
    CLASS_WEIGHTS,
    SETTINGS_DIFFER,
)
READING = (
    (
        None,
        "Ioffe and Szegedy: batch normalization",
        "https://arxiv.org/abs/1502.03167",
    ),
    (
        None,
        "PyTorch: BatchNorm1d",
        "https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html",
    ),
    (
        None,
        "Keras: BatchNormalization",
        "https://keras.io/api/layers/normalization_layers/batch_normalization/",
    ),
)

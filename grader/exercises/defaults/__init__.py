"""The exercises of ``07_hidden_defaults``, in the order of its notebook."""

from grader.exercises.defaults.running_stats import RUNNING_STATS
from grader.exercises.defaults.share_left import SHARE_LEFT

NOTEBOOK = "07_hidden_defaults"
EXERCISES = (SHARE_LEFT, RUNNING_STATS)
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

"""The exercises of ``07_hidden_defaults``, in the order of its notebook."""

from grader.exercises.defaults.adam_epsilon import ADAM_EPSILON
from grader.exercises.defaults.align_settings import ALIGN_SETTINGS
from grader.exercises.defaults.align_sgd import ALIGN_SGD
from grader.exercises.defaults.capped_loss import CAPPED_LOSS
from grader.exercises.defaults.class_weights import CLASS_WEIGHTS
from grader.exercises.defaults.convert_momentum import CONVERT_MOMENTUM
from grader.exercises.defaults.decayed_steps import DECAYED_STEPS
from grader.exercises.defaults.initial_std import INITIAL_STD
from grader.exercises.defaults.kl_mean import KL_MEAN
from grader.exercises.defaults.paired_difference import PAIRED_DIFFERENCE
from grader.exercises.defaults.running_stats import RUNNING_STATS
from grader.exercises.defaults.same_padding import SAME_PADDING
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
    CONVERT_MOMENTUM,
    INITIAL_STD,
    ALIGN_SGD,
    DECAYED_STEPS,
    CAPPED_LOSS,
    KL_MEAN,
    SAME_PADDING,
)
READING = (
    (
        None,
        "Ioffe and Szegedy: batch normalization",
        "https://arxiv.org/abs/1502.03167",
    ),
    (None, "Loshchilov and Hutter: AdamW", "https://arxiv.org/abs/1711.05101"),
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

"""The exercises of ``04_initialization``, in the order of its notebook."""

from grader.references.initialization.backward_variance import BACKWARD_VARIANCE
from grader.references.initialization.dead_share import DEAD_SHARE
from grader.references.initialization.fans import FANS
from grader.references.initialization.find_the_bug import FIND_THE_BUG
from grader.references.initialization.glorot_bound import GLOROT_BOUND
from grader.references.initialization.kaiming_std import KAIMING_STD
from grader.references.initialization.keep_variance import KEEP_VARIANCE
from grader.references.initialization.lstm_bias import LSTM_BIAS
from grader.references.initialization.orthogonal import ORTHOGONAL
from grader.references.initialization.torch_default import TORCH_DEFAULT
from grader.references.initialization.truncated_normal import TRUNCATED_NORMAL
from grader.references.initialization.variance_step import VARIANCE_STEP

NOTEBOOK = "04_initialization"
EXERCISES = (
    FANS,
    GLOROT_BOUND,
    KAIMING_STD,
    TORCH_DEFAULT,
    LSTM_BIAS,
    DEAD_SHARE,
    VARIANCE_STEP,
    TRUNCATED_NORMAL,
    ORTHOGONAL,
    BACKWARD_VARIANCE,
    KEEP_VARIANCE,
    FIND_THE_BUG,
)
READING = (
    ("torch", "PyTorch: torch.nn.init", "https://pytorch.org/docs/stable/nn.init.html"),
    ("tensorflow", "Keras: initializers", "https://keras.io/api/layers/initializers/"),
    (None, "He and others: rectifiers", "https://arxiv.org/abs/1502.01852"),
    (None, "Saxe and others: deep linear networks", "https://arxiv.org/abs/1312.6120"),
)

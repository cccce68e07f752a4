"""The exercises of ``04_initialization``, in the order of its notebook."""

from grader.exercises.initialization.backward_variance import BACKWARD_VARIANCE
from grader.exercises.initialization.dead_share import DEAD_SHARE
from grader.exercises.initialization.fans import FANS
from grader.exercises.initialization.find_the_bug import FIND_THE_BUG
from grader.exercises.initialization.glorot_bound import GLOROT_BOUND
from grader.exercises.initialization.kaiming_std import KAIMING_STD
from grader.exercises.initialization.keep_variance import KEEP_VARIANCE
from grader.exercises.initialization.lstm_bias import LSTM_BIAS
from grader.exercises.initialization.orthogonal import ORTHOGONAL
from grader.exercises.initialization.torch_default import TORCH_DEFAULT
from grader.exercises.initialization.truncated_normal import TRUNCATED_NORMAL
from grader.exercises.initialization.variance_step import VARIANCE_STEP

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

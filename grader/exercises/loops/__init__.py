"""The exercises of ``05_training_loops``, in the order of its notebook."""

from grader.exercises.loops.adam import ADAM
from grader.exercises.loops.adamw import ADAMW
from grader.exercises.loops.batch_norm_stats import BATCH_NORM_STATS
from grader.exercises.loops.clip_by_norm import CLIP_BY_NORM
from grader.exercises.loops.cosine_schedule import COSINE_SCHEDULE
from grader.exercises.loops.early_stopping import EARLY_STOPPING
from grader.exercises.loops.find_the_bug import FIND_THE_BUG
from grader.exercises.loops.logits_loss import LOGITS_LOSS
from grader.exercises.loops.nesterov import NESTEROV
from grader.exercises.loops.resume import RESUME
from grader.exercises.loops.rmsprop import RMSPROP
from grader.exercises.loops.sgd_momentum import SGD_MOMENTUM

NOTEBOOK = "05_training_loops"
EXERCISES = (
    LOGITS_LOSS,
    COSINE_SCHEDULE,
    EARLY_STOPPING,
    SGD_MOMENTUM,
    NESTEROV,
    CLIP_BY_NORM,
    BATCH_NORM_STATS,
    RMSPROP,
    ADAM,
    ADAMW,
    RESUME,
    FIND_THE_BUG,
)
READING = (
    ("torch", "PyTorch: torch.optim", "https://pytorch.org/docs/stable/optim.html"),
    ("tensorflow", "Keras: optimizers", "https://keras.io/api/optimizers/"),
    (
        "tensorflow",
        "Keras: a training loop of your own",
        "https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/",
    ),
    (None, "Kingma and Ba: Adam", "https://arxiv.org/abs/1412.6980"),
    (None, "Loshchilov and Hutter: AdamW", "https://arxiv.org/abs/1711.05101"),
)

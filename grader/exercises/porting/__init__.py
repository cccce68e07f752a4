"""The exercises of ``08_porting``, in the order of its notebook."""

from grader.exercises.porting.attention_heads import ATTENTION_HEADS
from grader.exercises.porting.batch_norm import BATCH_NORM
from grader.exercises.porting.conv_kernels import CONV_KERNELS
from grader.exercises.porting.drift_verdict import DRIFT_VERDICT
from grader.exercises.porting.find_the_bug import FIND_THE_BUG
from grader.exercises.porting.first_divergence import FIRST_DIVERGENCE
from grader.exercises.porting.flatten_rows import FLATTEN_ROWS
from grader.exercises.porting.free_weights import FREE_WEIGHTS
from grader.exercises.porting.gru_weights import GRU_WEIGHTS
from grader.exercises.porting.layer_gate import LAYER_GATE
from grader.exercises.porting.lstm_weights import LSTM_WEIGHTS
from grader.exercises.porting.name_the_bug import NAME_THE_BUG
from grader.exercises.porting.two_paddings import TWO_PADDINGS

NOTEBOOK = "08_porting"
EXERCISES = (
    FLATTEN_ROWS,
    CONV_KERNELS,
    TWO_PADDINGS,
    BATCH_NORM,
    LSTM_WEIGHTS,
    GRU_WEIGHTS,
    ATTENTION_HEADS,
    LAYER_GATE,
    FIRST_DIVERGENCE,
    FREE_WEIGHTS,
    DRIFT_VERDICT,
    NAME_THE_BUG,
    FIND_THE_BUG,
)
READING = (
    (
        "torch",
        "PyTorch: saving and loading models",
        "https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html",
    ),
    (
        "tensorflow",
        "Keras: weights-only saving and loading",
        "https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/",
    ),
    (
        None,
        "Cho et al.: the gated recurrent unit",
        "https://arxiv.org/abs/1406.1078",
    ),
    (
        None,
        "Vaswani et al.: multi-head attention",
        "https://arxiv.org/abs/1706.03762",
    ),
)

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
        "PyTorch: torch.nn.functional.pad",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html",
    ),
    (
        "tensorflow",
        "TensorFlow: notes on padding",
        "https://www.tensorflow.org/api_docs/python/tf/nn",
    ),
    (
        None,
        "PyTorch: GRU",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html",
    ),
    (
        None,
        "Keras: GRU layer",
        "https://keras.io/api/layers/recurrent_layers/gru/",
    ),
    (
        None,
        "PyTorch: numerical accuracy",
        "https://docs.pytorch.org/docs/stable/notes/numerical_accuracy.html",
    ),
    (
        None,
        "Keras: weights of a layer",
        "https://keras.io/api/layers/base_layer/",
    ),
    (None, "Vaswani et al.: multi-head attention", "https://arxiv.org/abs/1706.03762"),
)

"""The exercises of ``03_graphs``, in the order of its notebook."""

from grader.exercises.graphs.backward_replay import BACKWARD_REPLAY
from grader.exercises.graphs.branch import BRANCH
from grader.exercises.graphs.common_subexpressions import COMMON_SUBEXPRESSIONS
from grader.exercises.graphs.count_traces import COUNT_TRACES
from grader.exercises.graphs.dead_code import DEAD_CODE
from grader.exercises.graphs.edit_graph import EDIT_GRAPH
from grader.exercises.graphs.gcd_loop import GCD_LOOP
from grader.exercises.graphs.leaky_scan import LEAKY_SCAN
from grader.exercises.graphs.peak_memory import PEAK_MEMORY
from grader.exercises.graphs.record import RECORD
from grader.exercises.graphs.replay import REPLAY
from grader.exercises.graphs.running_mean import RUNNING_MEAN
from grader.exercises.graphs.trace_once import TRACE_ONCE

NOTEBOOK = "03_graphs"
EXERCISES = (
    REPLAY,
    RECORD,
    DEAD_CODE,
    COMMON_SUBEXPRESSIONS,
    BACKWARD_REPLAY,
    PEAK_MEMORY,
    COUNT_TRACES,
    TRACE_ONCE,
    BRANCH,
    RUNNING_MEAN,
    LEAKY_SCAN,
    GCD_LOOP,
    EDIT_GRAPH,
)
READING = (
    ("torch", "PyTorch: torch.fx", "https://pytorch.org/docs/stable/fx.html"),
    (
        "torch",
        "PyTorch: torch.compiler",
        "https://pytorch.org/docs/stable/torch.compiler.html",
    ),
    (
        "tensorflow",
        "TensorFlow: tf.function",
        "https://www.tensorflow.org/guide/function",
    ),
    (
        "tensorflow",
        "Moldovan and others: AutoGraph",
        "https://arxiv.org/abs/1810.08061",
    ),
)

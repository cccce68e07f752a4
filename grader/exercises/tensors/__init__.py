"""The exercises of ``01_tensors``, in the order of its notebook."""

from grader.exercises.tensors.center_columns import CENTER_COLUMNS
from grader.exercises.tensors.find_the_bug import FIND_THE_BUG
from grader.exercises.tensors.flatten_order import FLATTEN_ORDER
from grader.exercises.tensors.image_change import IMAGE_CHANGE
from grader.exercises.tensors.pairwise_distances import PAIRWISE_DISTANCES
from grader.exercises.tensors.pick_logits import PICK_LOGITS
from grader.exercises.tensors.port_conv import PORT_CONV
from grader.exercises.tensors.port_dense import PORT_DENSE
from grader.exercises.tensors.scatter_add import SCATTER_ADD
from grader.exercises.tensors.strides import STRIDES
from grader.exercises.tensors.unbiased_std import UNBIASED_STD
from grader.exercises.tensors.windows import WINDOWS
from grader.exercises.tensors.wrap_index import WRAP_INDEX

NOTEBOOK = "01_tensors"
EXERCISES = (
    STRIDES,
    PICK_LOGITS,
    IMAGE_CHANGE,
    UNBIASED_STD,
    CENTER_COLUMNS,
    WRAP_INDEX,
    PAIRWISE_DISTANCES,
    SCATTER_ADD,
    PORT_DENSE,
    WINDOWS,
    PORT_CONV,
    FLATTEN_ORDER,
    FIND_THE_BUG,
)
READING = (
    (
        "torch",
        "PyTorch: tensor views",
        "https://pytorch.org/docs/stable/tensor_view.html",
    ),
    (
        "torch",
        "PyTorch: broadcasting",
        "https://pytorch.org/docs/stable/notes/broadcasting.html",
    ),
    ("tensorflow", "TensorFlow: tensors", "https://www.tensorflow.org/guide/tensor"),
    (
        "tensorflow",
        "TensorFlow: slicing",
        "https://www.tensorflow.org/guide/tensor_slicing",
    ),
    (
        None,
        "NumPy: broadcasting",
        "https://numpy.org/doc/stable/user/basics.broadcasting.html",
    ),
)

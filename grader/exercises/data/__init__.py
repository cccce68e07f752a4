"""The exercises of ``06_data``, in the order of its notebook."""

from grader.exercises.data.batch_sizes import BATCH_SIZES
from grader.exercises.data.crop import CROP
from grader.exercises.data.epoch_mean import EPOCH_MEAN
from grader.exercises.data.find_the_bug import FIND_THE_BUG
from grader.exercises.data.flip import FLIP
from grader.exercises.data.masked_mean import MASKED_MEAN
from grader.exercises.data.pad_batch import PAD_BATCH
from grader.exercises.data.random_by_index import RANDOM_BY_INDEX
from grader.exercises.data.resize import RESIZE
from grader.exercises.data.shuffle_buffer import SHUFFLE_BUFFER
from grader.exercises.data.stage_order import STAGE_ORDER
from grader.exercises.data.to_model import TO_MODEL
from grader.exercises.data.worker_noise import WORKER_NOISE

NOTEBOOK = "06_data"
EXERCISES = (
    SHUFFLE_BUFFER,
    BATCH_SIZES,
    EPOCH_MEAN,
    STAGE_ORDER,
    WORKER_NOISE,
    RANDOM_BY_INDEX,
    TO_MODEL,
    PAD_BATCH,
    MASKED_MEAN,
    RESIZE,
    CROP,
    FLIP,
    FIND_THE_BUG,
)
READING = (
    (
        None,
        "PyTorch: torch.utils.data",
        "https://docs.pytorch.org/docs/stable/data.html",
    ),
    (None, "TensorFlow: tf.data", "https://www.tensorflow.org/guide/data"),
    (
        "torch",
        "kornia: augmentation",
        "https://kornia.readthedocs.io/en/latest/augmentation.html",
    ),
    (
        "tensorflow",
        "Keras: image augmentation layers",
        "https://keras.io/api/layers/preprocessing_layers/image_augmentation/",
    ),
    (
        None,
        "Parmar, Zhang and Zhu: resizing with aliasing",
        "https://arxiv.org/abs/2104.11222",
    ),
)

"""What the weights of single layers start as."""

from bench.defaults.measures import starts, stretches
from bench.defaults.model import Row, Side

DRAWS = "What is left comes from drawing a finite number of weights."
START = "the standard deviation of the fresh weights"
STRETCH = "the singular values of the fresh matrix: how far it stretches a state"


def start(
    name: str,
    what: str,
    torch: tuple[str, str, str],
    keras: tuple[str, str, str],
    shape: tuple[int | None, ...],
    stretched: bool = False,
) -> Row:
    """A row on fresh weights.

    Args:
        name: the id's second half.
        what: the weights, in plain words.
        torch: a module, the path of its weights, the aligning code.
        keras: a layer, the path of its weights, the aligning code.
        shape: of the input that the layer is built for.
        stretched: compare singular values instead of standard deviations.
    """
    code, path, align = torch
    other, place, realign = keras
    return Row(
        f"start.{name}",
        f"{what}: what they start as",
        STRETCH if stretched else START,
        Side(code, f"distribution(it.{path})", align),
        Side(other, f"it.build({shape})\ndistribution(it.{place})", realign),
        (stretches if stretched else starts)(path, place, shape),
        leaves=0.05,
        why_left=DRAWS,
    )


ROWS = (
    start(
        "dense_kernel",
        "Dense layer, weights",
        ("nn.Linear(256, 512)", "weight", "nn.init.xavier_uniform_(it.weight)"),
        (
            "layers.Dense(512)",
            "kernel",
            "layers.Dense(512, kernel_initializer=keras.initializers.VarianceScaling("
            "1 / 3, 'fan_in', 'uniform'))",
        ),
        (None, 256),
    ),
    start(
        "dense_bias",
        "Dense layer, biases",
        ("nn.Linear(256, 4096)", "bias", "nn.init.zeros_(it.bias)"),
        (
            "layers.Dense(4096)",
            "bias",
            "layers.Dense(4096, bias_initializer=keras.initializers.RandomUniform("
            "-1 / 16, 1 / 16))",
        ),
        (None, 256),
    ),
    start(
        "conv_kernel",
        "Convolution, weights",
        ("nn.Conv2d(64, 128, 3)", "weight", "nn.init.xavier_uniform_(it.weight)"),
        (
            "layers.Conv2D(128, 3)",
            "kernel",
            "layers.Conv2D(128, 3, kernel_initializer="
            "keras.initializers.VarianceScaling(1 / 3, 'fan_in', 'uniform'))",
        ),
        (None, 8, 8, 64),
    ),
    start(
        "conv_bias",
        "Convolution, biases",
        ("nn.Conv2d(4, 4096, 2)", "bias", "nn.init.zeros_(it.bias)"),
        (
            "layers.Conv2D(4096, 2)",
            "bias",
            "layers.Conv2D(4096, 2, bias_initializer=keras.initializers.RandomUniform("
            "-1 / 4, 1 / 4))",
        ),
        (None, 8, 8, 4),
    ),
    start(
        "transposed_kernel",
        "Transposed convolution from 64 to 128 channels, weights",
        (
            "nn.ConvTranspose2d(64, 128, 3)",
            "weight",
            "nn.init.xavier_uniform_(it.weight)",
        ),
        (
            "layers.Conv2DTranspose(128, 3)",
            "kernel",
            "layers.Conv2DTranspose(128, 3, kernel_initializer="
            "keras.initializers.VarianceScaling(1 / 3, 'fan_in', 'uniform'))",
        ),
        (None, 8, 8, 64),
    ),
    start(
        "depthwise_kernel",
        "Depthwise convolution of 256 channels, weights",
        (
            "nn.Conv2d(256, 256, 3, groups=256)",
            "weight",
            "s = (6 / (9 * 257)) ** 0.5\nnn.init.uniform_(it.weight, -s, s)",
        ),
        (
            "layers.DepthwiseConv2D(3)",
            "kernel",
            "layers.DepthwiseConv2D(3, depthwise_initializer="
            "keras.initializers.RandomUniform(-1 / 3, 1 / 3))",
        ),
        (None, 8, 8, 256),
    ),
    start(
        "embedding",
        "Embedding, vectors",
        (
            "nn.Embedding(1000, 64)",
            "weight",
            "nn.init.uniform_(it.weight, -0.05, 0.05)",
        ),
        (
            "layers.Embedding(1000, 64)",
            "embeddings",
            "layers.Embedding(1000, 64, embeddings_initializer="
            "keras.initializers.RandomNormal(stddev=1.0))",
        ),
        (None, 8),
    ),
    start(
        "lstm_kernel",
        "LSTM, weights of the inputs",
        (
            "nn.LSTM(64, 128)",
            "weight_ih_l0",
            "nn.init.xavier_uniform_(it.weight_ih_l0)",
        ),
        (
            "layers.LSTM(128)",
            "cell.kernel",
            "layers.LSTM(128, kernel_initializer="
            "keras.initializers.RandomUniform(-(128**-0.5), 128**-0.5))",
        ),
        (None, 5, 64),
    ),
    start(
        "lstm_recurrent",
        "LSTM, weights of the state",
        ("nn.LSTM(64, 128)", "weight_hh_l0", "nn.init.orthogonal_(it.weight_hh_l0)"),
        (
            "layers.LSTM(128)",
            "cell.recurrent_kernel",
            "layers.LSTM(128, recurrent_initializer="
            "keras.initializers.RandomUniform(-(128**-0.5), 128**-0.5))",
        ),
        (None, 5, 64),
        stretched=True,
    ),
    start(
        "gru_recurrent",
        "GRU, weights of the state",
        ("nn.GRU(64, 128)", "weight_hh_l0", "nn.init.orthogonal_(it.weight_hh_l0)"),
        (
            "layers.GRU(128)",
            "cell.recurrent_kernel",
            "layers.GRU(128, recurrent_initializer="
            "keras.initializers.RandomUniform(-(128**-0.5), 128**-0.5))",
        ),
        (None, 5, 64),
        stretched=True,
    ),
    start(
        "gru_bias",
        "GRU, biases of the state",
        ("nn.GRU(64, 2048)", "bias_hh_l0", "nn.init.zeros_(it.bias_hh_l0)"),
        (
            "layers.GRU(2048, recurrent_initializer='zeros')",
            "cell.bias",
            "layers.GRU(2048, recurrent_initializer='zeros', bias_initializer="
            "keras.initializers.RandomUniform(-(2048**-0.5), 2048**-0.5))",
        ),
        (None, 5, 64),
    ),
)

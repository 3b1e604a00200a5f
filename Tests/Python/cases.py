"""Random networks around every kind of layer, by a seed: its settings, its shapes, its place."""

import zlib

import jax
import numpy as np
from functions import ACTIVATIONS
from layers import LAYERS, Context, activate, keep_probability
from layouts import LAYOUTS, signal_axes

# Before a pooling no two numbers are equal, or it would matter which of them is the largest.
SMOOTH = ["linear", "sigmoid", "tanh", "softplus", "silu", "gelu", "selu", "mish", "softsign"]
REGRESSIONS = [
    "mean_squared_error", "half_squared_error", "log_cosh", "mean_absolute_error",
    {"type": "huber", "delta": 0.7}, {"type": "smooth_l1", "beta": 0.4},
]


def seeded(*key):
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


class Case:
    """A network that grows at its end, with a batch."""

    def __init__(self, rng, layout=None, mode=None):
        self.rng = rng
        self.layout = layout or str(rng.choice(LAYOUTS))
        self.mode = mode or str(rng.choice(["training", "inference"]))
        self.layers = []
        self.shapes = {}
        self.weights = self.denominator = None
        self.batch = {}

    @property
    def context(self):
        return Context(self.layout, self.mode)

    def integer(self, least, greatest):
        return int(self.rng.integers(least, greatest + 1))

    def flag(self):
        return bool(self.rng.integers(2))

    def choice(self, values):
        return values[self.rng.integers(len(values))]

    def normal(self, *shape):
        return self.rng.standard_normal(shape)

    def matrix(self, rows, columns):
        return self.normal(rows, columns) / np.sqrt(columns)

    def start(self, *shape):
        """X of a few examples, each of a shape."""
        self.x = self.normal(self.integer(2, 4), *shape)
        self.shape = self.shapes["X"] = shape
        return self

    def back_to(self, name):
        """What is added next takes a layer's output again, or X."""
        self.shape = self.shapes[name]
        return self

    def images(self, channels=None):
        return self.start(self.integer(4, 7), self.integer(4, 7), channels or self.integer(1, 3))

    def sequences(self):
        return self.start(self.integer(2, 5), self.integer(1, 4))

    def any_shape(self):
        return self.choice([lambda: self.start(self.integer(1, 6)), self.sequences, self.images])()

    @property
    def m(self):
        return len(self.x)

    def add(self, kind, *, arrays=None, **fields):
        """A layer at the end; its output's shape is what the reference makes of its input's."""
        layer = {"type": kind, **fields}
        if arrays:
            layer["arrays"] = arrays
        if kind == "dropout":
            self.mask(layer)
        if kind == "batch_normalization":
            layer["states"] = {
                "moving_mean": self.normal(self.shape[-1]),
                "moving_variance": self.rng.uniform(0.5, 2, self.shape[-1]),
            }
        shapes = [self.shapes[name] for name in fields["inputs"]] if "inputs" in fields else [
            self.shape
        ]
        arrived = [jax.ShapeDtypeStruct((self.m, *shape), float) for shape in shapes]
        output = jax.eval_shape(
            lambda inputs: activate(
                LAYERS[kind](inputs, layer, arrays or {}, self.context),
                fields.get("activation", "linear"),
            ),
            arrived,
        )
        self.shape = output.shape[1:]
        if "name" in fields:
            self.shapes[fields["name"]] = self.shape
        self.layers.append(layer)
        return self

    def mask(self, layer):
        """What NumPy draws by the layer's seed, in the shape that its layout gives the signal, or a
        mask of the caller's own."""
        shape = (self.m, *self.shape)
        if "seed" in layer:
            axes = signal_axes(len(shape), self.layout)
            random = np.random.RandomState(layer["seed"]).rand(*[shape[axis] for axis in axes])
            kept = random < keep_probability(layer)
            layer["mask"] = kept.transpose(np.argsort(axes)).astype(float)
        else:
            layer["mask"] = self.rng.integers(0, 2, shape).astype(float)

    # Layers with arrays of their own.

    def dense(self, units=None, activation="tanh", use_bias=True, **fields):
        units = units or self.integer(1, 5)
        arrays = {"W": self.matrix(units, self.shape[-1])}
        if use_bias:
            arrays["b"] = self.normal(units)
        else:
            fields["use_bias"] = False
        return self.add("dense", arrays=arrays, activation=activation, **fields)

    def prelu(self):
        return self.add("prelu", arrays={"alpha": self.normal(self.shape[-1])})

    def normalization(self, kind, **fields):
        arrays = {"gamma": self.normal(self.shape[-1]), "beta": self.normal(self.shape[-1])}
        return self.add(kind, arrays=arrays, **fields)

    def conv2d(self, size=None, filters=None, activation="tanh", use_bias=True, **fields):
        groups = fields.get("groups", 1)
        filters = filters or groups * self.integer(1, 2)
        size = size or [self.integer(1, 3), self.integer(1, 3)]
        depth = self.shape[-1] // groups
        arrays = {"W": self.normal(*size, depth, filters) / np.sqrt(size[0] * size[1] * depth)}
        if use_bias:
            arrays["b"] = self.normal(filters)
        else:
            fields["use_bias"] = False
        return self.add("conv2d", arrays=arrays, activation=activation, **fields)

    def embedding(self):
        """Of indices, with rows that are never taken and rows that are taken twice."""
        vocabulary = self.integer(1, 6)
        self.x = self.rng.integers(0, vocabulary, (self.integer(2, 4), self.integer(1, 5))) * 1.0
        self.shape = self.shapes["X"] = self.x.shape[1:]
        return self.add("embedding", arrays={"W": self.normal(vocabulary, self.integer(1, 4))})

    def recurrent(self, kind, gates, **fields):
        units = self.integer(1, 3)
        arrays = {
            "W": self.matrix(gates * units, self.shape[-1]),
            "U": self.matrix(gates * units, units),
        }
        if fields.get("use_bias", True):
            arrays["b"] = self.normal(gates * units)
            if kind == "gru" or self.layout == "pytorch":
                arrays["b_recurrent"] = self.normal(gates * units)
        return self.add(kind, arrays=arrays, **fields)

    def attention(self, heads=None, use_bias=True, **fields):
        heads = heads or self.integer(1, 3)
        features, width = self.shape[-1], heads * self.integer(1, 3)
        arrays = {"W" + name: self.matrix(width, features) for name in "qkv"}
        arrays["Wo"] = self.matrix(features, width)
        if use_bias:
            arrays |= {"b" + name: self.normal(width) for name in "qkv"}
            arrays["bo"] = self.normal(features)
        return self.add(
            "multi_head_attention", arrays=arrays, num_heads=heads, use_bias=use_bias, **fields
        )

    # Before and after the layer that a case is about.

    def before(self):
        """A layer of its own, so that the derivative of the next one's input is taken on."""
        if len(self.shape) == 3:
            return self.conv2d(activation=self.choice(SMOOTH), padding="same")
        return self.dense(activation=self.choice(SMOOTH))

    def after(self):
        """What takes the layer's output, and a loss."""
        if self.flag():
            self.dense(activation=self.choice(SMOOTH))
        return self.regression()

    def regression(self):
        self.loss = self.choice(REGRESSIONS)
        self.y = self.normal(self.m, *self.shape)
        return self

    @property
    def mixes_examples(self):
        kinds = [layer["type"] for layer in self.layers]
        return self.mode == "training" and "batch_normalization" in kinds

    def describe(self):
        return [
            {k: v for k, v in layer.items() if k not in ["arrays", "states", "mask"]}
            for layer in self.layers
        ]


def pooling_settings(case, size):
    settings = {"pool_size": size}
    if case.flag():
        settings["strides"] = case.choice([1, 2, [1, 2], [2, 1]])
    settings["padding"] = case.choice(
        ["valid", "same", 0]
        + [[p, q] for p, q in [(size[0] - 1, 0), (0, size[1] - 1)]]
        + [[0, size[0] - 1, size[1] - 1, 0]]
    )
    return settings


def pooled(case, kind, **settings):
    size = [case.integer(1, 3), case.integer(1, 3)]
    case.images().before()
    case.add(kind, **pooling_settings(case, size), **settings)


def activation_settings(case, name):
    if name == "leaky_relu":
        return {"type": name, "slope": float(case.rng.uniform(0.05, 0.9))}
    if name in ["elu", "celu"]:
        return {"type": name, "alpha": float(case.rng.uniform(0.3, 3))}
    if name == "gelu" and case.flag():
        return {"type": name, "approximate": True}
    return name


def activation(case):
    case.any_shape().before()
    case.add("activation", activation=activation_settings(case, case.choice(list(ACTIVATIONS))))


def dropped(case, index):
    case.any_shape().before()
    share = {"rate": 0.25} if case.flag() else {"keep_prob": 0.625}
    if index % 2:
        share["seed"] = case.integer(0, 2**32 - 1)
    case.add("dropout", **share)


def batch_normalization(case):
    case.any_shape().before()
    settings = {"epsilon": 1e-2, "momentum": 0.8} if case.flag() else {}
    case.normalization("batch_normalization", **settings, unbiased=case.flag())


def convolved(case, index):
    """A setting at a time, and then all of them together."""
    groups = [1, 1, 2, 1, 3, 2][index % 6]
    case.images(groups * case.integer(1, 2))
    if index % 2:
        case.conv2d(filters=2 * groups, activation="tanh", padding="same")
    height, width, _ = case.shape
    settings = [
        {"padding": "valid"},
        {"padding": "same", "strides": [2, 3]},
        {"groups": groups, "padding": [1, 2]},
        {"dilation_rate": [2, 1], "padding": "same"},
        {"groups": groups, "dilation_rate": 2, "padding": 2, "strides": 2},
        {"groups": groups, "dilation_rate": [1, 2], "padding": [2, 0, 1, 3], "strides": [1, 2]},
    ][index % 6]
    case.conv2d(
        size=[min(3, height), case.integer(1, 2)], activation=case.choice(SMOOTH + ["softmax"]),
        use_bias=case.flag(), **settings,
    )


def reshaped(case):
    case.any_shape().before()
    numbers = int(np.prod(case.shape))
    divisor = case.choice([d for d in range(1, numbers + 1) if numbers % d == 0])
    rest = numbers // divisor
    inner = case.choice([d for d in range(1, rest + 1) if rest % d == 0])
    shapes = [[numbers], [divisor, rest], [divisor, inner, rest // inner]]
    case.add("reshape", target_shape=case.choice(shapes))


def recurrent(kind, gates):
    def build(case, index):
        case.sequences().before()
        case.recurrent(
            kind, gates, return_sequences=index % 2 == 0, go_backwards=case.flag(),
            use_bias=bool(index % 3),
            **({"nonlinearity": "relu"} if kind == "simple_rnn" and case.flag() else {}),
        )

    return build


def add(case):
    """A residual connection."""
    case.any_shape()
    case.dense(activation=case.choice(SMOOTH), name="before")
    case.dense(case.shape[-1], name="inside")
    case.add("add", inputs=["before", "inside"] + (["before"] if case.flag() else []))


def concatenate(case):
    """Branches of one layer and of X."""
    case.any_shape()
    case.dense(activation=case.choice(SMOOTH), name="one")
    case.back_to("X").dense(name="other", inputs=["X"])
    case.add("concatenate", inputs=["other", "one", "X"])


# Of every kind of layer, what builds a network up to it; the number tells the cases apart.
CASES = {
    "dense": lambda case, index: case.any_shape().before().dense(
        activation=case.choice(SMOOTH), use_bias=index % 2 == 0
    ),
    "activation": lambda case, index: activation(case),
    "prelu": lambda case, index: case.any_shape().before().prelu(),
    "dropout": dropped,
    "batch_normalization": lambda case, index: batch_normalization(case),
    "layer_normalization": lambda case, index: case.any_shape().before().normalization(
        "layer_normalization", **({"epsilon": 1e-2} if index % 2 else {})
    ),
    "conv2d": convolved,
    "max_pooling2d": lambda case, index: pooled(case, "max_pooling2d"),
    "average_pooling2d": lambda case, index: pooled(
        case, "average_pooling2d", count_include_pad=case.flag()
    ),
    "global_max_pooling2d": lambda case, index: case.images().before().add("global_max_pooling2d"),
    "global_average_pooling2d": lambda case, index: case.images().before().add(
        "global_average_pooling2d"
    ),
    "flatten": lambda case, index: case.any_shape().before().add("flatten"),
    "reshape": lambda case, index: reshaped(case),
    "add": lambda case, index: add(case),
    "concatenate": lambda case, index: concatenate(case),
    "embedding": lambda case, index: case.embedding(),
    "simple_rnn": recurrent("simple_rnn", 1),
    "lstm": recurrent("lstm", 4),
    "gru": recurrent("gru", 3),
    "multi_head_attention": lambda case, index: case.sequences().before().attention(
        use_bias=index % 2 == 0, causal=case.flag()
    ),
}


def layer_case(kind, index):
    """A network with a layer of a kind; three in a row have three layouts, two two modes."""
    rng = seeded(kind, index)
    layouts = list(seeded(kind, index // 3).permutation(LAYOUTS))
    case = Case(rng, str(layouts[index % 3]), ["training", "inference"][index // 3 % 2])
    CASES[kind](case, index)
    return case.after()


def activation_case(name, index):
    """A network that goes through an activation twice: within, and in its last layer."""
    rng = seeded("activation", name, index)
    case = Case(rng, LAYOUTS[(len(name) + index) % 3]).any_shape()
    case.dense(4, activation=activation_settings(case, name))
    case.dense(3, activation=activation_settings(case, name))
    return case.regression()


# Of every loss: its settings to choose from, the activations of a last layer that it fits, and what
# its targets are.
PROBABILITIES = ["sigmoid", "softmax"]
ANY = ["linear", "tanh", "sigmoid", "softmax", "softplus"]
LOSS_CASES = {
    "binary_crossentropy": (
        [{}, {"outputs": "mean"}, {"label_smoothing": 0.2}, {"outputs": "mean", "label_smoothing": 0.1}],
        PROBABILITIES, "probabilities",
    ),
    "categorical_crossentropy": ([{}, {"label_smoothing": 0.2}], PROBABILITIES, "distribution"),
    "sparse_categorical_crossentropy": (
        [{}, {"label_smoothing": 0.2}], PROBABILITIES, "classes",
    ),
    "mean_squared_error": ([{}], ANY, "any"),
    "half_squared_error": ([{}], ANY, "any"),
    "mean_absolute_error": ([{}], ANY, "any"),
    "huber": ([{}, {"delta": 0.3}], ANY, "any"),
    "smooth_l1": ([{}, {"beta": 0.3}, {"beta": 0}], ANY, "any"),
    "log_cosh": ([{}], ANY, "any"),
    "poisson": ([{}], ["softplus", "sigmoid", "softmax"], "nonnegative"),
    "hinge": ([{}], ANY, "signs"),
    "squared_hinge": ([{}], ANY, "signs"),
    "categorical_hinge": ([{}], ANY, "distribution"),
    "kl_divergence": ([{}], PROBABILITIES, "distribution"),
    "cosine_similarity": ([{}], ANY, "any"),
    "binary_focal_crossentropy": (
        [
            {}, {"gamma": 1.5, "outputs": "mean"}, {"apply_class_balancing": True, "alpha": 0.3},
            {"gamma": 0, "label_smoothing": 0.2},
        ],
        PROBABILITIES, "probabilities",
    ),
}
# Where the loss takes logits, the last layer is linear.
LOGITS = {
    "binary_crossentropy": {"from_logits": True},
    "categorical_crossentropy": {"from_logits": True},
    "sparse_categorical_crossentropy": {"from_logits": True},
    "poisson": {"log_input": True},
    "binary_focal_crossentropy": {"from_logits": True},
}


def targets(case, kind):
    shape = (case.m, *case.shape)
    rng = case.rng
    classes = rng.integers(0, shape[-1], shape[:-1])
    if kind == "classes":
        return classes
    if kind == "distribution":
        y = rng.random(shape) if case.flag() else np.eye(shape[-1])[classes]
        return y / y.sum(axis=-1, keepdims=True)
    if kind == "probabilities":
        return rng.random(shape) if case.flag() else rng.integers(0, 2, shape) * 1.0
    if kind == "nonnegative":
        return rng.integers(0, 4, shape) * 1.0
    if kind == "signs":
        return rng.integers(0, 2, shape) * 2.0 - 1
    return rng.standard_normal(shape)


def loss_case(name, index):
    """Every setting of a loss in turn; every third from logits, where the loss takes them."""
    case = Case(seeded("loss", name, index), LAYOUTS[(len(name) + index) % 3])
    choices, activations, kind = LOSS_CASES[name]
    settings = dict(choices[index % len(choices)])
    last = activations[index % len(activations)]
    if name in LOGITS and index % 3 == 2:
        settings |= LOGITS[name]
        last = "linear"
    case.choice([lambda: case.start(case.integer(1, 6)), case.sequences, case.images])()
    case.dense(4).dense(case.integer(2, 4), activation=last)
    case.loss = {"type": name, **settings} if settings else name
    case.y = targets(case, kind)
    return case


def weigh(case, index):
    """Weights of examples, of classes, or of both, and what the sum is divided by."""
    rows = np.ones((case.m, *case.shape[:-1]))
    if index % 3 != 1:
        case.batch["sample_weight"] = rng_weights(case, case.m)
        rows = rows * case.batch["sample_weight"].reshape(-1, *[1] * (rows.ndim - 1))
    if index % 3 != 0:
        case.batch["class_weight"] = rng_weights(case, case.shape[-1])
        of_class = case.batch["class_weight"]
        rows = rows * (of_class[case.y] if case.y.dtype == int else case.y @ of_class)
    case.weights = rows
    if index // 3 % 2:
        case.denominator = float(rows.reshape(case.m, -1).mean(axis=1).sum())
    return case


def rng_weights(case, count):
    """One of several is 0."""
    weights = case.rng.uniform(0.2, 3, count)
    if count > 2:
        weights[1] = 0
    return weights

"""A backward pass in NumPy as a learner writes it, with the mistakes that learners make.

As in the course an example is a column: `Z[l] = W[l]·A[l−1] + b[l]`, layers count from 1. A mistake
is made at one step and its consequences flow through the rest of the pass, as they do in a
learner's code. Nothing here is shared with the service, whose diagnosis it puts to the test.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import erf

# Activations: (A of Z, g′ of Z and A); those of whole columns have the product of dA with their
# Jacobian in COLUMNS.

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
ROOT_TWO_OVER_PI = float(np.sqrt(2 / np.pi))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def softplus(z):
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)


def expm1_left(z):
    return np.expm1(np.minimum(z, 0))


def normal_distribution(z):
    return (1 + erf(z * float(1 / np.sqrt(2)))) / 2


def normal_density(z):
    return np.exp(-z * z / 2) * float(1 / np.sqrt(2 * np.pi))


def gelu_inner(z):
    return np.tanh(ROOT_TWO_OVER_PI * (z + 0.044715 * z**3))


def gelu_by_tanh_slope(z, a):
    t = gelu_inner(z)
    return (1 + t) / 2 + z / 2 * (1 - t * t) * ROOT_TWO_OVER_PI * (1 + 3 * 0.044715 * z * z)


def mish_slope(z, a):
    t = np.tanh(softplus(z))
    return t + z * (1 - t * t) * sigmoid(z)


def inside(z, low, high):
    return ((z > low) & (z < high)).astype(z.dtype)


def above(z, slope):
    """1 where z is positive, the slope elsewhere."""
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(slope))


ELEMENTWISE = {
    "linear": (lambda z: z, lambda z, a: np.ones_like(z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: above(z, 0)),
    "leaky_relu": (lambda z: z * above(z, 0.01), lambda z, a: above(z, 0.01)),
    "sigmoid": (sigmoid, lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "softplus": (softplus, lambda z, a: sigmoid(z)),
    "elu": (
        lambda z: np.where(z > 0, z, expm1_left(z)),
        lambda z, a: np.exp(np.minimum(z, 0)),
    ),
    "silu": (
        lambda z: z * sigmoid(z),
        lambda z, a: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    ),
    "gelu": (
        lambda z: z * normal_distribution(z),
        lambda z, a: normal_distribution(z) + z * normal_density(z),
    ),
    "gelu_by_tanh": (lambda z: z / 2 * (1 + gelu_inner(z)), gelu_by_tanh_slope),
    "selu": (
        lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * expm1_left(z)),
        lambda z, a: SELU_SCALE
        * np.where(z > 0, z.dtype.type(1), SELU_ALPHA * np.exp(np.minimum(z, 0))),
    ),
    "celu": (
        lambda z: np.where(z > 0, z, 2 * expm1_left(z / 2)),
        lambda z, a: np.exp(np.minimum(z, 0) / 2),
    ),
    "relu6": (lambda z: np.clip(z, 0, 6), lambda z, a: inside(z, 0, 6)),
    "hard_tanh": (lambda z: np.clip(z, -1, 1), lambda z, a: inside(z, -1, 1)),
    "hard_sigmoid": (lambda z: np.clip(z / 6 + 0.5, 0, 1), lambda z, a: inside(z, -3, 3) / 6),
    "hard_silu": (
        lambda z: z * np.clip(z / 6 + 0.5, 0, 1),
        lambda z, a: np.where(z <= -3, 0 * z, np.where(z > 3, 0 * z + 1, z / 3 + 0.5)),
    ),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda z, a: 1 / (1 + np.abs(z)) ** 2),
    "mish": (lambda z: z * np.tanh(softplus(z)), mish_slope),
}

COLUMNS = {
    "softmax": (softmax, lambda dA, z, a: a * (dA - (dA * a).sum(axis=0, keepdims=True))),
    "log_softmax": (
        lambda z: z - z.max(axis=0) - np.log(np.exp(z - z.max(axis=0)).sum(axis=0)),
        lambda dA, z, a: dA - np.exp(a) * dA.sum(axis=0, keepdims=True),
    ),
}

ACTIVATIONS = [*ELEMENTWISE, *COLUMNS]

# Where a function has a kink, a derivative there is a matter of taste.
KINKS = {
    "relu": [0], "leaky_relu": [0], "selu": [0], "relu6": [0, 6], "hard_tanh": [-1, 1],
    "hard_sigmoid": [-3, 3], "hard_silu": [-3, 3],
}

# What the service calls an activation, where it has another name or settings.
WIRE_ACTIVATIONS = {
    "gelu_by_tanh": {"type": "gelu", "approximate": True},
    "celu": {"type": "celu", "alpha": 2},
}


def activate(name, z):
    return (ELEMENTWISE.get(name) or COLUMNS[name])[0](z)


def pull_back(name, dA, z, a):
    """dZ of dA."""
    if name in COLUMNS:
        return COLUMNS[name][1](dA, z, a)
    return dA * ELEMENTWISE[name][1](z, a)


# Losses: one number for each example, and its derivative by A.


def units(a):
    return a.shape[0]


def huber_slope(e, delta=1.0):
    return np.clip(e, -delta, delta)


def cosine(a, y):
    lengths = np.sqrt((a * a).sum(axis=0) * (y * y).sum(axis=0))
    return (a * y).sum(axis=0), lengths


def cosine_slope(a, y):
    product, lengths = cosine(a, y)
    return -y / lengths + product / lengths * a / (a * a).sum(axis=0)


def huber_value(e):
    return np.where(np.abs(e) <= 1, e * e / 2, np.abs(e) - 0.5)


LOSSES = {
    "binary_crossentropy": (
        lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=0),
        lambda a, y: -y / a + (1 - y) / (1 - a),
    ),
    "categorical_crossentropy": (
        lambda a, y: -(y * np.log(a)).sum(axis=0),
        lambda a, y: -y / a,
    ),
    "mean_squared_error": (
        lambda a, y: ((a - y) ** 2).mean(axis=0),
        lambda a, y: 2 * (a - y) / units(a),
    ),
    "half_squared_error": (
        lambda a, y: ((a - y) ** 2).sum(axis=0) / 2,
        lambda a, y: a - y,
    ),
    "mean_absolute_error": (
        lambda a, y: np.abs(a - y).mean(axis=0),
        lambda a, y: np.sign(a - y) / units(a),
    ),
    "huber": (
        lambda a, y: huber_value(a - y).mean(axis=0),
        lambda a, y: huber_slope(a - y) / units(a),
    ),
    "log_cosh": (
        lambda a, y: np.log(np.cosh(a - y)).mean(axis=0),
        lambda a, y: np.tanh(a - y) / units(a),
    ),
    "poisson": (
        lambda a, y: (a - y * np.log(a)).mean(axis=0),
        lambda a, y: (1 - y / a) / units(a),
    ),
    "kl_divergence": (
        lambda a, y: (y * np.log(y / a)).sum(axis=0),
        lambda a, y: -y / a,
    ),
    "hinge": (
        lambda a, y: np.maximum(1 - y * a, 0).mean(axis=0),
        lambda a, y: np.where(y * a < 1, -y, 0 * y) / units(a),
    ),
    "squared_hinge": (
        lambda a, y: (np.maximum(1 - y * a, 0) ** 2).mean(axis=0),
        lambda a, y: -2 * y * np.maximum(1 - y * a, 0) / units(a),
    ),
    "cosine_similarity": (
        lambda a, y: -cosine(a, y)[0] / cosine(a, y)[1],
        cosine_slope,
    ),
}

# Where the derivative by Z is A − Y, which the course writes down at once.
SHORT = {
    ("binary_crossentropy", "sigmoid"): lambda a: a,
    ("categorical_crossentropy", "softmax"): lambda a: a,
    ("binary_crossentropy_from_logits", "linear"): sigmoid,
    ("categorical_crossentropy_from_logits", "linear"): softmax,
}


def loss_slope(name, a, y):
    if name == "binary_crossentropy_from_logits":
        return sigmoid(a) - y
    if name == "categorical_crossentropy_from_logits":
        return softmax(a) * y.sum(axis=0, keepdims=True) - y
    return LOSSES[name][1](a, y)


def loss_value(name, a, y):
    if name == "binary_crossentropy_from_logits":
        return (softplus(a) - y * a).sum(axis=0)
    if name == "categorical_crossentropy_from_logits":
        return -(y * COLUMNS["log_softmax"][0](a)).sum(axis=0)
    return LOSSES[name][0](a, y)


@dataclass
class Norm:
    """A batch normalization between Z and the activation, each array a column."""

    gamma: np.ndarray
    beta: np.ndarray
    epsilon: float = 1e-5


@dataclass
class Task:
    """A network, a batch and a loss. `masks` and `norms` are of layers, by their numbers from 1."""

    parameters: list
    activations: list
    X: np.ndarray
    Y: np.ndarray
    loss: str
    weights: np.ndarray | None = None
    divides_by_weights: bool = False
    l2: float = 0.0
    scale: str = "lambda/2m"
    masks: dict = field(default_factory=dict)
    norms: dict = field(default_factory=dict)

    @property
    def depth(self):
        return len(self.parameters)

    @property
    def m(self):
        return self.X.shape[1]

    @property
    def denominator(self):
        return float(self.weights.sum()) if self.divides_by_weights else self.m

    @property
    def penalty_factor(self):
        """∂R/∂W is this times W."""
        return self.l2 * {"lambda/2m": 1 / self.m, "lambda/2": 1, "lambda": 2}[self.scale]

    @property
    def sizes(self):
        return [self.X.shape[0], *[len(b) for _, b in self.parameters]]

    def cast(self, dtype):
        """The same with every array of a type, X and the parameters rounded to it."""
        to = lambda array: None if array is None else np.asarray(array, dtype)
        return replace(
            self,
            parameters=[(to(w), to(b)) for w, b in self.parameters],
            X=to(self.X),
            Y=to(self.Y),
            weights=to(self.weights),
            masks={l: (to(mask), keep) for l, (mask, keep) in self.masks.items()},
            norms={
                l: Norm(to(norm.gamma), to(norm.beta), norm.epsilon)
                for l, norm in self.norms.items()
            },
        )


@dataclass(frozen=True)
class Mistake:
    """A mistake of a name at a layer, at every layer where that is None.

    `at` says at which of a layer's steps: dA, dZ, dW or db, or `parameters` for the last two.
    `setting` is what else there is to say, such as a learning rate or another layer's number.
    """

    name: str
    layer: int | None = None
    at: str | None = None
    setting: object = None


def forward(task):
    """Lists by layer from 0: A as the next layer gets it, and Z, N, A before dropout from 1."""
    z, n, a, given = [None], [None], [task.X], [task.X]
    for l, ((w, b), name) in enumerate(zip(task.parameters, task.activations), 1):
        z.append(w @ given[-1] + b)
        n.append(z[-1])
        if l in task.norms:
            norm = task.norms[l]
            mean = z[-1].mean(axis=1, keepdims=True)
            variance = ((z[-1] - mean) ** 2).mean(axis=1, keepdims=True)
            n[-1] = norm.gamma * (z[-1] - mean) / np.sqrt(variance + norm.epsilon) + norm.beta
        a.append(activate(name, n[-1]))
        given.append(a[-1])
        if l in task.masks:
            mask, keep = task.masks[l]
            given[-1] = a[-1] * mask / keep
    return z, n, a, given


def cost(task, a=None):
    a = forward(task)[2] if a is None else a
    losses = loss_value(task.loss, a[-1], task.Y)
    if task.weights is not None:
        losses = losses * task.weights
    squares = sum(float((w * w).sum()) for w, _ in task.parameters)
    return float(losses.sum() / task.denominator) + task.penalty_factor / 2 * squares


def factor_of(mistake, task, layer):
    """What a mistake of scale multiplies the right tensor by."""
    m, outputs, d = task.m, task.sizes[-1], task.denominator
    keep = task.masks.get(layer, (None, 1.0))[1]
    return {
        "one_over_m_missing": lambda: d,
        "one_over_m_twice": lambda: 1 / d,
        "one_over_m_at_each_layer": lambda: 1 / d,
        "sign": lambda: -1,
        "factor_two": lambda: 2,
        "factor_half": lambda: 0.5,
        "outputs_averaged": lambda: 1 / outputs,
        "outputs_summed": lambda: outputs,
        "elements_averaged": lambda: 1 / (d * outputs),
        "units_averaged": lambda: 1 / task.sizes[layer + (mistake.setting or 0)],
        "m_of_wrong_axis": lambda: d / task.sizes[layer - 1],
        "n_minus_one": lambda: d / (m - 1) if m > 1 else 1,
        "keep_prob_missing": lambda: keep,
        "keep_prob_twice": lambda: 1 / keep,
        "weights_sum": lambda: d / (m if task.divides_by_weights else float(task.weights.sum())),
        "dataset_size": lambda: d / mistake.setting,
        "learning_rate_times": lambda: mistake.setting,
    }[mistake.name]()


FACTORS = [
    "one_over_m_missing", "one_over_m_twice", "one_over_m_at_each_layer", "sign", "factor_two",
    "factor_half", "outputs_averaged", "outputs_summed", "elements_averaged", "units_averaged",
    "m_of_wrong_axis", "n_minus_one", "keep_prob_missing", "keep_prob_twice", "weights_sum",
    "dataset_size", "learning_rate_times",
]


def slope_by_z_as_a(name, z):
    """The course's formulas in A, with Z put in."""
    return {"sigmoid": z * (1 - z), "tanh": 1 - z * z}[name]


def backward(task, convention="loss", mistakes=(), short=True):
    """The course's dictionary dW1, db1, dZ1, dA1, …, dA0 and `cost`; dgamma and dbeta of norms.

    `convention` says where the learner put the 1/m: in dW and db, in the first dA, or nowhere.
    With `short` dZ of the last layer is A − Y where it may be.
    """
    z, n, a, given = forward(task)
    last = task.depth

    def made(name, layer, at=None):
        for mistake in mistakes:
            if mistake.name == name and mistake.layer in (None, layer):
                if at is None or mistake.at in (None, at):
                    return mistake
                if mistake.at == "parameters" and at in ("dW", "db"):
                    return mistake
        return None

    def slip(value, at, layer):
        for mistake in mistakes:
            parameters = mistake.at == "parameters" and at in ("dW", "db")
            if mistake.name in FACTORS and mistake.layer in (None, layer):
                if mistake.at == at or parameters:
                    value = value * value.dtype.type(factor_of(mistake, task, layer))
        return value

    in_seed = 1 / task.denominator if convention == "cost" else 1.0
    in_parameters = 1 / task.denominator if convention == "loss" else 1.0
    weights = 1.0 if task.weights is None else task.weights
    if made("sample_weight_forgotten", last):
        weights = 1.0

    # At the output.
    y, loss = task.Y, task.loss
    if other := made("another_loss", last):
        loss = other.setting
    if made("binary_crossentropy_inner_sign", last):
        dA = -y / a[last] - (1 - y) / (1 - a[last])
    elif made("binary_crossentropy_term_missing", last):
        dA = -y / a[last]
    else:
        dA = loss_slope(loss, a[last], y)
    dA = slip(dA * weights * in_seed, "dA", last)

    answer = {"cost": cost(task, a)}
    for l in range(last, 0, -1):
        name, w = task.activations[l - 1], task.parameters[l - 1][0]
        answer[f"dA{l}"] = dA

        # Through the activation.
        if made("A_minus_Y", l):
            dN = (a[l] - y) * weights * in_seed
        elif l == last and short and (loss, name) in SHORT:
            dN = (SHORT[loss, name](a[l]) - y) * weights * in_seed
            if loss.startswith("categorical"):
                dN = (SHORT[loss, name](a[l]) * y.sum(axis=0) - y) * weights * in_seed
            if made("activation_derivative_twice", l):
                dN = pull_back(name, dN, n[l], a[l])
        elif made("activation_derivative_forgotten", l):
            dN = dA
        elif made("activation_derivative_twice", l):
            dN = pull_back(name, pull_back(name, dA, n[l], a[l]), n[l], a[l])
        elif made("activation_derivative_at_A", l):
            dN = pull_back(name, dA, a[l], activate(name, a[l]))
        elif made("activation_derivative_of_Z_as_A", l):
            dN = dA * slope_by_z_as_a(name, n[l])
        elif other := made("another_activation", l):
            dN = pull_back(other.setting, dA, n[l], activate(other.setting, n[l]))
        elif other := made("another_activation_of_A", l):
            # Its formula in A, of this layer's own A.
            dN = dA * {"sigmoid": a[l] * (1 - a[l]), "tanh": 1 - a[l] * a[l]}[other.setting]
        elif made("tanh_square_missing", l):
            dN = dA * (1 - a[l])
        elif made("softmax_diagonal", l):
            dN = dA * a[l] * (1 - a[l])
        elif other := made("another_layers_Z", l):
            dN = pull_back(name, dA, n[other.setting], a[other.setting])
        else:
            dN = pull_back(name, dA, n[l], a[l])
        dN = slip(dN, "dZ", l)
        if made("dA_overwritten", l):  # dZ was made in place.
            answer[f"dA{l}"] = dN

        # Through batch normalization.
        dZ = dN
        if l in task.norms:
            norm = task.norms[l]
            centred = z[l] - z[l].mean(axis=1, keepdims=True)
            deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + norm.epsilon)
            answer[f"dN{l}"] = dN
            answer[f"dgamma{l}"] = in_parameters * (dN * centred / deviation).sum(
                axis=1, keepdims=True)
            answer[f"dbeta{l}"] = in_parameters * dN.sum(axis=1, keepdims=True)
            d = dN * norm.gamma
            mean_of = d.mean(axis=1, keepdims=True)
            along = centred / deviation
            spread = along * (d * along).mean(axis=1, keepdims=True)
            if made("batch_norm_means_forgotten", l):
                mean_of, spread = 0, 0
            if made("batch_norm_mean_forgotten", l):
                mean_of = 0
            if made("batch_norm_variance_forgotten", l):
                spread = 0
            dZ = (d - mean_of - spread) / deviation
        answer[f"dZ{l}"] = dZ

        # The parameters.
        left = dA if made("dA_for_dZ", l, "dW") else dZ
        right = given[l - 1]
        if made("A_for_A_prev", l):
            right = given[l]
        elif made("Z_for_A_prev", l):
            right = z[l - 1]
        elif made("A_before_dropout", l):
            right = a[l - 1]
        elif other := made("another_layers_A", l):
            right = given[other.setting]
        dW = slip(in_parameters * (left @ right.T), "dW", l)
        if task.l2:
            factor = task.penalty_factor
            if made("penalty_forgotten", l):
                factor = 0.0
            elif made("penalty_unscaled", l):
                factor = task.l2
            elif made("penalty_times_one_over_m", l):
                factor = factor / task.denominator
            elif other := made("penalty_wrong_factor", l):
                factor = factor * other.setting
            elif made("penalty_subtracted", l):
                factor = -factor
            dW = dW + w.dtype.type(factor) * w
        left = dA if made("dA_for_dZ", l, "db") else dZ
        if made("db_over_wrong_axis", l):
            db = in_parameters * left.sum(axis=0, keepdims=True)
        elif made("db_over_everything", l):
            db = np.full((len(left), 1), in_parameters * left.sum(), left.dtype)
        else:
            db = in_parameters * left.sum(axis=1, keepdims=True)
        db = slip(db, "db", l)
        if made("penalty_on_b", l):
            db = db + w.dtype.type(task.penalty_factor) * task.parameters[l - 1][1]
        answer[f"dW{l}"], answer[f"db{l}"] = dW, db

        # Back to the layer before.
        left = dA if made("dA_for_dZ", l, "dA") else dZ
        if made("W_not_transposed", l):
            w = w.T
        elif other := made("another_layers_W", l):
            w = task.parameters[other.setting - 1][0]
        elif other := made("W_already_updated", l):
            w = w - w.dtype.type(other.setting) * dW
        dA = w.T @ left
        if l - 1 in task.masks:
            mask, keep = task.masks[l - 1]
            if not made("dropout_mask_forgotten", l - 1):
                dA = dA * mask
            if not made("keep_prob_forgotten", l - 1):
                dA = dA / keep
        dA = slip(dA, "dA", l - 1)
    answer["dA0"] = dA
    return answer

"""Random submissions of gradients, right ones and faulty ones, by a seed, and requests of them."""

from dataclasses import dataclass, field, replace

import numpy as np
from layouts import LAYOUTS
from learner import (
    ACTIVATIONS,
    COLUMNS,
    FACTORS,
    KINKS,
    LOSSES,
    SHORT,
    WIRE_ACTIVATIONS,
    Mistake,
    Norm,
    Task,
    backward,
    forward,
)

LOSS_NAMES = [
    *LOSSES, "binary_crossentropy_from_logits", "categorical_crossentropy_from_logits",
]
CONVENTIONS = ["loss", "cost", "sum"]
EXAMPLES = [1, 2, 3, 5, 7, 13, 64]
NORM_EPSILON = 1e-3

# Losses that are numbers for any outputs; and what outputs the others need.
FOR_ANY_OUTPUT = [
    "mean_squared_error", "half_squared_error", "mean_absolute_error", "huber", "log_cosh",
    "hinge", "squared_hinge", "cosine_similarity",
]
OUTPUTS_OF = {
    "binary_crossentropy": ["sigmoid", "sigmoid", "softmax"],
    "categorical_crossentropy": ["softmax", "softmax", "sigmoid"],
    "poisson": ["softplus", "sigmoid", "softmax"],
    "kl_divergence": ["softmax", "sigmoid", "softplus"],
    "binary_crossentropy_from_logits": ["linear"],
    "categorical_crossentropy_from_logits": ["linear"],
}


def chosen(rng, items):
    """One of them, as it is: rng.choice makes NumPy values."""
    return items[int(rng.integers(len(items)))]


def losses_after(activation):
    return FOR_ANY_OUTPUT + [
        loss for loss, outputs in OUTPUTS_OF.items() if activation in outputs for _ in range(2)
    ]


def targets(rng, loss, n, m):
    if loss.startswith("categorical") or loss == "kl_divergence":
        y = np.eye(n)[:, rng.integers(0, n, m)]
        if loss == "kl_divergence" or rng.random() < 0.2:
            y = rng.random((n, m)) + 0.05
            y /= y.sum(axis=0)
        return y
    if loss.startswith("binary"):
        y = rng.integers(0, 2, (n, m)).astype(float)
        return y if rng.random() < 0.8 else rng.random((n, m))
    if "hinge" in loss:
        return rng.choice([-1.0, 1.0], (n, m))
    if loss == "poisson":
        return rng.integers(0, 5, (n, m)).astype(float)
    return rng.standard_normal((n, m))


def is_regular(task):
    """Whether no number is so near a kink that rounding could put it on the other side."""
    z, n, a, _ = forward(task)
    near = 1e-5  # The error of a Z in float32 is about 1e-6.
    for l, name in enumerate(task.activations, 1):
        if any(np.abs(n[l] - kink).min() < near for kink in KINKS.get(name, [])):
            return False
        if l in task.norms and z[l].var(axis=1).min() < 1e-3:
            return False  # Divided by next to nothing, in float32 only noise would be left.
    e, product = a[-1] - task.Y, a[-1] * task.Y
    if task.loss in ("mean_absolute_error", "huber"):
        kinks = e if task.loss == "mean_absolute_error" else np.abs(e) - 1
        return np.abs(kinks).min() > near
    if "hinge" in task.loss:
        return np.abs(1 - product).min() > near
    if task.loss == "cosine_similarity":
        return (a[-1] ** 2).sum(axis=0).min() > 1e-4
    return True


def random_task(
    rng, depth=None, m=None, loss=None, activation=None, extras=None, norm=False, equal=None,
    need=(), outputs=None,
):
    """A network, a batch and a loss that fit one another.

    `activation` is used at least at one layer. `extras`, a penalty, weights and dropout, come
    sometimes, all or never; those in `need` come always. `equal` makes all layers of one width.
    """
    while True:
        task = drawn_task(rng, depth, m, loss, activation, extras, norm, equal, need, outputs)
        with np.errstate(all="ignore"):
            if task and is_regular(task):
                return task


def drawn_task(rng, depth, m, loss, activation, extras, norm, equal, need, outputs):
    depth = depth or int(rng.integers(1, 5))
    m = m or chosen(rng, EXAMPLES)
    activations = [chosen(rng, ACTIVATIONS) for _ in range(depth)]
    if activation:
        place = int(rng.integers(0, depth))
        if loss and activation not in OUTPUTS_OF.get(loss, ACTIVATIONS):
            if depth == 1:
                raise ValueError(f"{loss} of {activation}")
            place = int(rng.integers(0, depth - 1))
        activations[place] = activation
    if not loss:
        if not (activation and activations[-1] == activation):
            activations[-1] = chosen(rng, [*ACTIVATIONS, *["sigmoid", "softmax", "linear"] * 6])
        if activation and activation not in activations:
            activations[int(rng.integers(0, depth))] = activation
        loss = chosen(rng, losses_after(activations[-1]))
    elif loss in OUTPUTS_OF and activations[-1] not in OUTPUTS_OF[loss]:
        activations[-1] = chosen(rng, OUTPUTS_OF[loss])
    elif activations[-1] == "log_softmax" and loss == "kl_divergence":
        return None

    if equal is None:
        equal = rng.random() < 0.3
    sizes = [int(n) for n in rng.integers(1, 9, depth + 1)]
    if equal:
        sizes = [int(rng.integers(2, 7))] * (depth + 1)
    if outputs:
        sizes[-1] = max(sizes[-1], outputs)
    for l, name in enumerate(activations, 1):
        if name in COLUMNS:  # Softmax of one unit is 1 whatever it is given.
            sizes[l] = max(sizes[l], 2)
    if loss in ("categorical_crossentropy_from_logits", "kl_divergence", "cosine_similarity"):
        sizes[-1] = max(sizes[-1], 2)
    parameters = [
        (rng.standard_normal((o, i)) / np.sqrt(i), rng.standard_normal((o, 1)) * 0.3)
        for i, o in zip(sizes, sizes[1:])
    ]
    task = Task(
        parameters, activations, rng.standard_normal((sizes[0], m)),
        targets(rng, loss, sizes[-1], m), loss,
    )

    def wanted(name):
        return name in need or extras or (extras is None and rng.random() < 0.2)

    if wanted("penalty"):
        task.l2 = float(np.round(rng.uniform(0.05, 2), 2))
        task.scale = chosen(rng, ["lambda/2m", "lambda/2m", "lambda/2", "lambda"])
    if wanted("weights"):
        task.weights = np.round(rng.uniform(0.2, 3, m), 2)
        task.divides_by_weights = bool(rng.random() < 0.5)
    if depth > 1 and wanted("dropout"):
        for l in range(1, depth):
            if rng.random() < 0.7 or l == 1:
                keep = chosen(rng, [0.5, 0.8, 0.86])
                mask = (rng.random((sizes[l], m)) < keep).astype(float)
                task.masks[l] = (mask, keep)
    if norm and m > 2:
        for l in range(1, depth + 1):
            if rng.random() < 0.5 or l == 1:
                task.norms[l] = Norm(
                    rng.uniform(0.5, 1.5, (sizes[l], 1)), rng.standard_normal((sizes[l], 1)) * 0.3,
                    NORM_EPSILON,
                )
    return task


# Mistakes.

RULES = [
    "another_loss", "sample_weight_forgotten", "binary_crossentropy_inner_sign",
    "binary_crossentropy_term_missing", "softmax_diagonal",
    "A_minus_Y", "activation_derivative_forgotten", "activation_derivative_twice",
    "activation_derivative_at_A", "activation_derivative_of_Z_as_A", "another_activation", "tanh_square_missing",
    "W_not_transposed", "another_layers_W", "W_already_updated", "dA_for_dZ",
    "dropout_mask_forgotten", "keep_prob_forgotten", "batch_norm_means_forgotten",
    "A_for_A_prev", "Z_for_A_prev", "another_layers_A", "db_over_wrong_axis", "db_over_everything",
    "penalty_forgotten", "penalty_unscaled", "penalty_times_one_over_m", "penalty_wrong_factor",
    "penalty_on_b", "penalty_subtracted",
]
SHAPES = ["transposed", "flattened", "missing_axis", "other_layout", "permuted_units"]
# Made by learners, but without a name of their own in the service, which may tell them otherwise.
UNNAMED = [
    "m_of_wrong_axis", "n_minus_one", "batch_norm_mean_forgotten", "batch_norm_variance_forgotten",
    "learning_rate_times", "another_layers_Z", "dA_overwritten", "A_before_dropout",
]
MISTAKES = [name for name in FACTORS + RULES if name not in UNNAMED]

# Names that say the same of the same numbers, whatever the batch.
ALSO = {
    "keep_prob_missing": {"keep_prob_forgotten"},
    "keep_prob_forgotten": {"keep_prob_missing"},
    "outputs_averaged": {"elements_averaged"},
    "elements_averaged": {"outputs_averaged"},
    "n_minus_one": {"m_minus_one"},
    "another_activation": {"sigmoid_factor_missing"},
    "m_of_wrong_axis": {"wrong_axis_of_m"},
}

NEEDS = {
    "keep_prob_missing": {"need": ["dropout"]},
    "keep_prob_twice": {"need": ["dropout"]},
    "keep_prob_forgotten": {"need": ["dropout"]},
    "dropout_mask_forgotten": {"need": ["dropout"]},
    "weights_sum": {"need": ["weights"]},
    "sample_weight_forgotten": {"need": ["weights"]},
    "outputs_averaged": {"outputs": 2},
    "outputs_summed": {"outputs": 2},
    "elements_averaged": {"outputs": 2},
    "binary_crossentropy_inner_sign": {"loss": "binary_crossentropy"},
    "binary_crossentropy_term_missing": {"loss": "binary_crossentropy"},
    "softmax_diagonal": {"activation": "softmax"},
    "tanh_square_missing": {"activation": "tanh"},
    "W_not_transposed": {"equal": True},
    "another_layers_W": {"equal": True},
    "A_for_A_prev": {"equal": True},
    "another_layers_A": {"equal": True},
    "another_layers_Z": {"equal": True},
    "A_before_dropout": {"need": ["dropout"]},
    "batch_norm_means_forgotten": {"norm": True},
    "batch_norm_mean_forgotten": {"norm": True},
    "batch_norm_variance_forgotten": {"norm": True},
    **{name: {"need": ["penalty"]} for name in RULES if name.startswith("penalty")},
}
# Mistakes that a single layer, or a single example, has no place for.
NEED_DEPTH = [
    "one_over_m_at_each_layer", "units_averaged", "keep_prob_missing", "keep_prob_twice",
    "keep_prob_forgotten", "dropout_mask_forgotten", "W_not_transposed", "another_layers_W",
    "W_already_updated", "Z_for_A_prev", "another_layers_A", "another_layers_Z",
    "A_before_dropout",
]


@dataclass
class Fault:
    """A submission to be: a task, what was done wrong in it, and where the first of it is."""

    name: str
    task: Task
    mistakes: tuple
    convention: str = "loss"
    short: bool = True
    first: str = ""  # The tensor of the first wrong step, by the learner's numbers.
    shape: tuple = ()  # (kind, tensors) of a fault that is of shape alone.

    @property
    def names(self):
        if self.name == "penalty_unscaled" and self.task.scale == "lambda":
            return {self.name, "penalty_wrong_factor"}  # λ·W for 2·λ·W.
        return {self.name} | ALSO.get(self.name, set())


def sites_of_factor(name, task):
    """Where a mistake of scale is made: (layer, step) each, and the conventions it is made in."""
    last = task.depth
    seed = [((last, "dA"),), ((last, "dZ"),)]
    everywhere = [((None, at),) for at in ("parameters", "dW", "db")]
    single = [((l, at),) for l in range(1, last + 1) for at in ("parameters", "dW", "db")]
    hidden = [((l, "dA"),) for l in range(1, last)]
    if name == "one_over_m_missing":
        return [(s, ["loss"]) for s in everywhere * last + single] + [(s, ["cost"]) for s in seed]
    if name == "one_over_m_twice":
        return (
            [(s, ["loss"]) for s in seed * last]
            + [(s, ["loss", "cost"]) for s in everywhere * last + single]
        )
    if name == "one_over_m_at_each_layer":
        return [(tuple((l, "dA") for l in range(last - 1, -1, -1)), ["loss", "cost"])]
    if name in ("sign", "factor_two", "factor_half"):
        return [(s, ["loss", "cost"]) for s in seed * last + everywhere + single + hidden]
    if name in ("outputs_averaged", "outputs_summed", "elements_averaged"):
        return [(s, ["loss", "cost"]) for s in seed] + [(everywhere[0], ["loss"])]
    if name == "units_averaged":  # Over the units that are summed over, or those of the layer.
        return [(s, ["loss", "cost"]) for s in hidden]
    if name in ("keep_prob_missing", "keep_prob_twice"):
        return [(((l, "dA"),), ["loss", "cost"]) for l in task.masks]
    if name == "learning_rate_times":
        return [(everywhere[0], ["loss", "cost"])]
    if name in ("weights_sum", "dataset_size", "m_of_wrong_axis", "n_minus_one"):
        return [(everywhere[0], ["loss"])] + (
            [] if name == "m_of_wrong_axis" else [(s, ["cost"]) for s in seed])
    raise KeyError(name)


def settings_of(name, task, l, rng):
    """What a rule at a layer can be set to; [None] where there is nothing to set."""
    sizes, w = task.sizes, task.parameters[l - 1][0]
    activation = task.activations[l - 1]
    if name == "another_loss":
        a = forward(task)[2][-1]
        others = ["mean_squared_error", "half_squared_error", "mean_absolute_error"]
        if 0 < a.min() and a.max() < 1:
            others += ["binary_crossentropy", "categorical_crossentropy"] * 2
        return [other for other in others if other != task.loss]
    if name == "another_activation":
        others = ["relu", "leaky_relu", "sigmoid", "tanh", "softplus", "elu"]
        return [other for other in others if other != activation]
    if name == "another_layers_W":
        return [
            k for k in range(1, task.depth + 1)
            if k != l and task.parameters[k - 1][0].shape == w.shape
        ]
    if name == "another_layers_A":
        return [k for k in range(0, l - 1) if sizes[k] == sizes[l - 1]]
    if name == "W_already_updated":
        return [0.0075, 0.01, 0.1, 0.5, 1.2, float(10 ** rng.uniform(-3, 1))]
    if name == "penalty_wrong_factor":
        return [0.5, 2.0]
    if name == "units_averaged":
        return [0, 1]
    if name == "another_layers_Z":
        return [k for k in range(1, task.depth + 1) if k != l and sizes[k] == sizes[l]]
    if name == "learning_rate_times":
        return [0.0075, 0.01, 1.2]
    if name == "dataset_size":
        return [100, 209, 1000, 60000]
    return [None]


def layers_of(name, task):
    """Where a rule can be broken."""
    every = range(1, task.depth + 1)
    square = [l for l in every if len(set(task.parameters[l - 1][0].shape)) == 1]
    elementwise = [l for l in every if task.activations[l - 1] not in COLUMNS]
    of = lambda *names: [l for l in every if task.activations[l - 1] in names]
    not_linear = [l for l in every if task.activations[l - 1] != "linear"]
    if name in ("another_loss", "A_minus_Y", "sample_weight_forgotten"):
        return [task.depth]
    if name.startswith("binary_"):
        return [task.depth]
    if name == "softmax_diagonal":
        return of("softmax")
    if name in ("activation_derivative_forgotten", "activation_derivative_twice"):
        return not_linear
    if name in ("another_layers_Z", "dA_overwritten"):
        return not_linear
    if name in ("activation_derivative_at_A",):
        return [l for l in elementwise if l in not_linear]
    if name == "activation_derivative_of_Z_as_A":
        return of("sigmoid", "tanh")
    if name == "another_activation":
        return [l for l in elementwise if l in not_linear]
    if name == "tanh_square_missing":
        return of("tanh")
    if name in ("W_not_transposed",):
        return [l for l in square if l > 1 and len(task.parameters[l - 1][1]) > 1]
    if name == "A_for_A_prev":
        return square
    if name in ("another_layers_W", "W_already_updated"):
        return [l for l in every if l > 1]
    if name == "Z_for_A_prev":
        return [l for l in every if l > 1 and task.activations[l - 2] != "linear"]
    if name in ("dropout_mask_forgotten", "keep_prob_forgotten"):
        return list(task.masks)
    if name == "A_before_dropout":
        return [l + 1 for l in task.masks]
    if name.startswith("batch_norm"):
        return list(task.norms)
    return list(every)


def is_possible(name, task):
    return not (
        name.startswith("penalty") and not task.l2
        or name in ("weights_sum", "sample_weight_forgotten") and task.weights is None
        or name.startswith("outputs") and task.sizes[-1] < 2
        or name == "elements_averaged" and task.sizes[-1] < 2
        or name == "binary_crossentropy_inner_sign" and task.loss != "binary_crossentropy"
        or name == "binary_crossentropy_term_missing" and task.loss != "binary_crossentropy"
        or name == "penalty_unscaled" and task.scale == "lambda/2"  # Then it is right.
        or name in ("n_minus_one",) and task.m < 2
        or name == "A_minus_Y" and (task.loss, task.activations[-1]) in SHORT
    )


def first_step(name, layer, at, short, task):
    """The tensor at which a broken rule shows first."""
    if name in ("another_loss", "sample_weight_forgotten") or name.startswith("binary_"):
        is_short = short and (task.loss, task.activations[-1]) in SHORT
        return f"dZ{layer}" if is_short else f"dA{layer}"
    if name.startswith(("activation", "another_activation", "A_minus_Y")):
        return f"dZ{layer}"
    if name in ("tanh_square_missing", "softmax_diagonal", "another_layers_Z") or name.startswith("batch_norm"):
        return f"dZ{layer}"
    if name in ("W_not_transposed", "another_layers_W", "W_already_updated"):
        return f"dA{layer - 1}"
    if name in ("dropout_mask_forgotten", "keep_prob_forgotten"):
        return f"dA{layer}"
    if name == "dA_overwritten":
        return f"dA{layer}"
    if name == "dA_for_dZ":
        return f"dA{layer - 1}" if at == "dA" else f"d{'W' if at == 'dW' else 'b'}{layer}"
    if name.startswith("db_") or name == "penalty_on_b":
        return f"db{layer}"
    return f"dW{layer}"


def faults(rng, task, name):
    """All the ways in which a mistake of a name can be made in a task."""
    if not is_possible(name, task):
        return []
    found = []
    if name in FACTORS:
        for sites, conventions in sites_of_factor(name, task):
            setting = chosen(rng, settings_of(name, task, 1, rng))
            mistakes = tuple(Mistake(name, l, at, setting) for l, at in sites)
            l, at = sites[0]
            at = "dW" if at == "parameters" else at
            first = f"{at}{l or task.depth}"
            short = at != "dA" or l != task.depth
            found += [Fault(name, task, mistakes, c, short, first) for c in conventions]
        return found
    for l in layers_of(name, task):
        for setting in settings_of(name, task, l, rng):
            ats = ["dA", "dW", "db"] if name == "dA_for_dZ" else [None]
            if name == "dA_for_dZ" and l == 1:
                ats = ["dW", "db"]
            for at in ats:
                for short in [False, True]:
                    if short and name not in ("activation_derivative_twice", "another_loss"):
                        if l == task.depth and first_step(name, l, at, False, task)[:2] in (
                            "dA", "dZ"):
                            if not first_step(name, l, at, False, task).endswith(str(l - 1)):
                                continue
                    fault = Fault(
                        name, task, (Mistake(name, l, at, setting),), chosen(rng, ["loss", "cost"]),
                        short, first_step(name, l, at, short, task),
                    )
                    found.append(fault)
    if name == "dropout_mask_forgotten":  # Who forgets the whole line forgets keep_prob as well.
        found += [
            replace(f, mistakes=(*f.mistakes, Mistake("keep_prob_forgotten", f.mistakes[0].layer)))
            for f in found
        ]
    if name == "another_activation":
        for l in layers_of(name, task):
            own = task.activations[l - 1]
            for other in ["sigmoid", "tanh"]:
                if other != own:
                    mistake = Mistake("another_activation_of_A", l, None, other)
                    found.append(Fault(name, task, (mistake,), "loss", False, f"dZ{l}"))
    if len(layers_of(name, task)) > 1 and name not in ("another_layers_W", "another_layers_A"):
        # The same at every layer, as one who has understood the rule so.
        if settings_of(name, task, 1, rng) == [None] and name != "dA_for_dZ":
            last = max(layers_of(name, task))
            whole = tuple(Mistake(name, l) for l in layers_of(name, task))
            is_output = last == task.depth and first_step(name, last, None, False, task)[:2] == "dZ"
            found.append(Fault(
                name, task, whole, chosen(rng, ["loss", "cost"]), not is_output,
                first_step(name, last, None, False, task),
            ))
    return found


def random_fault(rng, name, depth=None, m=None, activation=None, **wishes):
    """A task and a mistake of a name in it."""
    wishes = {**NEEDS.get(name, {}), **wishes}
    if depth == 1 and name in NEED_DEPTH:
        depth = 2
    if depth == 1 and wishes.get("loss", "").startswith("binary") and activation != "softmax":
        activation = "sigmoid"
    if "activation" in wishes and activation is not None:
        activation = wishes["activation"]
    if activation:
        wishes["activation"] = activation
    if name.startswith("batch_norm") and (m or 9) < 3:
        m = 5
    if name == "n_minus_one" and m == 1:
        m = 2
    for _ in range(1000):
        task = random_task(rng, depth, m, **wishes)
        ways = faults(rng, task, name)
        at_activation = [
            f for f in ways if activation and f.first.startswith("dZ")
            and f.mistakes[0].layer and task.activations[f.mistakes[0].layer - 1] == activation
        ]
        if ways:
            return chosen(rng, at_activation or ways)
        if activation in ("linear", *COLUMNS):  # It may have no place there.
            wishes["activation"] = activation = NEEDS.get(name, {}).get("activation")
        if name in ("activation_derivative_of_Z_as_A",):
            wishes["activation"] = chosen(rng, ["sigmoid", "tanh"])
    raise ValueError(f"no place for {name}: depth {depth}, m {m}, {wishes}")


# What is submitted.


def submitted(task, convention, mistakes=(), short=True, kind="everything"):
    """The learner's dictionary, of the tensors that are handed in."""
    with np.errstate(all="ignore"):
        answer = backward(task, convention, mistakes, short)
    wanted = set(tensors(task, kind))
    return {name: v for name, v in answer.items() if name in wanted}


def tensors(task, kind):
    last, names = task.depth, []
    for l in range(last, 0, -1):
        names += [f"dW{l}", f"db{l}", f"dgamma{l}", f"dbeta{l}"]
        if kind in ("everything", "dZ"):
            names += [f"dZ{l}"]
        if kind == "everything":
            names += [f"dA{l}"]
    return names + (["dA0"] if kind == "everything" else [])


KINDS = ["parameters", "everything", "dZ"]


def close(a, b, relative):
    """Whether two arrays are one but for rounding, relative to the largest number."""
    if a.shape != b.shape:
        return False
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return bool(np.abs(a - b).max() <= relative * max(np.abs(b).max(), 1e-12))


def same(ours, theirs, relative=1e-9):
    return all(close(ours[name], theirs[name], relative) for name in ours)


# On the wire.


def number_of(task, l):
    """The number of a dense layer among those with parameters."""
    return l + sum(other < l for other in task.norms)


def indices(task):
    """Of each layer, where its parts stand among those of the request."""
    found, index = {}, 0
    for l in range(1, task.depth + 1):
        found[l] = {"dense": index, "output": index}
        index += 1
        if l in task.norms:
            found[l] |= {"norm": index, "output": index + 1}
            index += 2
        if l in task.masks:
            index += 1
    return found


def wire_name(task, name):
    """The course's name of a tensor among all that have parameters; None where it has none."""
    array, l = name.rstrip("0123456789"), int(name[len(name.rstrip("0123456789")) :])
    if array in ("dgamma", "dbeta"):
        return f"{array}{number_of(task, l) + 1}"
    if array == "dN" or array == "dA" and l in task.norms:
        return None
    return f"{array}{number_of(task, l) if l else 0}"


def signal_out(array, layout):
    return array if layout == "course" else array.T


def array_out(name, array, layout):
    """A tensor in a layout, from the course's."""
    if name.startswith(("dW", "W")):
        return array.T if layout == "keras" else array
    if name.startswith(("db", "dgamma", "b", "gamma")):
        if layout == "course":
            return array
        return array.reshape(-1)
    return signal_out(array, layout)


def plain(array, decimals=None):
    array = np.asarray(array, np.float64)
    return (array if decimals is None else np.round(array, decimals)).tolist()


def network_out(task, layout):
    layers = []
    for l, ((w, b), name) in enumerate(zip(task.parameters, task.activations), 1):
        activation = WIRE_ACTIVATIONS.get(name, name)
        dense = {"W": plain(array_out("W", w, layout)), "b": plain(array_out("b", b, layout))}
        layers.append(dense)
        if l in task.norms:
            norm = task.norms[l]
            layers.append({
                "type": "batch_normalization", "epsilon": norm.epsilon,
                "gamma": plain(array_out("gamma", norm.gamma, layout)),
                "beta": plain(array_out("beta", norm.beta, layout)),
            })
            layers.append({"type": "activation", "activation": activation})
        else:
            dense["activation"] = activation
        if l in task.masks:
            mask, keep = task.masks[l]
            layers.append({
                "type": "dropout", "keep_prob": keep, "mask": plain(signal_out(mask, layout)),
            })
    return {"layers": layers}


def task_out(task, layout="course", convention="loss"):
    """The request without what is submitted."""
    loss = task.loss
    if loss.endswith("_from_logits"):
        loss = {"type": loss.removesuffix("_from_logits"), "from_logits": True}
    body = {
        "network": network_out(task, layout),
        "batch": {
            "X": plain(signal_out(task.X, layout)), "Y": plain(signal_out(task.Y, layout)),
        },
        "loss": loss, "layout": layout, "convention": convention,
    }
    if task.l2:
        body["penalty"] = {"l2": task.l2, "scale": task.scale}
    if task.weights is not None:
        body["batch"]["sample_weight"] = plain(task.weights)
        body["denominator"] = "weights" if task.divides_by_weights else "examples"
    return body


def submission_out(task, answer, layout="course", form="flat", decimals=None, cost=None):
    """`submitted` of the request, of the learner's dictionary, nested by layers or flat."""
    arrays = {name: array_out(name, value, layout) for name, value in answer.items()}
    return submission_of_arrays(task, arrays, form, decimals, cost)


def submission_of_arrays(task, arrays, form="flat", decimals=None, cost=None):
    extra = {} if cost is None else {"cost": cost}
    if form == "flat":
        named = {wire_name(task, name): plain(v, decimals) for name, v in arrays.items()}
        named.pop(None, None)
        return named | extra
    places = indices(task)
    layers = [{} for _ in network_out(task, "course")["layers"]]
    for name, value in arrays.items():
        array, l = name.rstrip("0123456789"), int(name[len(name.rstrip("0123456789")) :])
        if l == 0:
            extra["dX"] = plain(value, decimals)
            continue
        part = {"dgamma": "norm", "dbeta": "norm", "dA": "output"}.get(array, "dense")
        layers[places[l][part]][array] = plain(value, decimals)
    return {"layers": layers, **extra}


# A batch that is answered to tell candidates apart.


def columns(value, layout):
    array = np.array(value, float)
    return array if layout == "course" else array.T


def task_in(task, layout, batch, network=None):
    """The same task with another batch and, where it is given, another network of the same
    kinds of layers."""
    x, y = columns(batch["X"], layout), columns(batch["Y"], layout)
    weights = np.array(batch["sample_weight"]) if "sample_weight" in batch else None
    task = replace(task, X=x, Y=y, weights=weights)
    if network is None:
        return task
    parameters, masks, norms, l = [], {}, {}, 0
    for layer in network["layers"]:
        kind = layer.get("type", "dense")
        if kind == "dense":
            l += 1
            w = np.array(layer["W"], float)
            w = w.T if layout == "keras" else w
            parameters.append((w, np.array(layer["b"], float).reshape(-1, 1)))
        elif kind == "dropout":
            keep = layer.get("keep_prob", 1 - layer.get("rate", 0))
            masks[l] = (columns(layer["mask"], layout), keep)
        elif kind == "batch_normalization":
            norms[l] = Norm(
                np.array(layer["gamma"], float).reshape(-1, 1),
                np.array(layer["beta"], float).reshape(-1, 1), layer["epsilon"],
            )
    return replace(task, parameters=parameters, masks=masks, norms=norms)


# Right submissions.


@dataclass
class Right:
    """A right submission and what may be said of it."""

    body: dict
    fits: set  # The conventions that it is right in.
    note: dict = field(default_factory=dict)


def random_right(rng):
    """A right submission, in any convention, layout, precision and form."""
    norm = rng.random() < 0.05
    task = random_task(rng, norm=norm)
    layout = chosen(rng, LAYOUTS)
    own_layout = layout if rng.random() < 0.75 else chosen(rng, LAYOUTS)
    conventions = CONVENTIONS if not norm else ["loss", "cost"]
    asked, own = chosen(rng, conventions), chosen(rng, conventions)
    single = rng.random() < 0.4
    if single:
        task = task.cast(np.float32)
        wide = task.cast(np.float64)
    else:
        wide = task
    # A penalty is no part of Σ Lᵢ.
    of_sum = replace(task, l2=0.0) if own == "sum" else task
    answer = submitted(of_sum, own, (), bool(rng.random() < 0.5))
    decimals = int(rng.integers(4, 9)) if rng.random() < 0.25 else None

    names = list(answer)
    choice = int(rng.integers(0, 6))
    if choice < 3:
        names = [n for n in names if n in tensors(task, KINDS[choice])]
    elif choice == 3:
        l = int(rng.integers(1, task.depth + 1))
        names = [n for n in names if n.endswith(str(l))]
    elif choice == 4:
        names = [n for n in names if rng.random() < 0.5] or names[:1]
    else:
        names = [n for n in names if n.startswith("dW")] + ["dA0"]
    form = chosen(rng, ["flat", "layers"])
    answer = {n: answer[n] for n in names}
    j = None
    if rng.random() < 0.3:
        j = backward(task)["cost"]
    body = task_out(wide, layout, asked)
    body["submitted"] = submission_out(task, answer, own_layout, form, decimals, j)
    if single and rng.random() < 0.3:
        body["precision"] = "float32"
    note = {
        "own_layout": own_layout, "single": single, "decimals": decimals, "form": form,
        "names": names, "m": task.m, "asked": asked, "own": own, "norm": norm,
    }
    fits = set()
    for convention in conventions:
        of_sum = replace(wide, l2=0.0) if convention == "sum" else wide
        other = submitted(of_sum, convention)
        # Rounding to four decimals may leave one digit of a number, or none.
        if same(answer, {n: other[n] for n in names}, 1e-3 if decimals is None else 0.2):
            fits.add(convention)
    return Right(body, fits | {own}, note)

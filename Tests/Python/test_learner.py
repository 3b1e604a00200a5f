"""The learner's pass without mistakes beside JAX's derivatives, and that every mistake is one."""

import functions
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import reference  # noqa: F401 (how JAX compiles, and float64)
import submissions
from learner import ACTIVATIONS, LOSSES, backward, cost


def jax_activation(name):
    if name == "gelu_by_tanh":
        return lambda z: functions.gelu(z, approximate=True)
    if name == "celu":
        return lambda z: functions.celu(z, alpha=2.0)
    return functions.ACTIVATIONS[name]


def jax_cost(parameters, additions, task):
    """J with examples as rows; `additions` are added to X and to each Z and A."""
    a = task.X.T + additions["X"]
    for l, ((w, b), name) in enumerate(zip(parameters["layers"], task.activations), 1):
        if l - 1 in task.masks:
            mask, keep = task.masks[l - 1]
            a = a * mask.T / keep
        z = a @ w.T + b.T + additions["Z"][l - 1]
        if l in task.norms:
            norm = task.norms[l]
            z = (z - z.mean(axis=0)) / jnp.sqrt(z.var(axis=0) + norm.epsilon)
            z = parameters["gamma"][l] * z + parameters["beta"][l]
        a = jax_activation(name)(z) + additions["A"][l - 1]
    name = task.loss.removesuffix("_from_logits")
    settings = {"from_logits": True} if name != task.loss else {}
    losses = functions.LOSSES[name](a, task.Y.T, **settings)
    if task.weights is not None:
        losses = losses * task.weights
    penalty = sum((w**2).sum() for w, _ in parameters["layers"])
    return losses.sum() / task.denominator + task.penalty_factor / 2 * penalty


def jax_gradients(task):
    parameters = {
        "layers": task.parameters,
        "gamma": {l: norm.gamma.T for l, norm in task.norms.items()},
        "beta": {l: norm.beta.T for l, norm in task.norms.items()},
    }
    zeros = [np.zeros((task.m, n)) for n in task.sizes[1:]]
    additions = {"X": np.zeros(task.X.T.shape), "Z": zeros, "A": zeros}
    differentiate = jax.jit(jax.value_and_grad(lambda p, d: jax_cost(p, d, task), (0, 1)))
    value, (dp, d) = differentiate(parameters, additions)
    answer = {"cost": float(value), "dA0": d["X"].T}
    for l, (dw, db) in enumerate(dp["layers"], 1):
        answer[f"dW{l}"], answer[f"db{l}"] = dw, db
        answer[f"dZ{l}"], answer[f"dA{l}"] = d["Z"][l - 1].T, d["A"][l - 1].T
    for l in task.norms:
        answer[f"dgamma{l}"], answer[f"dbeta{l}"] = dp["gamma"][l].T, dp["beta"][l].T
    return answer


def assert_is_derivative(task, short):
    ours, theirs = backward(task, "cost", short=short), jax_gradients(task)
    for name, expected in theirs.items():
        # Sums of at most a few hundred products of numbers near 1.
        np.testing.assert_allclose(ours[name], expected, rtol=1e-9, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_pass_through_every_activation_is_a_derivative(activation, short):
    rng = np.random.default_rng(1)
    task = submissions.random_task(rng, depth=3, m=5, activation=activation, extras=False)
    assert_is_derivative(task, short)


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("loss", submissions.LOSS_NAMES)
def test_pass_from_every_loss_is_a_derivative(loss, short):
    rng = np.random.default_rng(2)
    for depth in (1, 2):
        assert_is_derivative(submissions.random_task(rng, depth=depth, loss=loss), short)


@pytest.mark.parametrize("seed", range(20))
def test_pass_with_penalty_weights_dropout_and_norms_is_a_derivative(seed):
    rng = np.random.default_rng(seed)
    assert_is_derivative(submissions.random_task(rng, extras=True, norm=seed % 2 == 0), True)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_a_derivative_by_its_difference(loss):
    rng = np.random.default_rng(3)
    task = submissions.random_task(rng, depth=2, m=3, loss=loss, extras=False)
    w, h = task.parameters[0][0], 1e-6
    w[0, 0] += h
    rise = cost(task)
    w[0, 0] -= 2 * h
    rise -= cost(task)
    w[0, 0] += h
    # The errors of the difference, h² and ε/h, are below 1e-9.
    assert backward(task)["dW1"][0, 0] == pytest.approx(rise / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("convention, m_in_dW, m_in_dZ", [("loss", 1, 5), ("sum", 5, 5)])
def test_conventions_differ_by_m(convention, m_in_dW, m_in_dZ):
    task = submissions.random_task(np.random.default_rng(4), depth=3, m=5, extras=False)
    ours, of_cost = backward(task, convention), backward(task, "cost")
    for l in range(1, 4):
        np.testing.assert_allclose(ours[f"dW{l}"], m_in_dW * of_cost[f"dW{l}"], rtol=1e-10)
        np.testing.assert_allclose(ours[f"dZ{l}"], m_in_dZ * of_cost[f"dZ{l}"], rtol=1e-10)


def test_float32_stays_float32():
    rng = np.random.default_rng(5)
    for activation in ACTIVATIONS:
        task = submissions.random_task(rng, depth=2, m=3, activation=activation).cast(np.float32)
        answer = backward(task)
        assert all(v.dtype == np.float32 for k, v in answer.items() if k != "cost"), activation


@pytest.mark.parametrize("name", submissions.MISTAKES)
def test_every_mistake_changes_a_number(name):
    rng = np.random.default_rng(6)
    changed = 0
    for _ in range(20):
        fault = submissions.random_fault(rng, name, depth=int(rng.integers(1, 5)), m=7)
        right = submissions.submitted(fault.task, fault.convention, (), fault.short)
        wrong = submissions.submitted(fault.task, fault.convention, fault.mistakes, fault.short)
        changed += not submissions.same(right, wrong)
    assert changed >= 10

"""FastAPI, uvicorn and orjson over JAX, compiled once for each shape, float64."""

import os

import serving

if __name__ == "__main__":
    options = serving.arguments()
    if options.threads == 1:
        os.environ["XLA_FLAGS"] = (
            "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        )
    os.environ["JAX_PLATFORMS"] = "cpu"
    serving.serve("jax_server", options.port)
else:
    from functools import partial

    import jax
    import jax.numpy as jnp
    import numpy as np

    jax.config.update("jax_enable_x64", True)

    ACTIVATIONS = {
        "relu": jax.nn.relu,
        "sigmoid": jax.nn.sigmoid,
        "tanh": jnp.tanh,
        "softmax": lambda Z: jax.nn.softmax(Z, axis=0),
        "linear": lambda Z: Z,
    }

    def array(rows):
        return np.asarray(rows, np.float64)

    def read(request):
        layers = request["network"]["layers"]
        parameters = [(array(l["W"]), array(l["b"])[:, None]) for l in layers]
        kinds = tuple(l["activation"] for l in layers)
        batch = request["batch"]
        return parameters, array(batch["X"]), array(batch["Y"]), kinds, request["loss"]

    def cost_of(A, Y, loss):
        if loss == "binary_crossentropy":
            return -(Y * jnp.log(A) + (1 - Y) * jnp.log(1 - A)).sum() / Y.shape[1]
        if loss == "categorical_crossentropy":
            return -(Y * jnp.log(A)).sum() / Y.shape[1]
        raise ValueError(f"loss: {loss}")

    def objective(parameters, nudges, X, Y, kinds, loss):
        """nudges: zeros added to every Z and A, so that their gradients come out too."""
        A = X
        for (W, b), (z, a), kind in zip(parameters, nudges, kinds):
            A = ACTIVATIONS[kind](W @ A + b + z) + a
        return cost_of(A, Y, loss)

    @partial(jax.jit, static_argnums=(3, 4))
    def gradients(parameters, X, Y, kinds, loss):
        zeros = [(jnp.zeros((W.shape[0], X.shape[1])),) * 2 for W, _ in parameters]
        value = jax.value_and_grad(objective, (0, 1))
        cost, (slopes, nudges) = value(parameters, zeros, X, Y, kinds, loss)
        return cost, [
            {"dW": dW, "db": db[:, 0], "dZ": dZ, "dA": dA}
            for (dW, db), (dZ, dA) in zip(slopes, nudges)
        ]

    @partial(jax.jit, static_argnums=(3, 4))
    def outputs(parameters, X, Y, kinds, loss):
        A = X
        for (W, b), kind in zip(parameters, kinds):
            A = ACTIVATIONS[kind](W @ A + b)
        return cost_of(A, Y, loss), A

    def host(tree):
        return jax.tree.map(np.ascontiguousarray, tree)

    def forward(request):
        cost, A = outputs(*read(request))
        return {"cost": float(cost), "A": host(A)}

    def backward(request):
        cost, layers = gradients(*read(request))
        return {"cost": float(cost), "layers": host(layers)}

    @partial(jax.jit, static_argnums=(3, 4, 5, 6, 7))
    def run(parameters, X, Y, kinds, loss, epochs, size, is_adam, rate):
        b1, b2, epsilon = 0.9, 0.999, 1e-8
        m = X.shape[1]
        whole = m // size
        zeros = jax.tree.map(jnp.zeros_like, parameters)

        def step(state, batch):
            parameters, M, V, n = state
            x, y = batch
            none = [(0.0, 0.0)] * len(parameters)
            cost, g = jax.value_and_grad(objective)(parameters, none, x, y, kinds, loss)
            n = n + 1
            if is_adam:
                M = jax.tree.map(lambda a, q: b1 * a + (1 - b1) * q, M, g)
                V = jax.tree.map(lambda a, q: b2 * a + (1 - b2) * q * q, V, g)
                parameters = jax.tree.map(
                    lambda p, a, v: p - rate * (a / (1 - b1 ** n))
                    / (jnp.sqrt(v / (1 - b2 ** n)) + epsilon),
                    parameters, M, V)
            else:
                parameters = jax.tree.map(lambda p, q: p - rate * q, parameters, g)
            return (parameters, M, V, n), cost * x.shape[1]

        def cut(T):  # n × m to batches × n × size
            return T[:, :whole * size].reshape(T.shape[0], whole, size).swapaxes(0, 1)

        batches = cut(X), cut(Y)

        def epoch(state, _):
            state, costs = jax.lax.scan(step, state, batches)
            total = costs.sum()
            if m % size:
                state, last = step(state, (X[:, whole * size:], Y[:, whole * size:]))
                total = total + last
            return state, total / m

        start = parameters, zeros, zeros, 0.0
        (parameters, _, _, _), costs = jax.lax.scan(epoch, start, length=epochs)
        return parameters, costs

    def train(request):
        parameters, X, Y, kinds, loss = read(request)
        training = request["training"]
        parameters, costs = run(
            parameters, X, Y, kinds, loss, training["epochs"],
            training["batch_size"] or X.shape[1], training["optimizer"] == "adam",
            training["learning_rate"])
        layers = [
            {"W": W, "b": b[:, 0].copy(), "activation": kind}
            for (W, b), kind in zip(host(parameters), kinds)
        ]
        return {"costs": np.asarray(costs).tolist(), "network": {"layers": layers}}

    app = serving.application(forward, backward, train)

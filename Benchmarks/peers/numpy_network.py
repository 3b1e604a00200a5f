"""Backpropagation written by hand in NumPy, as in a course: columns are examples, float64.

cost is the mean over the examples; dZ, dA, dW and db are derivatives of it.
"""

import numpy as np


def activate(Z, kind):
    if kind == "relu":
        return np.maximum(Z, 0.0)
    if kind == "sigmoid":
        return 1.0 / (1.0 + np.exp(-Z))
    if kind == "tanh":
        return np.tanh(Z)
    if kind == "softmax":
        E = np.exp(Z - Z.max(axis=0))
        return E / E.sum(axis=0)
    if kind == "linear":
        return Z
    raise ValueError(f"activation: {kind}")


def activate_back(dA, Z, A, kind):
    if kind == "relu":
        return dA * (Z > 0)
    if kind == "sigmoid":
        return dA * A * (1.0 - A)
    if kind == "tanh":
        return dA * (1.0 - A * A)
    if kind == "softmax":
        return A * (dA - (dA * A).sum(axis=0))
    return dA


def cost_and_dA(A, Y, loss):
    m = Y.shape[1]
    if loss == "binary_crossentropy":
        cost = -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / m
        return cost, (-(Y / A) + (1 - Y) / (1 - A)) / m
    if loss == "categorical_crossentropy":
        return -(Y * np.log(A)).sum() / m, -(Y / A) / m
    raise ValueError(f"loss: {loss}")


def read(request):
    layers = [
        (np.asarray(l["W"], np.float64), np.asarray(l["b"], np.float64)[:, None], l["activation"])
        for l in request["network"]["layers"]
    ]
    batch = request["batch"]
    X, Y = (np.asarray(batch[k], np.float64) for k in "XY")
    return layers, X, Y, request["loss"]


def run_forward(layers, X):
    A, caches = X, []
    for W, b, kind in layers:
        Z = W @ A + b
        A = activate(Z, kind)
        caches.append((Z, A))
    return caches


def gradients(layers, X, Y, loss):
    caches = run_forward(layers, X)
    cost, dA = cost_and_dA(caches[-1][1], Y, loss)
    found = []
    for i in range(len(layers) - 1, -1, -1):
        W, _, kind = layers[i]
        Z, A = caches[i]
        dZ = activate_back(dA, Z, A, kind)
        A_prev = X if i == 0 else caches[i - 1][1]
        found.append({"dW": dZ @ A_prev.T, "db": dZ.sum(axis=1), "dZ": dZ, "dA": dA})
        if i:
            dA = W.T @ dZ
    return cost, found[::-1]


def forward(request):
    layers, X, Y, loss = read(request)
    A = run_forward(layers, X)[-1][1]
    return {"cost": float(cost_and_dA(A, Y, loss)[0]), "A": A}


def backward(request):
    cost, layers = gradients(*read(request))
    return {"cost": float(cost), "layers": layers}


def fit(layers, X, Y, loss, training):
    m = X.shape[1]
    size, rate = training["batch_size"] or m, training["learning_rate"]
    is_adam = training["optimizer"] == "adam"
    b1, b2, epsilon = 0.9, 0.999, 1e-8
    parameters = [p for W, b, _ in layers for p in (W.copy(), b.copy())]
    kinds = [kind for _, _, kind in layers]
    M, V = ([np.zeros_like(p) for p in parameters] for _ in "MV")
    costs, step = [], 0
    for _ in range(training["epochs"]):
        total = 0.0
        for start in range(0, m, size):
            x, y = X[:, start:start + size], Y[:, start:start + size]
            now = [(parameters[2 * i], parameters[2 * i + 1], k) for i, k in enumerate(kinds)]
            cost, found = gradients(now, x, y, loss)
            total += cost * x.shape[1]
            slopes = [g for layer in found for g in (layer["dW"], layer["db"][:, None])]
            step += 1
            for p, g, mean, square in zip(parameters, slopes, M, V):
                if is_adam:
                    mean *= b1
                    mean += (1 - b1) * g
                    square *= b2
                    square += (1 - b2) * g * g
                    unbiased = mean / (1 - b1 ** step)
                    p -= rate * unbiased / (np.sqrt(square / (1 - b2 ** step)) + epsilon)
                else:
                    p -= rate * g
        costs.append(float(total / m))
    return costs, [
        {"W": parameters[2 * i], "b": parameters[2 * i + 1][:, 0], "activation": k}
        for i, k in enumerate(kinds)
    ]


def train(request):
    costs, layers = fit(*read(request), request["training"])
    return {"costs": costs, "network": {"layers": layers}}

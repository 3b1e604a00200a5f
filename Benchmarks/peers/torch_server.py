"""FastAPI, uvicorn and orjson over PyTorch's autograd on the CPU, float64."""

import os

import serving

if __name__ == "__main__":
    options = serving.arguments()
    os.environ["PEER_THREADS"] = str(options.threads)
    serving.serve("torch_server", options.port)
else:
    import numpy as np
    import torch

    torch.set_num_threads(int(os.environ["PEER_THREADS"]))
    torch.set_default_dtype(torch.float64)

    ACTIVATIONS = {
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softmax": lambda Z: torch.softmax(Z, 0),
        "linear": lambda Z: Z,
    }

    def tensor(rows):
        # NumPy walks nested lists several times faster than torch.tensor.
        return torch.from_numpy(np.asarray(rows, np.float64))

    def read(request):
        layers = [
            (tensor(l["W"]), tensor(l["b"])[:, None], l["activation"])
            for l in request["network"]["layers"]
        ]
        batch = request["batch"]
        return layers, tensor(batch["X"]), tensor(batch["Y"]), request["loss"]

    def cost_of(A, Y, loss):
        if loss == "binary_crossentropy":
            return -(Y * torch.log(A) + (1 - Y) * torch.log(1 - A)).sum() / Y.shape[1]
        if loss == "categorical_crossentropy":
            return -(Y * torch.log(A)).sum() / Y.shape[1]
        raise ValueError(f"loss: {loss}")

    def run_forward(layers, X):
        A, seen = X, []
        for W, b, kind in layers:
            Z = torch.addmm(b, W, A)
            A = ACTIVATIONS[kind](Z)
            seen.append((Z, A))
        return seen

    def forward(request):
        layers, X, Y, loss = read(request)
        with torch.no_grad():
            A = run_forward(layers, X)[-1][1]
            return {"cost": cost_of(A, Y, loss).item(), "A": A.numpy()}

    def backward(request):
        layers, X, Y, loss = read(request)
        for W, b, _ in layers:
            W.requires_grad_()
            b.requires_grad_()
        seen = run_forward(layers, X)
        cost = cost_of(seen[-1][1], Y, loss)
        wanted = [t for (W, b, _), (Z, A) in zip(layers, seen) for t in (W, b, Z, A)]
        found = [t.contiguous().numpy() for t in torch.autograd.grad(cost, wanted)]
        return {
            "cost": cost.item(),
            "layers": [
                {"dW": dW, "db": db[:, 0].copy(), "dZ": dZ, "dA": dA}
                for dW, db, dZ, dA in zip(*(found[i::4] for i in range(4)))
            ],
        }

    def fit(layers, X, Y, loss, training):
        layers = [
            (W.clone().requires_grad_(), b.clone().requires_grad_(), kind)
            for W, b, kind in layers
        ]
        parameters = [p for W, b, _ in layers for p in (W, b)]
        kind = torch.optim.Adam if training["optimizer"] == "adam" else torch.optim.SGD
        optimizer = kind(parameters, lr=training["learning_rate"])
        m = X.shape[1]
        size = training["batch_size"] or m
        costs = []
        for _ in range(training["epochs"]):
            total = 0.0
            for start in range(0, m, size):
                x, y = X[:, start:start + size], Y[:, start:start + size]
                optimizer.zero_grad(set_to_none=True)
                cost = cost_of(run_forward(layers, x)[-1][1], y, loss)
                cost.backward()
                optimizer.step()
                total += cost.item() * x.shape[1]
            costs.append(total / m)
        return costs, [
            {"W": W.detach().numpy(), "b": b.detach().numpy()[:, 0].copy(), "activation": kind}
            for W, b, kind in layers
        ]

    def train(request):
        costs, layers = fit(*read(request), request["training"])
        return {"costs": costs, "network": {"layers": layers}}

    app = serving.application(forward, backward, train)

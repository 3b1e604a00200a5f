"""Trains a residual convolutional network on scikit-learn's handwritten digits, and tests it.

    GRADIENTD=.build/release/gradientd python Examples/digits_residual.py

starts a service of its own. Exits with 1 if the network has not learnt the digits.
"""

import sys

import numpy as np
from digits import digits
from service import call, service

KEEP = 0.8  # The share of the features that dropout keeps.


def convolution(name, source, filters, seed):
    """A 3 × 3 convolution and the batch normalization after it, whose name is `name`."""
    return [
        {"type": "conv2d", "name": name + "_conv", "inputs": [source],
         "filters": filters, "kernel_size": [3, 3], "padding": "same", "use_bias": False,
         "initializer": "he_normal", "seed": seed},
        {"type": "batch_normalization", "name": name, "momentum": 0.9},
    ]


def relu(name):
    return {"type": "activation", "name": name, "activation": "relu"}


def layers(mask):
    return [
        *convolution("stem_bn", "X", 16, 1),
        relu("stem"),
        # The block: two convolutions, and the way around them.
        *convolution("first_bn", "stem", 16, 2),
        relu("first"),
        *convolution("second_bn", "first", 16, 3),
        {"type": "add", "inputs": ["stem", "second_bn"]},
        relu("block"),
        {"type": "max_pooling2d", "pool_size": [2, 2], "name": "pool"},
        *convolution("wide_bn", "pool", 32, 4),
        relu("wide"),
        {"type": "global_average_pooling2d"},
        {"type": "dropout", "keep_prob": KEEP, "mask": mask},
        {"units": 10, "activation": "softmax", "initializer": "glorot_uniform", "seed": 5},
    ]


def run(client):
    """Trains and tests; the accuracies on what it learnt from and on the rest."""
    X_train, X_test, train, test = digits()
    images, others = X_train.reshape(-1, 8, 8, 1), X_test.reshape(-1, 8, 8, 1)
    # The same features of an example are dropped in each epoch.
    mask = np.random.default_rng(0).random((len(images), 32)) < KEEP
    answer = call(client, "train", {
        "layout": "keras",  # Images are height × width × channels.
        "precision": "float32",
        "network": {"layers": layers(mask.astype(int).tolist())},
        "batch": {"X": images.tolist(), "Y": train.tolist()},
        "loss": "sparse_categorical_crossentropy",
        "training": {"optimizer": "adam", "learning_rate": 0.003, "epochs": 8, "batch_size": 32},
    })
    trained, costs = answer["network"], answer["costs"]

    def accuracy(X, labels):
        answer = call(client, "forward", {
            "layout": "keras",
            "precision": "float32",
            "mode": "inference",  # Nothing is dropped, and the running statistics normalize.
            "network": trained,
            "batch": {"X": X.tolist()},
        })
        return np.mean(np.argmax(answer["outputs"], axis=1) == labels)

    on_train, on_test = accuracy(images, train), accuracy(others, test)
    print(f"residual convolutional network, {len(images)} digits, {len(costs)} epochs")
    print(f"cost      {costs[0]:.4f} in the first epoch, {costs[-1]:.4f} in the last")
    print(f"accuracy  {on_train:.4f} on these digits, {on_test:.4f} on {len(others)} others")
    return on_train, on_test


def main():
    with service() as client:
        on_train, on_test = run(client)
    return 0 if on_train >= 0.98 and on_test >= 0.96 else 1


if __name__ == "__main__":
    sys.exit(main())

"""Trains a network on scikit-learn's handwritten digits through the service, and tests it.

    GRADIENTD=.build/release/gradientd python Examples/digits.py

starts a service of its own. Exits with 1 if the network has not learnt the digits.
"""

import sys

import numpy as np
from service import call, service
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def digits():
    """X and labels to learn from, then a fifth of them that is held out: X, X, labels, labels."""
    X, labels = load_digits(return_X_y=True)
    X = X / 16  # Grey levels from 0 to 1.
    return train_test_split(X, labels, test_size=0.2, stratify=labels, random_state=0)


def accuracy(client, layers, X, labels):
    answer = call(client, "forward", {
        "layout": "pytorch",  # One example a row, as scikit-learn has them.
        "network": {"layers": layers},
        "batch": {"X": X.tolist()},
    })
    return np.mean(np.argmax(answer["outputs"], axis=1) == labels)


def run(client):
    """Trains and tests; the accuracies on what it learnt from and on the rest."""
    X_train, X_test, train, test = digits()
    answer = call(client, "train", {
        "layout": "pytorch",
        "network": {
            "layers": [
                {"units": 32, "activation": "relu"},
                {"units": 10, "activation": "softmax"},
            ],
            "initializer": "he_normal",
            "seed": 1,
        },
        "batch": {"X": X_train.tolist(), "Y": train.tolist()},
        "loss": "sparse_categorical_crossentropy",
        "training": {"optimizer": "adam", "learning_rate": 0.003, "epochs": 40, "batch_size": 32},
    })
    layers, costs = answer["network"]["layers"], answer["costs"]
    on_train = accuracy(client, layers, X_train, train)
    on_test = accuracy(client, layers, X_test, test)
    print(f"64-32-10 network, {len(X_train)} digits, {len(costs)} epochs")
    print(f"cost      {costs[0]:.4f} in the first epoch, {costs[-1]:.4f} in the last")
    print(f"accuracy  {on_train:.4f} on these digits, {on_test:.4f} on {len(X_test)} others")
    return on_train, on_test


def main():
    with service() as client:
        on_train, on_test = run(client)
    return 0 if on_train >= 0.97 and on_test >= 0.93 else 1


if __name__ == "__main__":
    sys.exit(main())

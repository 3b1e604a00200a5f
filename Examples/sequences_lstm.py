"""Teaches an LSTM the adding problem: the sum of two marked numbers of a sequence.

    GRADIENTD=.build/release/gradientd python Examples/sequences_lstm.py

starts a service of its own. Exits with 1 if the LSTM has not learnt to remember and to add
(Hochreiter and Schmidhuber, 1997, Experiment 4).
"""

import sys

import numpy as np
from service import call, service

TIME = 8


def sequences(count, seed):
    """X, count × TIME × 2: a number from 0 to 1, and 1 where it is marked; Y, the sums."""
    random = np.random.default_rng(seed)
    numbers = random.random((count, TIME))
    marks = np.zeros((count, TIME))
    for row in marks:
        row[random.choice(TIME, 2, replace=False)] = 1
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1, keepdims=True)


def run(client):
    """Trains and tests; the mean squared error on new sequences, and that of the best constant."""
    (X, Y), (X_new, Y_new) = sequences(1000, seed=1), sequences(500, seed=2)
    answer = call(client, "train", {
        "layout": "keras",  # A sequence is time × features.
        "network": {"layers": [
            {"type": "lstm", "units": 16, "initializer": "glorot_uniform", "seed": 1},
            {"units": 1, "initializer": "glorot_uniform", "seed": 2},
        ]},
        "batch": {"X": X.tolist(), "Y": Y.tolist()},
        "loss": "mean_squared_error",
        "training": {"optimizer": "adam", "learning_rate": 0.01, "epochs": 60, "batch_size": 32},
    })
    costs = answer["costs"]
    answer = call(client, "forward", {
        "layout": "keras",
        "network": answer["network"],
        "batch": {"X": X_new.tolist()},
    })
    error, constant = np.mean((answer["outputs"] - Y_new) ** 2), np.var(Y_new)
    print(f"LSTM of 16 units, {len(X)} sequences of {TIME} steps, {len(costs)} epochs")
    print(f"cost   {costs[0]:.4f} in the first epoch, {costs[-1]:.5f} in the last")
    print(f"error  {error:.5f} on {len(X_new)} new sequences, {constant:.4f} of their mean")
    return error, constant


def main():
    with service() as client:
        error, constant = run(client)
    return 0 if error <= constant / 50 else 1


if __name__ == "__main__":
    sys.exit(main())

"""Teaches a small attention network to look a key up in a list of keys and their values.

    GRADIENTD=.build/release/gradientd python Examples/sequences_attention.py

starts a service of its own. Exits with 1 if the network has not learnt to look up. Each sequence
lists keys, one a word, in any order and each with a value drawn anew; its last word asks for one of
them. Only who compares the question with each word of the list can tell (associative recall).
"""

import sys

import numpy as np
from service import call, service

KEYS, VALUES = 5, 4
WORDS = KEYS * VALUES + KEYS  # Each key with each value, then the questions.
TIME = KEYS + 1
FEATURES = 32


def sequences(count, seed):
    """X, count × TIME: indices of words; Y: the value that was asked for."""
    random = np.random.default_rng(seed)
    keys = random.permuted(np.tile(np.arange(KEYS), (count, 1)), axis=1)
    values = random.integers(0, VALUES, (count, KEYS))
    asked = random.integers(0, KEYS, count)  # The place in the list, so any key.
    rows = np.arange(count)
    question = KEYS * VALUES + keys[rows, asked]
    return np.column_stack([keys * VALUES + values, question]), values[rows, asked]


LAYERS = [
    {"type": "embedding", "input_dim": WORDS, "output_dim": FEATURES, "name": "words",
     "initializer": {"type": "random_normal", "scale": 1}, "seed": 1},
    {"type": "multi_head_attention", "num_heads": 2, "key_dim": FEATURES // 2, "name": "attention",
     "initializer": "glorot_uniform", "seed": 2},
    {"type": "add", "inputs": ["words", "attention"]},
    {"type": "layer_normalization"},
    # The mean over the words, as an image of one column.
    {"type": "reshape", "target_shape": [TIME, 1, FEATURES]},
    {"type": "global_average_pooling2d"},
    {"units": VALUES, "activation": "softmax", "initializer": "glorot_uniform", "seed": 3},
]


def run(client):
    """Trains and tests; the accuracy on new sequences."""
    (X, Y), (X_new, Y_new) = sequences(2000, seed=1), sequences(500, seed=2)
    answer = call(client, "train", {
        "layout": "keras",  # A sequence is time × features.
        "network": {"layers": LAYERS},
        "batch": {"X": X.tolist(), "Y": Y.tolist()},
        "loss": "sparse_categorical_crossentropy",
        "training": {"optimizer": "adam", "learning_rate": 0.005, "epochs": 40, "batch_size": 50},
    })
    costs = answer["costs"]
    answer = call(client, "forward", {
        "layout": "keras",
        "network": answer["network"],
        "batch": {"X": X_new.tolist()},
    })
    accuracy = np.mean(np.argmax(answer["outputs"], axis=1) == Y_new)
    print(f"attention of 2 heads, {len(X)} sequences of {TIME} words, {len(costs)} epochs")
    print(f"cost      {costs[0]:.4f} in the first epoch, {costs[-1]:.4f} in the last")
    print(f"accuracy  {accuracy:.4f} on {len(X_new)} new sequences, {1 / VALUES:.2f} by chance")
    return accuracy


def main():
    with service() as client:
        accuracy = run(client)
    return 0 if accuracy >= 0.98 else 1


if __name__ == "__main__":
    sys.exit(main())

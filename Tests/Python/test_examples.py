"""The examples of networks other than dense ones, each with a bar that it has to pass."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "Examples"))
import digits_residual  # noqa: E402
import sequences_attention  # noqa: E402
import sequences_lstm  # noqa: E402


def test_a_residual_convolutional_network_learns_the_digits(client):
    trained_on, held_out = digits_residual.run(client)
    assert trained_on >= 0.98
    assert held_out >= 0.96


def test_an_lstm_remembers_and_adds(client):
    error, constant = sequences_lstm.run(client)
    assert error <= constant / 50


def test_attention_looks_a_key_up(client):
    assert sequences_attention.run(client) >= 0.98

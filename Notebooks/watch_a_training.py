# %% [markdown]
# # Watch a training
#
# `/train` answers when it is done, or tells how it goes: events, a line each. This notebook draws
# them as they come, stops a training that goes wrong, and leaves one to itself to find it again.

# %%
import os

import gradientd
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from sklearn.datasets import load_digits

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()
digits = load_digits()
X, Y = digits.data / 16, digits.target
batch, held_out = (X[:1200], Y[:1200]), (X[1200:], Y[1200:])
network = gradientd.Network(
    [{"units": 32, "activation": "relu"}, {"units": 10, "activation": "softmax"}],
    {"layout": "keras", "loss": "sparse_categorical_crossentropy"},
    {"initializer": "he_normal", "seed": 1})
settings = {"optimizer": "adam", "learning_rate": 0.002, "epochs": 40, "batch_size": 50,
            "shuffle": {"seed": 0}, "validation": held_out, "metrics": ["accuracy"]}

# %% [markdown]
# ## A bar

# %%
training = client.train(network, *batch, progress=True, **settings)
training

# %% [markdown]
# ## A curve that is drawn while it learns
#
# Each event has what was reported of its epoch, under the names of the contract. The picture is
# replaced with every fourth.

# %%
seen, figure = [], plt.figure(figsize=(6, 3), layout="constrained")
picture = display(figure, display_id=True)
for event in client.train_events(network, *batch, **settings):
    if event.kind == "epoch":
        seen.append([event["loss:mean"], event["validation.loss:mean"]])
        if event.epoch % 4 == 0:
            figure.clear()
            axis = figure.subplots()
            axis.semilogy(np.arange(1, len(seen) + 1), seen, label=["training", "held out"])
            axis.set(xlabel="epoch", ylabel="mean loss")
            axis.legend()
            picture.update(figure)
plt.close(figure)
print("the same network as without watching:",
      all(np.array_equal(one["W"], other["W"])
          for one, other in zip(event.result.network.layers, training.network.layers)))

# %% [markdown]
# ## Stop when it has seen enough
#
# Leaving the loop ends the training, on the server too. Here as soon as nine out of ten of the held
# out digits are read rightly:

# %%
for event in client.train_events(network, *batch, **settings):
    if event.kind == "epoch" and event["validation.accuracy:mean"] >= 0.9:
        print("epoch", event.epoch, "accuracy", round(event["validation.accuracy:mean"], 3))
        break

# %% [markdown]
# ## A training that goes wrong
#
# `watch` reports how far each step moves each array, relative to its length. About 10⁻³ is usual.
# With η = 8 the first steps are so long that no hidden unit is on for any digit: the slope of relu is
# 0 for all of them, and nothing moves any more (0 is drawn at 10⁻⁸). The cost alone looks like a
# training that has converged.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained", sharex=True)
for rate, colour in [(0.05, "C2"), (1.0, "C1"), (8.0, "C3")]:
    found = client.train(network, *batch, optimizer="sgd", learning_rate=rate, epochs=40,
                         batch_size=50, watch=["update_ratios"])
    epochs = found.history["epoch"]
    axes[0].semilogy(epochs, found.history["loss:mean"], color=colour, label=f"η = {rate:g}")
    axes[1].semilogy(epochs, found.history["layers.0.W.update_ratio:last"] + 1e-8, color=colour)
    print(f"η = {rate:g}: {found.outcome}, cost at the end {found.costs[-1]:.3g}")
axes[0].set(xlabel="epoch", ylabel="mean loss")
axes[1].set(xlabel="epoch", ylabel="‖ΔW[1]‖ / ‖W[1]‖ of the last step")
axes[0].legend()
plt.show()

# %% [markdown]
# ## Left alone, and found again
#
# A run goes on without this notebook, and after a restart of the service. All that is needed to find
# it is its id.

# %%
run = client.runs.start(network, *batch, **settings)
name = run.id
del run

again = client.runs[name]
again.wait()
print(again.state, "· accuracy on the held out:",
      round(again.result().evaluation["validation"]["accuracy:mean"], 3))

# %% [markdown]
# Its events are kept, too, so that a curve can be drawn of a training that nobody has watched:

# %%
events = [event for event in again.events() if event.kind == "epoch"]
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
epochs = [event.epoch for event in events]
axis.plot(epochs, [event["accuracy:mean"] for event in events], label="training")
axis.plot(epochs, [event["validation.accuracy:mean"] for event in events], label="held out")
axis.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
axis.legend()
plt.show()

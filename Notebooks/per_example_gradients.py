# %% [markdown]
# # Per-example gradients
#
# A batch's gradient is a mean, and a mean hides who pulls where. `per_example` tells each example's
# own gradient, or, without a copy of the parameters for each example, its norm and direction. Here it
# finds digits with wrong labels, and says how large a batch is worth its time.

# %%
import os

import gradientd
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()
LOSS = "sparse_categorical_crossentropy"

# %% [markdown]
# ## Digits, a few of them with a wrong label
#
# 1000 handwritten digits of 8 × 8 pixels, an example a row. 40 labels are made wrong.

# %%
digits = load_digits()
X, truth = digits.data[:1000] / 16, digits.target[:1000]
rng = np.random.default_rng(0)
flipped = rng.choice(1000, 40, replace=False)
Y = truth.copy()
Y[flipped] = (truth[flipped] + rng.integers(1, 10, 40)) % 10

network = gradientd.Network(
    [{"units": 32, "activation": "relu"}, {"units": 10, "activation": "softmax"}],
    {"layout": "keras"}, {"seed": 2})
training = client.train(network, X, Y, LOSS, optimizer="adam", learning_rate=0.003, epochs=25,
                        batch_size=50, shuffle={"seed": 0}, metrics=["accuracy"])
print("accuracy on the given labels:", training.evaluation["batch"]["accuracy:mean"])

# %% [markdown]
# ## The mean of the gradients is the gradient of the mean
#
# Of ten examples, each one's own dW, and their mean beside the batch's. This is why the 1/m stands in
# dW at all.

# %%
few = client.backward(training.network, X[:10], Y[:10], LOSS, per_example="gradients")
own = few.per_example[1]["dW"]
print("each example's own:", own.shape, "  the batch's:", few.layers[1].dW.shape)
print("the mean is the batch's to rounding:",
      np.allclose(own.mean(axis=0), few.layers[1].dW, rtol=1e-12, atol=1e-16))

# %% [markdown]
# ## Who pulls hardest
#
# `statistics` has the norm of each example's gradient. An example that the network has learnt pulls
# little. One whose label is wrong pulls hard. How hard is bounded: a loss may grow without end, but its
# dZ is A − Y, whose norm is at most √2.

# %%
answer = client.backward(training.network, X, Y, LOSS, per_example="statistics", include=["losses"])
norms = answer.per_example[1]["dW"]["norms"]
wrong = np.zeros(1000, bool)
wrong[flipped] = True

figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
bins = np.logspace(-3, 1.4, 40)
axes[0].hist([norms[~wrong], norms[wrong]], bins, stacked=True, color=["C0", "C3"],
             label=["right label", "wrong label"])
axes[0].set(xscale="log", yscale="log", xlabel="‖dW[2]‖ of the example's own loss",
            ylabel="examples")
axes[0].legend(loc="upper left")
axes[1].plot(answer.losses[~wrong], norms[~wrong], ".", color="C0", markersize=3)
axes[1].plot(answer.losses[wrong], norms[wrong], ".", color="C3")
axes[1].set(xlabel="loss of the example", ylabel="‖dW[2]‖", xscale="log", yscale="log",
            title="The gradient saturates, the loss does not", xlim=(1e-4, 20), ylim=(1e-3, 20))
plt.show()

# %% [markdown]
# The 40 examples with the largest norms, and how many of them have a wrong label:

# %%
hardest = np.argsort(norms)[::-1][:40]
print("wrong labels among the 40 hardest:", wrong[hardest].sum(), "of 40; by chance it were 1 or 2")
figure, axes = plt.subplots(2, 10, figsize=(10, 2.6), layout="constrained")
for axis, example in zip(axes.flat, hardest):
    axis.imshow(X[example].reshape(8, 8), cmap="gray_r")
    axis.set_title(f"“{Y[example]}”", color="C3" if wrong[example] else "C0", fontsize=11)
    axis.axis("off")
figure.suptitle("The hardest, with the label that they came with (red: it is wrong)", fontsize=10)
plt.show()

# %% [markdown]
# ## How large a batch is worth it
#
# With $g_i$ an example's gradient and $\bar g$ the mean, a batch of B examples estimates $\bar g$ with
# the variance $\frac1B \cdot \frac1m \sum_i \|g_i - \bar g\|^2$. It is as large as $\|\bar g\|^2$ itself at
#
# $$B = \frac{\frac1m\sum_i\|g_i - \bar g\|^2}{\|\bar g\|^2},$$
#
# one over the signal-to-noise ratio. A smaller batch mostly follows the noise, and a larger one costs
# more than it tells. It grows while the network learns: at first all examples want the same.

# %%
epochs, noise = [0, 1, 2, 4, 8, 16, 32], []
for epoch in epochs:
    trained = network if epoch == 0 else client.train(
        network, X, truth, LOSS, optimizer="adam", learning_rate=0.003, epochs=epoch,
        batch_size=50, shuffle={"seed": 0}).network
    found = client.backward(trained, X, truth, LOSS, per_example="statistics", include=[])
    noise.append([1 / layer["dW"]["signal_to_noise"] for layer in found.per_example])

figure, axis = plt.subplots(figsize=(6, 3.2), layout="constrained")
for layer, values in enumerate(np.transpose(noise), 1):
    axis.plot(epochs, values, "o-", label=f"dW[{layer}]")
axis.set(xscale="symlog", yscale="log", xlabel="epochs of training",
         ylabel="B with as much noise as signal", xticks=epochs, xticklabels=epochs)
axis.legend()
plt.show()

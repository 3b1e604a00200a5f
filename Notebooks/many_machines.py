# %% [markdown]
# # Many machines
#
# A batch that is too large for one request, or for one machine, is cut into blocks of examples. Dask
# holds the blocks and runs the tasks; each worker sends a block to one of several replicas of the
# service. In the convention `sum` there is no 1/m anywhere, so that what comes back can be added up:
#
# $$\sum_{i=1}^m \frac{\partial L_i}{\partial W} = \sum_{\text{blocks}}\ \sum_{i \in \text{block}} \frac{\partial L_i}{\partial W},
#   \qquad \frac{\partial J}{\partial W} = \frac1m\sum_{i=1}^m \frac{\partial L_i}{\partial W}$$
#
# and the 1/m is put on once, at the end. The mean of the blocks' means would be wrong wherever the
# last block is shorter than the others.

# %%
import logging
import os
import signal

import dask.array as da
import gradientd
import matplotlib.pyplot as plt
import numpy as np
from distributed import Client, LocalCluster
from gradientd.distributed import NotShardable, backward, fit
from sklearn.datasets import load_digits

logging.getLogger("distributed").setLevel(logging.CRITICAL)

# %% [markdown]
# Two replicas and two workers. Here they are processes on this machine; elsewhere `replicas` would be
# the addresses of machines, and `Client` that of a Dask cluster that is there already.

# %%
services = [gradientd.LocalService() for _ in range(2)]
replicas = [service.url for service in services]
cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,
                       silence_logs=logging.CRITICAL)
client = Client(cluster)

digits = load_digits()
X, Y = digits.data / 16, digits.target
blocks = [da.from_array(array, chunks=(400,) + array.shape[1:]) for array in (X, Y)]
network = gradientd.Network(
    [{"units": 32, "activation": "relu"}, {"units": 10, "activation": "softmax"}],
    {"layout": "keras", "loss": "sparse_categorical_crossentropy"},
    {"initializer": "he_normal", "seed": 1})
blocks[0]

# %% [markdown]
# ## One gradient
#
# 1797 digits in five blocks, the last of which has 197. Beside it, the same in one request.

# %%
spread = backward(client, replicas, network, *blocks)
alone = gradientd.Client(replicas[0])
whole = alone.backward(network, X, Y)
for index, (some, all_) in enumerate(zip(spread.layers, whole.layers), 1):
    difference = np.abs(some.dW - all_.dW).max() / np.abs(all_.dW).max()
    print(f"dW[{index}] of the blocks is that of one request, to 1e-12: {difference < 1e-12}")
spread

# %% [markdown]
# And what the mean of the blocks' means would have been:

# %%
means = [alone.backward(network, X[start:start + 400], Y[start:start + 400]).layers[0].dW
         for start in range(0, len(X), 400)]
error_of_means = np.mean(means, axis=0) - whole.layers[0].dW
error_of_sums = spread.layers[0].dW - whole.layers[0].dW
figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
for error, label in [(error_of_means, "mean of the blocks' means"),
                     (error_of_sums, "sums, divided once")]:
    axis.hist(np.log10(np.abs(error[error != 0])), bins=60, alpha=0.7, label=label)
axis.set(xlabel="log₁₀ |error of a number of dW[1]|", ylabel="numbers")
axis.legend()
plt.show()

# %% [markdown]
# ## A training, and a replica that dies
#
# Each step takes the gradient of all blocks, and the service's own optimizer takes the step. After
# epoch 8 the first replica is killed. Its blocks go to the other one, and nothing else happens.

# %%
settings = {"optimizer": "adam", "learning_rate": 0.01, "epochs": 20}
undisturbed = fit(client, replicas, network, *blocks, **settings)


def kill(epoch, cost):
    if epoch == 8:
        os.kill(services[0].pid, signal.SIGKILL)


disturbed = fit(client, replicas, network, *blocks, on_epoch=kill, **settings)
one_service = gradientd.Client(replicas[1]).train(network, X, Y, **settings)
print("with a dead replica, the same bits:",
      np.array_equal(disturbed.costs, undisturbed.costs)
      and all(np.array_equal(one["W"], other["W"])
              for one, other in zip(disturbed.network.layers, undisturbed.network.layers)))
print(disturbed.settings["rule"])

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
epochs = np.arange(1, 21)
axes[0].semilogy(epochs, one_service.costs, color="C0", linewidth=5, alpha=0.3,
                 label="/train, one service")
axes[0].semilogy(epochs, disturbed.costs, color="C0", label="fit, five blocks")
axes[0].axvline(8, color="C3", linewidth=1)
axes[0].text(8.3, 1.8, "a replica is killed", color="C3")
axes[0].set(xlabel="epoch", ylabel="cost J")
axes[0].legend(loc="lower left")
axes[1].semilogy(epochs, np.abs(disturbed.costs / one_service.costs - 1) + 1e-17, ".-")
axes[1].axhline(np.finfo(float).eps, color="gray", linewidth=1, linestyle="--",
                label="spacing of numbers at 1")
axes[1].legend()
axes[1].set(xlabel="epoch", ylabel="relative difference of the two", ylim=(1e-17, 1e-12))
plt.show()

# %% [markdown]
# ## What does not add up
#
# Batch normalization takes its mean and variance from the batch: each example is in every other's
# loss, and a block is another batch. The service refuses, and says why. Dropout's mask is drawn for
# the whole batch, and is refused too.

# %%
for layer in [{"type": "batch_normalization"}, {"type": "dropout", "rate": 0.5}]:
    try:
        backward(client, replicas[1:], [layer, *network.layers], *blocks, layout="keras",
                 loss="sparse_categorical_crossentropy")
    except (gradientd.RequestError, NotShardable) as error:
        print(str(error).split("\n")[0])

# %%
client.close()
cluster.close()
for service in services:
    service.close()

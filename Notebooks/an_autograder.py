# %% [markdown]
# # An autograder
#
# A course hands out a network and a batch, and students hand in `backward`. Comparing their arrays
# with a solution's says *wrong* of everything that follows from one slip, and of everybody who derives
# from the cost. Here each derivative is judged given the student's own before it, either convention is
# right, and the mistake has a name that can be talked about.

# %%
import os
import textwrap

import gradientd
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

client = gradientd.Client() if "GRADIENTD_URL" in os.environ else gradientd.local()

# %% [markdown]
# ## The assignment
#
# Iris, three kinds, as a network 4 – 6 – 3 with relu and softmax, and an L2 penalty
# $\frac{\lambda}{2m}\sum W^2$. An example is a column.

# %%
iris = load_iris()
X = (iris.data.T - iris.data.mean(axis=0)[:, None]) / iris.data.std(axis=0)[:, None]
Y = np.eye(3)[iris.target].T
m, lam = X.shape[1], 3.0
rng = np.random.default_rng(4)
W1, b1 = rng.standard_normal((6, 4)), 0.1 * rng.standard_normal((6, 1))
W2, b2 = rng.standard_normal((3, 6)), 0.1 * rng.standard_normal((3, 1))
Z1 = W1 @ X + b1
A1 = np.maximum(Z1, 0)
Z2 = W2 @ A1 + b2
A2 = np.exp(Z2) / np.exp(Z2).sum(axis=0)

assignment = {
    "network": [{"W": W1, "b": b1, "activation": "relu"},
                {"W": W2, "b": b2, "activation": "softmax"}],
    "X": X, "Y": Y, "loss": "categorical_crossentropy",
    "penalty": {"l2": lam, "scale": "lambda/2m"}}


def total(dZ):
    return dZ.sum(axis=1, keepdims=True)


def backward(dZ2=None, dW2=None, db2=None, dA1=None, slope=None, dW1=None, db1=None):
    """A right solution, of which a student may replace any line."""
    dZ2 = (dZ2 or (lambda: A2 - Y))()
    dW2 = (dW2 or (lambda dZ: dZ @ A1.T / m + lam / m * W2))(dZ2)
    db2 = (db2 or (lambda dZ: total(dZ) / m))(dZ2)
    dA1 = (dA1 or (lambda dZ: W2.T @ dZ))(dZ2)
    dZ1 = dA1 * (slope or (lambda: Z1 > 0))()
    dW1 = (dW1 or (lambda dZ: dZ @ X.T / m + lam / m * W1))(dZ1)
    db1 = (db1 or (lambda dZ: total(dZ) / m))(dZ1)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}

# %% [markdown]
# ## What was handed in

# %%
handed_in = {
    "Ada": backward(),
    "Ben": backward(dZ2=lambda: (A2 - Y) / m, dW2=lambda dZ: dZ @ A1.T + lam / m * W2, db2=total,
                    dW1=lambda dZ: dZ @ X.T + lam / m * W1, db1=total),
    "Cleo": backward(dZ2=lambda: Y - A2),
    "Dan": backward(slope=lambda: 1),
    "Eva": backward(db1=total, db2=total),
    "Finn": backward(dW2=lambda dZ: dZ @ A1.T / m, dW1=lambda dZ: dZ @ X.T / m),
    "Gül": backward(dW2=lambda dZ: (dZ @ A1.T + 2 * lam * W2) / m,
                    dW1=lambda dZ: (dZ @ X.T + 2 * lam * W1) / m),
    "Hugo": backward(dW1=lambda dZ: (dZ @ X.T / m + lam / m * W1).T),
    "Ines": backward(db2=lambda dZ: dZ.mean(keepdims=True), db1=lambda dZ: dZ.mean(keepdims=True)),
    "Jan": backward(dW2=lambda dZ: dZ @ np.maximum(Z1, 0.01 * Z1).T / m + lam / m * W2),
}
grades = {name: client.check(**assignment, submitted=submitted)
          for name, submitted in handed_in.items()}

# %% [markdown]
# ## The grades
#
# In order from the last layer back. *Carried forward* follows rightly from a wrong one before it, and
# costs nothing.

# %%
colours = {"correct": "#2e8b57", "other_convention": "#3b7dd8", "carried_forward": "#9bbf6b",
           "wrong": "#d0453e", "misshapen": "#c77700"}
order = ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
for row, grade in enumerate(grades.values()):
    for tensor in grade.tensors:
        column = order.index(tensor.name)
        axis.barh(row, 0.95, left=column, color=colours[tensor.verdict])
        axis.text(column + 0.47, row, tensor.verdict.replace("_", "\n"), ha="center", va="center",
                  color="white", fontsize=7)
    axis.text(6.1, row, f"{grade.score:.0%}", va="center")
axis.set(yticks=range(len(grades)), yticklabels=grades, xticks=np.arange(6) + 0.47,
         xticklabels=order, xlim=(0, 6.5))
axis.invert_yaxis()
axis.spines[:].set_visible(False)
plt.show()

# %% [markdown]
# ## What to tell them

# %%
for name, grade in grades.items():
    said = [f"{mistake.name} ({', '.join(mistake.tensors)}): {mistake.sentence}"
            for mistake in grade.mistakes]
    said += [tensor.sentence for tensor in grade.tensors if tensor.verdict == "misshapen"]
    if grade.correct:
        said = [f"right, in convention {' and '.join(grade.conventions)}"]
    print(textwrap.fill(f"{name}: {'  '.join(said)}", 98, subsequent_indent="      "))

# %% [markdown]
# Eva's score is that of two slips, although only one thing was misunderstood: `mistakes` has each once,
# for those who grade by mistakes. Jan's is one that the service has no name for, and says so.
#
# ## What comparing would have said
#
# The share of the arrays that `np.allclose` calls equal to the solution's, beside the score above. Ben,
# who derives from the cost, and Cleo, who has one sign wrong, are the ones it does not do justice to.

# %%
solution = handed_in["Ada"]
compared = [np.mean([solution[name].shape == submitted[name].shape
                     and np.allclose(solution[name], submitted[name]) for name in order])
            for submitted in handed_in.values()]
figure, axis = plt.subplots(figsize=(8, 2.8), layout="constrained")
places = np.arange(len(grades))
axis.bar(places - 0.2, compared, 0.4, color="C7", label="np.allclose")
axis.bar(places + 0.2, [grade.score for grade in grades.values()], 0.4, color="C2", label="/check")
axis.set(xticks=places, xticklabels=grades, ylabel="score", ylim=(0, 1.3))
axis.legend(ncols=2, loc="upper right")
plt.show()

# %% [markdown]
# ## A batch that tells mistakes apart
#
# Grading is only as good as the batch. With one example there is no telling a 1/m that is missing from
# one that is there. The service says what a batch cannot tell, and with `probe=True` answers one that
# can:

# %%
one = {**assignment, "X": X[:, :1], "Y": Y[:, :1]}
weak = client.check(**one, submitted={"dZ2": (A2 - Y)[:, :1], "db2": (A2 - Y)[:, :1]}, probe=True)
for ambiguity in weak.ambiguities:
    print("-", textwrap.fill(ambiguity["sentence"], 96, subsequent_indent="  "))
print("a batch that tells more: X", weak.probe.batch["X"].shape, " Y", weak.probe.batch["Y"].shape)

# %% [markdown]
# On a grader's machine without a server, `gradientd check --grade FILE` does the same with a file, and
# ends with status 0 where the submission is right and 1 where it is not.

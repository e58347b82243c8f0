"""Small networks, trained in JAX on the CPU: one hidden layer of tanh or none, full batch, Adam, fixed seed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

LIMIT = 4
DECAYS = [1e-3, 1e-2, 3e-2, 1e-1]
FOLDS = 3


def train_network(x: np.ndarray, target: np.ndarray, weight: np.ndarray, hidden: int, decay: float, steps: int = 1500) -> dict:
    """Inputs are standardised and clipped at four standard deviations; without hidden units it is a logistic regression. `target` has one column (a probability, logistic loss) or one for
    each kind (softmax loss); `weight` is what a row counts. Slope 1 and offset 0 until calibrated."""
    random = np.random.default_rng(1)
    share = weight / weight.sum()
    mean = share @ x
    scale = np.maximum(np.sqrt(share @ (x - mean) ** 2), 1e-3)
    inputs = np.clip((x - mean) / scale, -LIMIT, LIMIT)
    weights = _layer(random, "out", hidden or x.shape[1], target.shape[1])
    if hidden > 0:
        weights |= _layer(random, "hidden", x.shape[1], hidden)
    found = _trained(*jax.tree.map(jnp.float32, (weights, inputs, target, share, decay)), steps)
    trained = {name: np.asarray(value, float) for name, value in found.items()}
    return {**trained, "mean": mean, "scale": scale, "slope": 1.0, "offset": np.zeros(target.shape[1])}


def _layer(random: np.random.Generator, name: str, inputs: int, outputs: int) -> dict:
    return {f"{name}_w": random.normal(0, 1 / np.sqrt(inputs), (inputs, outputs)), f"{name}_b": np.zeros(outputs)}


@partial(jax.jit, static_argnames="steps")
def _trained(weights: dict, inputs: jax.Array, target: jax.Array, share: jax.Array, decay: jax.Array, steps: int) -> dict:
    def loss(weights: dict) -> jax.Array:
        logits = _logits(weights, inputs, jnp.tanh)
        if logits.shape[1] == 1:
            lost = jnp.logaddexp(0, logits[:, 0]) - target[:, 0] * logits[:, 0]
        else:
            lost = -(target * jax.nn.log_softmax(logits)).sum(axis=1)
        return share @ lost + decay / 2 * sum((weight**2).sum() for name, weight in weights.items() if name.endswith("_w"))

    def step(number: jax.Array, state: tuple[dict, Adam]) -> tuple[dict, Adam]:
        weights, adam = state
        change, adam = adam_step(adam, jax.grad(loss)(weights), number + 1)
        rate = 0.02 * (0.5 * (1 + jnp.cos(jnp.pi * (number + 1) / steps)) + 0.02)
        return jax.tree.map(lambda value, by: value - rate * by, weights, change), adam

    return lax.fori_loop(0, steps, step, (weights, adam_start(weights)))[0]


class Adam(NamedTuple):
    """Running means of the gradients and of their squares."""

    first: dict
    second: dict


def adam_start(params: dict) -> Adam:
    return Adam(jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params))


def adam_step(adam: Adam, gradients: dict, step: int | jax.Array) -> tuple[dict, Adam]:
    """By how much, times the rate, each parameter is to be lowered in this step, from 1 on (Kingma and Ba 2015)."""
    first = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, adam.first, gradients)
    second = jax.tree.map(lambda old, new: 0.999 * old + 0.001 * new**2, adam.second, gradients)
    change = jax.tree.map(lambda m, v: m / (1 - 0.9**step) / (jnp.sqrt(v / (1 - 0.999**step)) + 1e-8), first, second)
    return change, Adam(first, second)


def choose_decay(rows: "Rows", hidden: int) -> float:
    """The weight decay with the least log loss on training identities that are left out. Calibration and test stay unseen."""
    fold = fold_of(rows.subjects)

    def loss(decay: float) -> float:
        losses = []
        for left_out in range(FOLDS):
            inside, outside = rows.of(fold != left_out), rows.of(fold == left_out)
            network = train_network(inside.x, inside.target, inside.weight, hidden, decay, steps=500)
            losses.append(log_loss(predict(network, outside.x), outside.target, outside.weight))
        return float(np.mean(losses))

    return min(DECAYS, key=loss)


def log_loss(said: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    both = np.column_stack([said, 1 - said]) if said.shape[1] == 1 else said
    wanted = np.column_stack([target, 1 - target]) if target.shape[1] == 1 else target
    return float(-(weight[:, None] * wanted * np.log(np.maximum(both, 1e-6))).sum() / weight.sum())


def train_cross_fitted(rows: "Rows", held: "Rows", hidden: int, decay: float, steps: int) -> tuple[dict, list[dict]]:
    """The network of all rows, and for each fold of subjects (`fold_of`) one that has not seen it. All have one calibration (Platt's scaling,
    for kinds too): of what each network says of those that it has not seen, and the network of all of the rows `held`."""
    fold = fold_of(rows.subjects)
    whole = train_network(rows.x, rows.target, rows.weight, hidden, decay, steps)
    parts = [train_network(rows.x[fold != k], rows.target[fold != k], rows.weight[fold != k], hidden, decay, steps) for k in range(FOLDS)]
    unseen = [rows.of(fold == k) for k in range(FOLDS)] + [held]
    logit = np.concatenate([raw_logits(network, some.x) for network, some in zip([*parts, whole], unseen)])
    target = np.concatenate([some.target for some in unseen])
    weight = np.concatenate([some.weight / some.weight.sum() * len(some.x) for some in unseen])
    found = _calibration(logit, target, weight)
    return {**whole, **found}, [{**network, **found} for network in parts]


def train_calibrated(rows: "Rows", held: "Rows", hidden: int, decay: float, steps: int) -> dict:
    """The network of the rows, calibrated (Platt's scaling) on those `held`."""
    network = train_network(rows.x, rows.target, rows.weight, hidden, decay, steps)
    return {**network, **_calibration(raw_logits(network, held.x), held.target, held.weight)}


@dataclass(frozen=True)
class Rows:
    """What is learnt from, one row each: inputs, target (as `train_network` has it), what it counts, and whose it is."""

    x: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    subjects: np.ndarray

    def of(self, chosen: np.ndarray) -> "Rows":
        return Rows(self.x[chosen], self.target[chosen], self.weight[chosen], self.subjects[chosen])


def fold_of(subjects: np.ndarray) -> np.ndarray:
    """Which of the folds each row's subject ("family:identity") is in, whatever other subjects there are."""
    names, places = np.unique(subjects, return_inverse=True)
    return np.array([int(name.rsplit(":", 1)[1]) % FOLDS for name in names])[places]


def _calibration(logit: np.ndarray, target: np.ndarray, weight: np.ndarray, steps: int = 400) -> dict:
    """One slope for all logits and one offset each."""
    share = (weight / weight.sum())[:, None]
    slope, offset = 1.0, np.zeros(target.shape[1])
    for _ in range(steps):
        error = (probabilities(slope * logit + offset) - target) * share
        slope -= 0.5 * float((error * logit).sum()) / max(1.0, float((share * logit**2).sum()) ** 0.5)
        offset = offset - 0.5 * error.sum(axis=0)
    return {"slope": slope, "offset": offset}


def raw_logits(network: dict, x: np.ndarray) -> np.ndarray:
    inputs = np.clip((x - network["mean"]) / network["scale"], -LIMIT, LIMIT)
    return _logits(network, inputs, np.tanh)


def _logits(weights: dict, inputs, tanh: Callable):
    if "hidden_w" in weights:
        inputs = tanh(inputs @ weights["hidden_w"] + weights["hidden_b"])
    return inputs @ weights["out_w"] + weights["out_b"]


def predict(network: dict, x: np.ndarray) -> np.ndarray:
    return probabilities(network["slope"] * raw_logits(network, x) + network["offset"])


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Of one kind by itself, or of several that exclude each other."""
    if logits.shape[1] == 1:
        return 1 / (1 + np.exp(-np.clip(logits, -40, 40)))
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)

"""Small networks, trained in numpy: one hidden layer of tanh, full batch, Adam, fixed seed."""

from dataclasses import dataclass

import numpy as np

LIMIT = 4
DECAYS = [1e-3, 1e-2, 3e-2, 1e-1]
FOLDS = 3


def train_network(x: np.ndarray, target: np.ndarray, weight: np.ndarray, hidden: int, decay: float, steps: int = 1500) -> dict:
    """Inputs are standardised and clipped at four standard deviations. `target` has one column (a probability, logistic loss) or one for
    each kind (softmax loss); `weight` is what a row counts. Slope 1 and offset 0 until calibrated."""
    random = np.random.default_rng(1)
    share = weight / weight.sum()
    mean = share @ x
    scale = np.maximum(np.sqrt(share @ (x - mean) ** 2), 1e-3)
    inputs = np.clip((x - mean) / scale, -LIMIT, LIMIT)
    weights = {
        "hidden_w": random.normal(0, 1 / np.sqrt(x.shape[1]), (x.shape[1], hidden)),
        "hidden_b": np.zeros(hidden),
        "out_w": random.normal(0, 1 / np.sqrt(hidden), (hidden, target.shape[1])),
        "out_b": np.zeros(target.shape[1]),
    }
    first = {name: np.zeros_like(value) for name, value in weights.items()}
    second = {name: np.zeros_like(value) for name, value in weights.items()}
    for step in range(1, steps + 1):
        inside = np.tanh(inputs @ weights["hidden_w"] + weights["hidden_b"])
        error = (probabilities(inside @ weights["out_w"] + weights["out_b"]) - target) * share[:, None]
        back = (error @ weights["out_w"].T) * (1 - inside**2)
        gradients = {
            "hidden_w": inputs.T @ back + decay * weights["hidden_w"],
            "hidden_b": back.sum(axis=0),
            "out_w": inside.T @ error + decay * weights["out_w"],
            "out_b": error.sum(axis=0),
        }
        rate = 0.02 * (0.5 * (1 + np.cos(np.pi * step / steps)) + 0.02)
        for name, gradient in gradients.items():
            first[name] = 0.9 * first[name] + 0.1 * gradient
            second[name] = 0.999 * second[name] + 0.001 * gradient**2
            corrected = first[name] / (1 - 0.9**step), second[name] / (1 - 0.999**step)
            weights[name] = weights[name] - rate * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)
    return {**weights, "mean": mean, "scale": scale, "slope": 1.0, "offset": np.zeros(target.shape[1])}


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
    """Which of the folds each row's subject is in."""
    return np.unique(subjects, return_inverse=True)[1] % FOLDS


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
    return np.tanh(inputs @ network["hidden_w"] + network["hidden_b"]) @ network["out_w"] + network["out_b"]


def predict(network: dict, x: np.ndarray) -> np.ndarray:
    return probabilities(network["slope"] * raw_logits(network, x) + network["offset"])


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Of one kind by itself, or of several that exclude each other."""
    if logits.shape[1] == 1:
        return 1 / (1 + np.exp(-np.clip(logits, -40, 40)))
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)

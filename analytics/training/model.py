"""A small network, trained in numpy: one hidden layer of tanh, full batch, Adam, fixed seed."""

import numpy as np

HIDDEN = 12


def train_network(x: np.ndarray, y: np.ndarray, decay: float, steps: int = 1500, seed: int = 1) -> dict:
    """Weights for standardised inputs clipped at four standard deviations; slope 1 and offset 0 until calibrated."""
    random = np.random.default_rng(seed)
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-3)
    inputs = np.clip((x - mean) / scale, -4, 4)
    weights = {
        "hidden_w": random.normal(0, 1 / np.sqrt(x.shape[1]), (x.shape[1], HIDDEN)),
        "hidden_b": np.zeros(HIDDEN),
        "out_w": random.normal(0, 1 / np.sqrt(HIDDEN), (HIDDEN, 1)),
        "out_b": np.zeros(1),
    }
    first = {name: np.zeros_like(value) for name, value in weights.items()}
    second = {name: np.zeros_like(value) for name, value in weights.items()}
    target = y.astype(float)[:, None]
    for step in range(1, steps + 1):
        hidden = np.tanh(inputs @ weights["hidden_w"] + weights["hidden_b"])
        output = sigmoid(hidden @ weights["out_w"] + weights["out_b"])
        error = (output - target) / len(target)
        back = (error @ weights["out_w"].T) * (1 - hidden**2)
        gradients = {
            "hidden_w": inputs.T @ back + decay * weights["hidden_w"],
            "hidden_b": back.sum(axis=0),
            "out_w": hidden.T @ error + decay * weights["out_w"],
            "out_b": error.sum(axis=0),
        }
        for name, gradient in gradients.items():
            first[name] = 0.9 * first[name] + 0.1 * gradient
            second[name] = 0.999 * second[name] + 0.001 * gradient**2
            rate = 0.01 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            weights[name] = weights[name] - rate * first[name] / (np.sqrt(second[name]) + 1e-8)
    return {"mean": mean, "scale": scale, **weights, "slope": 1.0, "offset": 0.0}


DECAYS = (1e-3, 3e-3, 1e-2, 3e-2)


def choose_decay(x: np.ndarray, y: np.ndarray, subjects: np.ndarray, folds: int = 4) -> float:
    """The weight decay with the least log loss on left-out training identities. Calibration and test stay unseen."""
    fold = np.searchsorted(np.unique(subjects), subjects) % folds

    def loss(decay: float) -> float:
        losses = []
        for left_out in range(folds):
            inside, outside = fold != left_out, fold == left_out
            probability = predict(train_network(x[inside], y[inside], decay, steps=600), x[outside])
            said = np.where(y[outside], probability, 1 - probability)
            losses.append(-np.log(np.maximum(said, 1e-6)).mean())
        return float(np.mean(losses))

    return min(DECAYS, key=loss)


def calibrate(network: dict, x: np.ndarray, y: np.ndarray) -> dict:
    """Platt's slope and offset, by Newton's method on identities that the weights have not seen."""
    logit = raw_logit(network, x)
    design = np.column_stack([logit, np.ones_like(logit)])
    theta = np.array([1.0, 0.0])
    for _ in range(50):
        probability = sigmoid(design @ theta)
        gradient = design.T @ (probability - y)
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + 1e-6 * np.eye(2)
        theta = theta - np.linalg.solve(curvature, gradient)
    return {**network, "slope": float(theta[0]), "offset": float(theta[1])}


def raw_logit(network: dict, x: np.ndarray) -> np.ndarray:
    inputs = np.clip((x - network["mean"]) / network["scale"], -4, 4)
    hidden = np.tanh(inputs @ network["hidden_w"] + network["hidden_b"])
    return (hidden @ network["out_w"] + network["out_b"])[:, 0]


def predict(network: dict, x: np.ndarray) -> np.ndarray:
    return sigmoid(network["slope"] * raw_logit(network, x) + network["offset"])


def train_logistic(x: np.ndarray, y: np.ndarray) -> dict:
    """Logistic regression in the network's own form, by Newton's method with a little ridge: a baseline."""
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-3)
    design = np.column_stack([np.clip((x - mean) / scale, -4, 4), np.ones(len(x))])
    theta = np.zeros(design.shape[1])
    for _ in range(30):
        probability = sigmoid(design @ theta)
        gradient = design.T @ (probability - y) + 1.0 * theta
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + np.eye(len(theta))
        theta = theta - np.linalg.solve(curvature, gradient)
    return {"mean": mean, "scale": scale, "theta": theta}


def predict_logistic(model: dict, x: np.ndarray) -> np.ndarray:
    design = np.column_stack([np.clip((x - model["mean"]) / model["scale"], -4, 4), np.ones(len(x))])
    return sigmoid(design @ model["theta"])


def sigmoid(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(value, -40, 40)))

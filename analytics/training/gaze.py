"""The ridge regression that makes a direction of an eye's points, for client/src/attention/worker/gaze.ts."""

import json

import numpy as np

from features import WORKER
from geometry import direction, rotation, turned_back
from observables import Readings, eye_inputs, eye_weights

FIT_FILE = WORKER / "gaze-fit.json"
# The strength of the ridge on standardised inputs, for each row: strong enough that no single point decides.
RIDGE_PER_ROW = 0.01


def fit_gaze(readings: Readings, gaze_off_lens: np.ndarray) -> dict:
    """The fit from readings with open eyes and their true gaze against the line to the lens (unit vectors)."""
    in_head = turned_back(rotation(*readings.off_lens.T), gaze_off_lens)
    yaw, pitch = direction(in_head)
    inputs = np.concatenate([eye_inputs(readings, "left"), eye_inputs(readings, "right")])
    weight = np.concatenate(list(eye_weights(readings.off_lens[:, 0])))
    return {
        "outward": _ridge(inputs, np.concatenate([yaw, -yaw]), weight),
        "up": _ridge(inputs, np.concatenate([pitch, pitch]), weight),
    }


def _ridge(inputs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> dict:
    mean = np.average(inputs, axis=0, weights=weight)
    scale = np.sqrt(np.average((inputs - mean) ** 2, axis=0, weights=weight)) + 1e-6
    standard = (inputs - mean) / scale
    middle = float(np.average(target, weights=weight))
    weighted = standard * weight[:, None]
    strength = RIDGE_PER_ROW * weight.sum() * np.eye(inputs.shape[1])
    found = np.linalg.solve(weighted.T @ standard + strength, weighted.T @ (target - middle)) / scale
    rounded = np.round(found, 5)
    return {"weights": [float(value) for value in rounded], "bias": round(middle - float(mean @ rounded), 5)}


def write_fit(fit: dict) -> None:
    FIT_FILE.write_text(json.dumps(fit) + "\n")

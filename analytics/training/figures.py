"""Figures of a score against the truth."""

import numpy as np


def balanced_accuracy(score: np.ndarray, truth: np.ndarray) -> float:
    said = score >= 0.5
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    """Area under the curve by ranks, ties counted half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = int(truth.sum())
    negative = len(truth) - positive
    return float((rank[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def expected_calibration_error(score: np.ndarray, truth: np.ndarray, facing_share: float, bins: int = 15) -> float:
    """ECE with the windows weighted so that this share of them is facing."""
    weight = np.where(truth, facing_share / truth.mean(), (1 - facing_share) / (1 - truth.mean()))
    weight = weight / weight.sum()
    place = np.minimum((score * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        inside = place == index
        if inside.any():
            error += abs(float((weight[inside] * (score[inside] - truth[inside])).sum()))
    return error


def interval(subjects: np.ndarray, measure, rounds: int = 400) -> tuple[float, float]:
    """95 % interval of `measure(indices)` by a bootstrap over subjects."""
    random = np.random.default_rng(7)
    groups = [np.flatnonzero(subjects == subject) for subject in np.unique(subjects)]
    values = [
        measure(np.concatenate([groups[i] for i in random.integers(0, len(groups), len(groups))])) for _ in range(rounds)
    ]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def reliability(score: np.ndarray, truth: np.ndarray, facing_share: float, bins: int = 10) -> list[dict]:
    """Mean score and share that faces in each bin, the windows weighted so that this share of them is facing."""
    weight = np.where(truth, facing_share / truth.mean(), (1 - facing_share) / (1 - truth.mean()))
    place = np.minimum((score * bins).astype(int), bins - 1)
    return [
        {
            "from": index / bins,
            "windows": int((place == index).sum()),
            "meanScore": round(float(np.average(score[place == index], weights=weight[place == index])), 3),
            "facing": round(float(np.average(truth[place == index], weights=weight[place == index])), 3),
        }
        for index in range(bins)
        if (place == index).any()
    ]

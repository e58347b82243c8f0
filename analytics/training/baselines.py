"""Honest baselines and ablations: the same held-out people, judged more simply or without a part. Figures are of the part `test`."""

import numpy as np

from clips import Clip
from features import FEATURE_NAMES, FRAME_INPUT_NAMES
from figures import auc, balanced_accuracy, expected_calibration_error
from heads import train_frame_head, train_window_head, windows_of_parts
from model import predict
from windows import NOT_TRAINED_ON, WINDOW_MS, Window, aims, truth_of


def compare(clips: dict[str, list[Clip]], windows: dict[str, list[Window]]) -> dict[str, dict]:
    """Figures of each by name."""
    x, y = features_of(windows), truths_of(windows)
    logistic, _ = train_window_head(windows, hidden=1)
    return {
        "head pose threshold": _pose_threshold(clips),
        "share of frames that face, nothing else": figures(x["test"][:, FEATURE_NAMES.index("facingShare")], y["test"]),
        "one unit instead of a layer": figures(predict(logistic, x["test"])[:, 0], y["test"]),
        "the score without the gaze": _without_gaze(clips),
    }


def features_of(windows: dict[str, list[Window]]) -> dict[str, np.ndarray]:
    return {name: np.array([window.features for window in members]) for name, members in windows.items()}


def truths_of(windows: dict[str, list[Window]]) -> dict[str, np.ndarray]:
    return {name: np.array([window.facing for window in members]) for name, members in windows.items()}


def figures(score: np.ndarray, truth: np.ndarray) -> dict:
    return {
        "balancedAccuracy": round(balanced_accuracy(score, truth), 3),
        "auc": round(auc(score, truth), 3),
        "ece50": round(expected_calibration_error(score, truth, 0.5), 3),
    }


def _pose_threshold(clips: dict[str, list[Clip]]) -> dict:
    """A window faces the screen when in half of its frames the head points into the box that does best in training."""
    boxes = [(yaw, low, high) for yaw in range(8, 42, 4) for low in range(-36, -8, 4) for high in (6, 12, 18)]
    some = clips["train"][::4]
    best = max(boxes, key=lambda box: balanced_accuracy(*_shares_in_box(some, box)))
    return figures(*_shares_in_box(clips["test"], best))


def _shares_in_box(clips: list[Clip], box: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    shares, truths = [], []
    for clip in clips:
        if clip.kind in NOT_TRAINED_ON or clip.readings is None:
            continue
        aim = aims(clip)
        inside = np.zeros(len(clip.t_ms))
        inside[clip.face_at] = (np.abs(aim[:, 0]) <= box[0]) & (aim[:, 1] >= box[1]) & (aim[:, 1] <= box[2])
        for start in np.arange(0, clip.t_ms[-1] - WINDOW_MS, WINDOW_MS):
            members = np.flatnonzero((clip.t_ms >= start) & (clip.t_ms < start + WINDOW_MS))
            truth = truth_of(clip, members, start)
            if truth is not None:
                shares.append(inside[members].mean())
                truths.append(truth)
    return np.array(shares), np.array(truths, dtype=bool)


def _without_gaze(clips: dict[str, list[Clip]]) -> dict:
    """Both heads trained anew, with the head's own direction in the gaze's place."""
    windows = windows_of_parts(clips, train_frame_head(clips, _head_alone))
    window_head, _ = train_window_head(windows)
    x, y = features_of(windows), truths_of(windows)
    return figures(predict(window_head, x["test"])[:, 0], y["test"])


def _head_alone(inputs: np.ndarray) -> np.ndarray:
    gaze_yaw, gaze_pitch, head_yaw, head_pitch = (
        FRAME_INPUT_NAMES.index(name) for name in ("gazeYawAbs", "gazePitch", "headYawAlongGaze", "headPitch")
    )
    seen = inputs.copy()
    seen[:, gaze_yaw] = seen[:, head_yaw] = np.abs(inputs[:, head_yaw])
    seen[:, gaze_pitch] = inputs[:, head_pitch]
    return seen

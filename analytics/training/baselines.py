"""Honest baselines and ablations: the same held-out people, judged more simply or without a part. Figures are of the part `test`."""

from collections.abc import Callable

import numpy as np

from clips import Clip
from features import FEATURE_NAMES, FRAME_INPUT_NAMES
from figures import auc, balanced_accuracy, expected_calibration_error
from heads import FACING_SHARE, to_share, train_frame_head, train_window_head, windows_of_parts
from model import predict, train_network
from windows import NOT_TRAINED_ON, SCREEN_MIDDLE, WINDOW_MS, Window, aims, truth_of


def compare(clips: dict[str, list[Clip]], windows: dict[str, list[Window]]) -> dict[str, dict]:
    """Figures of each by name."""
    x, y = features_of(windows), truths_of(windows)
    layered, _ = train_window_head(windows, hidden=6)
    return {
        "head pose threshold": _pose_threshold(clips),
        "logistic regression of the window's median angles": _logistic_of_angles(clips),
        "share of frames that face, nothing else": figures(x["test"][:, FEATURE_NAMES.index("facingShare")], y["test"]),
        "a layer of six units before the score": figures(predict(layered, x["test"])[:, 0], y["test"]),
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
    def share(clip: Clip, faces: np.ndarray, members: np.ndarray) -> list[float]:
        aim = aims(clip)[faces]
        inside = (np.abs(aim[:, 0]) <= box[0]) & (aim[:, 1] >= box[1]) & (aim[:, 1] <= box[2])
        return [inside.sum() / len(members)]

    shares, truths = _plain_windows(clips, share)
    return shares[:, 0], truths


def _logistic_of_angles(clips: dict[str, list[Clip]]) -> dict:
    """Of how far head and gaze are off the middle of the screen, each by its median over the window, and of the share of frames with a face."""

    def angles(clip: Clip, faces: np.ndarray, members: np.ndarray) -> list[float]:
        off = np.abs(aims(clip)[faces] - SCREEN_MIDDLE)
        return [*(np.median(off, axis=0) if len(faces) > 0 else np.full(4, 90.0)), len(faces) / len(members)]

    x, truth = _plain_windows(clips["train"], angles)
    network = train_network(x, truth[:, None].astype(float), to_share(truth, FACING_SHARE), 0, 1e-3)
    x_test, test_truth = _plain_windows(clips["test"], angles)
    return figures(predict(network, x_test)[:, 0], test_truth)


def _plain_windows(clips: list[Clip], features: Callable[[Clip, np.ndarray, np.ndarray], list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """Windows side by side: what `features` makes of each from the clip, the places of its faces among the clip's, and its frames; and the truth."""
    found, truths = [], []
    for clip in clips:
        if clip.kind in NOT_TRAINED_ON or clip.readings is None:
            continue
        for start in np.arange(0, clip.t_ms[-1] - WINDOW_MS, WINDOW_MS):
            members = np.flatnonzero((clip.t_ms >= start) & (clip.t_ms < start + WINDOW_MS))
            truth = truth_of(clip, members, start)
            if truth is not None:
                found.append(features(clip, np.flatnonzero(np.isin(clip.face_at, members)), members))
                truths.append(truth)
    return np.array(found), np.array(truths, dtype=bool)


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

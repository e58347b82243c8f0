"""Honest baselines and ablations: the same held-out people, judged more simply or without a part. Figures are of the part `test`."""

from dataclasses import dataclass

import numpy as np

from clips import Clip
from features import FEATURE_NAMES, FRAME_INPUT_NAMES, LONGEST_GAP_MS
from figures import balanced_accuracy
from heads import FACING_SHARE, to_share, train_frame_head, train_window_head, windows_of_parts
from model import predict, train_network
from windows import SCREEN_MIDDLE, Window, aims, side_by_side


def compare(clips: dict[str, list[Clip]], windows: dict[str, list[Window]]) -> dict[str, np.ndarray]:
    """What each says of the test's windows, by name."""
    x = features_of(windows)["test"]
    layered, _ = train_window_head(windows, hidden=6)
    return {
        "head pose threshold": _pose_threshold(clips),
        "logistic regression of the window's median angles": _logistic_of_angles(clips),
        "share of frames that face, nothing else": x[:, FEATURE_NAMES.index("facingShare")],
        "a layer of six units before the score": predict(layered, x)[:, 0],
        "the score without the gaze": _without_gaze(clips),
    }


def features_of(windows: dict[str, list[Window]]) -> dict[str, np.ndarray]:
    return {name: np.array([window.features for window in members]) for name, members in windows.items()}


def truths_of(windows: dict[str, list[Window]]) -> dict[str, np.ndarray]:
    return {name: np.array([window.facing for window in members]) for name, members in windows.items()}


# Clip, frames and truth of windows side by side.
Told = list[tuple[Clip, np.ndarray, bool]]


def _told(clips: list[Clip]) -> Told:
    return [(clip, members, truth) for clip in clips for _, members, truth in side_by_side(clip)]


def _faces(clip: Clip, members: np.ndarray) -> np.ndarray:
    """The faces in these frames, as places among the clip's."""
    return np.flatnonzero(np.isin(clip.face_at, members))


def _missed(clip: Clip, members: np.ndarray) -> list[tuple[int, int, int]]:
    """Of each short gap in these frames the faces at its ends, as places among the clip's, and how many frames it has: as `bridged` has it, so that
    the model is ahead by nothing that others could have too."""
    gaps = []
    before = np.flatnonzero(clip.face_at < members[0])
    last = int(before[-1]) if len(before) > 0 else None
    missed = 0
    for at in members:
        row = int(np.searchsorted(clip.face_at, at))
        if row == len(clip.face_at) or clip.face_at[row] != at:
            missed += 1
            continue
        if missed > 0 and last is not None and clip.t_ms[at] - clip.t_ms[clip.face_at[last]] <= LONGEST_GAP_MS:
            gaps.append((last, row, missed))
        last, missed = row, 0
    return gaps


def _pose_threshold(clips: dict[str, list[Clip]]) -> np.ndarray:
    """A window faces the screen when in half of its frames the head points into the box that does best in training."""
    boxes = [(yaw, low, high) for yaw in range(8, 42, 4) for low in range(-36, -8, 4) for high in (6, 12, 18)]
    some = _told(clips["train"][::4])
    heads, truth = _heads(some), np.array([truth for _, _, truth in some])
    best = max(boxes, key=lambda box: balanced_accuracy(_shares_in_box(heads, box), truth))
    return _shares_in_box(_heads(_told(clips["test"])), best)


@dataclass(frozen=True)
class _Heads:
    """Of one window the heads' yaw and pitch against the screen's middle, one row each; how many frames it has; and, of short gaps without a face, the
    heads at both ends with the number of frames."""

    aim: np.ndarray
    frames: int
    before: np.ndarray
    after: np.ndarray
    missed: np.ndarray


def _heads(told: Told) -> list[_Heads]:
    heads = []
    for clip, members, _ in told:
        aim = aims(clip)[:, :2]
        gaps = np.array(_missed(clip, members), dtype=int).reshape(-1, 3)
        heads.append(_Heads(aim[_faces(clip, members)], len(members), aim[gaps[:, 0]], aim[gaps[:, 1]], gaps[:, 2]))
    return heads


def _shares_in_box(heads: list[_Heads], box: tuple[float, float, float]) -> np.ndarray:
    def inside(aim: np.ndarray) -> np.ndarray:
        return (np.abs(aim[:, 0]) <= box[0]) & (aim[:, 1] >= box[1]) & (aim[:, 1] <= box[2])

    return np.array([(inside(of.aim).sum() + of.missed @ (inside(of.before) & inside(of.after))) / of.frames for of in heads])


def _logistic_of_angles(clips: dict[str, list[Clip]]) -> np.ndarray:
    """Of how far head and gaze are off the middle of the screen, each by its median over the window, and of the share of frames with a face."""

    def angles(clip: Clip, members: np.ndarray) -> list[float]:
        faces = _faces(clip, members)
        off = np.abs(aims(clip)[faces] - SCREEN_MIDDLE)
        found = len(faces) + sum(missed for _, _, missed in _missed(clip, members))
        return [*(np.median(off, axis=0) if len(faces) > 0 else np.full(4, 90.0)), found / len(members)]

    def inputs(told: Told) -> np.ndarray:
        return np.array([angles(clip, members) for clip, members, _ in told])

    learnt = _told(clips["train"])
    truth = np.array([truth for _, _, truth in learnt])
    network = train_network(inputs(learnt), truth[:, None].astype(float), to_share(truth, FACING_SHARE), 0, 1e-3)
    return predict(network, inputs(_told(clips["test"])))[:, 0]


def _without_gaze(clips: dict[str, list[Clip]]) -> np.ndarray:
    """Both heads trained anew, with the head's own direction in the gaze's place."""
    windows = windows_of_parts(clips, train_frame_head(clips, _head_alone))
    window_head, _ = train_window_head(windows)
    return predict(window_head, features_of(windows)["test"])[:, 0]


def _head_alone(inputs: np.ndarray) -> np.ndarray:
    gaze_yaw, gaze_pitch, head_yaw, head_pitch = (
        FRAME_INPUT_NAMES.index(name) for name in ("gazeYawAbs", "gazePitch", "headYawAlongGaze", "headPitch")
    )
    seen = inputs.copy()
    seen[:, gaze_yaw] = seen[:, head_yaw] = np.abs(inputs[:, head_yaw])
    seen[:, gaze_pitch] = inputs[:, head_pitch]
    return seen

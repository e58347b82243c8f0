"""The window's features, as client/src/attention/worker/features.ts computes them; golden vectors hold the two together."""

import json
from pathlib import Path

WORKER = Path(__file__).resolve().parents[2] / "client/src/attention/worker"
GOLDEN = WORKER / "golden-features.json"

FEATURES_VERSION = 1
FEATURE_NAMES = [
    "faceShare",
    "headYawMedianAbs",
    "headYawP90Abs",
    "headYawSpread",
    "headPitchMedian",
    "headPitchSpread",
    "headOnShare",
    "gazeYawMedianAbs",
    "gazeYawSpread",
    "gazePitchMedian",
    "gazeOnShare",
    "eyesClosedShare",
    "eyeOpennessMedian",
    "longestOffSeconds",
    "faceSizeMedian",
    "lightMedian",
    "sharpnessMedian",
    "rateHz",
]

ON_YAW_DEG = 25
ON_PITCH_LOW_DEG = -32
ON_PITCH_HIGH_DEG = 18
CLOSED_OPENNESS = 0.12
MAX_REACH_MS = 500


def window_features(frames: list[dict], start_ms: float, end_ms: float) -> list[float]:
    """Features of one window in the order of FEATURE_NAMES; frames are as the worker's FrameObservables, in time order."""
    weights = _weigh(frames, start_ms, end_ms)
    total_ms = sum(weights)
    faces = [(frame["face"], weight) for frame, weight in zip(frames, weights) if frame["face"] is not None]
    face_ms = sum(weight for _, weight in faces)

    def of(share, pick):
        return quantile([(pick(face), weight) for face, weight in faces], share)

    def of_picture(name):
        return quantile([(frame["picture"][name], weight) for frame, weight in zip(frames, weights)], 0.5)

    def share_of_all(matches):
        return _ratio(sum(weight for face, weight in faces if matches(face)), total_ms)

    def spread(pick):
        return of(0.9, pick) - of(0.1, pick)

    def head_yaw(face):
        return face["offLensYawDeg"]

    def head_pitch(face):
        return face["offLensPitchDeg"]

    return [
        _ratio(face_ms, total_ms),
        of(0.5, lambda face: abs(head_yaw(face))),
        of(0.9, lambda face: abs(head_yaw(face))),
        spread(head_yaw),
        of(0.5, head_pitch),
        spread(head_pitch),
        share_of_all(_head_on),
        of(0.5, lambda face: abs(face["offLensGazeYawDeg"])),
        spread(lambda face: face["offLensGazeYawDeg"]),
        of(0.5, lambda face: face["offLensGazePitchDeg"]),
        share_of_all(_gaze_on),
        _ratio(sum(weight for face, weight in faces if _openness(face) < CLOSED_OPENNESS), face_ms),
        of(0.5, _openness),
        _longest_off_ms(frames, weights) / 1000,
        of(0.5, lambda face: face["size"]),
        of_picture("light"),
        of_picture("sharpness"),
        len(frames) * 1000 / max(1, end_ms - start_ms),
    ]


def quantile(values: list[tuple[float, float]], share: float) -> float:
    """The smallest value at which the cumulated weight reaches the share; 0 for none."""
    ordered = sorted(values, key=lambda pair: pair[0])
    total = sum(weight for _, weight in ordered)
    cumulated = 0.0
    for value, weight in ordered:
        cumulated += weight
        if weight > 0 and cumulated >= share * total - 1e-6:
            return value
    return 0.0


def _weigh(frames: list[dict], start_ms: float, end_ms: float) -> list[float]:
    weights = []
    for i, frame in enumerate(frames):
        t = frame["tMs"]
        before = start_ms if i == 0 else (frames[i - 1]["tMs"] + t) / 2
        after = end_ms if i == len(frames) - 1 else (t + frames[i + 1]["tMs"]) / 2
        weights.append(max(0.0, min(after, t + MAX_REACH_MS) - max(before, t - MAX_REACH_MS)))
    return weights


def _longest_off_ms(frames: list[dict], weights: list[float]) -> float:
    longest = run = 0.0
    for frame, weight in zip(frames, weights):
        run = 0.0 if frame["face"] is not None and _head_on(frame["face"]) else run + weight
        longest = max(longest, run)
    return longest


def _head_on(face: dict) -> bool:
    return _is_on(face["offLensYawDeg"], face["offLensPitchDeg"])


def _gaze_on(face: dict) -> bool:
    return _is_on(face["offLensGazeYawDeg"], face["offLensGazePitchDeg"]) and _openness(face) >= CLOSED_OPENNESS


def _is_on(yaw_deg: float, pitch_deg: float) -> bool:
    return abs(yaw_deg) <= ON_YAW_DEG and ON_PITCH_LOW_DEG <= pitch_deg <= ON_PITCH_HIGH_DEG


def _openness(face: dict) -> float:
    return (face["eyeOpenLeft"] + face["eyeOpenRight"]) / 2


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def check_golden() -> None:
    """Raises when a golden vector is not reproduced within 1e-5, or other features go by the same version."""
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else None
    if golden is None or golden["version"] != FEATURES_VERSION:
        return
    assert golden["names"] == FEATURE_NAMES, "the golden vectors name other features"
    for number, case in enumerate(golden["cases"]):
        got = window_features(case["frames"], case["startMs"], case["endMs"])
        for name, expected, value in zip(FEATURE_NAMES, case["features"], got):
            assert abs(expected - value) <= 1e-5, f"golden window {number}, {name}: {value} instead of {expected}"

"""Why a window cannot be told, as client/src/attention/worker/abstain-rules.ts decides it; golden windows hold the two together."""

import json

from features import WORKER

GOLDEN_ABSTENTIONS = WORKER / "golden-abstentions.json"

MIN_FRAMES = 6
MIN_SPAN_SHARE = 0.5
MAX_HIDDEN_SHARE = 0.2
DARK_LIGHT = 0.05
DIM_LIGHT = 0.12
MIN_FACE_SIZE = 0.035
MIN_FACE_SIZE_TO_MISS = 0.055
STILL_CHANGE = 0.0004
MAX_MISSING_SHARE = 0.2
MOSTLY = 0.5
ALMOST_ALL = 0.95


def abstain_reason(frames: list[dict], now: dict) -> str | None:
    """The reason, or None for a window that is scored; `now` is as the worker's WindowCircumstances."""
    if now["cameraEnded"]:
        return "camera-ended"
    if not now["clockSure"]:
        return "clock-unsure"
    if now["hiddenMs"] > MAX_HIDDEN_SHARE * now["windowMs"]:
        return "page-hidden"
    if len(frames) < MIN_FRAMES or frames[-1]["tMs"] - frames[0]["tMs"] < MIN_SPAN_SHARE * now["windowMs"]:
        return "too-few-frames"
    if _share(frames, _is_dark) >= MOSTLY:
        return "too-dark"
    if _share(frames[1:], lambda frame: frame["picture"]["change"] < STILL_CHANGE) >= ALMOST_ALL:
        return "static-picture"
    if not now["faceSeen"]:
        return "no-face-yet"
    if _is_crowded(now["faceCounts"]):
        return "several-faces"
    with_face = [frame for frame in frames if frame["face"] is not None]
    if with_face and _share(with_face, lambda frame: frame["face"]["size"] < MIN_FACE_SIZE) >= MOSTLY:
        return "face-too-small"
    was_small = now["lastFaceSize"] is not None and now["lastFaceSize"] < MIN_FACE_SIZE_TO_MISS
    if was_small and len(frames) - len(with_face) >= MAX_MISSING_SHARE * len(frames):
        return "face-too-small"
    return None


def check_golden_abstentions() -> None:
    """Raises when a golden window abstains for another reason, or no longer."""
    for number, case in enumerate(json.loads(GOLDEN_ABSTENTIONS.read_text())["cases"]):
        got = abstain_reason(case["frames"], case["now"])
        assert got == case["reason"], f"golden abstention {number}: {got} instead of {case['reason']}"


def _is_dark(frame: dict) -> bool:
    light = frame["picture"]["light"]
    return light < DARK_LIGHT or (frame["face"] is None and light < DIM_LIGHT)


def _is_crowded(face_counts: list[int]) -> bool:
    crowded = sum(count >= 2 for count in face_counts)
    return crowded >= 2 and crowded >= MOSTLY * len(face_counts)


def _share(frames: list[dict], matches) -> float:
    return sum(1 for frame in frames if matches(frame)) / len(frames) if frames else 0.0

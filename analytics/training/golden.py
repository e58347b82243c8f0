"""Golden windows: real observables and edge cases, with the features that both implementations must give."""

import json

from features import FEATURE_NAMES, FEATURES_VERSION, GOLDEN, window_features

PICTURE = {"light": 0.4, "sharpness": 0.02, "change": 0.01}


def write_golden(*subjects: dict) -> None:
    cases = [_case(frames) for frames in [*_edges(), *(_real(subject) for subject in subjects)]]
    document = {"version": FEATURES_VERSION, "names": FEATURE_NAMES, "cases": cases}
    GOLDEN.write_text(json.dumps(document) + "\n")


def _case(frames: list[dict]) -> dict:
    return {"startMs": 5000, "endMs": 10_000, "frames": frames, "features": window_features(frames, 5000, 10_000)}


def _edges() -> list[list[dict]]:
    face = {
        "yawDeg": 3, "pitchDeg": -8, "rollDeg": 1, "offLensYawDeg": 2, "offLensPitchDeg": -5, "offLensGazeYawDeg": -4,
        "offLensGazePitchDeg": -11, "irisX": 0.01, "irisY": 0.02, "eyeOpenLeft": 0.31, "eyeOpenRight": 0.29, "size": 0.14,
        "x": 0.5, "y": 0.4,
    }
    turned = {**face, "offLensYawDeg": 48.5, "offLensGazeYawDeg": 61.25, "eyeOpenLeft": 0.05, "eyeOpenRight": 0.1}

    def frame(t_ms: float, seen: dict | None) -> dict:
        return {"tMs": t_ms, "face": seen, "picture": PICTURE}

    return [
        [],
        [frame(7000, face)],
        [frame(5100 + 200 * i, None) for i in range(24)],
        [frame(5000 + 250 * i, face if i % 2 else turned) for i in range(20)],
        [frame(5200, turned), frame(5250, None), frame(9000, face), frame(9000, face), frame(9999, turned)],
    ]


def _real(subject: dict) -> list[dict]:
    frames = [frame["seen"] for segment in subject["segments"][:8:3] for frame in segment["frames"]]
    return [{**frame, "tMs": 5050 + 160 * i} for i, frame in enumerate(frames)]

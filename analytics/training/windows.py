"""Windows of five seconds, composed from the rendered segments of one subject by seeded scripts of behaviour."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from abstain import abstain_reason
from features import window_features
from gaze import apply_gaze

WINDOW_MS = 5000
ON = ["screen", "screen-restless"]
OFF = ["keyboard", "notes", "phone", "second-screen", "neighbour", "aloft", "eyes-aside", "dozing", "gone"]
RATES_HZ = [2, 3, 4, 5, 6, 8, 10]


@dataclass(frozen=True)
class Window:
    features: list[float]
    facing: bool
    # Why the product would not score it; None when it would.
    abstain: str | None
    subject: int
    script: str
    tone: int
    glasses: bool


def subject_files(folder: Path, count: int) -> list[Path]:
    """The files of the first `count` subjects, in the order of their number; the cache may hold more."""
    return sorted(folder.glob("subject-*.json"))[:count]


def with_gaze(subject: dict, fit: dict) -> dict:
    """The subject with every face's gaze of this fit."""
    def refit(frame: dict) -> dict:
        seen = frame["seen"]
        face = None if seen["face"] is None else apply_gaze(seen["face"], fit)
        return {**frame, "seen": {**seen, "face": face}}

    segments = [{**segment, "frames": [refit(frame) for frame in segment["frames"]]} for segment in subject["segments"]]
    return {**subject, "segments": segments}


def compose(subject: dict, count: int) -> list[Window]:
    """`count` windows of one subject. Truth: facing for at least half of the window's time."""
    random = np.random.default_rng([20_251, subject["subject"]])
    segments = {segment["behaviour"]: segment["frames"] for segment in subject["segments"]}
    return [_compose_one(subject, segments, random) for _ in range(count)]


def _compose_one(subject: dict, segments: dict, random: np.random.Generator) -> Window:
    script, stretches = _script(random)
    rate = float(random.choice(RATES_HZ))
    frames: list[dict] = []
    facing_ms = 0.0
    offset = float(random.uniform(0, 1000 / rate))
    starts = {i: int(random.integers(0, 1000)) for i in range(len(stretches))}
    for t in np.arange(offset, WINDOW_MS, 1000 / rate):
        index = next(i for i, (_, until) in enumerate(stretches) if t < until)
        source = _walk(segments[stretches[index][0]], starts[index] + (t / 1000) * 5)
        facing_ms += 1000 / rate if source["facing"] else 0
        if random.random() < 0.02:
            continue
        frames.append(_jitter(source["seen"], float(t), random))
    covered = max(1.0, len(np.arange(offset, WINDOW_MS, 1000 / rate)) * 1000 / rate)
    looks = subject["looks"]
    return Window(
        features=window_features(frames, 0, WINDOW_MS),
        facing=facing_ms / covered >= 0.5,
        abstain=abstain_reason(frames, _circumstances(frames, segments)),
        subject=subject["subject"],
        script=script,
        tone=looks["monkTone"],
        glasses=looks["glasses"],
    )


def _circumstances(frames: list[dict], segments: dict) -> dict:
    """Of a class in which all is well and this person sat before the screen until the window began."""
    before = [frame["seen"] for behaviour in ON for frame in segments[behaviour]]
    sizes = [frame["face"]["size"] for frame in [*before, *frames] if frame["face"] is not None]
    return {
        "clockSure": True,
        "hiddenMs": 0,
        "cameraEnded": False,
        "faceSeen": len(sizes) > 0,
        "lastFaceSize": sizes[-1] if sizes else None,
        # Nobody else is in these pictures.
        "faceCounts": [],
        "windowMs": WINDOW_MS,
    }


def _script(random: np.random.Generator) -> tuple[str, list[tuple[str, float]]]:
    """What happens in the window: (behaviour, until when in ms), and the script's name for the table of errors."""
    kind = random.random()
    on = str(random.choice(ON))
    off = str(random.choice(OFF))
    if kind < 0.32:
        return "facing", [(on, WINDOW_MS)]
    if kind < 0.62:
        return off, [(off, WINDOW_MS)]
    if kind < 0.72:
        start = float(random.uniform(500, 3500))
        return f"glance:{off}", [(on, start), (off, start + float(random.uniform(400, 1200))), (on, WINDOW_MS)]
    change = float(random.uniform(500, 4500))
    pair = [on, off] if random.random() < 0.5 else [off, on]
    return f"change:{off}", [(pair[0], change), (pair[1], WINDOW_MS)]


def _walk(frames: list[dict], position: float) -> dict:
    """Back and forth through a segment, so that neighbours in time stay neighbours."""
    period = 2 * (len(frames) - 1)
    place = int(position) % period
    return frames[place if place < len(frames) else period - place]


def _jitter(seen: dict, t_ms: float, random: np.random.Generator) -> dict:
    face = seen["face"]
    if face is not None:
        face = dict(face)
        for name in ("offCameraYawDeg", "offCameraPitchDeg"):
            face[name] += float(random.normal(0, 0.5))
        for name in ("gazeYawDeg", "gazePitchDeg"):
            face[name] += float(random.normal(0, 1))
    return {"tMs": t_ms, "face": face, "picture": seen["picture"]}

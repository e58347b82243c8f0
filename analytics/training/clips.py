"""Clips of the synthetic lab (client/lab), as arrays: what was seen of each frame beside its truth."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from geometry import rotation, turned_back, vector
from observables import EyeLooks, Readings, observe, pose_of

KINDS = ["facing", "down", "elsewhere"]
# As looking-down.ts has it.
BRIEF_MS = 20_000
# A face that is turned by more than this against the person's is another: a picture on the wall.
ANOTHER_FACE_DEG = 40
AIM = ["offLensYawDeg", "offLensPitchDeg", "offLensGazeYawDeg", "offLensGazePitchDeg"]


@dataclass
class Clip:
    """One person in one scene. Arrays have one row a frame; those of faces one row a frame with a face, at `face_at`."""

    subject: str
    identity: int
    kind: str
    groups: dict
    # Where the camera stands against the class screen, as the person said it.
    camera: str
    t_ms: np.ndarray
    facing: np.ndarray
    looks_at: list[str]
    # Frames of a look down that has lasted less than BRIEF_MS.
    brief: np.ndarray
    blink: np.ndarray
    present: np.ndarray
    picture: list[dict]
    face_at: np.ndarray
    readings: Readings | None
    # Of each face, whether it is the person's.
    is_own: np.ndarray
    true_gaze_off_lens: np.ndarray
    true_pose: np.ndarray
    lids_open: np.ndarray
    eyes: EyeLooks | None = None
    seen: dict[str, np.ndarray] = field(default_factory=dict)


def load_clips(paths: list[Path]) -> list[Clip]:
    return [_clip(json.loads(path.read_text())) for path in paths]


def observe_clips(clips: list[Clip], read_eyes: Callable[[Readings], EyeLooks]) -> None:
    """Fills `eyes` by this, and `seen` with the observables of each face."""
    for clip in clips:
        if clip.readings is not None:
            clip.eyes = read_eyes(clip.readings)
            clip.seen = observe(clip.readings, clip.eyes)


def kinds_of(clip: Clip) -> np.ndarray:
    """The true kind of each frame with a face, as an index into KINDS."""
    looks_at = np.array(clip.looks_at)[clip.face_at]
    facing = clip.facing[clip.face_at]
    return np.where(facing, 0, np.where(looks_at == "down", 1, 2))


def _camera_place(scene: dict) -> str:
    if scene["cameraPlace"] != "beside":
        return scene["cameraPlace"]
    # In camera coordinates: a screen to the subject's right has its camera to the left.
    return "left" if scene["classScreen"]["centre"][0] < 0 else "right"


def _clip(data: dict) -> Clip:
    frames = data["frames"]
    face_at = np.array([i for i, frame in enumerate(frames) if frame["seen"]["face"] is not None], dtype=int)
    faces = [frames[i]["seen"]["face"] for i in face_at]
    truths = [frames[i]["truth"] for i in face_at]
    spec = data["spec"]
    readings = Readings(faces) if faces else None
    true_pose = np.array([[_number(truth[name]) for name in ("yawDeg", "pitchDeg", "rollDeg")] for truth in truths])
    return Clip(
        subject=f"{spec['family']}:{spec['identity']}",
        identity=spec["identity"],
        kind=spec["kind"],
        groups={**data["groups"], "camera": data["scene"]["cameraPlace"]},
        camera=_camera_place(data["scene"]),
        t_ms=np.array([frame["truth"]["tMs"] for frame in frames], dtype=float),
        facing=np.array([frame["truth"]["facing"] for frame in frames], dtype=bool),
        looks_at=[frame["truth"]["looksAt"] for frame in frames],
        brief=_brief([frame["truth"] for frame in frames]),
        blink=np.array([frame["truth"]["blink"] for frame in frames], dtype=bool),
        present=np.array([frame["truth"]["present"] for frame in frames], dtype=bool),
        picture=[frame["seen"]["picture"] for frame in frames],
        face_at=face_at,
        readings=readings,
        is_own=_is_own(readings, true_pose),
        true_gaze_off_lens=_gaze_off_lens(truths),
        true_pose=true_pose,
        lids_open=np.array([min(_number(truth["eyeOpenLeft"]), _number(truth["eyeOpenRight"])) for truth in truths]),
    )


def _is_own(readings: Readings | None, true_pose: np.ndarray) -> np.ndarray:
    if readings is None:
        return np.zeros(0, dtype=bool)
    yaw, pitch, _ = pose_of(readings)
    return np.all(np.abs(np.column_stack([yaw, pitch]) - true_pose[:, :2]) < ANOTHER_FACE_DEG, axis=1)


def _brief(truths: list[dict]) -> np.ndarray:
    since = None
    brief = np.zeros(len(truths), dtype=bool)
    for i, truth in enumerate(truths):
        if truth["looksAt"] != "down":
            since = None
            continue
        since = truth["tMs"] if since is None else since
        brief[i] = truth["tMs"] - since < BRIEF_MS
    return brief


def _gaze_off_lens(truths: list[dict]) -> np.ndarray:
    """NaN where nobody looks."""
    def column(name: str) -> np.ndarray:
        return np.array([_number(truth[name]) for truth in truths])

    gaze = vector(column("gazeYawDeg"), column("gazePitchDeg"))
    return turned_back(rotation(column("toLensYawDeg"), column("toLensPitchDeg")), gaze)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)

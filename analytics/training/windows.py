"""Windows of five seconds out of clips, with the features that the worker would give them and the truth beside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clips import AIM, Clip
from features import bridged, frame_inputs, weigh, window_features
from observables import log_odds_of, probability_of

WINDOW_MS = 5000
MIN_FRAMES = 6
# As aim.ts and baseline.ts have them.
SCREEN_MIDDLE = np.array([0.0, -8.0, 0.0, -12.0])
MIDDLES = {
    "above": SCREEN_MIDDLE,
    "left": np.array([-20.0, 0.0, -20.0, -2.0]),
    "right": np.array([20.0, 0.0, 20.0, -2.0]),
    "below": np.array([0.0, 12.0, 0.0, 12.0]),
}
BASELINE_LIMIT_DEG, PRIOR_WINDOWS, MEMORY_WINDOWS = 15, 3, 60
# As window-judge.ts has them.
CONFIDENT, FEWEST_CONFIDENT = 0.85, 5
# So many windows a baseline may have seen, from the first to many minutes of a class.
BASELINE_WINDOWS = [1, 2, 4, 8, 20, 60]
SURELY = 0.85
# As eyelids.ts has them.
CLOSING_LOG_ODDS, CLOSING_DEVIATIONS, WIDE_LOG_ODDS, SHUT_LOG_ODDS, CLOSED_SHARE = 2.5, 4, 2.2, -1.5, 0.5
USUALLY_CLOSED, LONGEST_BLINK_MS, LIDS_MEMORY, LIDS_FEWEST = 0.5, 500, 16, 6
# What such clips are judged by are rules and declarations, not the population's model.
NOT_TRAINED_ON = {"photograph", "frozen", "dark", "company", "passing", "declared"}

# Probabilities of the kinds for each row of the frame head's inputs.
Judge = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Window:
    features: list[float]
    facing: bool
    subject: str
    kind: str
    groups: dict


def aims(clip: Clip) -> np.ndarray:
    """Head yaw and pitch, gaze yaw and pitch of each face, as they would be against the line to a lens above the screen."""
    return aims_under(np.column_stack([clip.seen[name] for name in AIM]), clip.camera)


def aims_under(seen: np.ndarray, camera: str) -> np.ndarray:
    return seen - MIDDLES[camera] + SCREEN_MIDDLE


@dataclass(frozen=True)
class Personal:
    """What a baseline knows of one person: by how much it moves the aims, and how sure it is (baseline.ts)."""

    offset: np.ndarray
    trust: float


NOBODYS = Personal(np.zeros(4), 0.0)


def personal(clip: Clip, random: np.random.Generator) -> Personal | None:
    """A baseline after some windows of this person, by the truth: for the frame head, which no baseline can grow without. None where the person hardly
    faced the screen."""
    medians = _facing_medians(clip)
    if len(medians) == 0:
        return None
    windows = int(random.choice(BASELINE_WINDOWS))
    return _after(medians[random.integers(0, len(medians), windows)].mean(axis=0), windows)


def _after(own: np.ndarray, windows: int) -> Personal:
    trust = windows / (windows + PRIOR_WINDOWS)
    return Personal(np.clip(trust * (own - SCREEN_MIDDLE), -BASELINE_LIMIT_DEG, BASELINE_LIMIT_DEG), trust)


def _facing_medians(clip: Clip) -> np.ndarray:
    """The median aim of each window in which the person surely faced the screen."""
    times, facing = clip.t_ms[clip.face_at], clip.facing[clip.face_at]
    medians = []
    for start in np.arange(0, clip.t_ms[-1], WINDOW_MS):
        inside = (times >= start) & (times < start + WINDOW_MS)
        if (inside & facing).sum() >= 5 and facing[inside].mean() >= SURELY:
            medians.append(np.median(aims(clip)[inside & facing], axis=0))
    return np.array(medians).reshape(-1, 4)


def inputs_of(clip: Clip, person: Personal = NOBODYS, faces: np.ndarray | None = None) -> np.ndarray:
    """What the frame head takes of each face, or of those `faces`."""
    aim = aims(clip) - person.offset
    names = ["headYawDeg", "headPitchDeg", "gazeYawDeg", "gazePitchDeg"]
    rows = []
    for row in range(len(clip.face_at)) if faces is None else faces:
        at = clip.face_at[row]
        face = {"openness": clip.seen["openness"][row], "size": clip.seen["size"][row]}
        rows.append(frame_inputs(face, dict(zip(names, aim[row])), clip.picture[at], person.trust))
    return np.array(rows, dtype=float).reshape(len(rows), -1)


def lids_of(t_ms: np.ndarray, openness: np.ndarray) -> list[str]:
    """What the lids do in each face, as eyelids.ts tells it: open, blink or closed."""
    recent: list[float] = []
    low_since: float | None = None
    said = []
    for now, value, log_odds in zip(t_ms, openness, log_odds_of(openness)):
        own = _median(recent) if len(recent) >= LIDS_FEWEST else None
        if value >= USUALLY_CLOSED if own is None else log_odds >= _low_below(own, recent):
            low_since = None
            said.append("open")
        else:
            low_since = now if low_since is None else low_since
            closed_below = USUALLY_CLOSED if own is None else max(CLOSED_SHARE * probability_of(own), probability_of(SHUT_LOG_ODDS))
            said.append("blink" if now - low_since < LONGEST_BLINK_MS else "closed" if value < closed_below else "open")
        if (said[-1] == "open" or len(recent) < LIDS_FEWEST) and log_odds >= SHUT_LOG_ODDS:
            recent = [*recent, float(log_odds)][-LIDS_MEMORY:]
    return said


def _low_below(own: float, recent: list[float]) -> float:
    deviation = _median([abs(value - own) for value in recent])
    return min(WIDE_LOG_ODDS, max(SHUT_LOG_ODDS, own - max(CLOSING_LOG_ODDS, CLOSING_DEVIATIONS * deviation)))


def _median(values: list[float]) -> float:
    """The upper one of the two middle values of an even number, as quantiles.ts has it."""
    return sorted(values)[len(values) // 2]


def judged_frames(clip: Clip, judge: Judge) -> list[dict]:
    """The clip's frames as the worker's JudgedFrame, without a baseline."""
    if clip.readings is None:
        return _frames_of(clip, np.zeros((0, 3)), [])
    return _frames_of(clip, judge(inputs_of(clip)), _lids(clip))


def frames_with_baseline(clip: Clip, judge: Judge) -> list[dict]:
    """The same, window after window, with the baseline that window-judge.ts has grown by then."""
    if clip.readings is None:
        return judged_frames(clip, judge)
    aim, alone = aims(clip), judge(inputs_of(clip))
    lids = np.array(_lids(clip))
    said = alone.copy()
    own, windows = SCREEN_MIDDLE, 0
    place = clip.t_ms[clip.face_at] // WINDOW_MS
    for window in np.unique(place):
        rows = np.flatnonzero(place == window)
        if windows > 0:
            said[rows] = judge(inputs_of(clip, _after(own, windows), rows))
        opened = rows[lids[rows] == "open"]
        sure = opened[alone[opened, 0] >= CONFIDENT]
        if len(sure) >= max(FEWEST_CONFIDENT, CONFIDENT * len(opened)):
            windows = min(MEMORY_WINDOWS, windows + 1)
            own = own + (np.sort(aim[sure], axis=0)[len(sure) // 2] - own) / windows
    return _frames_of(clip, said, lids)


def _lids(clip: Clip) -> list[str]:
    return lids_of(clip.t_ms[clip.face_at], clip.seen["openness"])


def _frames_of(clip: Clip, said: np.ndarray, lids: Sequence[str]) -> list[dict]:
    row_at = {int(at): row for row, at in enumerate(clip.face_at)}
    last = (0.0, 0.0)
    frames = []
    for at, t_ms in enumerate(clip.t_ms):
        row = row_at.get(at)
        if row is None:
            last = (0.0, 0.0)
            frames.append(_frame(t_ms, False, *last))
            continue
        if lids[row] != "blink":
            last = (float(said[row, 0]), min(float(said[row, 1]), 1 - float(said[row, 0])))
        frames.append(_frame(t_ms, True, *((0.0, 0.0) if lids[row] == "closed" else last)))
    return frames


def windows_to_learn(clip: Clip, judge: Judge, random: np.random.Generator) -> list[Window]:
    """Windows that overlap by half, with most people's middle and with the person's own baseline, at the clip's frame rate and at lower ones."""
    return [
        _window(clip, frames, members, start, truth)
        for frames in (judged_frames(clip, judge), frames_with_baseline(clip, judge))
        for start, members, truth in _told(clip, float(random.uniform(0, WINDOW_MS / 2)), WINDOW_MS / 2, lambda all: _thinned(all, random))
    ]


def windows_as_live(clip: Clip, judge: Judge) -> list[Window]:
    """Windows side by side, with the baseline as it grows, as the worker judges them."""
    frames = frames_with_baseline(clip, judge)
    return [_window(clip, frames, members, start, truth) for start, members, truth in side_by_side(clip)]


def side_by_side(clip: Clip) -> list[tuple[float, np.ndarray, bool]]:
    """Begin, frames and truth of each window that can be told."""
    return _told(clip, 0.0, WINDOW_MS, lambda members: members)


def _told(clip: Clip, first: float, step: float, thin: Callable[[np.ndarray], np.ndarray]) -> list[tuple[float, np.ndarray, bool]]:
    if clip.kind in NOT_TRAINED_ON or clip.readings is None:
        return []
    first_face = clip.t_ms[clip.face_at[0]]
    told = []
    for start in np.arange(first, clip.t_ms[-1] - WINDOW_MS, step):
        if start + WINDOW_MS <= first_face:
            continue
        members = thin(np.flatnonzero((clip.t_ms >= start) & (clip.t_ms < start + WINDOW_MS)))
        truth = truth_of(clip, members, start)
        faces = np.isin(clip.face_at, members)
        if truth is None or (faces.any() and clip.is_own[faces].mean() < 0.5):
            continue
        told.append((float(start), members, truth))
    return told


def _window(clip: Clip, frames: list[dict], members: np.ndarray, start: float, truth: bool) -> Window:
    before = next((frame for frame in reversed(frames[: members[0]]) if frame["hasFace"] and frame["tMs"] < start), None)
    features = window_features(bridged([frames[i] for i in members], before), start, start + WINDOW_MS)
    return Window(features, truth, clip.subject, clip.kind, clip.groups)


def truth_of(clip: Clip, members: np.ndarray, start: float) -> bool | None:
    """Facing for at least half of the window's time; None where the window has too few frames or is brief."""
    if len(members) < MIN_FRAMES or clip.t_ms[members[-1]] - clip.t_ms[members[0]] < WINDOW_MS / 2:
        return None
    weights = np.array(weigh([{"tMs": clip.t_ms[i]} for i in members], start, start + WINDOW_MS))
    weights = weights / weights.sum()
    facing = float(weights[clip.facing[members]].sum())
    brief = float(weights[clip.brief[members]].sum())
    if facing < 0.5 <= facing + brief:
        return None
    return facing >= 0.5


def _thinned(members: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Every second or third frame of a fast clip, as a slower device would see it."""
    if len(members) < 2 * MIN_FRAMES or random.random() < 0.5:
        return members
    step = int(random.integers(2, max(3, len(members) // MIN_FRAMES + 1)))
    return members[int(random.integers(0, step)) :: step]


def _frame(t_ms: float, has_face: bool, facing: float, down: float) -> dict:
    return {"tMs": float(t_ms), "hasFace": has_face, "facing": facing, "down": down}

"""The model's eye head: where one eye looks in the head and how far it is open, from its picture and its points. A small convolutional network,
trained in JAX on the CPU: Adam, fixed seed, pictures varied by what cameras do to them."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from clips import Clip
from geometry import direction, rotation, turned_back
from model import FOLDS, adam_start, adam_step, fold_of
from observables import EyeLooks, Readings, eye_inputs, eye_weights, probability_of

# Outputs of the network, in units of FULL_TURN_DEG: outward, up; and the logit of how far the eye is open.
FULL_TURN_DEG = 30
CHANNELS = (12, 20)
HIDDEN = 64
STEPS, BATCH, RATE = 3000, 256, 2e-3
DECAY = 1e-2
# Of what cameras do to pictures, and landmarkers to points.
GAMMA, NOISE, SHIFT = 0.5, 0.06, 2
POINTS_NOISE, NO_POINTS = 0.15, 0.3
LIMIT = 4
# Lids are shut in one frame of thirty: less open than this they count several times.
SHUT_BELOW, SHUT_COUNTS = 0.3, 4
CONTRAST_FLOOR = 0.01
AT_ONCE = 512


@dataclass(frozen=True)
class Eyes:
    """Single eyes, one row each, the right ones mirrored: outward is positive."""

    pictures: np.ndarray
    # As `observables.eye_inputs` gives them.
    points: np.ndarray
    subjects: np.ndarray
    outward_deg: np.ndarray
    up_deg: np.ndarray
    # 1 as far as the person opens them, 0 closed.
    open: np.ndarray
    # What a row counts for the direction, 0 where the eye looks nowhere; and for the opening.
    looks: np.ndarray
    counts: np.ndarray

    def of(self, chosen: np.ndarray) -> "Eyes":
        return Eyes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def eyes_of(clips: list[Clip]) -> Eyes:
    """Both eyes of all living faces. The direction is learnt from open ones within 45 degrees of the lens; the eye that is turned to the lens counts more."""
    parts = []
    for clip in clips:
        if clip.readings is None or clip.kind in {"photograph", "frozen", "company"}:
            continue
        living = clip.is_own & clip.present[clip.face_at] & ~np.isnan(clip.true_gaze_off_lens[:, 0])
        readings = clip.readings.rows(living)
        head = readings.off_lens
        yaw, up = direction(turned_back(rotation(*head.T), clip.true_gaze_off_lens[living]))
        is_open = clip.lids_open[living]
        looks = (is_open > 0.6) & (np.abs(head[:, 0]) < 45)
        for side, sign, weight in zip(("left", "right"), (1, -1), eye_weights(head[:, 0])):
            pictures = readings.left_picture if side == "left" else readings.right_picture
            subjects = np.full(len(yaw), clip.subject)
            counts = 2 * weight * np.where(is_open < SHUT_BELOW, SHUT_COUNTS, 1)
            parts.append((pictures, eye_inputs(readings, side), subjects, sign * yaw, up, is_open, 2 * weight * looks, counts))
    return Eyes(*(np.concatenate(column) for column in zip(*parts)))


def reader_of(network: dict) -> Callable[[Readings], EyeLooks]:
    """What reads the eyes of faces with this network."""
    return lambda readings: EyeLooks(
        look(network, readings.left_picture, eye_inputs(readings, "left")),
        look(network, readings.right_picture, eye_inputs(readings, "right")),
    )


def train_eyes(eyes: Eyes) -> tuple[dict, list[dict]]:
    """The network of all rows, and for each fold of subjects (`fold_of`) one that has not seen it."""
    fold = fold_of(eyes.subjects)
    return train_network(eyes), [train_network(eyes.of(fold != k)) for k in range(FOLDS)]


def train_network(eyes: Eyes, steps: int = STEPS) -> dict:
    random = np.random.default_rng(3)
    counts = eyes.counts / eyes.counts.sum()
    mean = counts @ eyes.points
    scale = np.maximum(np.sqrt(counts @ (eyes.points - mean) ** 2), 1e-3)
    params = _initial(random, eyes.points.shape[1])
    points = np.float32(np.clip((eyes.points - mean) / scale, -LIMIT, LIMIT))
    target = np.float32(np.column_stack([eyes.outward_deg / FULL_TURN_DEG, eyes.up_deg / FULL_TURN_DEG, eyes.open]))
    target = np.nan_to_num(target)
    weight = np.float32(np.column_stack([eyes.looks, eyes.counts]))
    adam = adam_start(params)
    key = jax.random.key(5)
    for step in range(1, steps + 1):
        rows = random.integers(0, len(target), BATCH)
        shift = tuple(int(value) for value in random.integers(-SHIFT, SHIFT + 1, 2))
        pictures = np.roll(eyes.pictures[rows], shift, (1, 2))
        key, noise = jax.random.split(key)
        rate = RATE * (0.5 * (1 + np.cos(np.pi * step / steps)) + 0.01) * min(1, step / 200)
        params, adam = _step(params, adam, step, rate, pictures, points[rows], target[rows], weight[rows], noise)
    return {**{name: np.asarray(value) for name, value in params.items()}, "mean": mean, "scale": scale}


def look(network: dict, pictures: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Outward and up in degrees, and how far it is open (0..1), of each eye."""
    params = {name: jnp.asarray(value, jnp.float32) for name, value in network.items() if name not in ("mean", "scale")}
    standard = np.float32(np.clip((points - network["mean"]) / network["scale"], -LIMIT, LIMIT))
    said = [_says_of(params, pictures[i : i + AT_ONCE], standard[i : i + AT_ONCE]) for i in range(0, len(points), AT_ONCE)]
    said = np.concatenate(said) if said else np.zeros((0, 3))
    return np.column_stack([FULL_TURN_DEG * said[:, :2], probability_of(said[:, 2])]).astype(float)


def _says_of(params: dict, pictures: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Filled up to one length, for which the network is compiled once."""
    missing = AT_ONCE - len(points)
    filled = np.pad(pictures, ((0, missing), (0, 0), (0, 0))), np.pad(points, ((0, missing), (0, 0)))
    return np.asarray(_says(params, *filled))[: len(points)]


def _initial(random: np.random.Generator, points: int) -> dict:
    def normal(*shape: int, inputs: int) -> jnp.ndarray:
        return jnp.asarray(random.normal(0, np.sqrt(2 / inputs), shape), jnp.float32)

    first, second = CHANNELS
    seen = second * 4 * 7
    return {
        "conv1_w": normal(5, 5, 1, first, inputs=25),
        "conv1_b": jnp.zeros(first),
        "conv2_w": normal(3, 3, first, second, inputs=9 * first),
        "conv2_b": jnp.zeros(second),
        "hidden_w": normal(seen + points, HIDDEN, inputs=seen + points),
        "hidden_b": jnp.zeros(HIDDEN),
        "out_w": normal(HIDDEN, 3, inputs=4 * HIDDEN),
        "out_b": jnp.zeros(3),
    }


@jax.jit
def _says(params: dict, pictures: jnp.ndarray, points: jnp.ndarray) -> jnp.ndarray:
    return _forward(params, standard_pictures(pictures.astype(jnp.float32) / 255), points)


def standard_pictures(pictures: jnp.ndarray) -> jnp.ndarray:
    """Each picture less its mean, over its contrast."""
    centred = pictures - pictures.mean(axis=(1, 2), keepdims=True)
    return centred / (jnp.sqrt((centred**2).mean(axis=(1, 2), keepdims=True)) + CONTRAST_FLOOR)


def _forward(params: dict, pictures: jnp.ndarray, points: jnp.ndarray) -> jnp.ndarray:
    seen = _convolved(_convolved(pictures[..., None], params, "conv1"), params, "conv2")
    joined = jnp.concatenate([seen.reshape(len(seen), -1), points], axis=1)
    return jax.nn.relu(joined @ params["hidden_w"] + params["hidden_b"]) @ params["out_w"] + params["out_b"]


def _convolved(seen: jnp.ndarray, params: dict, name: str) -> jnp.ndarray:
    """A convolution in steps of two, without a margin; [n, rows, columns, channels]. As one product of matrices it is several times as fast on a CPU."""
    kernel = params[f"{name}_w"]
    size, _, channels, made = kernel.shape
    rows, columns = ((length - size) // 2 + 1 for length in seen.shape[1:3])
    parts = [seen[:, y : y + 2 * rows - 1 : 2, x : x + 2 * columns - 1 : 2] for y in range(size) for x in range(size)]
    around = jnp.concatenate(parts, axis=-1)
    return jax.nn.relu(around @ kernel.reshape(size * size * channels, made) + params[f"{name}_b"])


def _varied(pictures: jnp.ndarray, points: jnp.ndarray, key: jax.Array) -> tuple[jnp.ndarray, jnp.ndarray]:
    keys = jax.random.split(key, 7)
    count = len(pictures)

    def each(key: jax.Array, low: float, high: float) -> jnp.ndarray:
        return jax.random.uniform(key, (count, 1, 1), minval=low, maxval=high)

    seen = jnp.clip(pictures.astype(jnp.float32) / 255, 1e-3, 1) ** jnp.exp(each(keys[0], -GAMMA, GAMMA))
    # Between two samples on each axis: a shift by less than one, and a blur.
    for axis, key in ((1, keys[1]), (2, keys[2])):
        share = each(key, 0, 0.6)
        seen = (1 - share) * seen + share * jnp.roll(seen, 1, axis)
    seen = standard_pictures(seen)
    seen = seen + each(keys[3], 0, 4 * NOISE) * jax.random.normal(keys[4], seen.shape)
    known = jax.random.uniform(keys[5], (count, 1)) >= NO_POINTS
    # The head's turn, in the last three columns, is always known.
    known = jnp.concatenate([jnp.tile(known, (1, points.shape[1] - 3)), jnp.ones((count, 3), bool)], axis=1)
    return seen, jnp.where(known, points + POINTS_NOISE * jax.random.normal(keys[6], points.shape), 0)


def _loss(params: dict, pictures: jnp.ndarray, points: jnp.ndarray, target: jnp.ndarray, weight: jnp.ndarray) -> jnp.ndarray:
    said = _forward(params, pictures, points)
    error = jnp.abs(said[:, :2] - target[:, :2]).sum(axis=1)
    opening = jnp.logaddexp(0, said[:, 2]) - said[:, 2] * target[:, 2]
    return (weight[:, 0] * error).mean() + 0.5 * (weight[:, 1] * opening).mean()


@jax.jit
def _step(params, adam, step, rate, pictures, points, target, weight, key):
    """One step of Adam with decoupled weight decay."""
    pictures, points = _varied(pictures, points, key)
    change, adam = adam_step(adam, jax.grad(_loss)(params, pictures, points, target, weight), step)

    def moved(name: str) -> jnp.ndarray:
        decay = DECAY * params[name] if name.endswith("_w") else 0
        return params[name] - rate * (change[name] + decay)

    return {name: moved(name) for name in params}, adam

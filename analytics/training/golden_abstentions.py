"""Writes the golden abstentions: windows on both sides of every rule, with the reason that both implementations must give.

usage: golden_abstentions.py
"""

import json

from abstain import GOLDEN_ABSTENTIONS, abstain_reason

PICTURE = {"light": 0.4, "sharpness": 0.02, "change": 0.01}
NOW = {
    "clockSure": True, "hiddenMs": 0, "cameraEnded": False, "faceSeen": True, "lastFaceSize": 0.15, "faceCounts": [1, 1, 1],
    "windowMs": 5000,
}


def frames(count: int, size: float | None = 0.15, until_ms: float = 5000, missing: int = 0, **picture: float) -> list[dict]:
    return [
        {
            "tMs": round(i * until_ms / count, 3),
            "face": None if size is None or i < missing else {"size": size},
            "picture": {**PICTURE, **picture},
        }
        for i in range(count)
    ]


CASES = [
    (frames(20), {}),
    (frames(20, None), {}),
    (frames(20), {"cameraEnded": True, "clockSure": False}),
    (frames(20), {"clockSure": False, "hiddenMs": 5000}),
    (frames(20), {"hiddenMs": 1000}),
    (frames(20), {"hiddenMs": 1001}),
    ([], {}),
    (frames(5), {}),
    (frames(6), {}),
    (frames(20, until_ms=2600), {}),
    (frames(20, until_ms=2700), {}),
    (frames(20, light=0.049), {}),
    (frames(20, light=0.05), {}),
    (frames(20, None, light=0.119), {}),
    (frames(20, None, light=0.12), {}),
    (frames(20, missing=10, light=0.1), {}),
    (frames(20, missing=9, light=0.1), {}),
    (frames(20, change=0.00039), {}),
    (frames(20, change=0.0004), {}),
    ([*frames(41, change=0.0)[:38], *frames(41)[38:]], {}),
    ([*frames(41, change=0.0)[:39], *frames(41)[39:]], {}),
    (frames(20, None), {"faceSeen": False, "lastFaceSize": None}),
    (frames(20), {"faceCounts": [2, 2, 1, 1, 1]}),
    (frames(20), {"faceCounts": [2, 2, 1, 1]}),
    (frames(20), {"faceCounts": [2]}),
    (frames(20), {"faceCounts": []}),
    (frames(20, 0.034), {}),
    (frames(20, 0.035), {"lastFaceSize": 0.035}),
    ([*frames(20, 0.03)[:10], *frames(20)[10:]], {}),
    ([*frames(20, 0.03)[:9], *frames(20)[9:]], {}),
    (frames(20, 0.05, missing=4), {"lastFaceSize": 0.05}),
    (frames(20, 0.05, missing=3), {"lastFaceSize": 0.05}),
    (frames(20, None), {"lastFaceSize": 0.054}),
    (frames(20, None), {"lastFaceSize": 0.055}),
]


def main() -> None:
    cases = [
        {"now": {**NOW, **now}, "frames": seen, "reason": abstain_reason(seen, {**NOW, **now})} for seen, now in CASES
    ]
    GOLDEN_ABSTENTIONS.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

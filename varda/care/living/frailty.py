"""The Clinical Frailty Scale, version 2 (Rockwood and others, 2005 and 2020): nine steps, said in our own words. Pure.

F34. The scale is judged by somebody who knows how the person was two weeks ago, and is meant from 65 years of age.
"""

from varda.kernel.errors import Problem, Unprocessable

VERSION = "2.0"
FROM = 65
"""Years of age from which the scale is meant to be used."""
STEPS = {
    1: ("mycket vital", "very fit"),
    2: ("vital", "fit"),
    3: ("klarar sig bra", "managing well"),
    4: ("mycket lindrig skörhet", "very mild frailty"),
    5: ("lindrig skörhet", "mild frailty"),
    6: ("måttlig skörhet", "moderate frailty"),
    7: ("svår skörhet", "severe frailty"),
    8: ("mycket svår skörhet", "very severe frailty"),
    9: ("terminalt sjuk", "terminally ill"),
}
"""Each step in the words of the record and in English."""
FRAIL = 5
"""The step from which somebody counts as frail."""


def step(typed: str) -> int:
    """The step that was chosen. Raises `Unprocessable`."""
    if typed.isascii() and typed.isdecimal() and len(typed) == 1 and int(typed) in STEPS:
        return int(typed)
    raise Unprocessable("Choose a step of 1 to 9.", [Problem("Choose a step of 1 to 9.", "cfs")])

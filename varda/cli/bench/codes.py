"""How long finding a code by what is typed takes in a list as long as a county's own. The list is invented."""

import random
import re
import time
from datetime import date

from varda.terminology import Codes, Concept, code_system

_SYLLABLES = re.findall(
    r"\w+",
    "hjärt in farkt ang ina pekt njur svikt lung flamm at ion kron isk akut ben brott frak tur höft knä led skul der "
    "tumör malign nign karci nom kera tit derm ostea art ros fek virus bak teri ell spec if icer ad lok al isa",
)
_COMMON = ("ospecificerad", "med", "utan", "och", "annan", "i", "av", "akut", "kronisk", "specificerad")
_SYSTEM = "urn:oid:1.2.752.116.1.1.1.1.3"


def typed(rows: int, dice: random.Random) -> tuple[float, int, list[float]]:
    """Seconds to put a list of so many codes in order, how many it holds, and seconds for each thing typed: every
    beginning, as fingers go, of two hundred texts and codes of the list.
    """
    concepts = _invented(rows, dice)
    resource = code_system(_SYSTEM, "Invented", concepts)
    started = time.perf_counter()
    codes = Codes(_SYSTEM, resource["concept"], date(2026, 1, 1))
    ready = time.perf_counter() - started
    taken = []
    for one in dice.sample(concepts, min(200, len(concepts))):
        text = one.code if dice.random() < 0.2 else " ".join(one.text.split()[:2])
        for length in range(1, len(text) + 1):
            started = time.perf_counter()
            codes.found(text[:length])
            taken.append(time.perf_counter() - started)
    return ready, len(codes), taken


def _invented(rows: int, dice: random.Random) -> list[Concept]:
    words = ["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 5))) for _ in range(max(20, rows // 3))]
    return [
        Concept(
            number,
            f"{chr(65 + number // 1600 % 26)}{number // 16 % 100:02}.{number % 16:X}{number // 41_600 or ''}",
            " ".join(dice.choice(words if dice.random() < 0.6 else _COMMON) for _ in range(dice.randint(2, 9))),
        )
        for number in range(rows)
    ]

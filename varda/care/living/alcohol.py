"""AUDIT-C: three questions on alcohol, 0 to 4 points each (Bush and others, 1998; WHO's AUDIT), in our own words. Pure.

F35. What counts as risk is that of the Public Health Agency of Sweden: 5 points for women, 6 for men.
"""

from collections.abc import Mapping

from varda.kernel.errors import Problem, Unprocessable

VERSION = "1998"
LIMITS = {"female": 5, "male": 6}
"""Points from which there is risk; of others the lower one counts."""
QUESTIONS: Mapping[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    # key: Swedish, English, the five answers from 0 to 4 points
    "often": ("Hur ofta dricks alkohol", "How often alcohol is drunk", (
        ("aldrig", "never"), ("högst en gång i månaden", "once a month at the most"),
        ("2–4 gånger i månaden", "2–4 times a month"), ("2–3 gånger i veckan", "2–3 times a week"),
        ("4 gånger i veckan eller oftare", "4 times a week or more"))),
    "amount": ("Standardglas en typisk dag", "Standard drinks on a typical day", (
        ("1–2", "1–2"), ("3–4", "3–4"), ("5–6", "5–6"), ("7–9", "7–9"), ("10 eller fler", "10 or more"))),
    "six": ("Sex glas eller mer vid samma tillfälle", "Six drinks or more on one occasion", (
        ("aldrig", "never"), ("mer sällan än varje månad", "less than monthly"), ("varje månad", "monthly"),
        ("varje vecka", "weekly"), ("nästan dagligen", "almost daily"))),
}  # fmt: skip


def points(form: Mapping[str, str]) -> dict[str, int] | None:
    """The points of each question; None where none is answered. Who never drinks answers one question alone.

    Raises `Unprocessable` with what is missing.
    """
    given = {key: form.get(key, "") for key in QUESTIONS}
    if not any(given.values()):
        return None
    if given["often"] == "0":
        given = {key: value or "0" for key, value in given.items()}
    wrong = [key for key, value in given.items() if value not in ("0", "1", "2", "3", "4")]
    if wrong:
        raise Unprocessable("AUDIT-C needs all three.", [Problem("AUDIT-C needs all three.", key) for key in wrong])
    return {key: int(value) for key, value in given.items()}


def is_risk(total: int, sex: str) -> bool:
    """Whether the points say risk. `sex` as FHIR's administrative gender."""
    return total >= LIMITS.get(sex, min(LIMITS.values()))

"""Note templates as data: which keywords (sökord) a reason asks for, and who writes them. Same words for all (F19)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword of a note. `title` is what the record says (Swedish, R7); `label` is the English word on screen."""

    code: str
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of note. `roles` write it (all, if empty); the first template of a role is the one offered."""

    code: str
    title: str
    label: str
    keywords: tuple[str, ...]
    roles: tuple[str, ...] = ()


KEYWORDS = {
    word.code: word
    for word in (
        Keyword("kontaktorsak", "Kontaktorsak", "Reason for contact"),
        Keyword("patientberattelse", "Patientberättelse", "The patient's story"),
        Keyword("anamnes", "Anamnes", "Medical history"),
        Keyword("aktuellt", "Aktuellt", "Present condition"),
        Keyword("status", "Status", "Examination"),
        Keyword("bedomning", "Bedömning", "Assessment"),
        Keyword("atgard", "Åtgärd", "Action taken"),
        Keyword("planering", "Planering", "Planning"),
        Keyword("lakemedel", "Läkemedel", "Medication"),
        Keyword("omvardnad", "Omvårdnad", "Nursing care"),
        Keyword("funktion", "Funktion och aktivitet", "Function and activity"),
        Keyword("mal", "Mål", "Goal"),
        Keyword("andning", "Andning och cirkulation", "Breathing and circulation"),
        Keyword("nutrition", "Nutrition", "Nutrition"),
        Keyword("elimination", "Elimination", "Elimination"),
        Keyword("hud", "Hud och vävnad", "Skin and tissue"),
        Keyword("psykosocialt", "Psykosocialt", "Psychosocial"),
        Keyword("information", "Information till patient", "Information to the patient"),
        Keyword("resultat", "Resultat", "Outcome"),
    )
}

_PHYSICIAN = ("physician", "medical-secretary")
_NURSING = ("nurse", "assistant-nurse", "midwife")
_REHABILITATION = ("physiotherapist", "occupational-therapist", "dietitian")

TEMPLATES = {
    one.code: one
    for one in (
        Template(
            "visit",
            "Besöksanteckning",
            "Visit note",
            ("kontaktorsak", "anamnes", "aktuellt", "status", "bedomning", "planering"),
            _PHYSICIAN,
        ),
        Template(
            "admission",
            "Inskrivningsanteckning",
            "Admission note",
            ("kontaktorsak", "anamnes", "lakemedel", "aktuellt", "status", "bedomning", "planering"),
            _PHYSICIAN,
        ),
        Template(
            "round", "Rondanteckning", "Ward round note", ("aktuellt", "status", "bedomning", "planering"), _PHYSICIAN
        ),
        Template(
            "discharge",
            "Slutanteckning",
            "Discharge note",
            ("kontaktorsak", "anamnes", "resultat", "bedomning", "lakemedel", "planering", "information"),
            _PHYSICIAN,
        ),
        Template(
            "nursing",
            "Omvårdnadsanteckning",
            "Nursing note",
            ("aktuellt", "omvardnad", "atgard", "resultat", "planering"),
            _NURSING,
        ),
        Template(
            "nursing-status",
            "Omvårdnadsstatus",
            "Nursing status",
            ("patientberattelse", "andning", "nutrition", "elimination", "hud", "psykosocialt", "planering"),
            _NURSING,
        ),
        Template(
            "rehabilitation",
            "Bedömning rehabilitering",
            "Rehabilitation assessment",
            ("kontaktorsak", "patientberattelse", "funktion", "bedomning", "mal", "atgard", "planering"),
            _REHABILITATION,
        ),
        Template(
            "conversation",
            "Samtalsanteckning",
            "Conversation note",
            ("kontaktorsak", "patientberattelse", "psykosocialt", "bedomning", "planering"),
            ("psychologist", "social-worker"),
        ),
        Template(
            "telephone",
            "Telefonkontakt",
            "Telephone contact",
            ("kontaktorsak", "aktuellt", "bedomning", "atgard", "planering"),
        ),
        Template(
            "medication",
            "Läkemedelsgenomgång",
            "Medication review",
            ("lakemedel", "bedomning", "atgard", "planering"),
            ("physician", "pharmacist", "nurse"),
        ),
        Template("free", "Daganteckning", "Progress note", ("aktuellt", "bedomning", "planering")),
    )
}


def offered(role: str, is_admitted: bool = False) -> list[Template]:
    """The templates that a role writes, the likeliest for the reason first; those for everybody after its own."""
    mine = [one for one in TEMPLATES.values() if role in one.roles]
    rest = [one for one in TEMPLATES.values() if not one.roles]
    likely = "round" if is_admitted else "visit"
    return sorted(mine, key=lambda one: one.code != likely) + rest


def template(code: str) -> Template:
    """A template by code; the progress note when the code is unknown, so that no text is without a place."""
    return TEMPLATES.get(code, TEMPLATES["free"])

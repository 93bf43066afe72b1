"""The people who work in the county: a roster per kind of unit, one or two assignments each, some known by name.

An assignment (medarbetaruppdrag) is a PractitionerRole with an HSA-id of its own; RULES A2: rights belong to it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from varda.access.projection import LICENCE, PURPOSE
from varda.catalogue import role_of
from varda.region import names
from varda.region.identities import HSA_ID, RESERVE_NUMBER, born_in, hsa, reserve_number
from varda.region.model import Assignment, DemoPerson, Resource, Unit

ROLE = "https://varda.example/fhir/CodeSystem/role"
PURPOSES = {"care": "vård och behandling", "quality": "kvalitetsuppföljning", "administration": "administration"}
"""What an assignment is for (PDL 2:4), as it is said of it."""

TITLES: dict[str, str] = {
    "physician": "läkare",
    "nurse": "sjuksköterska",
    "assistant-nurse": "undersköterska",
    "midwife": "barnmorska",
    "physiotherapist": "fysioterapeut",
    "occupational-therapist": "arbetsterapeut",
    "dietitian": "dietist",
    "psychologist": "psykolog",
    "medical-secretary": "medicinsk sekreterare",
    "pharmacist": "apotekare",
    "biomedical-scientist": "biomedicinsk analytiker",
    "social-worker": "kurator",
    "needs-assessor": "biståndshandläggare",
    "home-help": "vårdbiträde",
    "unit-manager": "enhetschef",
    "safety-representative": "skyddsombud",
    "patient-safety-officer": "patientsäkerhetsansvarig",
    "rights-administrator": "behörighetsadministratör",
    "log-reviewer": "loggranskare",
    "programme-manager": "programledare för införandet",
    "records-officer": "arkivarie",
}

ROSTERS: dict[str, str] = {
    # kind of unit: role*how many, with a specialty after a slash
    "health-centre": "physician/allmänmedicin*3 nurse*2 nurse/diabetes nurse/barnhälsovård assistant-nurse "
    "physiotherapist psychologist medical-secretary",
    "ward": "physician*3 nurse*4 assistant-nurse*3 physiotherapist occupational-therapist medical-secretary",
    "clinic": "physician*2 nurse*2 medical-secretary",
    "emergency": "physician*3 nurse*3 assistant-nurse*2 medical-secretary",
    "radiology": "physician/radiologi*2 nurse/röntgen*2 medical-secretary",
    "laboratory": "biomedical-scientist*3 physician/klinisk_kemi",
    "rehabilitation": "physiotherapist*2 occupational-therapist dietitian",
    "maternity": "midwife*3 assistant-nurse",
    "on-call-centre": "physician*2 nurse*2",
    "home-care": "nurse*3 assistant-nurse*2 physiotherapist occupational-therapist",
    "nursing-home": "nurse*2 assistant-nurse*2",
    "home-help": "home-help*3 needs-assessor",
}
EXTRA: dict[str, str] = {
    "kvinna": "midwife*3",
    "psykiatri": "psychologist social-worker",
    "onkologi": "social-worker",
    "bröst": "nurse/kontakt",
    "medicin": "pharmacist dietitian",
    "ortopedi": "physiotherapist",
    "barn": "nurse",
}

_KNOWN: tuple[tuple[str, str, str, str, str, str], ...] = (
    # key, given, family, role, specialty, units (the usual assignment first; what it is for after a slash, if not care)
    ("health-centre-physician", "Astrid", "Lund", "physician", "allmänmedicin", "V002"),
    ("ward-physician", "Johan", "Ekman", "physician", "internmedicin", "W00101 C00103"),
    ("ward-nurse", "Fatima", "Hassan", "nurse", "", "W00101"),
    ("municipal-nurse", "Karin", "Bergqvist", "nurse", "", "K1490H K1490B"),
    ("medical-secretary", "Eva", "Sandell", "medical-secretary", "", "V002 W00101"),
    ("district-nurse", "Maria", "Lindqvist", "nurse", "diabetes", "V002"),
    ("midwife", "Elin", "Nordgren", "midwife", "", "M001"),
    ("physiotherapist", "Per", "Åberg", "physiotherapist", "", "W00101 T001"),
    ("unit-manager", "Gunilla", "Stenberg", "unit-manager", "", "V002/administration"),
    ("rights-administrator", "Anders", "Wallin", "rights-administrator", "", "V002/administration"),
    ("second-rights-administrator", "Birgitta", "Holm", "rights-administrator", "", "W00101/administration"),
    ("needs-assessor", "Lena", "Dahl", "needs-assessor", "", "K1490OH"),
    ("log-reviewer", "Ingrid", "Sjöberg", "log-reviewer", "", "V002/administration"),
    ("records-officer", "Margareta", "Falk", "records-officer", "", "V002/administration"),
    ("second-records-officer", "Tomas", "Hellgren", "records-officer", "", "W00101/administration"),
    ("quality-nurse", "Kerstin", "Nyberg", "nurse", "", "C00103 C00103/quality"),
    ("programme-manager", "Helena", "Forsberg", "programme-manager", "", "V002/administration"),
    ("safety-representative", "Kjell", "Sandberg", "safety-representative", "", "W00101/administration"),
    ("patient-safety-officer", "Barbro", "Wester", "patient-safety-officer", "", "C00103/administration"),
)
_NUMBERS = {key: f"D{nth:03d}" for nth, (key, *_) in enumerate(_KNOWN, 1)}

PATIENTS: dict[int, tuple[str, str, int]] = {
    # patient's index: key of the known person, sex, year of birth
    21: ("health-centre-physician", "female", 1979),
    22: ("ward-physician", "male", 1974),
    24: ("ward-nurse", "female", 1988),
    29: ("medical-secretary", "female", 1969),
    54: ("district-nurse", "female", 1990),
}
"""Known people who are patients as well, so that log review has own records, colleagues and families to find. The last
is a mother: patient 55 is her child.
"""

KNOWN = hsa("D")
"""How the HSA-ids of the known people begin."""
DEMO_CENTRE = hsa("V002")
DEMO_WARD = hsa("W00101")
DEMO_HOME_CARE = hsa("K1490H")
DEMO_PEOPLE: tuple[DemoPerson, ...] = tuple(
    DemoPerson(
        key,
        hsa(_NUMBERS[key]),
        f"{given} {family}",
        TITLES[role],
        tuple(hsa(f"{_NUMBERS[key]}U{nth}") for nth in range(1, len(units.split()) + 1)),
    )
    for key, given, family, role, _specialty, units in _KNOWN
)


def _posts(unit: Unit) -> Iterator[tuple[str, str]]:
    kind = next((kind for kind in unit.kinds if kind in ROSTERS), "")
    for post in f"{ROSTERS.get(kind, '')} {EXTRA.get(unit.specialty, '')}".split(" "):
        if post:
            what, _, count = post.partition("*")
            role, _, specialty = what.partition("/")
            specialty = specialty.replace("_", " ")
            yield from [(role, specialty or (unit.specialty if role == "physician" else ""))] * int(count or 1)


def _roster(unit: Unit, seed: int) -> Iterator[Assignment]:
    chance = Random(f"{seed}:{unit.hsa}")  # noqa: S311 - invented people, not secrets
    for nth, (role, specialty) in enumerate(_posts(unit), 1):
        woman = chance.random() < (0.52 if role == "physician" else 0.84)
        given = names.given(chance, "female" if woman else "male", chance.randint(1960, 1998))
        person = f"{unit.hsa}P{nth:02d}"
        yield Assignment(
            f"{unit.hsa}U{nth:02d}", person, given, names.family(chance), role, TITLES[role], unit.hsa, specialty
        )


def roster(units: dict[str, Unit], seed: int) -> dict[str, tuple[Assignment, ...]]:
    """The assignments of every care unit, the known people first; about one in twelve also works at a second unit."""
    posts = {unit.hsa: list(_roster(unit, seed)) for unit in units.values() if unit.is_a("care-unit")}
    chance = Random(f"{seed}:second")  # noqa: S311 - invented people, not secrets
    for unit, neighbour in list(zip(list(posts), list(posts)[1:], strict=False)):
        first = posts[unit][0]
        if units[unit].provider == units[neighbour].provider and chance.random() < 0.5:
            second = f"{first.hsa[:-3]}X01"
            posts[neighbour].append(
                Assignment(
                    second, first.person, first.given, first.family, first.role, first.title, neighbour, first.specialty
                )
            )
    for key, given, family, role, specialty, where in reversed(_KNOWN):
        for nth, suffix in enumerate(where.split(), 1):
            number = _NUMBERS[key]
            unit, _, purpose = suffix.partition("/")
            purpose = purpose or "care"
            known = Assignment(
                hsa(f"{number}U{nth}"), hsa(number), given, family, role, _title(role, purpose), hsa(unit), specialty,
                purpose,
            )  # fmt: skip
            posts[hsa(unit)].insert(0, known)
    return {unit: tuple(staff) for unit, staff in posts.items()}


def patient_names(index: int) -> tuple[str, str] | None:
    """Given and family name of the known person who is patient `index`."""
    key = PATIENTS[index][0] if index in PATIENTS else ""
    return next(((given, family) for known, given, family, *_ in _KNOWN if known == key), None)


def _identifiers(one: Assignment, seed: int) -> Iterator[Resource]:
    yield {"system": HSA_ID, "value": one.person}
    for index, (key, _sex, year) in PATIENTS.items():
        if one.person == hsa(_NUMBERS[key]):
            yield {"system": RESERVE_NUMBER, "value": reserve_number(born_in(year, index, seed), index)}


def _title(role: str, purpose: str) -> str:
    """The profession, and what the assignment is for where the profession cares for patients in others."""
    found = role_of(role, purpose)
    is_other = found is not None and found.code != role
    return f"{TITLES[role]}, {PURPOSES[purpose]}" if is_other else TITLES[role]


def practitioner(one: Assignment, seed: int) -> Resource:
    """The Practitioner behind an assignment, with the licence of the profession; of whoever is a patient too, the
    number. The address is the Patient's."""
    role = role_of(one.role, one.purpose)
    made: Resource = {
        "resourceType": "Practitioner",
        "id": one.person,
        "identifier": list(_identifiers(one, seed)),
        "active": True,
        "name": [{"use": "official", "text": one.name, "family": one.family, "given": [one.given]}],
    }
    if role and role.licence:
        code = {"coding": [{"system": LICENCE, "code": role.licence}], "text": f"legitimerad {role.licence}"}
        made["qualification"] = [{"code": code}]
    return made


def practitioner_role(one: Assignment, unit: Unit, now: datetime) -> Resource:
    """The assignment as PractitionerRole, valid from three years before `now`."""
    resource: Resource = {
        "resourceType": "PractitionerRole",
        "id": one.hsa,
        "identifier": [{"system": HSA_ID, "value": one.hsa}],
        "active": True,
        "period": {"start": (now - timedelta(days=1095)).date().isoformat()},
        "practitioner": one.reference,
        "organization": unit.reference,
        "code": [
            {"coding": [{"system": ROLE, "code": one.role, "display": one.title}], "text": one.title},
            {"coding": [{"system": PURPOSE, "code": one.purpose}], "text": PURPOSES[one.purpose]},
        ],
        "location": [unit.place],
    }
    if one.specialty:
        resource["specialty"] = [{"text": one.specialty}]
    return resource

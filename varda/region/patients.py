"""The demographic resources of one person: Patient, next of kin, listing at a health centre, protected identity."""

from datetime import date, timedelta
from random import Random

from varda.region import identities, names
from varda.region.model import Item, Person, Resource

RELATION = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
EPISODE = "https://varda.example/fhir/CodeSystem/episode-kind"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = {"system": CONFIDENTIALITY, "code": "R", "display": "restricted"}

_MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
_KIN = {
    "SPS": "Make/maka eller sambo",
    "CHILD": "Barn (vuxet)",
    "MTH": "Mor",
    "FTH": "Far",
    "SIB": "Syskon",
    "NCHILD": "Barn",
}


def subject(person: Person) -> Resource:
    """A FHIR Reference to the patient."""
    return {"reference": f"Patient/{person.id}", "display": person.name}


def patient(person: Person) -> Resource:
    """The Patient resource; a protected identity (sekretessmarkering) carries the restricted security label."""
    resource: Resource = {
        "resourceType": "Patient",
        "id": person.id,
        "identifier": [{"use": "official", "system": identities.RESERVE_NUMBER, "value": person.number}],
        "active": True,
        "name": [{"use": "official", "text": person.name, "family": person.family, "given": [person.given]}],
        "telecom": [{"system": "phone", "value": person.phone, "use": "mobile"}],
        "gender": person.sex,
        "birthDate": person.born.isoformat(),
        "address": [
            {
                "use": "home",
                "line": [person.street],
                "city": person.town,
                "district": person.municipality.name,
                "postalCode": person.postal,
                "country": "SE",
            }
        ],
        "communication": [
            {
                "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "sv", "display": "Svenska"}]},
                "preferred": True,
            }
        ],
        "managingOrganization": person.centre.reference,
    }
    if person.protected:
        resource["meta"] = {"security": [RESTRICTED]}
    if person.index % 3:
        resource["telecom"].append({"system": "email", "value": person.email, "use": "home"})
    return resource


def kin(person: Person, age: int, chance: Random, mother: Person | None, child: Person | None) -> list[Item]:
    """Next of kin: a mother and her child know each other by identifier, others have an invented relative."""
    if mother:
        return [_relative(person, "MTH", mother.given, mother.family, "female", mother)]
    found = [_relative(person, "NCHILD", child.given, child.family, child.sex, child)] if child else []
    code = chance.choice(("MTH", "FTH")) if age < 18 else chance.choice(("SPS", "SPS", "CHILD" if age > 55 else "SIB"))
    sex = {"MTH": "female", "FTH": "male"}.get(code) or chance.choice(("female", "male"))
    if code == "SPS":
        sex = "male" if person.is_female else "female"
    shift = {"MTH": -30, "FTH": -32, "CHILD": 28}.get(code, 1)
    given = names.given(chance, sex, person.born.year + shift)
    return [
        *found,
        _relative(person, code, given, person.family if code != "SIB" else names.family(chance), sex, None, chance),
    ]


def _relative(
    person: Person, code: str, given: str, family: str, sex: str, known: Person | None, chance: Random | None = None
) -> Item:
    resource: Resource = {
        "resourceType": "RelatedPerson",
        "id": f"{person.id}-r{code.lower()}",
        "active": True,
        "patient": subject(person),
        "relationship": [{"coding": [{"system": RELATION, "code": code}], "text": _KIN[code]}],
        "name": [{"use": "official", "text": f"{given} {family}", "family": family, "given": [given]}],
        "gender": sex,
    }
    if known:
        resource["identifier"] = [{"use": "official", "system": identities.RESERVE_NUMBER, "value": known.number}]
        resource["birthDate"] = known.born.isoformat()
        resource["telecom"] = [{"system": "phone", "value": known.phone, "use": "mobile"}]
    elif chance:
        resource["telecom"] = [{"system": "phone", "value": identities.mobile(chance), "use": "mobile"}]
    return Item(resource, "")


def listing(person: Person, today: date, chance: Random) -> Item:
    """The one current listing at a health centre, as an EpisodeOfCare."""
    since = max(person.born + timedelta(days=5), today - timedelta(days=chance.randint(200, 5200)))
    resource: Resource = {
        "resourceType": "EpisodeOfCare",
        "id": f"{person.id}-listing",
        "status": "active",
        "type": [{"coding": [{"system": EPISODE, "code": "listing", "display": "Listning"}], "text": "Listad"}],
        "patient": subject(person),
        "managingOrganization": person.centre.reference,
        "period": {"start": min(since, today).isoformat()},
    }
    return Item(resource, person.centre.hsa)

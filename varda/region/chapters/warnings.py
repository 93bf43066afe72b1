"""What must be known at once: allergies, attention signals, protected identity."""

from varda.region import entries
from varda.region.chronicle import Chronicle
from varda.region.model import Resource
from varda.region.terms.drugs import ATC
from varda.region.terms.substances import SUBSTANCES

ATTENTION = "https://varda.example/fhir/CodeSystem/attention"

ALLERGIES: tuple[tuple[str, float, str, str, str, str], ...] = (
    # key, share of people, code of substance (ATC, else our own), text, category, reaction
    ("penicillin", 0.06, "J01CE", "Penicillin", "medication", "Hudutslag"),
    ("asa", 0.012, "N02BA01", "Acetylsalicylsyra", "medication", "Andningsbesvär"),
    ("kontrast", 0.008, "V08A", "Jodkontrastmedel", "medication", "Urtikaria"),
    ("jordnot", 0.015, "peanut", "Jordnöt", "food", "Svullnad i munnen"),
    ("bjork", 0.09, "birch", "Björkpollen", "environment", "Rinnsnuva och kliande ögon"),
    ("latex", 0.006, "latex", "Latex", "environment", "Kontakteksem"),
)


def allergies(life: Chronicle) -> None:
    """Allergies with their reactions, told before anything is prescribed; a flag for the dangerous."""
    for key, share, code, text, category, reaction in ALLERGIES:
        if life.happens(share):
            severe = category == "medication" and life.happens(0.4)
            _allergy(life, code, text, category, reaction, severe)
            life.allergies.add(key)
            if severe:
                _flag(life, "allergy", f"Allvarlig överkänslighet: {text.lower()}", "clinical")
    if not life.allergies and life.happens(0.7):
        _allergy(life, "", "Ingen känd överkänslighet", "", "", severe=False)


def signals(life: Chronicle) -> None:
    """A flag for bleeding risk, infection control and protected identity."""
    if "apixaban" in life.medicines:
        _flag(life, "bleeding", "Blödningsrisk: antikoagulantia", "clinical")
    if life.happens(0.008):
        _flag(life, "infection", "Smitta: MRSA-bärarskap", "clinical")
    if life.person.protected:
        _flag(life, "protected", "Skyddade personuppgifter", "admin")


def _allergy(life: Chronicle, code: str, text: str, category: str, reaction: str, severe: bool) -> None:
    hl7 = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"
    known = life.years_ago(1, max(1.5, min(30, life.age)))
    resource: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": f"{hl7}clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{hl7}verification", "code": "confirmed"}]},
        "type": "allergy",
        "category": [category],
        "criticality": "high" if severe else "low",
        "code": entries.coded(ATC if category == "medication" else SUBSTANCES, code, text),
        "patient": life.subject,
        "recordedDate": known.isoformat(),
        "recorder": life.who(life.centre, "physician").reference,
        "asserter": {"display": "Patienten"},
        "reaction": [{"manifestation": [{"text": "Anafylaxi" if severe else reaction}]}],
    }
    if not reaction:  # asked, and there is none: said in the code that every country knows
        for name in ("type", "category", "criticality", "reaction", "asserter"):
            del resource[name]
        resource["code"] = entries.coded("http://snomed.info/sct", "716186003", text)
    life.add(resource, life.centre)


def _flag(life: Chronicle, code: str, text: str, category: str) -> None:
    resource: Resource = {
        "resourceType": "Flag",
        "status": "active",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": category}]}],
        "code": entries.coded(ATTENTION, code, text),
        "subject": life.subject,
        "author": life.centre.reference,
        "period": {"start": life.years_ago(0.2, 4).isoformat()},
    }
    life.add(resource, life.centre)

"""The log in plain words: what was done, with what kind of data, in which role, why."""

from varda.catalogue import ROLES
from varda.web.language import N_, translations

ACTIONS = {
    "read": N_("read data"), "vread": N_("read an older version"), "history": N_("read the history"),
    "search": N_("saw in a list or search"), "chart": N_("opened the chart"), "everything": N_("took out everything"),
    "find": N_("found the person, name and age"),
    "find-in-county": N_("found the person among all in the county, name and age"),
    "sought": N_("searched in the record"),
    "timeline": N_("read the timeline"),
    "elsewhere": N_("asked whether there is more elsewhere"), "requests": N_("saw requests to lift a block"),
    "registers": N_("saw which quality registers are declined"),
    "create": N_("wrote"), "update": N_("changed data"), "delete": N_("deleted"), "draft": N_("saved a draft"),
    "deviation": N_("reported or handled a deviation"), "deviations": N_("read about a deviation"),
    "mismatch": N_("compared what is shown with what came in"),
    "view": N_("noted what the patient says is wrong"), "hand-out": N_("handed out a copy"),
    "copies": N_("saw copies handed out"), "destructions": N_("saw requests for destruction"),
    "destruction-asked": N_("asked for destruction by decision"), "destruction-ordered": N_("destroyed by decision"),
    "destruction-withdrawn": N_("took back a request for destruction"),
    "drafts": N_("saw own drafts"), "choice": N_("chose to open, by an active choice"),
    "emergency": N_("opened in an emergency"),
    "attempt": N_("tried in vain"), "my-log": N_("read the own access log"), "log": N_("read the access log"),
    "log-copy": N_("printed the access log"), "review": N_("reviewed the access log"),
    "review-run": N_("searched the access log for review"), "blocks": N_("saw which units are blocked"),
    "providers": N_("saw which providers have data"), "decisions": N_("saw consents and blocks"),
    "deeds": N_("judged an exercise"),
    "approve": N_("approved an app"), "app-removed": N_("took back the approval of an app"),
    "request": N_("asked for a block to be lifted"), "answer": N_("answered a request to lift a block"),
}  # fmt: skip
CATEGORIES = {
    "Patient": N_("name, address and relatives"), "Composition": N_("notes"), "DocumentReference": N_("documents"),
    "Condition": N_("diagnoses and problems"), "Observation": N_("results and measurements"),
    "DiagnosticReport": N_("answers"), "MedicationRequest": N_("prescriptions"), "MedicationStatement": N_("medicines"),
    "MedicationAdministration": N_("medicines given"), "MedicationDispense": N_("medicines dispensed"),
    "AllergyIntolerance": N_("allergies"), "Encounter": N_("contacts"), "EpisodeOfCare": N_("listing and contacts"),
    "CarePlan": N_("care plans"), "CareTeam": N_("care team"), "Goal": N_("goals"), "Procedure": N_("procedures"),
    "Immunization": N_("vaccinations"), "ServiceRequest": N_("referrals and orders"), "Appointment": N_("bookings"),
    "Flag": N_("warnings"), "Consent": N_("consents and blocks"), "Task": N_("tasks"),
    "AuditEvent": N_("the access log"),
    "RelatedPerson": N_("relatives"), "NutritionOrder": N_("diet"), "Device": N_("devices"),
    "QuestionnaireResponse": N_("forms"), "draft": N_("drafts"), "note": N_("notes"),
    "copy": N_("copies"), "destruction": N_("destruction by decision"),
}  # fmt: skip
PURPOSES = {
    "care": N_("care"), "quality": N_("quality follow-up"), "administration": N_("administration"),
    "log-review": N_("log review"),
    "own record": N_("own record"), "sign-in": N_("sign-in"), "import": N_("transfer from another system"),
}  # fmt: skip
RULES = {
    "no-relation": N_("Read after an active choice, without a care relation"), "own-record": N_("Read the own record"),
    "colleague": N_("Read about a colleague of the unit"), "same-surname": N_("Same surname as the patient"),
    "same-address": N_("Same address as the patient"), "protected": N_("Patient with a protected identity"),
    "emergency": N_("Emergency opening"), "refused": N_("Refused again and again"),
    "outside-hours": N_("Much reading outside hours"),
    "county-search": N_("Searches of the whole county"), "sample": N_("Random sample"),
}  # fmt: skip
OUTCOMES = {
    "justified": N_("Justified"), "questioned": N_("Explained after a question"), "unjustified": N_("Not justified"),
    "reported": N_("Not justified, reported"),
}  # fmt: skip


def words(language: str, known: dict[str, str], *names: str) -> str:
    """Names in words between commas, each once; a name that has no words as it is."""
    say = translations(language).gettext
    return ", ".join(dict.fromkeys(say(known[name]) if name in known else name for name in names))


def role(language: str, code: str) -> str:
    """A role as the catalogue calls it; its code when the catalogue does not know it."""
    if code == "citizen":
        return translations(language).gettext(N_("private person: the own, a guardian or a proxy"))
    known = ROLES.get(code)
    return known.words.said(language) if known else code

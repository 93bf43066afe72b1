"""The county's forms, in its own words, and how some patients have answered them.

Nothing here is a licensed instrument: questions and points are invented for the demo and measure nothing.
"""

from collections.abc import Sequence
from typing import Any

from varda.region.model import Resource
from varda.region.terms.measures import LOCAL, LOINC, UCUM

URL = "https://varda.example/fhir/Questionnaire/"
CODES = "https://varda.example/fhir/CodeSystem/form-answer"
ROLE = "https://varda.example/fhir/CodeSystem/role"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
_Item = dict[str, Any]


def _ask(link: str, kind: str, text: str, **more: Any) -> _Item:
    return {"linkId": link, "type": kind, "text": text, **more}


def _pick(link: str, text: str, *options: str, several: bool = False, own: bool = False, **more: Any) -> _Item:
    """A choice; "ofta Ofta 2": code, words, and what it counts for in a score where the last is a number."""
    found = [_option(one) for one in options]
    kind = "open-choice" if own else "choice"
    return _ask(link, kind, text, answerOption=found, **({"repeats": True} if several else {}), **more)


def _option(said: str) -> _Item:
    code, _, text = said.partition(" ")
    words, _, points = text.rpartition(" ")
    coding: dict[str, Any] = {"system": CODES, "code": code, "display": words if points.isdigit() else text}
    if points.isdigit():
        coding["extension"] = [{"url": f"{_CORE}ordinalValue", "valueDecimal": int(points)}]
    return {"valueCoding": coding}


def _help(link: str, text: str) -> _Item:
    control = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}
    mark = {"url": f"{_CORE}questionnaire-itemControl", "valueCodeableConcept": control}
    return _ask(f"{link}-help", "display", text, extension=[mark])


def _unit(text: str, code: str) -> _Item:
    return {"url": f"{_CORE}questionnaire-unit", "valueCoding": {"system": UCUM, "code": code, "display": text}}


def _within(least: int, most: int, kind: str = "Integer") -> list[_Item]:
    return [{"url": f"{_CORE}{name}", f"value{kind}": one} for name, one in (("minValue", least), ("maxValue", most))]


def _begins(fact: str) -> _Item:
    said = {"language": "text/fhirpath", "expression": f"%{fact}"}
    return {"url": f"{_SDC}sdc-questionnaire-initialExpression", "valueExpression": said}


def _reckoned(expression: str) -> _Item:
    said = {"language": "text/fhirpath", "expression": expression}
    return {"url": f"{_SDC}sdc-questionnaire-calculatedExpression", "valueExpression": said}


_KEPT = {"url": f"{_SDC}sdc-questionnaire-observationExtract", "valueBoolean": True}


def _answer(link: str) -> str:
    return f"%resource.descendants().where(linkId='{link}').answer.value"


def _when(question: str, operator: str, **answer: Any) -> list[_Item]:
    return [{"question": question, "operator": operator, **answer}]


def _coded(code: str) -> dict[str, Any]:
    return {"answerCoding": {"system": CODES, "code": code}}


def _form(id_: str, title: str, description: str, items: Sequence[_Item], *roles: str) -> Resource:
    user = {"system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "user"}
    found: Resource = {
        "resourceType": "Questionnaire",
        "id": f"{id_}-1",
        "url": URL + id_,
        "version": "1",
        "name": id_.replace("-", "_").capitalize(),
        "title": title,
        "status": "active",
        "subjectType": ["Patient"],
        "date": "2026-01-15",
        "language": "sv",
        "description": description,
        "item": list(items),
    }
    if roles:
        found["useContext"] = [
            {"code": user, "valueCodeableConcept": {"coding": [{"system": ROLE, "code": role}]}} for role in roles
        ]
    return found


_METRES = f"({_answer('langd')}.value / 100)"
ARRIVAL = _form(
    "ankomstsamtal",
    "Ankomstsamtal",
    "Första samtalet på avdelningen: vad som är viktigt, vem vi ringer och vad som behövs de första dagarna.",
    [
        _ask("viktigt", "text", "Vad är viktigast för dig under vårdtiden?"),
        _ask("ring", "string", "Vem ringer vi, och på vilket nummer?", maxLength=120),
        _pick(
            "kost",
            "Kost",
            "vanlig Vanlig",
            "vegetarisk Vegetarisk",
            "mjuk Mjuk eller passerad",
            "sarskild Särskild",
            required=True,
        ),
        _ask(
            "kost-vad",
            "string",
            "Vilken särskild kost?",
            required=True,
            enableWhen=_when("kost", "=", **_coded("sarskild")),
        ),
        _pick(
            "gang",
            "Hur går du?",
            "sjalv Själv",
            "hjalpmedel Med hjälpmedel",
            "person Med hjälp av någon",
            "inte Går inte",
            required=True,
        ),
        _ask("somn", "boolean", "Sover du som du brukar?", required=True),
        _pick(
            "egna-hjalpmedel",
            "Egna hjälpmedel med hit",
            "glasogon Glasögon",
            "horapparat Hörapparat",
            "tandprotes Tandprotes",
            "rollator Rollator",
            several=True,
            own=True,
        ),
        _ask(
            "vikt",
            "quantity",
            "Vikt",
            code=[{"system": LOINC, "code": "29463-7", "display": "Kroppsvikt"}],
            extension=[_unit("kg", "kg"), *_within(1, 450), _begins("weight"), _KEPT],
        ),
        _ask(
            "langd",
            "quantity",
            "Längd",
            code=[{"system": LOINC, "code": "8302-2", "display": "Kroppslängd"}],
            extension=[_unit("cm", "cm"), *_within(20, 250), _begins("height"), _KEPT],
        ),
        _ask(
            "bmi",
            "quantity",
            "BMI",
            code=[{"system": LOINC, "code": "39156-5", "display": "BMI"}],
            extension=[
                _unit("kg/m²", "kg/m2"),
                _KEPT,
                _reckoned(f"({_answer('vikt')}.value / ({_METRES} * {_METRES})).round(1)"),
            ],
        ),
    ],
    "nurse",
    "assistant-nurse",
)

_FALLS = ("fallit", "yrsel", "steg", "somnmedel", "syn", "orolig")
_NO_YES = ("nej Nej 0", "ja Ja 1")
FALLS = _form(
    "fallrisk",
    "Fallrisk",
    "Sex frågor om fall. Summan är ett stöd för samtalet, inte ett mått: bedöm alltid själv.",
    [
        _pick(
            "fallit",
            "Har du ramlat det senaste året?",
            "nej Nej 0",
            "engang En gång 1",
            "flera Flera gånger 2",
            required=True,
        ),
        _pick("yrsel", "Blir du yr när du reser dig?", *_NO_YES, required=True),
        _pick(
            "steg", "Känner du dig ostadig när du går?", "nej Nej 0", "ibland Ibland 1", "jamt Jämt 2", required=True
        ),
        _pick("somnmedel", "Tar du läkemedel som gör dig trött?", *_NO_YES, required=True),
        _pick("syn", "Ser du dåligt trots glasögon?", *_NO_YES, required=True),
        _pick("orolig", "Är du rädd för att ramla?", *_NO_YES, required=True),
        _ask(
            "summa",
            "integer",
            "Summa (0–8)",
            code=[{"system": LOCAL, "code": "fall-questions", "display": "Fallrisk, summa"}],
            extension=[_reckoned(" + ".join(f"{_answer(one)}.ordinal()" for one in _FALLS)), _KEPT],
        ),
        _ask(
            "okad",
            "display",
            "4 eller mer: planera åtgärder mot fall tillsammans med patienten.",
            enableWhen=_when("summa", ">=", answerInteger=4),
        ),
        _pick(
            "atgarder",
            "Åtgärder",
            "skor Stadiga skor",
            "ljus Nattlampa",
            "larm Larm inom räckhåll",
            "fysioterapeut Fysioterapeut bedömer",
            "genomgang Läkemedelsgenomgång",
            several=True,
            own=True,
            enableWhen=_when("summa", ">=", answerInteger=4),
        ),
    ],
    "nurse",
    "assistant-nurse",
    "physiotherapist",
    "occupational-therapist",
)

HABITS = _form(
    "levnadsvanor",
    "Levnadsvanor",
    "Tobak, alkohol, rörelse och mat, som underlag för ett samtal.",
    [
        _pick(
            "tobak",
            "Tobak eller nikotin",
            "nej Nej, aldrig",
            "slutat Har slutat",
            "ibland Ibland",
            "dagligen Dagligen",
            required=True,
        ),
        _pick(
            "tobak-vad",
            "Vad?",
            "cigaretter Cigaretter",
            "snus Snus",
            "vejp Elektroniska cigaretter",
            several=True,
            own=True,
            enableBehavior="any",
            enableWhen=[*_when("tobak", "=", **_coded("ibland")), *_when("tobak", "=", **_coded("dagligen"))],
        ),
        _ask(
            "glas",
            "integer",
            "Alkohol: glas en vanlig vecka",
            extension=_within(0, 200),
            item=[_help("glas", "Ett glas är 33 cl starköl, 12 cl vin eller 4 cl sprit.")],
        ),
        _ask("rorelse", "integer", "Rörelse som gör dig andfådd: minuter en vanlig vecka", extension=_within(0, 3000)),
        _pick("gronsaker", "Grönsaker och frukt", "sallan Sällan", "vecka Några gånger i veckan", "dag Varje dag"),
        _ask("vill-andra", "boolean", "Vill du ändra på något?"),
        _ask("vill-vad", "text", "Vad?", enableWhen=_when("vill-andra", "=", answerBoolean=True)),
    ],
)

PAIN = _form(
    "smartuppfoljning",
    "Smärtuppföljning",
    "Hur ont det gör, vad som hjälper och om det är tillräckligt bra.",
    [
        _ask(
            "nu",
            "integer",
            "Hur ont gör det nu, 0–10?",
            required=True,
            extension=[*_within(0, 10), _KEPT],
            code=[{"system": LOINC, "code": "72514-3", "display": "Smärtskattning (NRS)"}],
            item=[_help("nu", "0 är ingen smärta, 10 den värsta du kan tänka dig.")],
        ),
        _ask("varst", "integer", "Som värst det senaste dygnet, 0–10?", extension=_within(0, 10)),
        _ask(
            "var",
            "string",
            "Var gör det ont?",
            required=True,
            maxLength=200,
            enableWhen=_when("nu", ">", answerInteger=0),
        ),
        _pick(
            "hjalper",
            "Vad hjälper?",
            "lakemedel Läkemedel",
            "vila Vila",
            "rorelse Rörelse",
            "varme Värme eller kyla",
            "inget Inget",
            several=True,
            own=True,
            enableWhen=_when("nu", ">", answerInteger=0),
        ),
        _ask("godtagbart", "boolean", "Är smärtan på en nivå som du kan leva med?", required=True),
        _ask("plan", "text", "Vad gör vi nu?", required=True, enableWhen=_when("godtagbart", "=", answerBoolean=False)),
    ],
)

FORMS = (ARRIVAL, FALLS, HABITS, PAIN)

"""Answers that become entries of their own: SDC's observation-based extraction (observationExtract). Pure.

http://hl7.org/fhir/uv/sdc/STU3/extraction.html#observation-based-extraction – each answer to a question with a code and
the mark becomes an Observation that is derived from the response.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from varda.care.facts import code
from varda.care.forms.model import Answer, Form, Item, answers_of
from varda.care.vitals import ORDER
from varda.record.forms import signatures

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def extracts(form: Form) -> bool:
    """Whether anything of the form becomes entries."""
    return any(one.is_extracted and one.codes for one in form.questions)


def observations(form: Form, response: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The Observations that a stored, signed response says, in the form's order."""
    given = answers_of(response)
    reference = f"QuestionnaireResponse/{response['id']}"
    signed = signatures(response)[:1]
    mark = signed[0].get("valueSignature", {}) if signed else {}
    at, author = response.get("authored") or mark.get("when"), response.get("author") or mark.get("who")
    common = {
        "resourceType": "Observation",
        "status": "final",
        **({"subject": response["subject"]} if "subject" in response else {}),
        **({"encounter": response["encounter"]} if "encounter" in response else {}),
        **({"effectiveDateTime": at} if at else {}),
        **({"issued": at} if at and "T" in at else {}),
        **({"performer": [author]} if author else {}),
        "derivedFrom": [{"reference": reference, "display": form.title}],
    }
    return [
        {**common, **_coded(item), **_value(answer)}
        for item in form.questions
        if item.is_extracted and item.codes
        for answer in given.get(item.link, ())
    ]


def changed(before: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is to be written when a response has changed: what says something else is amended, what it does not
    say any more is taken back, new ones have no id. `wanted` empty: all are taken back.
    """
    left = [one for one in before if one.get("status") != "entered-in-error"]
    for one in wanted:
        kept = next((old for old in left if _what(old) == _what(one)), None)
        if kept is None:
            yield dict(one)
            continue
        left.remove(kept)
        if _said(kept) != _said(one):
            others = {name: value for name, value in kept.items() if not name.startswith("value")}
            yield {**others, **_said(one), "status": "amended"}
    for one in left:
        yield {**one, "status": "entered-in-error"}


def _coded(item: Item) -> dict[str, Any]:
    codes = [dict(one) for one in item.codes]
    is_vital = any(one.get("code") in ORDER for one in codes)
    category = item.category or ("vital-signs" if is_vital else "survey")
    return {
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": {"coding": codes, "text": str(codes[0].get("display") or item.text)},
    }


def _value(answer: Answer) -> dict[str, Any]:
    if answer.key == "valueCoding":
        plain = {name: value for name, value in answer.value.items() if name != "extension"}
        return {"valueCodeableConcept": {"coding": [plain], "text": plain.get("display") or plain.get("code")}}
    if answer.key == "valueDecimal":
        return {"valueQuantity": {"value": answer.value}}
    if answer.key == "valueDate":
        return {"valueDateTime": answer.value}
    if answer.key == "valueUri":
        return {"valueString": answer.value}
    return {answer.key: answer.value}


def _what(observation: Mapping[str, Any]) -> str:
    return code(observation.get("code"))


def _said(observation: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in observation.items() if name.startswith("value")}

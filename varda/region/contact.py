"""One contact with care: its Encounter, and what is measured, diagnosed, prescribed and written at it.

Figures are remembered as they are recorded, so that a note can only quote what was measured: `{hba1c}` in a text
becomes the value of that very Observation. A figure not measured at this contact makes the text fail, not lie.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from varda.care.pregnancies import METHODS
from varda.care.programmes import PROGRAMMES, STEP
from varda.region import entries
from varda.region.model import Assignment, Bed, Resource, Unit
from varda.region.staff import KNOWN
from varda.region.terms.measures import LOINC, MEASURES, news2, rounded, spoken
from varda.region.terms.procedures import PROCEDURES

if TYPE_CHECKING:
    from varda.region.chronicle import Chronicle

_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLASSES = {
    "AMB": "ambulatory",
    "IMP": "inpatient encounter",
    "EMER": "emergency",
    "HH": "home health",
    "VR": "virtual",
}
_MINUTES = {"AMB": 30, "EMER": 260, "HH": 40, "VR": 10}


class Contact:
    """A contact at a unit by one member of staff; `kind` is AMB, IMP, EMER, HH or VR."""

    def __init__(
        self,
        life: Chronicle,
        when: datetime,
        unit: Unit,
        role: str,
        reason: str,
        *,
        kind: str = "AMB",
        specialty: str = "",
        status: str = "",
    ) -> None:
        self.life, self.when, self.unit = life, when, unit
        self.author: Assignment = life.who(unit, role, specialty)
        self.moment = entries.instant(when)
        woman = life.person.is_female
        self.figures: dict[str, str] = {
            "alder": str(life.age_on(when.date())), "kon": "kvinna" if woman else "man",
            "hon": "hon" if woman else "han", "Hon": "Hon" if woman else "Han", "hennes": "hennes" if woman else "hans",
        }  # fmt: skip
        self.encounter: Resource = {
            "resourceType": "Encounter",
            "status": status or "finished",
            "class": {"system": _ACT, "code": kind, "display": _CLASSES[kind]},
            "subject": life.subject,
            "participant": [{"individual": self.author.reference}],
            "period": {"start": self.moment},
            "reasonCode": [{"text": reason}],
            "serviceProvider": unit.reference,
        }
        if not status:
            self.encounter["period"]["end"] = entries.instant(when + timedelta(minutes=_MINUTES.get(kind, 60)))
        self.ordered: dict[str, Resource] = {}
        self.reference = life.add(self.encounter, unit)

    def _add(self, resource: Resource, who: str = "subject") -> Resource:
        resource[who] = self.life.subject
        resource["encounter"] = self.reference
        return self.life.add(resource, self.unit)

    def lie_in(self, bed: Bed | None, start: datetime, end: datetime | None) -> None:
        """An admission: the period of the stay, and the bed (or for a past stay the ward)."""
        place = bed.reference if bed else self.unit.place
        period = {"start": entries.instant(start)}
        self.encounter["status"] = "in-progress" if end is None else "finished"
        if end:
            period["end"] = entries.instant(end)
        self.encounter["period"] = period
        self.encounter["location"] = [{"location": place, "status": "completed" if end else "active", "period": period}]

    def at(self, when: datetime, role: str = "") -> Contact:
        """The same contact at a later hour of a stay, perhaps by someone else."""
        self.when, self.moment = when, entries.instant(when)
        if role:
            staff = self.life.county.at(self.unit.hsa, role)
            self.author = staff[0 if when.day % 2 else (self.life.person.index + when.day) % len(staff)]
        return self

    def measure(self, **values: float) -> Contact:
        """Vital signs and other findings; systolic and diastolic together become one blood pressure ("bt" in texts)."""
        exact = {key: rounded(MEASURES[key], value) for key, value in values.items()}
        self.figures.update({key: spoken(value) for key, value in exact.items()})
        found = []
        if "diastolic" in exact:
            systolic, diastolic = exact.pop("systolic"), exact.pop("diastolic")
            self.figures["bt"] = f"{systolic}/{diastolic}"
            found.append(entries.blood_pressure(systolic, diastolic, self.moment))
        found += [self._observed(key, value) for key, value in exact.items()]
        for one in found:
            one["performer"] = [self.author.reference]
            self._add(one)
        return self

    def _observed(self, key: str, value: Decimal) -> Resource:
        return entries.observation(key, value, self.moment, self.life.person.is_female)

    def vitals(
        self, systolic: float, diastolic: float, puls: float, andning: float, saturation: float, temp: float
    ) -> Contact:
        """A full set as on a ward, with its NEWS2 from the age of 16."""
        saturation = min(saturation, 100)
        whole = round(andning), round(saturation), round(systolic), round(puls), round(temp, 1)
        self.measure(
            systolic=systolic, diastolic=diastolic, puls=puls, andning=andning, saturation=saturation, temp=temp
        )
        return self.measure(news2=news2(*whole)) if self.life.age >= 16 else self

    def tests(self, **values: float) -> Contact:
        """Tests analysed at the unit itself while the patient waits: values without an order."""
        self._results(values, self.unit)
        return self

    def _results(self, values: dict[str, float], laboratory: Unit) -> list[Resource]:
        results = []
        for key, value in values.items():
            exact = rounded(MEASURES[key], value)
            self.figures[key] = spoken(exact)
            resource = self._observed(key, exact)
            resource["performer"] = [laboratory.reference]
            results.append(self._add(resource))
        return results

    def labs(self, title: str = "Blodprover", **values: float) -> Contact:
        """Tests ordered and answered: one order, one value each, and the laboratory's report over them."""
        laboratory = self.life.unit("laboratory")
        order = self._order(title, "laboratory", laboratory, "completed")
        report = {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "basedOn": [order],
            "category": [entries.service("LAB")],
            "code": {"text": title},
            "effectiveDateTime": self.moment,
            "issued": entries.instant(min(self.when + timedelta(hours=3), self.life.now)),
            "performer": [laboratory.reference],
            "result": self._results(values, laboratory),
        }
        self._told(report)
        return self

    def culture(self, title: str, material: str, answer: str) -> Contact:
        """A culture ordered and answered: what the laboratory writes, word for word, and the letter that it came in."""
        laboratory = self.life.unit("laboratory")
        issued = min(self.when + timedelta(hours=44), self.life.now)
        letter = f"{title}\r\nMaterial: {material}\r\n\r\n{answer}\r\n"
        report = {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "basedOn": [self._order(title, "laboratory", laboratory, "completed", material)],
            "category": [entries.service("LAB")],
            "code": {"text": title},
            "effectiveDateTime": self.moment,
            "issued": entries.instant(issued),
            "performer": [laboratory.reference],
            "conclusion": answer,
            "presentedForm": [{
                "contentType": "text/plain; charset=utf-8", "title": "Svar från laboratoriet",
                "data": b64encode(letter.encode()).decode(),
            }],
        }  # fmt: skip
        self._told(report)
        return self

    def _told(self, report: Resource) -> None:
        """Keep a report, signed by who ordered it, unless it is so new that it may wait."""
        found = self._add(report)
        age = (self.life.now - self.when).days
        if age < 190 and self.life.chance.random() < (0.8 if age < 6 else 0.005):
            return
        when = min(datetime.fromisoformat(report["issued"]) + timedelta(hours=2), self.life.now)
        signed = entries.signature([found, *report.get("result", ())], entries.instant(when), self.author)
        signed["target"].append(self.life.subject)
        self.life.add(signed, self.unit)

    def _order(self, title: str, category: str, receiver: Unit, status: str, question: str = "") -> Resource:
        order: Resource = {
            "resourceType": "ServiceRequest",
            "status": status,
            "intent": "order",
            "category": [{"text": {"laboratory": "Provtagning", "imaging": "Bilddiagnostik"}.get(category, "Remiss")}],
            "code": {"text": title},
            "authoredOn": self.moment,
            "requester": self.author.reference,
            "performer": [receiver.reference],
        }
        if question:
            order["reasonCode"] = [{"text": question}]
        return self._add(order)

    def image(self, title: str, question: str, answer: str) -> Contact:
        """A radiology referral and its verbatim answer, read by a radiologist."""
        radiology = self.life.unit("radiology")
        order = self._order(title, "imaging", radiology, "completed", question)
        reader = self.life.who(radiology, "physician", "radiologi")
        report = {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "basedOn": [order],
            "category": [entries.service("RAD")],
            "code": {"text": title},
            "effectiveDateTime": self.moment,
            "issued": entries.instant(min(self.when + timedelta(hours=20), self.life.now)),
            "performer": [radiology.reference],
            "resultsInterpreter": [reader.reference],
            "conclusion": answer,
        }
        self._told(report)
        return self

    def refer(self, receiver: Unit, question: str, answer: str = "", days: int = 30) -> Contact:
        """A referral to another unit; open while no answer has come. The answer belongs to the receiver."""
        life, when = self.life, self.when + timedelta(days=days)
        answered = bool(answer) and when < life.now
        title = f"Remiss till {receiver.name}"
        order = self._order(title, "referral", receiver, "completed" if answered else "active", question)
        if answered:
            report = {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "basedOn": [order],
                "code": {"text": "Remissvar"},
                "subject": life.subject,
                "effectiveDateTime": entries.instant(when),
                "issued": entries.instant(when),
                "performer": [receiver.reference],
                "resultsInterpreter": [life.who(receiver, "physician").reference],
                "conclusion": answer,
            }
            life.add(report, receiver)
        return self

    def diagnose(self, code: str, *, days: int = 14, lasting: bool = False) -> Resource:
        """The contact's diagnosis: a lasting one joins the problem list, others pass after so many days."""
        day = self.when.date()
        if lasting:
            found = self.life.problem(code, day, self.unit)
        else:
            end = day + timedelta(days=days)
            abated = end.isoformat() if end < self.life.today else ""
            found = self._add(entries.condition(code, day.isoformat(), category="encounter-diagnosis", abated=abated))
        self.encounter.setdefault("diagnosis", []).append({"condition": found})
        return found

    def prescribe(self, key: str, why: Resource | None = None, days: int = 14) -> Contact:
        """A cure of so many days, prescribed here."""
        key = self.life.tolerated(key)
        end = self.when.date() + timedelta(days=days)
        status = "completed" if end < self.life.today else "active"
        resource = entries.prescription(key, self.moment, status, end.isoformat())
        resource["requester"] = self.author.reference
        if why:
            resource["reasonReference"] = [why]
        if self.encounter["class"]["code"] == "IMP":  # an order of the ward is given there, not dispensed
            resource["category"] = [entries.INPATIENT]
            del resource["dispenseRequest"]
        self.ordered[key] = self._add(resource)
        return self

    def give(self, key: str) -> Contact:
        """One dose given, as on a ward."""
        key = self.life.tolerated(key)
        resource = entries.given_dose(key, self.moment)
        if key in self.ordered:
            resource["request"] = self.ordered[key]
        resource["performer"] = [{"actor": self.author.reference}]
        resource["subject"] = self.life.subject
        resource["context"] = self.reference
        self.life.add(resource, self.unit)
        return self

    def perform(self, code: str) -> Contact:
        """A care measure by KVÅ code."""
        resource = entries.procedure(code, self.moment)
        resource["performer"] = [{"actor": self.author.reference}]
        self.figures["atgard"] = PROCEDURES[code]
        self._add(resource)
        return self

    def noted(self, programme: str, visit: str, step: str) -> Contact:
        """A step of a programme that was noted by hand."""
        found = PROGRAMMES[programme].found(visit, step)
        assert found is not None, (programme, visit, step)
        code = {"system": STEP, "code": f"{programme}/{visit}/{step}", "display": found[1].words.sv}
        self._add({
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"coding": [code], "text": found[1].words.sv},
            "performedDateTime": self.moment,
            "performer": [{"actor": self.author.reference}],
        })  # fmt: skip
        return self

    def expected(self, birth: date) -> Contact:
        """The day that a birth is expected, by ultrasound."""
        code = {"system": LOINC, "code": METHODS["ultrasound"]}
        estimate = {
            "resourceType": "Observation",
            "status": "final",
            "subject": self.life.subject,
            "code": {"coding": [code], "text": "Beräknad förlossning (ultraljud)"},
            "effectiveDateTime": self.moment,
            "valueDateTime": birth.isoformat(),
            "performer": [self.author.reference],
        }
        self.life.add(estimate, self.unit)
        return self

    def note(self, kind: str, **sections: str) -> Contact:
        """A note by the author: keyword = text, where `{figure}` is a value recorded at this contact.

        Measured values ("matvarden") are written last under the keyword for what was found at the examination.
        """
        found = " ".join(text for text in (sections.get("status"), sections.pop("matvarden", "")) if text)
        written = {key: sections.get(key, "") for key in entries.KEYWORDS} | {"status": found}
        texts = [(key, text.format_map(self.figures).strip()) for key, text in written.items() if text]
        resource = entries.note(kind, self.moment, self.author, texts, self._signed())
        resource["custodian"] = self.unit.reference
        self._add(resource)
        return self

    def _signed(self) -> str:
        """When the note was signed: a few recent ones still wait, those of the known people somewhat more often."""
        age = (self.life.now - self.when).days
        waits = 0.3 if age < 3 else 0.1 if age < 14 else 0.002
        if self.author.person.startswith(KNOWN):
            waits = 0.4 if age < 45 else 0.02
        when = min(self.when + timedelta(minutes=40), self.life.now)
        return "" if self.life.chance.random() < waits else entries.instant(when)

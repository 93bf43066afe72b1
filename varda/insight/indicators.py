"""The indicators of the introduction's effect goals: which of them care data tell, and which not, with the reason.

Nothing is made up: what today's data do not carry is declared as typed in by an organisation, until they do.
"""

from dataclasses import dataclass
from typing import Literal

from varda.catalogue import Words
from varda.insight.months import MEASURES
from varda.record import Measure

Kind = Literal["share", "number"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share (per cent of a whole) or a number, by organisation and month. `is_better`: up or down. `counts` says what
    is counted of what; `measure` None: not reckoned, and `lacking` says why. `meter`: the units' own counter of actions
    and time tells it instead (varda.introduction.experience).
    """

    code: str
    words: Words
    kind: Kind
    is_better: Literal["up", "down"]
    counts: Words
    measure: Measure | None = None
    lacking: Words | None = None
    meter: bool = False


INDICATORS = {
    one.code: one
    for one in (
        Indicator(
            "digital-contacts",
            Words("Andel digitala kontakter", "Share of digital contacts"),
            "share",
            "up",
            Words(
                "Kontakter i öppen vård på distans, av dessa och mottagningsbesök tillsammans",
                "Contacts of open care at a distance, of these and visits together",
            ),
            MEASURES["digital-contacts"],
        ),
        Indicator(
            "emergency-visits",
            Words("Akutbesök", "Emergency visits"),
            "number",
            "down",
            Words("Besök vid akutmottagningar", "Visits to emergency departments"),
            MEASURES["emergency-visits"],
        ),
        Indicator(
            "coded-diagnoses",
            Words("Andel kodade diagnoser", "Share of coded diagnoses"),
            "share",
            "up",
            Words(
                "Diagnoser och problem med en kod, av alla som skrivits in",
                "Diagnoses and problems with a code, of all that were written",
            ),
            MEASURES["coded-diagnoses"],
        ),
        Indicator(
            "administrative-time",
            Words("Tid för vanliga administrativa uppgifter", "Time of common administrative tasks"),
            "number",
            "down",
            Words(
                "Minuter från första handgreppet till klart, tillsammans för att öppna en journal, skriva och signera "
                "en anteckning och registrera en patient: per dag och person, av dem som valt att räknas, vid enheter "
                "där minst fem räknats under kvartalet. Det som tog över en halv timme blev avbrutet och räknas inte",
                "Minutes from the first action until it is done, together for opening a record, writing and signing "
                "a note and registering a patient: by day and person, of those who chose to be counted, at units "
                "where at least five were counted in the quarter. What took above half an hour was interrupted and "
                "is not in it",
            ),
            meter=True,
        ),
        Indicator(
            "digital-invitations",
            Words("Andel digitala kallelser", "Share of digital invitations"),
            "share",
            "up",
            Words("Kallelser som gick digitalt, av alla", "Invitations that went digitally, of all"),
            lacking=Words(
                "En bokning säger ännu inte hur patienten kallades.",
                "A booking does not say yet how the patient was invited.",
            ),
        ),
        Indicator(
            "ready-for-discharge",
            Words("Utskrivningsklara patienter", "Patients ready for discharge"),
            "number",
            "down",
            Words(
                "Patienter som är utskrivningsklara och ligger kvar", "Patients who are ready for discharge and stay"
            ),
            lacking=Words(
                "Att någon är utskrivningsklar skrivs ännu inte i journalen.",
                "That somebody is ready for discharge is not written in the record yet.",
            ),
        ),
        Indicator(
            "hospital-referrals",
            Words("Remisser till sjukhus", "Referrals to hospital"),
            "number",
            "down",
            Words("Remisser från öppen vård till sjukhus", "Referrals from open care to hospital"),
            lacking=Words(
                "Remisser skrivs ännu inte här; de som importerats säger inte säkert vart de gick.",
                "Referrals are not written here yet; imported ones do not say for certain where they went.",
            ),
        ),
        Indicator(
            "care-guarantee",
            Words("Vårdgaranti", "Care guarantee"),
            "share",
            "up",
            Words("Besök inom garantins tid, av alla", "Visits within the time of the guarantee, of all"),
            lacking=Words("Garantins klockor räknas ännu inte.", "The clocks of the guarantee are not reckoned yet."),
        ),
        Indicator(
            "repeated-information",
            Words("Upprepad information", "Repeated information"),
            "share",
            "down",
            Words(
                "Patienter som fick berätta samma sak igen, av dem som svarade",
                "Patients who had to tell the same again, of those who answered",
            ),
            lacking=Words(
                "Journalen visar inte att någon fick berätta igen: ett formulär som besvaras på nytt kan vara "
                "uppföljning. Det frågas om i patientenkäten.",
                "The record does not show that somebody had to tell again: a form that is answered anew may be "
                "follow-up. The patient survey asks.",
            ),
        ),
    )
}

"""The indicators of the introduction's effect goals: which of them care data tell, and which not, with the reason.

Nothing is made up: what today's data do not carry is declared as typed in by an organisation, until they do.
"""

from dataclasses import dataclass
from typing import Literal

from varda.catalogue import Words
from varda.insight.measures import MEASURES
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
                "En bokning säger ännu inte hur patienten kallades. Det gör funktionen kallelser och påminnelser (F64) "
                "när den finns.",
                "A booking does not say yet how the patient was invited. The function invitations and reminders (F64) "
                "will, once it is there.",
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
                "Att någon är utskrivningsklar skrivs ännu inte i journalen: en vårdkontakt säger när den börjar och "
                "slutar. Det gör meddelandena vid utskrivning (F98) när de finns.",
                "That somebody is ready for discharge is not written in the record yet: a contact says when it begins "
                "and ends. The notices at discharge (F98) will, once they are there.",
            ),
        ),
        Indicator(
            "hospital-referrals",
            Words("Remisser till sjukhus", "Referrals to hospital"),
            "number",
            "down",
            Words(
                "Remisser från enheter utanför sjukhus till en mottagning, avdelning eller akutmottagning vid ett "
                "sjukhus, efter den månad de skrevs. Varda skriver ännu inga remisser själv (F55): det är de som förts "
                "in från andra system, och de som inte säger till vilken enhet de gick räknas inte",
                "Referrals from units outside hospitals to a clinic, ward or emergency department of a hospital, by "
                "the month they were written. Varda writes no referrals itself yet (F55): they are those brought in "
                "from other systems, and what does not say to which unit it went is not counted",
            ),
            MEASURES["hospital-referrals"],
        ),
        Indicator(
            "care-guarantee",
            Words("Vårdgaranti", "Care guarantee"),
            "share",
            "up",
            Words("Besök inom garantins tid, av alla", "Visits within the time of the guarantee, of all"),
            lacking=Words(
                "Inget i journalen säger när väntan började eller om patienten själv valt att vänta. Det gör remisser "
                "(F55) och väntelistor (F70) när de finns.",
                "Nothing in the record says when the waiting began, or whether the patient chose to wait. Referrals "
                "(F55) and waiting lists (F70) will, once they are there.",
            ),
        ),
        Indicator(
            "repeated-information",
            Words("Bakgrund som skrivits på nytt", "Background that was written anew"),
            "share",
            "down",
            Words(
                "Patienter för vilka något av sökorden anamnes, psykosocialt, levnadsvanor eller hem och boende skrevs "
                "på nytt, av alla som fick sådan text fast en annan anteckning hos samma vårdgivare redan hade den "
                "sedan högst ett år. Den som använt den tidigare texten, eller en mening av den, har inte skrivit på "
                "nytt. Räknade är de som enheten har en vårdrelation till när månaden är slut. Det är ett tecken på "
                "att patienten fått berätta igen och inget bevis: det frågar patientenkäten om",
                "Patients for whom one of the keywords medical history, psychosocial, living habits or home and "
                "housing was written anew, of all with such a text though another note of the same care provider had "
                "it already, at most a year old. Who used the earlier text, or a sentence of it, has not written "
                "anew. Counted are those to whom the unit has a care relation when the month is over. It is a sign "
                "that the patient had to tell again, and no proof: that is what the patient survey asks",
            ),
            MEASURES["repeated-information"],
        ),
    )
}

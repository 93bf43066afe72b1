"""Reading on the pages around the chart: forms, panels, decisions, requests, corrections, apps, destruction."""

import re
from datetime import date
from uuid import uuid4

import httpx

from tests.law.asking import YES, Round, anybodys, both, way
from tests.law.oracle import IN_DANGER, OFFICER, READS, Reader, Verdict
from tests.law.screens import on_chart
from varda.access.apps import App, Approval, Apps
from varda.kernel.errors import Absent, Refused
from varda.record import destruction


@way("writing panel")
async def _(asking: Round) -> None:
    """A note to go on with is shown in the panel; who does not write has no panel."""
    for reader, item in asking.sample("Composition", staff=True):
        home = f"/chart/{item.patients[0]}"
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        if item.kind and verdict.seen:
            continue  # a certificate is told to be one, and is written in a panel of its own
        text = await asking.page_if_any(reader, f"{home}/notes/write?note={item.id}")
        if text or not verdict.seen:
            asking.told("writing panel", reader, item.name, bool(text), verdict)


@way("certificates")
async def _(asking: Round) -> None:
    """A certificate is listed for who sees the note that it is; none is drafted from what is hidden."""
    for reader, item in asking.sample("Composition", staff=True):
        home = f"/chart/{item.patients[0]}/certificates"
        text = await asking.page_if_any(reader, home)
        on_chart(asking, "certificates", reader, item.patients[0], text, ())
        assert item.kind or not await asking.page_if_any(reader, f"{home}/write?certificate={item.id}"), "it is a note"


@way("files")
async def _(asking: Round) -> None:
    """A file is listed, and what is in it is given, to who sees its entry; its bytes are no way around (A1-A13)."""
    for reader, item in asking.sample("DocumentReference", staff=True):
        home = f"/chart/{item.patients[0]}/files"
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        listed = item.id in await asking.page_if_any(reader, home)
        if listed or not verdict.seen:
            asking.told("files", reader, f"{item.name} listed", listed, verdict)
        fetched = "%PDF-" in await asking.page_if_any(reader, f"{home}/{item.id}")
        if fetched or not verdict.seen:
            asking.told("files", reader, f"{item.name} fetched", fetched, verdict)


@way("forms of the chart")
async def _(asking: Round) -> None:
    """Each begins with who it is about: for who reaches the patient, and in an emergency for anybody (A1, A11)."""
    paths = (
        "contacts/open", "contacts/admit", "vitals/write", "problems/write", "attention/allergy",
        "living/frailty/write", "deviations/write",
        "attention/signal", "openings/others", "openings/emergency",
        "openings/outer", "apps",
    )  # fmt: skip
    of_anybody = {"openings/emergency", "openings/outer"}
    for reader in asking.some(4, asking.staff):
        for item in asking.items("Patient"):
            for path in paths:
                text = await asking.page_if_any(reader, f"/chart/{item.id}/{path}")
                verdict = YES if path in of_anybody else asking.sees(reader, item)
                if text or not verdict.seen or reader.role in IN_DANGER:  # other roles have not every form
                    asking.told("forms of the chart", reader, f"{path} of {item.id}", bool(text), verdict)
                assert not re.search(r"zq\d{3}x", text), path
            # What cannot be right is told in the same form, to who has it.
            for path in ("attention/allergy", "attention/signal", "living/frailty/write"):
                said = await asking.form(reader, f"/chart/{item.id}/{path}")
                assert (said.status_code == 422) <= bool(asking.sees(reader, item).seen), (reader, item)
            again = await asking.form(reader, f"/chart/{item.id}/vitals/write", pulse="x")
            assert (again.status_code == 422) <= bool(asking.sees(reader, item).seen), (reader, item)


@way("find in the county")
async def _(asking: Round) -> None:
    """A name finds anybody after a choice that says why, and nobody of others' patients without one (A1)."""
    for reader in asking.some(4, asking.staff):
        await asking.page_if_any(reader, "/patients/county")
        for item in asking.items("Patient"):
            who = {"name": f"Zq{item.id}", "born": asking.facts.patients[item.id].born.isoformat()}
            for reason in ("", "Jour"):
                text = (await asking.form(reader, "/patients/county", reason=reason, **who)).text
                found = Verdict(bool(reason), f"A1: found by name {'after a' if reason else 'without'} choice")
                verdict = both(found, anybodys(reader))
                shown = f'href="/chart/{item.id}"' in text
                asking.told("find in the county", reader, f"{item.name} for {reason}", shown, verdict)
                assert not re.search(r"zq\d{3}x", text)


@way("same person page")
async def _(asking: Round) -> None:
    """Who may be the same person is told of own patients only; whoever types a whole number finds anybody (A1)."""
    for reader in asking.staff:
        for patient in ("vera", "twin"):
            text = await asking.page_if_any(reader, f"/chart/{patient}/same")
            for item in asking.items("Patient"):
                verdict = both(asking.sees(reader, f"Patient/{patient}"), asking.sees(reader, item))
                shown = item.id != patient and asking.facts.patients[item.id].number in text
                if shown or verdict.seen is False or {item.id, patient} == {"vera", "twin"}:
                    asking.told("same person page", reader, f"{item.name} beside {patient}", shown, verdict)
                number = asking.facts.patients[item.id].number
                found = await asking.form(reader, f"/chart/{patient}/same/find", identity=number)
                verdict = both(asking.sees(reader, f"Patient/{patient}"), anybodys(reader))
                shown = item.id != patient and number in found.text
                if shown or not verdict.seen:
                    asking.told("same person page", reader, f"{item.name} by number for {patient}", shown, verdict)


@way("decisions page")
async def _(asking: Round) -> None:
    """The own provider's decisions, of every unit (A2, A4); of other roles the consent that one's own unit reads on."""
    facts, now = asking.facts, asking.now
    for reader in asking.some(4, asking.staff):
        for patient in facts.patients:
            await asking.page_if_any(reader, f"/chart/{patient}/decisions")
            async with asking.world.door.opened(asking.world.sessions[reader.id], "care") as record:
                try:
                    shown = {one.id for one in await record.decisions(patient)}
                except (Absent, Refused):
                    shown = set()
            reaches, types = facts.reaches(reader, patient, now), READS[reader.role]
            lawful = {one.id for one in facts.in_force_of(reader.provider, patient, now)} if reaches else set()
            if types is not None and "Consent" not in types:
                lawful &= set(facts.consents(reader, patient, now))
            for item in asking.items("Consent"):
                verdict = Verdict(item.id in lawful, f"A2, A4: a decision of {patient} for {reader.provider}")
                asking.told("decisions page", reader, f"{item.name} of {patient}", item.id in shown, verdict)


@way("corrections page")
async def _(asking: Round) -> None:
    """Entries that the patient may say something of, and the own provider's copies that are out (R3, R6)."""
    for reader in asking.some(3, asking.staff):
        for patient in asking.some(3, list(asking.facts.patients)):
            text = await asking.page_if_any(reader, f"/chart/{patient}/corrections")
            on_chart(asking, "corrections page", reader, patient, text, ("AllergyIntolerance",) if text else ())


@way("unlawful forms")
async def _(asking: Round) -> None:
    """A form about an entry that is hidden is answered like one about nothing (A13)."""
    hidden = [
        (reader, item)
        for type_ in (
            "AllergyIntolerance",
            "Composition",
            "Condition",
            "Consent",
            "Encounter",
            "Flag",
            "Immunization",
            "Observation",
            "QuestionnaireResponse",
            "RelatedPerson",
        )
        for reader, item in list(asking.sample(type_, staff=True))[
            -asking.sampled * 2 // 3 :
        ]  # the hidden ones come last
        if asking.sees(reader, item).seen is False and item.id not in _told_of(asking, reader, item.patients[0])
    ]
    for reader, item in hidden:
        home = f"/chart/{item.patients[0]}"
        said = []
        for id_ in (item.id, "zq000y"):
            forms = {
                "Composition": (
                    f"{home}/notes/{id_}/strike",
                    f"{home}/notes/{id_}/take-on",
                    f"{home}/notes/{id_}/countersign",
                    f"{home}/certificates/{id_}/cancel",
                    f"{home}/certificates/begin",
                ),
                "Condition": tuple(
                    f"{home}/problems/{id_}/{verb}" for verb in ("change", "end", "reopen", "strike", "favour")
                ),
                "AllergyIntolerance": (f"{home}/attention/allergy/{id_}",),
                "Flag": (f"{home}/attention/signal/{id_}",),
                "QuestionnaireResponse": (f"{home}/forms/{id_}/strike",),
                "Immunization": (f"{home}/programmes/child-health/doses/{id_}/strike",),
                "RelatedPerson": (f"{home}/birth/{id_}/strike",),
                "Consent": (f"{home}/decisions/{id_}/end", f"{home}/decisions/{id_}/lift"),
                "Encounter": (f"{home}/contacts/{id_}/close",),
                "Observation": ("/answers/sign", "/answers/sign-normal"),
            }[item.type]
            mark = "|1" if item.type == "Observation" else ""
            fields = {
                "version": "1",
                "reason": "Fel",
                f"why-{id_}": "Fel",
                "hours": "4",
                "mark": "1",
                "answer": f"Observation/{id_}",
            }
            fields |= {"note": id_, "kind": "statement"}
            answers = [
                await asking.form(
                    reader, one, **(fields | {"answer": fields["answer"] + mark * one.endswith("normal")})
                )
                for one in forms
            ]
            view = {"entry": f"{item.type}/{id_}", "text": "Stämmer inte"}
            answers.append(await asking.form(reader, f"{home}/corrections/view", **view))
            said.append([_without_numbers(one).replace(id_, "it") for one in answers])
        asking.told("unlawful forms", reader, item.name, said[0] != said[1], asking.sees(reader, item))


def _told_of(asking: Round, reader: Reader, patient: str) -> set[str]:
    """Decisions that the reader knows of by the page of decisions."""
    facts, now = asking.facts, asking.now
    if not facts.reaches(reader, patient, now):
        return set()
    return {one.id for one in facts.in_force_of(reader.provider, patient, now)}


def _without_numbers(answer: httpx.Response) -> str:
    """What was answered, less what is never twice the same: numbers to quote, tokens, times."""
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    said = re.sub(r"\b[0-9A-F]{8}\b", "", main[0] if main else answer.text)
    return f"{answer.status_code} {answer.headers.get('location', '')} {said}"


@way("requests page")
async def _(asking: Round) -> None:
    """A12: a request to lift is for the provider that blocked, and there for the roles that lift."""
    lifting = {"physician", "nurse", "unit-manager"}
    for reader in {one.name: one for one in (*asking.staff, *asking.officers)}.values():
        text = await asking.page_if_any(reader, "/requests")
        for one in asking.world.requests:
            verdict = Verdict(one.provider == reader.provider and reader.role in lifting, "A12: a request to lift")
            asking.told("requests page", reader, one.mark, one.mark in text, verdict)


@way("lists on the panels")
async def _(asking: Round) -> None:
    """A5, A11, A12 once more, by the panels."""
    facts, now = asking.facts, asking.now
    for reader in asking.some(3, asking.staff):
        for patient in asking.some(3, sorted(facts.patients)):
            reaches, home = facts.reaches(reader, patient, now), f"/chart/{patient}/openings"
            blocked = await asking.page_if_any(reader, f"{home}/blocked")
            emergency = (await asking.form(reader, f"{home}/emergency", reason="Jour")).text
            outer = (await asking.form(reader, f"{home}/outer", reason="Jour")).text
            may = reader.role in IN_DANGER and not reader.is_social
            for place in facts.places.values():
                if place.id != place.provider:
                    lawful = reaches and place.id in facts.units_blocked(reader, patient, now)
                    shown = {"blocked": f'value="{place.hsa}"' in blocked}
                    verdicts = {"blocked": lawful}
                else:
                    shown = {"with": f'value="{place.hsa}"' in emergency, "blocking": f'value="{place.hsa}"' in outer}
                    verdicts = {
                        "with": may and place.id in facts.available(reader, patient, now),
                        "blocking": may and place.id in facts.blocking(reader, patient, now),
                    }
                for kind, lawful in verdicts.items():
                    case = f"{kind} {place.id} of {patient}"
                    asking.told("lists on the panels", reader, case, shown[kind], Verdict(lawful, case))


@way("own page")
async def _(asking: Round) -> None:
    """A17: whose records an inhabitant may open."""
    for reader in asking.citizens:
        text = await asking.page_if_any(reader, "/own")
        lawful = asking.facts.records(reader, asking.now)
        for patient in asking.facts.patients:
            shown = f"Zq{patient}" in text.partition("<main")[2]
            asking.told("own page", reader, patient, shown, Verdict(patient in lawful, f"A17: the record of {patient}"))


@way("approving an app")
async def _(asking: Round) -> None:
    """An app is opened for a patient whose record is open to the person, and for nobody else."""
    apps = Apps(asking.world.door.database)
    client = uuid4().hex
    app = App(
        client=client, name="Kurvor", owner=asking.facts.places["cardiology"].hsa, purpose="care",
        scopes="patient/*.rs launch/patient", auth="none", redirects=("http://localhost:9/back",),
    )  # fmt: skip
    await apps.registered(app, asking.now)
    approval = Approval(
        client=client, redirect=app.redirects[0], scope=app.scopes, state="", challenge="x", nonce=""
    )  # fmt: skip
    secret = await apps.asked(approval, asking.now)
    for reader in asking.staff:
        for item in asking.items("Patient"):
            await asking.page_if_any(reader, f"/apps/approve?request={secret}")
            answer = await asking.form(reader, "/apps/approve/find", request=secret, q=f"Zq{item.id}")
            text = answer.text if answer.status_code == 200 else ""
            shown = f'value="{item.id}"' in text
            verdict = asking.sees(reader, item)
            if text or not verdict.seen or reader.role in IN_DANGER:  # other roles have no apps
                asking.told("approving an app", reader, item.name, shown, verdict)


# Destruction ----------------------------------------------------------------------------------------------------------


@way("destruction pages")
async def _(asking: Round) -> None:
    """R4: records officers see what there is of their own provider's, by name; nobody else, and nobody another's."""
    asks, word = (
        {one.name: one for one in (*asking.some(2, asking.staff), *asking.officers)}.values(),
        "R4: own provider's",
    )
    for reader in asks:
        is_officer = reader.role == OFFICER
        for patient in asking.some(2, sorted(asking.facts.patients)):
            text = await asking.page_if_any(reader, f"/destruction/about/{patient}")
            for item in asking.items():
                is_own = item.provider == reader.provider and set(item.patients) & asking.facts.same(patient)
                shown = f'value="{item.name}"' in text
                verdict = Verdict(None if is_officer and len(item.patients) > 1 else is_officer and bool(is_own), word)
                asking.told("destruction pages", reader, f"{item.name} by {patient}", shown, verdict)
        if is_officer and reader.id not in asking.world.destructions:
            async with asking.world.door.opened(asking.world.sessions[reader.id], "destruction") as record:
                entries = [one.reference for one in await destruction.preview(record, "vera")][:1]
                if entries:
                    decision = destruction.Decision(
                        patient="vera", case_number=f"zqcase-{reader.id}", authority="IVO", decided=date(2026, 2, 1),
                        reason="Beslut", entries=tuple(entries),
                    )  # fmt: skip
                    asking.world.destructions[reader.id] = await destruction.ask(record, decision)
    for reader in asks:
        text = await asking.page_if_any(reader, "/destruction")
        for asker, number in asking.world.destructions.items():
            one = await asking.page_if_any(reader, f"/destruction/{number}")
            lawful = reader.role == OFFICER and asking.facts.readers[asker].provider == reader.provider
            for kind, shown in (("listed", text), ("shown", one)):
                case = f"destruction {number} {kind}"
                asking.told("destruction pages", reader, case, f"zqcase-{asker}" in shown, Verdict(lawful, word))

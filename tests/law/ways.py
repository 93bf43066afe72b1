"""Reading through the API: as staff, as citizens, as registered systems, and by each of these ways through an app."""

import re
from collections.abc import Awaitable, Callable

from tests.law.asking import CODES, WAYS, Round, both, either, entries, lacks_scope, way
from tests.law.oracle import Item, Reader, Verdict
from tests.law.worlds import resource

# The API: one item --------------------------------------------------------------------------------------------------


@way("read")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        answer = await asking.get(reader, item.name)
        asking.told("read", reader, item.name, answer.status_code == 200, asking.sees(reader, item))


@way("conditional read")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        tag = {"if-none-match": f'W/"{item.versions}"'}
        answer = await asking.get(reader, item.name, **tag)
        assert answer.status_code in (304, 404) or lacks_scope(answer), answer.text
        asking.told("conditional read", reader, item.name, answer.status_code == 304, asking.sees(reader, item))


@way("vread")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        number = asking.dice.randint(1, item.versions) if asking.sees_older(reader) else item.versions
        answer = await asking.get(reader, f"{item.name}/_history/{number}")
        asking.told("vread", reader, item.name, answer.status_code == 200, asking.sees(reader, item))


@way("history")
async def _(asking: Round) -> None:
    for reader, item in asking.sample():
        answer = await asking.get(reader, f"{item.name}/_history")
        shown = answer.status_code == 200 and answer.json().get("total") != 0
        asking.told("history", reader, item.name, shown, asking.sees(reader, item))
        if shown and asking.sees_older(reader) and asking.sees(reader, item).seen:
            assert len(answer.json()["entry"]) == item.versions, answer.text


@way("error")
async def _(asking: Round) -> None:
    """What is hidden and what is not there are answered alike (A13), by reads and by writes that come to nothing."""
    for reader, item in asking.sample():
        said = []
        for id_ in (item.id, "zq000y"):
            made = (
                resource(item)
                if item.type not in ("Patient", "Consent", "RelatedPerson")
                else {"resourceType": item.type}
            )
            stale = {"if-match": 'W/"99"'}
            answers = [
                await asking.get(reader, f"{item.type}/{id_}"),
                await asking.get(reader, f"{item.type}/{id_}/_history"),
                await asking.get(reader, f"{item.type}/{id_}/_history/1"),
            ]
            if item.type != "Patient":  # anybody may be found, so that a Patient is no secret (A1)
                answers.append(await asking.asks(reader, "PUT", f"{item.type}/{id_}", made | {"id": id_}, **stale))
            said.append([re.sub(r"[0-9a-f]{6}-\d+", "", one.text).replace(id_, "it") for one in answers])
        verdict = asking.sees(reader, item)
        if verdict.seen is False:
            asking.told("error", reader, item.name, said[0] != said[1], verdict)
        else:
            asking.told("error", reader, item.name, said[0][0] != said[1][0], verdict)


@way("batch")
async def _(asking: Round) -> None:
    by_reader: dict[Reader, list[Item]] = {}
    for reader, item in asking.sample():
        by_reader.setdefault(reader, []).append(item)
    for reader, items in by_reader.items():
        requests = [{"request": {"method": "GET", "url": one.name}} for one in items]
        answer = await asking.post(reader, "", {"resourceType": "Bundle", "type": "batch", "entry": requests})
        for item, entry in zip(items, answer.json()["entry"], strict=True):
            shown = entry["response"]["status"].startswith("200")
            asking.told("batch", reader, item.name, shown, asking.sees(reader, item))


# The API: searches --------------------------------------------------------------------------------------------------


@way("transaction")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        items = asking.items()
        types = sorted({one.type for one in items})
        requests = [{"request": {"method": "GET", "url": f"{type_}?_count=1000"}} for type_ in types]
        answer = await asking.post(reader, "", {"resourceType": "Bundle", "type": "transaction", "entry": requests})
        shown = {
            f"{one['resource']['resourceType']}/{one['resource']['id']}"
            for entry in answer.json()["entry"]
            for one in entry["resource"].get("entry", [])
        }
        asking.compare("transaction", reader, items, shown)


@way("search by patient")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            for patient in asking.some(1, sorted(asking.facts.patients)):
                shown = await asking.found(reader, f"{type_}?patient={patient}&_count=1000")
                own = [one for one in asking.items(type_) if one.patients[0] == patient]
                asking.compare("search by patient", reader, own, shown)


@way("search by _id")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in [*asking.types(), "Patient"]:
            items = asking.items(type_)
            ids = ",".join(one.id for one in items)
            shown = await asking.found(reader, f"{type_}?_id={ids}&_count=1000")
            asking.compare("search by _id", reader, items, shown)


@way("search of everybody")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in [*asking.types(), "Patient"]:
            shown = await asking.found(reader, f"{type_}?_count=1000")
            asking.compare("search of everybody", reader, asking.items(type_), shown)


@way("search by code")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in ("Observation", "Condition"):
            shown = await asking.found(reader, f"{type_}?code={CODES}|common&_count=1000")
            asking.compare("search by code", reader, asking.items(type_), shown)


@way("search, sorted")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in [one for one in asking.types() if one != "RelatedPerson"]:
            date = {
                "Condition": "recorded-date",
                "ServiceRequest": "authored",
                "Task": "authored-on",
                "Communication": "sent",
                "QuestionnaireResponse": "authored",
            }.get(type_, "date")
            order = asking.dice.choice([date, f"-{date}", "-_lastUpdated"])
            shown = await asking.found(reader, f"{type_}?_sort={order}&_count=1000")
            asking.compare("search, sorted", reader, asking.items(type_), shown)


@way("search, paged")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in ("Observation", "CarePlan", "Consent", "Patient"):
            order = asking.dice.choice(["", "&_sort=-_lastUpdated"])
            url, shown = f"{type_}?_count={asking.dice.randint(1, 5)}{order}", set()
            while url:
                answer = await asking.get(reader, url)
                shown |= entries(answer)
                url = next((one["url"] for one in answer.json().get("link", ()) if one["relation"] == "next"), "")
            asking.compare("search, paged", reader, asking.items(type_), shown)


@way("search, posted")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            form = {"content-type": "application/x-www-form-urlencoded"}
            shown = entries(await asking.post(reader, f"{type_}/_search", "_count=1000", **form))
            asking.compare("search, posted", reader, asking.items(type_), shown)


@way("count")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            await _counted(asking, "count", reader, type_, "_summary=count", asking.items(type_))
            patient = asking.dice.choice(sorted(asking.facts.patients))
            own = [one for one in asking.items(type_) if one.patients[0] == patient]
            await _counted(asking, "count", reader, type_, f"patient={patient}&_summary=count", own)


@way("total")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        for type_ in asking.types():
            await _counted(asking, "total", reader, type_, "_total=accurate&_count=1", asking.items(type_))


async def _counted(asking: Round, name: str, reader: Reader, type_: str, question: str, items: list[Item]) -> None:
    """A number is right or wrong for all that it counts: too many is a leak, too few a needless refusal."""
    number = (await asking.get(reader, f"{type_}?{question}")).json().get("total", 0)
    verdicts = [asking.sees(reader, one) for one in items]
    least, most = sum(v.seen is True for v in verdicts), sum(v.seen is not False for v in verdicts)
    for item, verdict in zip(items, verdicts, strict=True):
        is_wrong = (number > most and verdict.seen is False) or (number < least and verdict.seen is True)
        asking.told(name, reader, item.name, (verdict.seen is True) != is_wrong, verdict)


@way("_include")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        url = "Observation?_include=Observation:encounter&_include=Observation:patient&_count=1000"
        shown = entries(await asking.get(reader, url), "include")
        sources = asking.items("Observation")
        for item in asking.items("Encounter", "Patient"):
            from_ = [s for s in sources if item.id in (s.at_encounter, s.patients[0])]
            verdict = both(asking.sees(reader, item), either(asking.sees(reader, s) for s in from_))
            asking.told("_include", reader, item.name, item.name in shown, verdict)


@way("_revinclude")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        types = ("Observation", "Condition", "CarePlan", "Composition")
        more = "".join(f"&_revinclude={type_}:patient" for type_ in types)
        ids = ",".join(asking.facts.patients)
        shown = entries(await asking.get(reader, f"Patient?_id={ids}{more}"), "include")
        for item in asking.items(*types):
            verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
            asking.told("_revinclude", reader, item.name, item.name in shown, verdict)


@way("chain")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        shown = await asking.found(reader, "Observation?encounter:Encounter.class=AMB&_count=1000")
        for item in asking.items("Observation"):
            at = f"Encounter/{item.at_encounter}"
            verdict = Verdict(False, "it names no contact")
            if item.at_encounter:
                verdict = both(asking.sees(reader, item), asking.sees(reader, at))
            asking.told("chain", reader, item.name, item.name in shown, verdict)
        for type_ in ("Condition", "CarePlan"):
            shown = await asking.found(reader, f"{type_}?patient.gender=female&_count=1000")
            for item in asking.items(type_):
                verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
                asking.told("chain", reader, item.name, item.name in shown, verdict)


@way("_has")
async def _(asking: Round) -> None:
    for reader in asking.readers:
        asked = f"_has:Observation:encounter:code={CODES}|common"
        shown = await asking.found(reader, f"Encounter?{asked}&_count=1000")
        for item in asking.items("Encounter"):
            at = [one for one in asking.items("Observation") if one.at_encounter == item.id]
            verdict = both(asking.sees(reader, item), either(asking.sees(reader, one) for one in at))
            asking.told("_has", reader, item.name, item.name in shown, verdict)
        for type_ in ("Observation", "Condition"):
            shown = await asking.found(reader, f"Patient?_has:{type_}:patient:code={CODES}|common&_count=1000")
            for item in asking.items("Patient"):
                of = [one for one in asking.items(type_) if one.patients[0] == item.id]
                verdict = both(asking.sees(reader, item), either(asking.sees(reader, one) for one in of))
                asking.told("_has", reader, item.name, item.name in shown, verdict)


@way("$everything")
async def _(asking: Round) -> None:
    """The whole of a patient, which is also what is exported."""
    for reader in asking.readers:
        for patient in asking.facts.patients:
            whole = f"Patient/{patient}"
            answer = await asking.get(reader, f"{whole}/$everything?_count=1000")
            shown = entries(answer) if answer.status_code == 200 else set()
            for item in [one for one in asking.items() if patient in one.patients]:
                verdict = both(asking.sees(reader, item), asking.sees(reader, whole))
                asking.told("$everything", reader, item.name, item.name in shown, verdict)


# Through apps -------------------------------------------------------------------------------------------------------


def _through_an_app(ask: Callable[[Round], Awaitable[None]]) -> Callable[[Round], Awaitable[None]]:
    async def asked(asking: Round) -> None:
        await ask(asking.through_apps())

    return asked


for _name, _ask in list(WAYS.items()):
    if _ask.__module__ == __name__ and _name != "transaction":  # which is refused whole where one scope is lacking
        way(f"app: {_name}")(_through_an_app(_ask))

"""All that there is to read by: every interaction of the API, every route of the screens; and why some cannot leak."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, cast

from starlette.routing import Route

from tests.law.asking import named
from varda import web
from varda.api import interactions, operations
from varda.api.smart import PATHS

_PACKAGES = [
    importlib.import_module(f"varda.web.{one.name}") for one in pkgutil.iter_modules(web.__path__) if one.ispkg
]
_VIEWS = [one for one in _PACKAGES if hasattr(one, "ROUTES")]

CANNOT_LEAK: dict[str, set[str]] = {
    "it writes, and the door asks the same of it as of an update, which way `error` asks": {
        "interactions.create.create",
        "interactions.delete.delete",
        "interactions.update.update_matching",
        "interactions.delete.delete_matching",
    },
    "tokens and keys of apps; what a token reads is asked through apps": set(PATHS),
    "the apps that a person has approved, without the patients that they were opened for": {
        "GET /my-apps", "POST /my-apps",
    },
    "who signs in, before anything is opened, and the session itself": {
        "GET /sign-in", "GET /sign-in/callback", "GET /sign-in/unlock", "GET /sign-in/unlocked",
        "GET /sign-in/assignment", "POST /sign-in/assignment", "POST /sign-out", "GET /signed-out", "POST /language",
        "POST /sign-in/synthetic", "POST /session/lock", "GET /session/awake", "POST /sign-in/back-channel-logout",
    },
    "it offers invented people to sign in as, and never in production": {
        "GET /provider/.well-known/openid-configuration", "GET /provider/keys", "GET /provider/authorize",
        "POST /provider/authorize", "POST /provider/token", "GET /provider/userinfo",
        "GET /provider/sign-out", "POST /provider/sign-out",
    },
    "rights, courses and exceptions of staff; no patient is named": {
        "GET /rights", "GET /rights/changes", "POST /rights/changes", "POST /rights/changes/{change}",
        "GET /rights/functions", "POST /rights/functions", "GET /stops/{function}",
        "GET /rights/unit", "POST /rights/unit",
    },
    "the county's forms, which are everybody's to read; no patient is named": {
        "GET /forms/design", "POST /forms/design", "POST /forms/design/import", "GET /forms/design/{form}",
        "POST /forms/design/{form}", "GET /forms/design/{form}/export", "POST /forms/design/{form}/{step}",
    },
    "counts of what tasks take at a unit, without patients or names": {
        "GET /experience", "POST /experience", "POST /experience/done",
    },
    "courses, and how staff have come with them, which tests/web/test_learning.py asks; no patient is named": {
        "GET /learning", "GET /learning/unit", "POST /learning/unit", "GET /learning/remarks",
        "POST /learning/remarks/{remark}", "GET /learning/{course}", "GET /learning/{course}/go-on",
        "GET /learning/{course}/file/{name}", "GET /learning/{course}/{step}", "POST /learning/{course}/{step}",
        "POST /learning/{course}/{step}/remark", "GET /learning/courses", "GET /learning/courses/{course}",
        "POST /learning/courses/{course}", "POST /learning/courses/{course}/approve",
        "GET /learning/courses/decide/{number}", "POST /learning/courses/decide/{number}",
        "GET /learning/courses/{course}/as",
    },
    "what people tell of the introduction, which tests/web/test_voices.py asks; no patient is named": {
        "GET /voices", "POST /voices", "GET /voices/{survey}", "POST /voices/{survey}", "GET /voices/traffic",
        "GET /voices/{survey}/coding", "POST /voices/{survey}/coding", "GET /voices/{survey}/marking",
        "POST /voices/{survey}/marking",
        "POST /voices/traffic", "GET /voices/traffic/{round}/{area}/{administration}",
        "POST /voices/traffic/{round}/{area}/{administration}",
    },
    "what staff can, which tests/web/test_competence.py asks; no patient is named": {
        "GET /learning/competence", "GET /learning/competence/unit", "POST /learning/competence/unit",
        "GET /learning/competence/unit/{person}", "POST /learning/competence/unit/{person}/{card}",
        "POST /learning/competence/{card}",
    },
    "badges of finished courses: who has one holds it, and what checks it tells of nobody": {
        "GET /learning/{course}/badge", "GET /badges/issuer", "GET /badges/jwks", "GET /badges/keys/{kid}",
        "GET /badges/achievements/{course}", "GET /badges/verify", "POST /badges/verify",
    },
    "test runs of candidates, which tests/web/test_cutover.py asks; nobody is named but who registered one": {
        "GET /testruns", "GET /testruns/{run}/log",
    },
    "run-books of the cut-over, who owns their steps and what was decided, which tests/web/test_cutover.py asks; no "
    "patient is named": {
        "GET /cutover", "POST /cutover", "GET /cutover/notices", "GET /cutover/{book}", "GET /cutover/{book}/units",
        "GET /cutover/{book}/steps/{step}", "POST /cutover/{book}/steps/{step}",
        "POST /cutover/{book}/steps/{step}/owner", "POST /cutover/{book}/close", "GET /cutover/{book}/go/{wave}",
        "POST /cutover/{book}/go/{wave}/key", "POST /cutover/{book}/go/{wave}/hold",
        "POST /cutover/{book}/go/{wave}/override", "POST /cutover/{book}/go/{wave}/overrides/{override}",
        "POST /cutover/{book}/go/{wave}/attest", "POST /cutover/{book}/go/{wave}/attestations/{attestation}",
    },
    "how ready units are, which tests/web/test_readiness.py asks: about staff, no patient is named; the "
    "trial opens the own list as `GET /patients` does": {
        "GET /readiness", "GET /readiness/unit", "GET /readiness/readiness.csv", "GET /readiness/trial",
        "POST /readiness/trial", "GET /readiness/concerns", "POST /readiness/concerns",
        "POST /readiness/concerns/{concern}", "POST /readiness/attestations",
        "POST /readiness/attestations/{attestation}", "GET /readiness/attestations/{attestation}/file",
        "GET /readiness/matrix", "POST /readiness/matrix", "POST /readiness/matrix/{matrix}",
    },
    "faults and cases of the support as staff tell them, which tests/web/test_command.py asks; no patient is named, "
    "and a telling's patient is opened through the door, which the same test asks": {
        "GET /command", "GET /command/situation.csv", "POST /command/alarms/{alarm}",
        "GET /command/tell", "POST /command/tell", "GET /command/incidents", "GET /command/incidents/{fault}",
        "POST /command/incidents/{fault}", "POST /command/tellings/{telling}/patient", "GET /command/support",
        "POST /command/support", "POST /command/support/{support}",
    },
    "the own unit's downtime pack, which tests/web/test_downtime.py asks: what is in it is read by a job of the unit's "
    "reach, and whoever takes it is in the log": {
        "GET /downtime", "GET /downtime/pack", "POST /downtime/phrase", "POST /downtime/phrase/change",
    },
    "sheets that wait, drills and which units are on paper, which tests/web/test_downtime.py asks: whom a sheet is "
    "about is told by a search of the door, as on the unit's list": {
        "GET /downtime/paper", "POST /downtime/paper", "POST /downtime/paper/{sheet}", "GET /downtime/drills",
        "POST /downtime/drills", "POST /downtime/drills/end", "GET /downtime/map", "GET /downtime/map.csv",
    },
    "coaches and floorwalkers among the staff, which tests/web/test_coaching.py asks; no patient is named": {
        "GET /coaching", "GET /coaching/call", "POST /coaching/call", "POST /coaching/call/withdraw",
        "POST /coaching/calls/{call}/{step}", "POST /coaching/rest", "GET /coaching/unit",
        "POST /coaching/unit", "POST /coaching/loans/{loan}", "POST /coaching/loans/{loan}/end",
        "GET /coaching/coverage", "GET /coaching/floorwalkers", "POST /coaching/floorwalkers",
        "POST /coaching/floorwalkers/{walk}/end",
    },
    "classes of courses and who of the staff is booked, which tests/web/test_classes.py asks; no patient is named": {
        "GET /learning/classes", "GET /learning/classes/mine.ics", "POST /learning/classes/away",
        "GET /learning/classes/{class}", "POST /learning/classes/{class}/book", "POST /learning/classes/{class}/leave",
        "POST /learning/classes/{class}/present", "GET /learning/classes/{class}/code",
        "GET /learning/classes/{class}/here", "POST /learning/classes/{class}/here",
        "POST /learning/classes/{class}/tell",
        "POST /learning/classes/{class}/move", "GET /learning/classes/rooms", "POST /learning/classes/rooms",
        "POST /learning/classes/periods", "GET /learning/classes/proposals",
        "GET /learning/classes/proposals/{proposal}", "POST /learning/classes/proposals/{proposal}",
        "GET /learning/classes/new", "POST /learning/classes/new",
    },
    "plans, appointments and decisions of the introduction, everybody's to read; no patient is named": {
        "GET /introduction/plan.ics", "GET /introduction/plan.csv", "GET /introduction/plan.xlsx",
        "GET /introduction/plan/import", "POST /introduction/plan/import",
        "GET /introduction", "GET /introduction/plan", "GET /introduction/organisations",
        "GET /introduction/organisations/{organisation}", "POST /introduction/organisations/{organisation}/work",
        "POST /introduction/organisations/{organisation}/progress",
        "POST /introduction/organisations/{organisation}/take-away",
        "GET /introduction/versions", "POST /introduction/versions", "GET /introduction/versions/{plan}",
        "POST /introduction/versions/{plan}", "POST /introduction/state",
        "GET /introduction/gateways", "GET /introduction/gateways/{delivery}/{gateway}",
        "POST /introduction/gateways/{delivery}/{gateway}/evidence",
        "POST /introduction/gateways/{delivery}/{gateway}/override",
        "POST /introduction/gateways/{delivery}/{gateway}/overrides/{override}",
        "POST /introduction/gateways/{delivery}/{gateway}/key",
        "GET /introduction/reports", "GET /introduction/organisations/{organisation}/report",
        "POST /introduction/organisations/{organisation}/report",
        "GET /introduction/risks", "POST /introduction/risks", "GET /introduction/risks/{risk}",
        "POST /introduction/risks/{risk}", "POST /introduction/risks/{risk}/level",
        "GET /introduction/documents", "POST /introduction/documents", "GET /introduction/documents/{document}",
        "POST /introduction/documents/{document}", "POST /introduction/documents/{document}/decide",
        "GET /introduction/documents/{document}/{version}",
        "GET /introduction/decisions", "POST /introduction/decisions", "GET /introduction/decisions/{decision}",
        "GET /introduction/forums", "POST /introduction/forums", "POST /introduction/forums/actions/{action}",
        "GET /introduction/goals", "GET /introduction/goals.csv", "GET /introduction/goals/{indicator}",
        "POST /introduction/goals/{indicator}/aim", "POST /introduction/goals/{indicator}/outcome",
        "GET /introduction/action-plan", "POST /introduction/action-plan",
        "POST /introduction/action-plan/{milestone}",
        "GET /introduction/proposal", "POST /introduction/proposal/table", "POST /introduction/proposal/template",
        "GET /introduction/taking-part", "POST /introduction/organisations/{organisation}/part",
        "GET /introduction/organisations/{organisation}/pattern",
        "POST /introduction/organisations/{organisation}/pattern",
        "GET /introduction/criteria", "POST /introduction/criteria/{gateway}",
        "POST /introduction/criteria/decide/{number}",
        "GET /introduction/mandates", "POST /introduction/mandates", "POST /introduction/mandates/{mandate}/end",
    },
    "a learner's own exercises, which tests/web/test_practice.py asks; it names patients by the course's text alone": {
        "GET /practice", "GET /practice/go", "GET /practice/come", "GET /practice/home", "GET /practice/{copy}",
        "POST /practice/{copy}/begin", "POST /practice/{copy}/check", "POST /practice/{copy}/anew",
        "GET /practice/{copy}/{exercise}/home",
    },
    "it only leads on, or is an empty form": {"GET /", "GET /patients/register"},
    "it looks through the county's list of codes and the unit's own habits, and at no patient": {
        "POST /chart/{patient}/problems/find", "POST /chart/{patient}/attention/find",
    },
    "it reckons with what it is sent, and opens no record": {
        "POST /chart/{patient}/vitals/score", "POST /forms/{form}/reckon",
    },
    "it says that something has changed and nothing else; whom it tells is asked in tests/record/test_live.py": {
        "GET /live",
    },
    "it begins a record that was not there; that a number is taken may be told (A1)": {
        "POST /patients/register", "POST /patients/unknown",
    },
    "a choice or a decision of the sender's own; what it opens and refuses is asked by the steps of the worlds": {
        "POST /chart/{patient}/choose", "POST /chart/{patient}/openings/others",
        "POST /chart/{patient}/openings/blocked", "POST /chart/{patient}/openings/ask",
        "POST /chart/{patient}/openings/close", "POST /chart/{patient}/decisions/inform",
        "POST /chart/{patient}/decisions/consent", "POST /chart/{patient}/decisions/block", "POST /apps/approve",
        "POST /chart/{patient}/apps/{client}",
    },
    "it writes about a patient whom the door must reach, and answers with where to go": {
        "POST /chart/{patient}/decisions/decline",
        "POST /chart/{patient}/decisions/take-back",
        "POST /chart/{patient}/attention/none-known",
        "POST /chart/{patient}/same", "POST /chart/{patient}/same/undo", "POST /chart/{patient}/contacts/open",
        "POST /chart/{patient}/contacts/admit", "POST /chart/{patient}/vitals/scale",
        "POST /chart/{patient}/vitals/set-aside",
        "POST /chart/{patient}/vitals/scale/{decision}/end", "POST /chart/{patient}/corrections/copy",
        "POST /chart/{patient}/access-log", "POST /chart/{patient}/drafts/{draft}/finish",
        "POST /chart/{patient}/tasks/write", "POST /chart/{patient}/messages/write",
        "POST /chart/{patient}/deviations/write",
        "POST /chart/{patient}/forms/drafts/{draft}/finish",
        "POST /chart/{patient}/certificates/drafts/{draft}/finish",
    },
    "messages about no patient; whom they are to is asked in tests/web/test_memos.py": {
        "GET /messages", "POST /messages", "GET /messages/{number}", "POST /messages/{number}/answer",
        "POST /messages/{number}/read",
    },
    "colours of a unit's days; no patient is named": {"GET /green-cross", "POST /green-cross"},
    "cases of deviations, which are no part of a record; who sees which is asked in tests/web/test_deviations.py": {
        "GET /deviations", "GET /deviations/{number}", "POST /deviations/{number}/{step}",
    },
    "who of the staff is away and who covers; no patient is named": {
        "GET /cover", "POST /cover", "POST /cover/{number}/end",
    },
    "the unit's own tasks of one kind, by the search that the unit's inbox makes": {"GET /dictations"},
    "the person's own macros and the unit's; no patient is named": {
        "GET /macros", "POST /macros", "POST /macros/drop",
    },
    "the county's templates of notes, which are everybody's to write by; no patient is named": {
        "GET /templates", "POST /templates", "POST /templates/{change}",
    },
    "drafts are their writer's alone, which way `drafts` asks": {
        "POST /chart/{patient}/notes/favour",
        "POST /chart/{patient}/drafts/{draft}", "POST /chart/{patient}/drafts/{draft}/discard",
        "POST /chart/{patient}/drafts/{draft}/files", "GET /chart/{patient}/drafts/{draft}/files/{file}",
        "POST /chart/{patient}/drafts/{draft}/files/{file}/take-back",
        "POST /chart/{patient}/forms/drafts/{draft}", "POST /chart/{patient}/forms/drafts/{draft}/discard",
        "POST /chart/{patient}/certificates/drafts/{draft}",
        "POST /chart/{patient}/certificates/drafts/{draft}/discard",
    },
    "it takes a number from a page that is asked, and the same right as that page": {
        "POST /requests/{request}", "POST /review/{matter}", "POST /destruction/about/{patient}",
        "POST /destruction/{number}/order", "POST /destruction/{number}/continue",
        "POST /destruction/{number}/withdraw",
    },
}  # fmt: skip
"""By reason: what no way asks. Whoever adds to it says why nothing of a patient can be learnt by it."""


def all_there_is() -> set[str]:
    """Interactions by module and name, routes by method and path, paths of the authorization server."""
    routes = [route for view in _VIEWS for route in cast(list[Route], view.ROUTES)]
    screens = {f"{method} {one.path}" for one in routes for method in (one.methods or set()) - {"HEAD"}}
    return {*map(named, _interactions()), *screens, *PATHS}


def _interactions() -> Iterator[Callable[..., Any]]:
    """Functions of the API that take a record and a call, or make one that does."""
    for package in (interactions, operations):
        for found in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                is_own = function.__module__ == module.__name__ and not name.startswith("_")
                parameters = list(inspect.signature(function).parameters)
                if is_own and (parameters == ["record", "call"] or name == found.name):
                    yield function

"""Which kinds of page a call for a coach may come from.

What is sent is looked up here and never kept as it came: no address, and with it no patient, can stand in a call.
"""

from collections.abc import Mapping

from varda.web.chart.sections import SECTIONS
from varda.web.language import N_

PAGES: Mapping[str, str] = {
    "inbox": N_("Inbox"),
    "patients": N_("My unit's patients"),
    **{f"chart/{one.name}": one.title for one in SECTIONS},
    "chart/tasks": N_("Tasks"),
    "chart/messages": N_("Messages"),
    "chart/forms": N_("Forms"),
    "chart/certificates": N_("Certificates"),
    "chart/documents": N_("Print or PDF"),
    "chart/find": N_("Search in the record"),
    "chart/timeline": N_("Timeline of the whole life"),
    "chart/programmes": N_("Programmes"),
    "chart/openings": N_("Other units' data"),
    "chart/answers": N_("Answers to sign"),
    "answers": N_("Answers to sign"),
    "unsigned": N_("To sign and drafts"),
    "messages": N_("Messages about no patient"),
    "learning": N_("My path"),
    "rights": N_("What may I do?"),
    "other": N_("Another page"),
}
"""What each is called, by its code: the first part of its address, in a chart the section."""


def page_of(said: str) -> str:
    """The code of what a browser says that the page is."""
    return said if said in PAGES else "other"

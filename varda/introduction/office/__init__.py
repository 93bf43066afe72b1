"""What a programme office keeps besides the plan: risks and problems, documents, decisions, notes, and reminders."""

from varda.introduction.office.decisions import Decisions
from varda.introduction.office.documents import Documents
from varda.introduction.office.forums import Forums
from varda.introduction.office.reminders import Due, Reminders
from varda.introduction.office.risks import Risk, Risks, Wanted

__all__ = ["Decisions", "Documents", "Due", "Forums", "Reminders", "Risk", "Risks", "Wanted"]

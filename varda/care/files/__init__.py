"""Pictures, documents and recordings: parked beside a draft, then entries of the record that belong to a note (F31)."""

from varda.care.files.actions import give, keep, keep_recordings, park, sign, strike, take_back
from varda.care.files.kinds import ENDINGS, LARGEST
from varda.care.files.model import File, file
from varda.care.files.queries import content, of_draft, of_note, of_patient, one_file, parked_content
from varda.care.files.rules import TOO_LARGE, Fit, ending, fit

__all__ = [
    "ENDINGS",
    "LARGEST",
    "TOO_LARGE",
    "File",
    "Fit",
    "content",
    "ending",
    "file",
    "fit",
    "give",
    "keep",
    "keep_recordings",
    "of_draft",
    "of_note",
    "of_patient",
    "one_file",
    "park",
    "parked_content",
    "sign",
    "strike",
    "take_back",
]

"""Contacts with care: coming, going on and over."""

from varda.care.contacts.actions import close_contact, open_contact
from varda.care.contacts.model import KINDS, Contact, contacts

__all__ = ["KINDS", "Contact", "close_contact", "contacts", "open_contact"]

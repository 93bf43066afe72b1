"""What people learn, told to a learning record store (LRS) by xAPI 1.0.3: statements, their outbox, and sending."""

from varda.exchange.xapi.outbox import Outbox, Stock
from varda.exchange.xapi.sending import Store, send
from varda.exchange.xapi.statements import Actors, Event, statement, voiding

__all__ = ["Actors", "Event", "Outbox", "Stock", "Store", "send", "statement", "voiding"]

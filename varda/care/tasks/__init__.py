"""Tasks: what is to be done about a patient, by whom and by when. Nobody's task is lost: who declines gives it back."""

from varda.care.tasks.actions import Wanted, ask_again, decline, end, finish, forward, make, take_on
from varda.care.tasks.model import OPEN, Task, task
from varda.care.tasks.queries import Queue, Waiting, colleagues, one_task, queue, still_open, waiting, waits
from varda.care.tasks.rules import WHEN, in_order, is_mine, is_overdue, may_ask_again, may_end, may_take_on, turn

__all__ = [
    "OPEN",
    "WHEN",
    "Queue",
    "Task",
    "Waiting",
    "Wanted",
    "ask_again",
    "colleagues",
    "decline",
    "end",
    "finish",
    "forward",
    "in_order",
    "is_mine",
    "is_overdue",
    "make",
    "may_ask_again",
    "may_end",
    "may_take_on",
    "one_task",
    "queue",
    "still_open",
    "take_on",
    "task",
    "turn",
    "waiting",
    "waits",
]

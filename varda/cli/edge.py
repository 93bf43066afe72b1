"""The edge of the command line: faults become one line on standard error and an exit code.

0 done, 1 refused or failed, 2 not understood, 130 stopped by Ctrl+C.
"""

import sys
from collections.abc import Callable
from typing import Any

from cyclopts import CycloptsError

from varda.kernel.errors import Fault, Malformed

FAILED, MISUSED, STOPPED = 1, 2, 130


class Misused(Exception):
    """The command was given in a way that cannot be meant."""


def guarded(command: Callable[[], Any]) -> int:
    """The exit code of a command. Its fault is told in one line, without a traceback."""
    try:
        code = command()
    except CycloptsError:
        return MISUSED  # told already, with the usage
    except Misused as misused:
        return _told(str(misused), MISUSED)
    except Fault as fault:
        return _told(fault.message, MISUSED if isinstance(fault, Malformed) else FAILED)
    except KeyboardInterrupt:
        return _told("Stopped.", STOPPED)
    except BrokenPipeError:
        return FAILED  # whoever read our output has gone
    return code if isinstance(code, int) else 0


def _told(sentence: str, code: int) -> int:
    sys.stderr.write(f"varda: {' '.join(sentence.split())}\n")
    return code

"""Go-live command on the screens: faults, support cases (F237, F243; decision 53)."""

from varda.web.command import asking, faults

ROUTES = [*faults.ROUTES, *asking.ROUTES]

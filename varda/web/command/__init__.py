"""Go-live command on the screens: the situation picture, faults, support cases (F237, F238, F243; decision 53)."""

from varda.web.command import asking, faults, picture

ROUTES = [*picture.ROUTES, *faults.ROUTES, *asking.ROUTES]

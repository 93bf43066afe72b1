"""The programme office on screens: risks and problems, documents, decisions, forums, and who is reminded."""

from varda.web.office import risks

ROUTES = [*risks.ROUTES]

__all__ = ["ROUTES"]

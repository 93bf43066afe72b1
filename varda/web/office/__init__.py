"""The programme office on screens: risks and problems, documents, decisions, forums, and who is reminded."""

from varda.web.office import decisions, documents, forums, risks

ROUTES = [*risks.ROUTES, *documents.ROUTES, *decisions.ROUTES, *forums.ROUTES]

__all__ = ["ROUTES"]

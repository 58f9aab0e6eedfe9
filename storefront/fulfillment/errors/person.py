"""Why somebody is not let in, or may not do this."""

from connector.model.errors import NotAllowed, NotFound


class SignInRequired(NotAllowed):
    """Nobody is signed in, or the sign-in ended."""

    code = "sign_in_required"
    status = 401
    remedy = "Sign in."


class RoleRequired(NotAllowed):
    """The person's role does not allow this."""

    code = "role_required"
    remedy = "Ask a manager or the owner."


class LinkDead(NotFound):
    """The link was used, is too old, or never was one."""

    code = "link_dead"
    remedy = "Ask for a new link."

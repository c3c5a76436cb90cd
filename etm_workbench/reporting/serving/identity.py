"""Who somebody is: by a token printed at the start, by one header of a proxy, or by JupyterHub; never by an address.

What a browser can put into an address or a body says nothing about who sent it, so none of these looks there,
but for the one token that opens a session on one's own machine and is good for a single use.
"""

from __future__ import annotations

import getpass
import hashlib
import hmac
import ipaddress
import secrets
import socket
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler

from etm_workbench.errors import BadEnvironment

LONGEST = 200  # as wide as the access list's column


class _Identity(IdentityProvider):
    """What the three have in common: no anonymous user, no token that lets a request past the other checks."""

    @property
    def auth_enabled(self) -> bool:
        return True

    @property
    def login_available(self) -> bool:
        return False

    def is_token_authenticated(self, handler: RequestHandler) -> bool:  # noqa: ARG002  jupyter_server's signature
        """Never: no request is spared the check against forged ones."""
        return False

    def should_check_origin(self, handler: RequestHandler) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def get_handlers(self) -> list[Any]:
        """No routes of its own."""
        return []

    def login_address(self, handler: RequestHandler) -> str | None:  # noqa: ARG002
        """Where somebody unknown is sent; None: they are refused."""
        return None


class LaptopIdentity(_Identity):
    """The user of this machine, once a browser has shown the token that was printed."""

    def __init__(self, *, session_hours: float, **options: Any) -> None:
        super().__init__(**options)
        self._token: str | None = secrets.token_urlsafe(32)
        self._sessions: set[str] = set()
        self._session_days = session_hours / 24
        self._user = User(_system_user())

    def take_token(self) -> str:
        """The token, to be printed."""
        return self._token or ""

    def open_session(self, handler: RequestHandler, token: str) -> bool:
        """Gives the browser a session for the right token, which is then used up."""
        if self._token is None or not hmac.compare_digest(token.encode(), self._token.encode()):
            return False
        self._token = None
        session = secrets.token_urlsafe(32)
        self._sessions.add(_digest(session))
        handler.set_signed_cookie(
            self._cookie(handler), session, expires_days=self._session_days, httponly=True, samesite="Strict", path="/"
        )
        return True

    def get_user(self, handler: RequestHandler) -> User | None:
        """The user of this machine, for a session of this run of the server."""
        session = handler.get_signed_cookie(self._cookie(handler), max_age_days=self._session_days)
        return self._user if session and _digest(session.decode()) in self._sessions else None

    @staticmethod
    def _cookie(handler: RequestHandler) -> str:
        # Browsers keep cookies by name of the machine and not by port.
        return f"etm-session-{handler.settings['etm_port']}"


class ProxyIdentity(_Identity):
    """Whom the proxy's header names; only from the loopback or a unix socket, and only when given once."""

    def __init__(self, *, header: str, **options: Any) -> None:
        super().__init__(**options)
        self._header = header

    def get_user(self, handler: RequestHandler) -> User | None:
        """The person whom the proxy names."""
        named = handler.request.headers.get_list(self._header)
        if len(named) != 1 or not _came_from_here(handler):
            return None
        identity = named[0].strip()
        # Two headers folded into one by something on the way look like a list.
        is_plain = identity.isprintable() and not set(identity) & set(",;\"'<>\\")
        return User(identity) if identity and is_plain and len(identity) <= LONGEST else None


class HubIdentity(_Identity):
    """Whom JupyterHub has logged in; the server runs as a service of the hub."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        try:
            from jupyterhub.services.auth import HubOAuth  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            raise BadEnvironment(
                "JupyterHub is not installed beside the workbench.", remedy="Install 'jupyterhub' there."
            ) from None
        self.hub: Any = HubOAuth(parent=self, allow_token_in_url=False)

    async def get_user(self, handler: RequestHandler) -> User | None:
        """The person whom the hub knows, if they may use this service."""
        model = await self.hub.get_user(handler, sync=False)
        if model is None or not self.hub.check_scopes(self.hub.access_scopes, model):
            return None
        return User(str(model["name"]))

    def login_address(self, handler: RequestHandler) -> str | None:
        """The hub's own login, with what guards the way back."""
        verifier, challenge, method = self.hub.generate_pkce_code_challenge()
        state = self.hub.set_state_cookie(handler, next_url=handler.request.path, code_verifier=verifier)
        guards = {"state": state, "code_challenge": challenge, "code_challenge_method": method}
        return f"{self.hub.login_url}&{urlencode(guards)}"

    def get_handlers(self) -> list[Any]:
        """The way back from the hub's login."""
        from jupyterhub.services.auth import HubOAuthCallbackHandler  # type: ignore[import-not-found,unused-ignore]

        class Back(HubOAuthCallbackHandler):  # type: ignore[misc]
            route, hub_auth = "login", self.hub

        return [("oauth_callback", Back)]


def _came_from_here(handler: RequestHandler) -> bool:
    connection: Any = handler.request.connection
    if connection.context.address_family == getattr(socket, "AF_UNIX", None):
        return True
    try:
        return ipaddress.ip_address(connection.context.remote_ip).is_loopback
    except ValueError:
        return False


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no entry for this user, as in some containers
        return "unknown user"

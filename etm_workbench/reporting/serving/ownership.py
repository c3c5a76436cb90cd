"""A live dashboard answers the person it was started for, and nobody else."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User


class OwnersOnly(Authorizer):
    """Allows what concerns a kernel to its owner; refuses everything else that asks."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:  # noqa: ARG002
        """Whether this is the owner of the kernel in the address.

        An unknown kernel is refused like another person's, so that nobody learns which exist.
        """
        kernel = handler.path_kwargs.get("kernel_id", "")
        if resource != "kernels" or handler.kernel_manager.owner_of(kernel) != user.username:
            handler.reason_class = "NotTheOwner"
            return False
        return True

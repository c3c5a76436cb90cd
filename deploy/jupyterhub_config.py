# ruff: noqa: INP001  a folder of examples, not a package
"""JupyterHub with the dashboards as one of its services; its TLS ends at the proxy in front of it.

What an adopting organization chooses is marked CHOOSE. The hub logs people in; who may see what is the
store's access list, in which people stand under the names by which the hub knows them.
"""

import os
import sys

c = get_config()  # noqa: F821  given by JupyterHub

# CHOOSE your authenticator. This one checks the machine's own accounts.
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allow_all = True

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.cookie_options = {"SameSite": "Lax", "Secure": True}

SERVICE = "dashboards"
c.JupyterHub.services = [
    {
        "name": SERVICE,
        "display": True,
        "url": "http://127.0.0.1:8866",
        "command": [sys.executable, "-c", "from etm_workbench.cli import main; main()", "serve", "--config",
                    os.environ.get("ETM_SERVE_FILE", "/etc/etm/serve-in-hub.toml")],
        # The address of the reading user's connection; its password is in PGPASSFILE, for this account alone.
        "environment": {"ETM_STORE": os.environ["ETM_STORE"], "PGPASSFILE": os.environ.get("PGPASSFILE", "")},
        "oauth_no_confirm": True,
    }
]  # fmt: skip

# Who is logged in may open the service; what they see there is the access list's to say.
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", f"access:services!service={SERVICE}"]},
]

"""On PostgreSQL a reader's connection sees the release ledger if the access list gives them every organization.

Whoever writes for other audiences must hold what they ask against everything released before. The ledger
says more than was released, so that nobody else's connection reads it; nobody's connection writes to it.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE release_entry ENABLE ROW LEVEL SECURITY")
    # The access list's own policy already narrows these lines to the reader's.
    op.execute(
        "CREATE POLICY of_every_organization ON release_entry FOR SELECT USING (EXISTS ("
        "SELECT 1 FROM access_entry WHERE identity = NULLIF(current_setting('etm.identity', true), '') "
        "AND organization = '*' AND revoked_on IS NULL))"
    )

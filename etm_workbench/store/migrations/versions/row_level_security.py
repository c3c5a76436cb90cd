"""PostgreSQL holds a reader's connection to the rows of the organizations that the access list gives them.

It binds every user but the tables' owner and superusers, by the setting `etm.identity` of the connection.
SQLite has no such thing; there the file is its owner's alone.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OF_ORGANIZATIONS = ("file_version", "record_block", "recorded_override", "person")
OF_IDENTITIES = ("access_entry", "access_log")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    # Runs as its owner, who sees the whole access list; `*` stands for every organization with a file.
    # Temporary tables come last, or a reader could put one of their own in the access list's place.
    op.execute(
        f"""
        CREATE FUNCTION etm_readable_organizations() RETURNS text[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
            WITH given AS (
                SELECT organization FROM access_entry
                WHERE identity = NULLIF(current_setting('etm.identity', true), '') AND revoked_on IS NULL
            )
            SELECT COALESCE(array_agg(organization), '{{}}') FROM (
                SELECT organization::text FROM given
                UNION SELECT organization::text FROM file_version WHERE EXISTS (
                    SELECT 1 FROM given WHERE given.organization = '*'
                )
            ) AS readable
        $$
        """  # noqa: S608  a schema's name, quoted by the database
    )
    for table in OF_ORGANIZATIONS:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # The inner SELECT makes PostgreSQL ask once a query, and not once a row.
        op.execute(
            f"CREATE POLICY own_organizations ON {table} FOR SELECT "
            "USING (organization = ANY ((SELECT etm_readable_organizations())::text[]))"
        )
    for table in OF_IDENTITIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_lines ON {table} FOR SELECT USING (identity = current_setting('etm.identity', true))"
        )
    op.execute(
        "CREATE POLICY own_requests ON access_log FOR INSERT "
        "WITH CHECK (identity = current_setting('etm.identity', true))"
    )

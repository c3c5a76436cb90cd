"""Files and their versions, records, people, overrides."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_fact",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "file_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("cycle", sa.String(20), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mapping_hash", sa.String(64), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("received_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.UniqueConstraint(
            "kind", "cycle", "organization", "number", name="uq_file_version_kind_cycle_organization_number"
        ),
    )
    op.create_index("ix_file_version_cycle_file_version_organization", "file_version", ["cycle", "organization"])
    op.create_table(
        "record_block",
        sa.Column("version_id", sa.Integer, sa.ForeignKey("file_version.id"), primary_key=True),
        sa.Column("cycle", sa.String(20), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_record_block_cycle_record_block_organization", "record_block", ["cycle", "organization"])
    op.create_table(
        "recorded_override",
        sa.Column("version_id", sa.Integer, sa.ForeignKey("file_version.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("person_key", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("version_id", sa.Integer, sa.ForeignKey("file_version.id"), primary_key=True),
        sa.Column("person_key", sa.String(32), primary_key=True),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("given_name", sa.Text),
        sa.Column("family_name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("other_identifiers", sa.JSON, nullable=False),
    )

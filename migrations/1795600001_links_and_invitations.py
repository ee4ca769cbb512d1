"""links and invitations"""

revision = "1795600001"
down_revision = "1795600000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

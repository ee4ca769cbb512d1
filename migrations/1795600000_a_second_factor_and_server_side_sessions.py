"""a second factor and server side sessions"""

revision = "1795600000"
down_revision = "1795510800"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

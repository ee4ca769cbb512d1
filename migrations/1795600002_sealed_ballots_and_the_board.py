"""sealed ballots and the board"""

revision = "1795600002"
down_revision = "1795600001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

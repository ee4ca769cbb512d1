"""Fixtures for tests of pages."""

import pytest
from flask.testing import FlaskClient

from tests.scene import Scene
from tests.web.visitor import Visitor


@pytest.fixture
def official(scene: Scene, client: FlaskClient) -> Visitor:
    """An official who is logged in."""
    scene.account()
    visitor = Visitor(client)
    visitor.log_in("ambtenaar@voorbeeld.example")
    return visitor

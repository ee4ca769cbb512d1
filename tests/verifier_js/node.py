"""Node runs the modules of static/verifier in tests. Missing in CI is a failure, elsewhere a loud skip."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def run(script: str, data: Any) -> Any:
    """Give the script data as JSON, and read its answer as JSON."""
    node = shutil.which("node")
    if node is None:
        message = "tests of the verifier in the browser SKIPPED: no node on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    done = subprocess.run(
        [node, str(HERE / script)], input=json.dumps(data), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

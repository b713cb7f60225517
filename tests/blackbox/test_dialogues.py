"""The dialogues of tests/dialogue, on the server as it ships: what the bare machine promises holds
behind a socket and TLS too.  Build: release."""
import pathlib
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "dialogue"
sys.path.insert(0, str(FOLDER))
import dialogue  # noqa: E402

SCRIPTS = [script for script in dialogue.load_folder(FOLDER) if not script.bare_only]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_dialogue(script, signet):
    dialogue.run(script, dialogue.Target(
        signet.host, signet.submission_port, signet.submissions_port, signet.mx_port,
        str(signet.ca),
        signet.user, signet.password))

"""Names what a deployment deploys: image, template, settings, secrets. Another name, new versions.

SAM publishes a version when that name changes. It does not see by itself that a parameter has
another value, and a version keeps the settings that it was published with. Functions read secrets
when they start: a new version is a new start.
"""

import hashlib
import json
import shlex
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from handler.aws.secrets import version_of_secret
from handler.aws.stack import NotDeployedError, outputs_of_stack, parameters_of_stack

NOT_SETTINGS: Final = frozenset({"Release", "Trial"})
"""Parameters that follow from the others."""


def release(stack: str, image: str, template: Path, given: str) -> str:
    """Return the name, the same for the same image, template, settings and secrets.

    Args:
        stack: whose parameters keep their values; may not be there yet.
        image: id of the functions' image.
        template: file of the stack's template.
        given: parameters that change, as ``Name=value Name=value``.

    Raises:
        CloudError: AWS refuses, cannot be reached, or has not the secret with the token.
        ValueError: a parameter is given without a value.
    """
    settings: dict[str, str] = {}
    with suppress(NotDeployedError):
        settings = parameters_of_stack(stack)
    for assignment in shlex.split(given):
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ValueError(f"{assignment}: is not Name=value")
        settings[name] = value
    kept = {name: value for name, value in settings.items() if name not in NOT_SETTINGS}
    versions = [version_of_secret(arn) for arn in _secrets(stack, settings)]
    said = json.dumps([image, template.read_text("utf-8"), kept, versions], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _secrets(stack: str, settings: Mapping[str, str]) -> list[str]:
    """Return the ARNs of the secrets that there are; the first deployment makes the webhook's."""
    found = [settings["BotTokenArn"]] if "BotTokenArn" in settings else []
    with suppress(NotDeployedError):
        found += outputs_of_stack(stack, ["WebhookSecretArn"]).values()
    return found

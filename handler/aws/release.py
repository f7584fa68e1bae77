"""Names what a deployment deploys: image, template, settings. Another name makes new versions.

SAM publishes a version when that name changes. It does not see by itself that a parameter has
another value, and a version keeps the settings that it was published with.
"""

import hashlib
import json
import shlex
from pathlib import Path
from typing import Final

from handler.aws import clients as aws
from handler.aws.cloud_error import CloudError, explained

NOT_SETTINGS: Final = frozenset({"Release", "Trial"})
"""Parameters that follow from the others."""


def release(stack: str, image: str, template: Path, given: str) -> str:
    """Return the name, the same for the same image, template and settings.

    Args:
        stack: whose parameters keep their values; may not be there yet.
        image: id of the functions' image.
        template: file of the stack's template.
        given: parameters that change, as ``Name=value Name=value``.

    Raises:
        CloudError: AWS refuses, or cannot be reached.
        ValueError: a parameter is given without a value.
    """
    settings = _parameters(stack)
    for assignment in shlex.split(given):
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ValueError(f"{assignment}: is not Name=value")
        settings[name] = value
    kept = {name: value for name, value in settings.items() if name not in NOT_SETTINGS}
    said = json.dumps([image, template.read_text("utf-8"), kept], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _parameters(stack: str) -> dict[str, str]:
    try:
        with explained(f"the stack {stack} cannot be asked"):
            answer = aws.client("cloudformation").describe_stacks(StackName=stack)
    except CloudError as error:
        if error.code == "ValidationError" and "does not exist" in str(error):
            return {}
        raise
    given = answer["Stacks"][0].get("Parameters", [])
    return {each.get("ParameterKey", ""): each.get("ParameterValue", "") for each in given}

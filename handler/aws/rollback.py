"""Goes back to the version before: of code, and of the weights that belong to it."""

from typing import Any, Final

from handler.aws import clients as aws
from handler.aws.cloud_error import CloudError, explained
from handler.aws.stack import outputs_of_stack

ALIAS: Final = "live"
"""What traffic goes to, in both functions."""
FUNCTIONS: Final = ("WorkerFunction", "WebhookFunction")


def roll_back(stack: str) -> list[str]:
    """Let a stack's functions run the image before the one that they run now.

    Both go to the same one, each to its newest version with it. The next deployment of something
    new takes them forward again.

    Returns:
        What was done, a line each.

    Raises:
        NotDeployedError: there is no such stack.
        CloudError: there is nothing to go back to, or AWS refuses.
    """
    names = [outputs_of_stack(stack, FUNCTIONS)[function] for function in FUNCTIONS]
    with explained(f"{stack} cannot be taken back"):
        targets = _targets(stack, names)
        for name, version in targets.items():
            # A shift of traffic that is under way ends with it.
            aws.client("lambda").update_alias(
                FunctionName=name, Name=ALIAS, FunctionVersion=version, RoutingConfig={}
            )
    return [f"{name}: {ALIAS} is version {version} again" for name, version in targets.items()]


def _targets(stack: str, names: list[str]) -> dict[str, str]:
    """Find, for each function, the version to go back to."""
    image = None
    targets = {}
    for name in names:
        versions = _versions(name)
        current = aws.client("lambda").get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
        number = int(current)
        running = next(v["CodeSha256"] for v in versions if v["Version"] == current)
        older = [v for v in versions if int(v["Version"]) < number and v["CodeSha256"] != running]
        if image is None and older:
            image = max(older, key=lambda v: int(v["Version"]))["CodeSha256"]
        fitting = [int(v["Version"]) for v in older if v["CodeSha256"] == image]
        if not fitting:
            raise CloudError(f"{stack}: {name} has no version of another image before {current}")
        targets[name] = str(max(fitting))
    return targets


def _versions(name: str) -> list[dict[str, Any]]:
    pages = aws.client("lambda").get_paginator("list_versions_by_function")
    found = [version for page in pages.paginate(FunctionName=name) for version in page["Versions"]]
    return [version for version in found if version["Version"] != "$LATEST"]

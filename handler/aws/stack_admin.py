"""``python -m handler.aws.stack_admin``: what `make deploy` and `make destroy` need of a stack."""

# ruff: noqa: T201  # a command: it prints

import argparse
import sys
from collections.abc import Sequence

from handler.aws import clients as aws
from handler.aws.cloud_error import CloudError, explained
from handler.aws.stack import NotDeployedError, outputs_of_stack


def empty_bucket(bucket: str) -> int:
    """Delete every version of every file in a bucket; returns how many there were.

    Raises:
        CloudError: there is no such bucket, or AWS refuses.
    """
    deleted = 0
    with explained(f"the bucket {bucket} cannot be emptied"):
        s3 = aws.client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
                deleted += 1
    return deleted


def empty_stack(name: str) -> str:
    """Delete the published weights of a stack; where there are none, that is as good.

    Returns:
        What was done, in one line.

    Raises:
        CloudError: AWS refuses, or cannot be reached.
    """
    try:
        bucket = _output(name, "WeightsBucket")
        return f"{bucket}: {empty_bucket(bucket)} versions of files deleted"
    except NotDeployedError as error:
        return f"Nothing to delete: {error}"
    except CloudError as error:
        if error.code == "NoSuchBucket":
            return f"Nothing to delete: {error}"
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code is 1 when AWS refuses."""
    parser = argparse.ArgumentParser(prog="python -m handler.aws.stack_admin", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    asks = commands.add_parser("output", help="print an output of a stack")
    asks.add_argument("stack")
    asks.add_argument("name")
    empties = commands.add_parser("empty", help="delete the published weights of a stack, if any")
    empties.add_argument("stack")
    options = parser.parse_args(arguments)
    try:
        if options.command == "output":
            print(_output(options.stack, options.name))
        else:
            print(empty_stack(options.stack))
    except CloudError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _output(stack: str, key: str) -> str:
    return outputs_of_stack(stack, [key])[key]


if __name__ == "__main__":
    sys.exit(main())

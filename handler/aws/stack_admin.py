"""Deletes what a stack stores, so that `make destroy` can remove it."""

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
        bucket = outputs_of_stack(name, ["WeightsBucket"])["WeightsBucket"]
        return f"{bucket}: {empty_bucket(bucket)} versions of files deleted"
    except NotDeployedError as error:
        return f"Nothing to delete: {error}"
    except CloudError as error:
        if error.code == "NoSuchBucket":
            return f"Nothing to delete: {error}"
        raise

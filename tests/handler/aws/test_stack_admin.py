"""What `make deploy` and `make destroy` need of a stack."""

import json

import pytest
from botocore.stub import Stubber

from handler.__main__ import main
from handler.aws.clients import client
from handler.aws.cloud_error import CloudError
from handler.aws.stack_admin import empty_bucket
from tests.aws import Aws

TEMPLATE = {
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "weights"}}},
    "Outputs": {"WeightsBucket": {"Value": {"Ref": "Bucket"}}},
}


@pytest.fixture
def stack(aws: Aws) -> str:
    client("cloudformation").create_stack(StackName="neon", TemplateBody=json.dumps(TEMPLATE))
    return "neon"


def test_an_output_is_printed(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "output", stack, "WeightsBucket"]) == 0
    assert capsys.readouterr().out == "weights\n"


def test_an_unknown_output_is_named(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "output", stack, "Nothing"]) == 1
    assert capsys.readouterr().err == "the stack neon has no output Nothing\n"


def test_an_unknown_stack_is_named(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "output", "elsewhere", "WeightsBucket"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "elsewhere" in line


def test_every_version_of_every_file_is_deleted(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket="weights", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"old", b"new"):
        s3.put_object(Bucket="weights", Key="models/manifest.json", Body=body)
    s3.delete_object(Bucket="weights", Key="models/manifest.json")
    assert main(["stack", "empty", stack]) == 0
    assert "3 versions" in capsys.readouterr().out
    s3.delete_bucket(Bucket="weights")  # refused unless nothing is left


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.err == ""
    (line,) = captured.out.splitlines()
    return line


def test_where_there_is_no_stack_there_is_nothing_to_empty(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stack", "empty", "elsewhere"]) == 0
    assert one_line(capsys) == "Nothing to delete: there is no stack elsewhere here"


def test_a_stack_without_a_bucket_has_nothing_to_empty(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    unfinished = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    client("cloudformation").create_stack(StackName="half", TemplateBody=json.dumps(unfinished))
    assert main(["stack", "empty", "half"]) == 0
    assert one_line(capsys) == "Nothing to delete: the stack half has no output WeightsBucket"


def test_a_stack_whose_bucket_is_gone_has_nothing_to_empty(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client("s3").delete_bucket(Bucket="weights")
    assert main(["stack", "empty", stack]) == 0
    assert one_line(capsys).startswith("Nothing to delete: the bucket weights cannot be emptied")


def test_an_aws_that_refuses_stops_the_deletion(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = client("cloudformation")
    with Stubber(cloudformation) as answers:
        answers.add_client_error("describe_stacks", "AccessDenied", "You may not", 403)
        assert main(["stack", "empty", "neon"]) == 1
    assert capsys.readouterr().err == (
        "the stack neon cannot be asked: You may not (AccessDenied)\n"
    )


def test_a_bucket_that_is_not_there_is_named(aws: Aws) -> None:
    with pytest.raises(CloudError, match="the bucket nowhere cannot be emptied"):
        empty_bucket("nowhere")

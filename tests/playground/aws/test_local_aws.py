"""The stand-in for AWS that the functions meet in `sam local invoke`."""

import json

import boto3
import pytest

from playground.aws.local_aws import BUCKET, CREDENTIALS, REGION, TABLE, local_aws
from tests.aws import Aws


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session(
        CREDENTIALS["AWS_ACCESS_KEY_ID"],
        CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )


def test_it_has_what_the_functions_need(session: boto3.Session) -> None:
    with local_aws("127.0.0.1", "1:token", "secret") as aws:
        url = f"http://127.0.0.1:{aws.port}"
        secrets = session.client("secretsmanager", endpoint_url=url)
        token = secrets.get_secret_value(SecretId=aws.bot_token_arn)["SecretString"]
        secret = secrets.get_secret_value(SecretId=aws.webhook_secret_arn)["SecretString"]
        assert (token, secret) == ("1:token", "secret")
        session.client("s3", endpoint_url=url).head_bucket(Bucket=BUCKET)
        table = session.client("dynamodb", endpoint_url=url).describe_table(TableName=TABLE)
        assert table["Table"]["KeySchema"][0]["AttributeName"] == "pk"


def test_jobs_come_out_of_its_queue(session: boto3.Session) -> None:
    with local_aws("127.0.0.1", "1:token", "secret") as aws:
        sqs = session.client("sqs", endpoint_url=f"http://127.0.0.1:{aws.port}")
        with pytest.raises(LookupError):
            aws.next_job()
        sqs.send_message(
            QueueUrl=aws.queue_url,
            MessageBody="{}",
            MessageGroupId="1",
            MessageDeduplicationId="1",
        )
        message = aws.next_job()
        assert message["Body"] == "{}"
        assert message["Attributes"]["ApproximateReceiveCount"] == "1"
        asked = sqs.get_queue_attributes(QueueUrl=aws.queue_url, AttributeNames=["RedrivePolicy"])
        assert json.loads(asked["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 3


def test_it_begins_empty_whatever_the_process_had_in_moto(session: boto3.Session, aws: Aws) -> None:
    bucket, table = aws.bucket(BUCKET), aws.table(TABLE)
    session.client("s3", endpoint_url=aws.url).put_object(Bucket=bucket, Key="old", Body=b"old")
    for token in ("1:first", "1:second"):
        with local_aws("127.0.0.1", token, "secret") as local:
            url = f"http://127.0.0.1:{local.port}"
            s3 = session.client("s3", endpoint_url=url)
            assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
            s3.put_object(Bucket=BUCKET, Key="left", Body=b"left")
            secrets = session.client("secretsmanager", endpoint_url=url)
            assert secrets.get_secret_value(SecretId=local.bot_token_arn)["SecretString"] == token
            with pytest.raises(LookupError):
                local.next_job()
    tables = session.client("dynamodb", endpoint_url=aws.url).list_tables()
    assert table not in tables["TableNames"]


def test_a_use_that_failed_does_not_spoil_the_next() -> None:
    with pytest.raises(KeyError), local_aws("127.0.0.1", "1:token", "secret"):
        raise KeyError
    with local_aws("127.0.0.1", "1:token", "secret") as aws, pytest.raises(LookupError):
        aws.next_job()

"""The stand-in for AWS that the functions meet in `sam local invoke`."""

import json

import boto3
import pytest

from handler.playground.local_aws import BUCKET, CREDENTIALS, REGION, TABLE, local_aws


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

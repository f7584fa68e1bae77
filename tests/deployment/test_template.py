"""The template says what the design promises."""

import importlib
import json
import re
import tomllib
from typing import Any

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]

from handler.aws.rollback import ALIAS
from handler.aws.rollback import FUNCTIONS as FUNCTIONS_TO_ROLL_BACK
from handler.aws.sqs import USUAL_RETENTION_SECONDS
from handler.aws.stack import OUTPUTS
from handler.jobs.attempts import NOTE_SECONDS
from handler.jobs.messages import RESERVED_SECONDS
from handler.jobs.results import Result
from handler.processes.deployment_hook import EXPECTED, WEBHOOK, WORKER
from handler.processes.taking import POLL_SECONDS
from handler.processes.trial import EFFECTS, SAMPLES
from handler.settings import Settings
from tests.deployment.cloudformation import ROOT, bootstrap, resources, template

FUNCTIONS = resources("AWS::Serverless::Function")
PARAMETERS = template()["Parameters"]


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources()[name]["Properties"]
    return found


def environment(function: str) -> dict[str, Any]:
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {**shared, **FUNCTIONS[function]["Properties"]["Environment"]["Variables"]}


def gpu_environment() -> dict[str, Any]:
    found: dict[str, Any] = properties("GpuWorkerFunction")["Environment"]["Variables"]
    return found


@pytest.mark.parametrize("name", ["template.yaml", "bootstrap.yaml", ".github/deploy-role.yaml"])
def test_cfn_lint_has_nothing_to_say(name: str) -> None:
    assert [str(match) for match in lint_file(ROOT / name)] == []


def test_only_the_token_has_to_be_given() -> None:
    without_default = [name for name, value in PARAMETERS.items() if "Default" not in value]
    assert without_default == ["BotTokenArn", "WeightsBucket"]  # the second comes from make deploy


def test_every_parameter_has_limits() -> None:
    for name, parameter in PARAMETERS.items():
        if parameter["Type"] == "Number" and "AllowedValues" not in parameter:
            assert parameter["MinValue"] <= parameter["Default"] <= parameter["MaxValue"], name
        else:
            assert {"AllowedValues", "AllowedPattern", "MaxLength"} & set(parameter), name
        if "AllowedValues" in parameter:
            assert parameter["Default"] in parameter["AllowedValues"], name
        if "Default" in parameter and "AllowedPattern" in parameter:
            assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"]), name


@pytest.mark.parametrize(
    ("arn", "taken"),
    [
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:neon/token-AbCdEf", True),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/neon/token", True),
        ("arn:aws-cn:ssm:cn-north-1:123456789012:parameter/token", True),
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:neon/token", False),
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:neon/token-AbCdE", False),
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:-AbCdEf", False),
        ("1234567890:AAE-a_token_in_clear", False),
        ("arn:aws:s3:::token", False),
    ],
)
def test_the_token_is_given_by_its_arn(arn: str, *, taken: bool) -> None:
    pattern = PARAMETERS["BotTokenArn"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, arn)) == taken


def test_no_secret_is_in_an_environment() -> None:
    for variables in (*map(environment, FUNCTIONS), gpu_environment()):
        assert "BOT_TOKEN_ARN" in variables
        assert not {"BOT_TOKEN", "WEBHOOK_SECRET"} & set(variables)
        assert "resolve:" not in json.dumps(variables)


def test_the_bot_knows_every_variable() -> None:
    known = {name.upper() for name in Settings.model_fields}
    known |= {"POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME", "AWS_ENDPOINT_URL"}
    known |= {"RELEASE"}  # see the test below
    for function in FUNCTIONS:
        own = {WEBHOOK, WORKER, EXPECTED} if function == "DeploymentHook" else set()
        assert set(environment(function)) <= known | own
    assert set(gpu_environment()) <= known


def test_sam_local_can_change_every_variable_that_the_stand_ins_need() -> None:
    given = json.loads((ROOT / "playground/aws/environment.json").read_text("utf-8"))["Parameters"]
    assert set(given) <= set(environment("WebhookFunction"))
    for name in ("AWS_ENDPOINT_URL", "TELEGRAM_API_URL"):  # nobody's business on AWS
        assert environment("WebhookFunction")[name] == {"Ref": "AWS::NoValue"}


def test_a_gpu_worker_is_told_what_the_worker_function_is_told() -> None:
    gpu = gpu_environment()
    function = environment("WorkerFunction")
    for name in ("AWS_ENDPOINT_URL", "TELEGRAM_API_URL"):
        del function[name]
    assert gpu == function


def test_the_functions_are_one_image() -> None:
    assert set(FUNCTIONS) == {"WebhookFunction", "WorkerFunction", "DeploymentHook"}
    webhook, *others = (function["Metadata"] for function in FUNCTIONS.values())
    assert others == [webhook] * 2
    assert (ROOT / webhook["Dockerfile"]).exists()


@pytest.mark.parametrize("name", ["WebhookFunction", "WorkerFunction"])
def test_a_new_version_has_to_prove_itself(name: str) -> None:
    function = FUNCTIONS[name]["Properties"]
    assert function["AutoPublishAlias"] == ALIAS
    assert function["AutoPublishCodeSha256"] == {"Ref": "Release"}
    preference = function["DeploymentPreference"]
    assert preference["Hooks"] == {"PreTraffic": {"Ref": "DeploymentHook"}}
    condition, alarms, _ = preference["Alarms"]["Fn::If"]
    assert condition == "DeploysGradually"
    assert {alarm["Ref"] for alarm in alarms} <= set(resources("AWS::CloudWatch::Alarm"))


def test_a_release_changes_every_function() -> None:
    """Or CloudFormation fails: Lambda makes no version of a function in which nothing is new."""
    for variables in (*map(environment, FUNCTIONS), gpu_environment()):
        assert variables["RELEASE"] == {"Ref": "Release"}


def test_parameters_and_settings_have_the_same_defaults() -> None:
    for name, parameter in PARAMETERS.items():
        setting = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        if setting in Settings.model_fields and setting not in ("bot_token_arn", "log_format"):
            default = Settings.model_fields[setting].default
            assert parameter["Default"] == (default or ""), name


def test_the_hook_tries_the_versions_that_are_to_get_traffic() -> None:
    hook = FUNCTIONS["DeploymentHook"]["Properties"]
    assert hook["FunctionName"]["Fn::Sub"].startswith("CodeDeployHook_")  # else it is not allowed
    module, _, name = hook["ImageConfig"]["Command"][0].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    variables = environment("DeploymentHook")
    assert variables[WEBHOOK] == {"Ref": "WebhookFunction.Version"}
    assert variables[WORKER] == {"Ref": "WorkerFunction.Version"}
    assert variables[EXPECTED] == {"Ref": "Trial"}


def test_a_trial_fits_into_its_parameter() -> None:
    description = trial_line(PARAMETERS["Trial"]["MaxLength"])
    assert re.fullmatch(PARAMETERS["Trial"]["AllowedPattern"], description)


def trial_line(longest: int) -> str:
    pixels = "0f" * 3 * SAMPLES[0] * SAMPLES[1]
    line = " ".join(f"{code}={'a' * 16}:{pixels}" for code in EFFECTS)
    assert len(line) <= longest
    return line


def test_images_and_weights_go_where_functions_look_for_them() -> None:
    outputs = bootstrap()["Outputs"]
    assert set(outputs) == {"RepositoryUri", "WeightsBucket", "WeightsUrl"}
    assert environment("WorkerFunction")["WEIGHTS"] == outputs["WeightsUrl"]["Value"]


def test_the_repository_scans_images_and_forgets_old_ones() -> None:
    repository = properties("Repository")
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    assert [rule["action"]["type"] for rule in rules] == ["expire"] * 2
    assert rules[-1]["selection"]["tagStatus"] == "any"


@pytest.mark.parametrize("seconds", PARAMETERS["WorkerTimeout"]["AllowedValues"])
def test_a_message_stays_hidden_six_times_as_long_as_the_worker_may_run(seconds: str) -> None:
    times = template()["Mappings"]["WorkerTimes"][seconds]
    assert times["VisibilitySeconds"] >= 6 * int(seconds)
    # A job that takes too long is ended by its own limit, so that it is not tried again.
    assert int(times["JobSeconds"]) + RESERVED_SECONDS < int(seconds)


def test_the_queues_lose_nothing() -> None:
    jobs, dead = properties("JobsQueue"), properties("DeadJobsQueue")
    assert jobs["FifoQueue"]
    assert dead["FifoQueue"]
    assert jobs["RedrivePolicy"]["maxReceiveCount"] == 3
    assert jobs["MessageRetentionPeriod"] == USUAL_RETENTION_SECONDS == NOTE_SECONDS
    assert jobs["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadJobsQueue", "Arn"]}
    assert dead["MessageRetentionPeriod"] > jobs["MessageRetentionPeriod"]
    assert jobs["SqsManagedSseEnabled"]
    assert dead["SqsManagedSseEnabled"]


def test_the_worker_takes_one_job_at_a_time_and_reports_failures() -> None:
    source = FUNCTIONS["WorkerFunction"]["Properties"]["Events"]["Jobs"]["Properties"]
    assert source["BatchSize"] == 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] == {"Ref": "WorkerConcurrency"}


def test_the_webhook_is_throttled_and_answers_before_the_api_gives_up() -> None:
    assert {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= set(
        properties("Api")["DefaultRouteSettings"]
    )
    assert FUNCTIONS["WebhookFunction"]["Properties"]["Timeout"] < 30


def test_the_api_takes_what_the_application_answers() -> None:
    events = FUNCTIONS["WebhookFunction"]["Properties"]["Events"].values()
    requests = [event["Properties"] for event in events if event["Type"] == "HttpApi"]
    routes = {(request["Method"], request["Path"]) for request in requests}
    assert routes == {("POST", "/telegram/webhook"), ("GET", "/health")}
    assert template()["Outputs"]["WebhookUrl"]["Value"]["Fn::Sub"].endswith("/telegram/webhook")


def test_the_table_forgets_and_can_be_restored() -> None:
    table = properties("ResultsTable")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk"]
    assert "pk" not in Result.model_fields


def test_the_bucket_is_private_encrypted_and_versioned() -> None:
    bucket = properties("WeightsBucket")
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]


def test_every_log_ends() -> None:
    logs = resources("AWS::Logs::LogGroup")
    assert len(logs) == 5
    for group in logs.values():
        assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_function_logs_into_a_group_of_the_stack() -> None:
    for function in FUNCTIONS.values():
        assert function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] in resources()


def test_alarms_go_to_the_topic() -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    watching = {name: alarm for name, alarm in alarms.items() if name.endswith("Alarm")}
    assert len(watching) == 10
    for alarm in watching.values():
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}]


def test_lambda_leaves_no_line_out_that_has_metrics() -> None:
    """They have no level, and count as INFO."""
    logging = template()["Globals"]["Function"]["LoggingConfig"]
    assert logging["ApplicationLogLevel"] == {"Fn::If": ["LogsDetails", "DEBUG", "INFO"]}


def test_what_the_webhook_command_reads_is_an_output() -> None:
    assert {*OUTPUTS, *FUNCTIONS_TO_ROLL_BACK} <= set(template()["Outputs"])


def test_the_gpu_part_is_off_unless_asked_for() -> None:
    assert PARAMETERS["GpuMemory"]["Default"] == 0
    for name, resource in template()["Resources"].items():
        if resource["Type"].startswith("AWS::EC2::") or name.startswith("Gpu"):
            assert resource["Condition"] == "HasGpu"
            assert name.startswith("Gpu")


def test_a_gpu_does_one_job_at_a_time_and_none_runs_while_nobody_waits() -> None:
    gpu = properties("GpuWorkerFunction")
    assert gpu["PackageType"] == "Image"
    assert gpu["Architectures"] == ["x86_64"]
    managed = gpu["CapacityProviderConfig"]["LambdaManagedInstancesCapacityProviderConfig"]
    assert managed["PerExecutionEnvironmentMaxConcurrency"] == 1
    assert gpu["FunctionScalingConfig"]["MinExecutionEnvironments"] == 0
    for workers, size in template()["Mappings"]["GpuSizes"].items():
        assert int(workers) == size["Workers"]
        assert size["Processors"] >= 4 * size["Workers"]
    # Plain `sam build` builds no CUDA image: there is nothing to build it from.
    assert "Dockerfile" not in resources()["GpuWorkerFunction"]["Metadata"]
    assert gpu["Code"] == {"ImageUri": {"Ref": "GpuImage"}}


@pytest.mark.parametrize("seconds", PARAMETERS["WorkerTimeout"]["AllowedValues"])
def test_a_gpu_has_time_for_a_job(seconds: str) -> None:
    job = int(template()["Mappings"]["WorkerTimes"][seconds]["JobSeconds"])
    assert properties("GpuWorkerFunction")["Timeout"] > job + RESERVED_SECONDS + POLL_SECONDS


def test_the_queue_is_no_event_source_of_a_gpu() -> None:
    """A refusal for want of an instance would count as a delivery."""
    assert resources("AWS::Lambda::EventSourceMapping") == {}
    schedule = FUNCTIONS["WebhookFunction"]["Properties"]["Events"]["Wake"]["Properties"]
    assert schedule["State"] == {"Fn::If": ["HasGpu", "ENABLED", "DISABLED"]}
    wish = (
        schedule["Input"]["Fn::Sub"].replace("${GpuBacklog}", "20").replace("${GpuInstances}", "1")
    )
    name = properties("GpuWorkerFunction")["FunctionName"]["Fn::Sub"]
    assert json.loads(wish) == {"wake": {"function": name, "backlog": 20, "most": 1}}


def test_the_image_of_a_gpu_is_named_by_its_digest() -> None:
    pattern = PARAMETERS["GpuImage"]["AllowedPattern"]
    image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/neon-bot-base-repository-abc"
    assert re.fullmatch(pattern, f"{image}@sha256:{'0' * 64}")
    assert not re.fullmatch(pattern, f"{image}:gpu")


def test_samconfig_asks_for_no_more_than_it_needs() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    deploy = config["default"]["deploy"]["parameters"]
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert deploy["on_failure"] == "DELETE"  # else a failed first deployment blocks all others
    assert not deploy["fail_on_empty_changeset"]  # else deploying twice would fail
    assert "parameter_overrides" not in deploy  # would reset what was set before

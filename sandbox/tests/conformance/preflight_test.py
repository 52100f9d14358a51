"""boto3 and what a deployment tool asks of other services before it deploys: IAM, CloudWatch,
Secrets Manager, Systems Manager."""

import unittest

import boto3
from botocore.session import Session
from sandbox import CONFIG, Conversation

PREFIX = "arn:aws:iam::123456789012"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf"


def speaking_query(service):
    """A session in which a service that speaks several protocols is spoken to in the oldest."""
    session = Session()
    metadata = session.get_component("data_loader").load_service_model(service, "service-2")["metadata"]
    metadata["protocols"] = ["query"]
    metadata.pop("awsQueryCompatible", None)
    return boto3.session.Session(botocore_session=session)


class Iam(Conversation):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam", region_name="us-east-1")

    def test_a_role_and_its_trust(self):
        role = self.iam.get_role(RoleName="tasks")["Role"]
        self.assertEqual(role["Arn"], f"{PREFIX}:role/tasks")
        principal = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
        self.assertEqual(principal, {"Service": ["ecs-tasks.amazonaws.com"]})
        with self.refused("NoSuchEntity", "The role with name nobody cannot be found."):
            self.iam.get_role(RoleName="nobody")

    def test_who_may_pass_a_role(self):
        def decisions(service):
            simulated = self.iam.simulate_principal_policy(
                PolicySourceArn=f"{PREFIX}:role/deploy",
                ActionNames=["iam:PassRole"],
                ResourceArns=[f"{PREFIX}:role/tasks", f"{PREFIX}:role/others"],
                ContextEntries=[
                    {
                        "ContextKeyName": "iam:PassedToService",
                        "ContextKeyType": "string",
                        "ContextKeyValues": [service],
                    }
                ],
            )
            return [result["EvalDecision"] for result in simulated["EvaluationResults"]]

        self.assertEqual(decisions("ecs-tasks.amazonaws.com"), ["allowed", "implicitDeny"])
        self.assertEqual(decisions("ec2.amazonaws.com"), ["implicitDeny", "implicitDeny"])
        with self.refused("NoSuchEntity"):
            self.iam.simulate_principal_policy(
                PolicySourceArn=f"{PREFIX}:role/nobody", ActionNames=["iam:PassRole"]
            )


class Alarms(Conversation):
    def setUp(self):
        super().setUp()
        self.session = speaking_query("cloudwatch")
        self.cloudwatch = self.session.client("cloudwatch", config=CONFIG)
        self.cloudwatch.meta.events.register("before-parse", self._look_at)

    def test_alarms_by_name(self):
        described = self.cloudwatch.describe_alarms(
            AlarmNames=["red", "quiet", "nobody"], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in described["MetricAlarms"]}
        self.assertEqual(states, {"red": "ALARM", "quiet": "INSUFFICIENT_DATA"})
        self.assertEqual(described["CompositeAlarms"], [])

    def test_alarms_come_by_pages(self):
        pages = self.cloudwatch.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 1})
        names = [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]
        self.assertEqual(names, sorted(names))
        self.assertIn("red", names)
        with self.refused("InvalidNextToken"):
            self.cloudwatch.describe_alarms(NextToken="nowhere")


class Secrets(Conversation):
    def test_a_secret_by_name_and_arn(self):
        secrets = self.client("secretsmanager")
        for name in ("shop/database", SECRET, SECRET.rpartition("-")[0]):
            self.assertEqual(secrets.describe_secret(SecretId=name)["ARN"], SECRET)
        self.assertIn("DeletedDate", secrets.describe_secret(SecretId="shop/old"))
        with self.refused("ResourceNotFoundException", "can't find the specified secret"):
            secrets.describe_secret(SecretId="nobody")

    def test_parameters_by_name(self):
        ssm = self.client("ssm")
        wanted = ["/shop/key", "plain", "/shop"]
        names = {"Key": "Name", "Option": "Equals", "Values": wanted}
        pages = ssm.get_paginator("describe_parameters").paginate(
            ParameterFilters=[names], PaginationConfig={"PageSize": 1}
        )
        found = {parameter["Name"]: parameter["ARN"] for page in pages for parameter in page["Parameters"]}
        beginning = "arn:aws:ssm:eu-west-1:123456789012:parameter"
        self.assertEqual(found, {"/shop/key": f"{beginning}/shop/key", "plain": f"{beginning}/plain"})
        with self.refused("InvalidFilterKey"):
            ssm.describe_parameters(ParameterFilters=[{"Key": "Colour", "Values": ["red"]}])
        with self.refused("InvalidNextToken"):
            ssm.describe_parameters(NextToken="nowhere")


class Denied(Conversation):
    """A role whose policies do not allow it is refused by each in its own words."""

    def test_every_service_refuses(self):
        credentials = self.client("sts").assume_role(
            RoleArn=f"{PREFIX}:role/deploy", RoleSessionName="preflight"
        )["Credentials"]
        keys = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }
        with self.refused("AccessDenied", "iam:GetRole on resource"):
            self.client("iam", region_name="us-east-1", **keys).get_role(RoleName="tasks")
        with self.refused("AccessDeniedException", "secretsmanager:DescribeSecret on resource"):
            self.client("secretsmanager", **keys).describe_secret(SecretId="shop/database")
        with self.refused("AccessDeniedException", "ssm:DescribeParameters on resource"):
            self.client("ssm", **keys).describe_parameters()
        cloudwatch = speaking_query("cloudwatch").client("cloudwatch", config=CONFIG, **keys)
        with self.refused("AccessDenied", "cloudwatch:DescribeAlarms on resource"):
            cloudwatch.describe_alarms()


if __name__ == "__main__":
    unittest.main()

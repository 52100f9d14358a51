"""boto3 and STS."""

import unittest

from sandbox import Conversation


class Sts(Conversation):
    def test_the_caller_is_known(self):
        identity = self.client("sts").get_caller_identity()
        self.assertEqual(identity["Arn"], "arn:aws:iam::123456789012:user/ops")

    def test_a_role_is_assumed_and_used(self):
        assumed = self.client("sts").assume_role(
            RoleArn="arn:aws:iam::123456789012:role/deploy", RoleSessionName="test", DurationSeconds=43200
        )
        self.assertTrue(assumed["AssumedRoleUser"]["Arn"].endswith(":assumed-role/deploy/test"))
        keys = assumed["Credentials"]
        session = {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }
        # Twelve simulated hours are a little more than a minute.
        identity = self.client("sts", **session).get_caller_identity()
        self.assertEqual(identity["Arn"], assumed["AssumedRoleUser"]["Arn"])
        with self.refused("AccessDeniedException", "is not authorized to perform: ecr:DescribeRepositories"):
            self.client("ecr", **session).describe_repositories()

    def test_a_token_that_nobody_issued_is_refused(self):
        with self.refused("InvalidIdentityToken"):
            self.client("sts").assume_role_with_web_identity(
                RoleArn="arn:aws:iam::123456789012:role/deploy",
                RoleSessionName="test",
                WebIdentityToken="not.a.token",
            )

    def test_a_role_that_is_missing_cannot_be_assumed(self):
        with self.refused("AccessDenied", "sts:AssumeRole"):
            self.client("sts").assume_role(
                RoleArn="arn:aws:iam::123456789012:role/nobody", RoleSessionName="test"
            )


if __name__ == "__main__":
    unittest.main()

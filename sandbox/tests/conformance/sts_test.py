"""boto3 and STS."""

import unittest

from sandbox import Conversation


class Sts(Conversation):
    def test_the_caller_is_known(self):
        identity = self.client("sts").get_caller_identity()
        self.assertEqual(identity["Arn"], "arn:aws:iam::123456789012:user/ops")

    def test_a_role_that_is_missing_cannot_be_assumed(self):
        with self.refused("AccessDenied", "sts:AssumeRole"):
            self.client("sts").assume_role(
                RoleArn="arn:aws:iam::123456789012:role/nobody", RoleSessionName="test"
            )


if __name__ == "__main__":
    unittest.main()

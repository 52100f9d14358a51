"""The AWS CLI: what people type in a workflow."""

import base64
import json
import os
import subprocess
import unittest
import urllib.request

from codedeploy_test import appspec
from ecs_test import TASK


def aws(*arguments):
    run = subprocess.run(["aws", "--output=json", *arguments], capture_output=True, text=True)
    return run.returncode, run.stdout, run.stderr


class Cli(unittest.TestCase):
    def aws(self, *arguments):
        code, answer, said = aws(*arguments)
        self.assertEqual(code, 0, f"aws {arguments}: {said}")
        return json.loads(answer) if answer.startswith("{") else answer.strip()

    def test_who_asks(self):
        identity = self.aws("sts", "get-caller-identity")
        self.assertEqual(identity["Account"], "123456789012")

    def test_the_password_opens_the_registry(self):
        password = self.aws("ecr", "get-login-password")
        request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/v2/")
        basic = base64.b64encode(f"AWS:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {basic}")
        with urllib.request.urlopen(request) as response:
            self.assertEqual(response.status, 200)

    def test_images(self):
        images = self.aws("ecr", "describe-images", "--repository-name=shop", "--image-ids=imageTag=v1")
        self.assertEqual(images["imageDetails"][0]["imageTags"], ["v1"])
        code, _, said = aws("ecr", "describe-images", "--repository-name=shop", "--image-ids=imageTag=v9")
        self.assertIn(code, (254, 255))
        self.assertIn("(ImageNotFoundException) when calling the DescribeImages operation", said)

    def test_a_rolling_deployment(self):
        document = json.dumps(TASK)
        registered = self.aws("ecs", "register-task-definition", "--cli-input-json", document)
        arn = registered["taskDefinition"]["taskDefinitionArn"]
        self.aws("ecs", "update-service", "--service=shop", f"--task-definition={arn}")
        self.aws("ecs", "wait", "services-stable", "--services=shop")
        service = self.aws("ecs", "describe-services", "--services=shop")["services"][0]
        self.assertEqual(service["taskDefinition"], arn)
        self.assertEqual([service["runningCount"], len(service["deployments"])], [2, 1])

    def test_a_blue_green_deployment(self):
        shop = self.aws("ecs", "describe-task-definition", "--task-definition=shop")["taskDefinition"]
        revision = json.dumps(appspec(shop["taskDefinitionArn"]))
        group = ["--application-name=app", "--deployment-group-name=group"]
        created = self.aws("deploy", "create-deployment", *group, "--revision", revision)
        deployment = f"--deployment-id={created['deploymentId']}"
        self.aws("deploy", "wait", "deployment-successful", deployment)
        info = self.aws("deploy", "get-deployment", deployment)["deploymentInfo"]
        self.assertEqual(info["status"], "Succeeded")
        groups = self.aws("elbv2", "describe-target-groups", "--names", "blue", "green")["TargetGroups"]
        states = []
        for group in groups:
            arn = f"--target-group-arn={group['TargetGroupArn']}"
            health = self.aws("elbv2", "describe-target-health", arn)["TargetHealthDescriptions"]
            states += [target["TargetHealth"]["State"] for target in health]
        self.assertEqual(states, ["healthy"] * 2)


if __name__ == "__main__":
    unittest.main()

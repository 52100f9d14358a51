"""The AWS CLI: what people type in a workflow."""

import base64
import json
import os
import subprocess
import time
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

    def newest(self):
        listed = self.aws("ecs", "list-service-deployments", "--service=pausing")["serviceDeployments"]
        return f"--service-deployment-arn={listed[0]['serviceDeploymentArn']}"

    def described(self, newest):
        arn = newest.split("=", 1)[1]
        described = self.aws("ecs", "describe-service-deployments", f"--service-deployment-arns={arn}")
        return described["serviceDeployments"][0]

    def until(self, newest, reached):
        for _ in range(200):
            described = self.described(newest)
            if reached(described):
                return described
            time.sleep(0.05)
        self.fail(f"it never came so far: {described}")

    def paused(self, newest):
        def waits(described):
            return any(hook["status"] == "AWAITING_ACTION" for hook in described.get("lifecycleHookDetails", []))

        described = self.until(newest, waits)
        pause = next(hook for hook in described["lifecycleHookDetails"] if hook["targetType"] == "PAUSE")
        return described, f"--hook-id={pause['hookId']}"

    def test_a_deployment_that_pauses(self):
        update = ["ecs", "update-service", "--service=pausing", "--force-new-deployment"]
        self.aws(*update)
        newest = self.newest()
        described, hook = self.paused(newest)
        self.assertEqual(described["lifecycleStage"], "POST_TEST_TRAFFIC_SHIFT")
        target = described["targetServiceRevision"]
        self.assertEqual(target["requestedTestTrafficWeight"], 100.0)
        self.assertEqual(target["requestedProductionTrafficWeight"], 0.0)
        source = described["sourceServiceRevisions"][0]
        self.assertEqual(source["requestedProductionTrafficWeight"], 100.0)
        self.aws("ecs", "continue-service-deployment", newest, hook)
        over = self.until(newest, lambda it: it["status"] == "SUCCESSFUL")
        self.assertEqual(over["targetServiceRevision"]["requestedProductionTrafficWeight"], 100.0)
        revision = f"--service-revision-arns={over['targetServiceRevision']['arn']}"
        revisions = self.aws("ecs", "describe-service-revisions", revision)["serviceRevisions"]
        self.assertIn("advancedConfiguration", revisions[0]["loadBalancers"][0])

        self.aws(*update)
        rejected = self.newest()
        _, hook = self.paused(rejected)
        self.aws("ecs", "continue-service-deployment", rejected, hook, "--action=ROLLBACK")
        self.until(rejected, lambda it: it["status"] == "ROLLBACK_SUCCESSFUL")

        self.aws(*update)
        stopped = self.newest()
        self.paused(stopped)
        self.aws("ecs", "stop-service-deployment", stopped, "--stop-type=ROLLBACK")
        back = self.until(stopped, lambda it: it["status"] == "ROLLBACK_SUCCESSFUL")
        self.assertIn("requested to stop", back["rollback"]["reason"])
        code, _, said = aws("ecs", "continue-service-deployment", stopped, hook)
        self.assertIn("(InvalidParameterException)", said)


if __name__ == "__main__":
    unittest.main()

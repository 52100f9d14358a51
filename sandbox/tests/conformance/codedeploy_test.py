"""boto3 and CodeDeploy: blue/green deployments of an ECS service from end to end."""

import json
import unittest

from botocore.exceptions import WaiterError
from sandbox import PATIENCE, Conversation

WHERE = {"applicationName": "app", "deploymentGroupName": "group"}
WAITING = {"applicationName": "app", "deploymentGroupName": "waiting"}


def appspec(definition):
    resource = {
        "Type": "AWS::ECS::Service",
        "Properties": {
            "TaskDefinition": definition,
            "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
        },
    }
    content = json.dumps({"version": 0.0, "Resources": [{"TargetService": resource}]})
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}


class CodeDeploy(Conversation):
    def setUp(self):
        super().setUp()
        self.codedeploy = self.client("codedeploy")
        self.ecs = self.client("ecs")

    def definition(self):
        latest = self.ecs.describe_task_definition(taskDefinition="shop")["taskDefinition"]
        kept = ("family", "networkMode", "containerDefinitions", "requiresCompatibilities", "cpu", "memory")
        again = {member: latest[member] for member in kept if member in latest}
        return self.ecs.register_task_definition(**again)["taskDefinition"]["taskDefinitionArn"]

    def deploy(self, where=WHERE, **options):
        revision = appspec(self.definition())
        return self.codedeploy.create_deployment(**where, revision=revision, **options)["deploymentId"]

    def info(self, deployment):
        return self.codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]

    def wait(self, deployment):
        waiter = self.codedeploy.get_waiter("deployment_successful")
        waiter.wait(deploymentId=deployment, WaiterConfig=PATIENCE)

    def test_applications_groups_and_configs(self):
        application = self.codedeploy.get_application(applicationName="app")["application"]
        self.assertEqual(application["computePlatform"], "ECS")
        self.assertEqual(self.codedeploy.list_applications()["applications"], ["app"])
        several = self.codedeploy.batch_get_applications(applicationNames=["app"])
        self.assertEqual(several["applicationsInfo"][0]["applicationName"], "app")
        listed = self.codedeploy.list_deployment_groups(applicationName="app")["deploymentGroups"]
        self.assertEqual(sorted(listed), ["group", "waiting"])
        group = self.codedeploy.get_deployment_group(**WHERE)["deploymentGroupInfo"]
        self.assertEqual(group["ecsServices"][0]["serviceName"], "blue-green")
        several = self.codedeploy.batch_get_deployment_groups(
            applicationName="app", deploymentGroupNames=["group", "waiting"]
        )
        self.assertEqual(len(several["deploymentGroupsInfo"]), 2)
        for name in self.codedeploy.list_deployment_configs()["deploymentConfigsList"]:
            config = self.codedeploy.get_deployment_config(deploymentConfigName=name)
            self.assertEqual(config["deploymentConfigInfo"]["deploymentConfigName"], name)

    def test_what_is_missing_is_named(self):
        with self.refused("ApplicationDoesNotExistException"):
            self.codedeploy.get_application(applicationName="nope")
        with self.refused("DeploymentGroupDoesNotExistException"):
            self.codedeploy.get_deployment_group(applicationName="app", deploymentGroupName="nope")
        with self.refused("DeploymentConfigDoesNotExistException"):
            self.codedeploy.get_deployment_config(deploymentConfigName="nope")
        with self.refused("DeploymentDoesNotExistException"):
            self.codedeploy.get_deployment(deploymentId="d-NOTTHERE1")
        with self.refused("RevisionRequiredException"):
            self.codedeploy.create_deployment(**WHERE)

    def test_a_deployment_that_succeeds(self):
        deployment = self.deploy(description="from boto3")
        self.wait(deployment)
        self.assertEqual(self.info(deployment)["status"], "Succeeded")
        targets = self.codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"]
        target = self.codedeploy.get_deployment_target(deploymentId=deployment, targetId=targets[0])
        events = target["deploymentTarget"]["ecsTarget"]["lifecycleEvents"]
        self.assertIn("AllowTraffic", [event["lifecycleEventName"] for event in events])
        batch = self.codedeploy.batch_get_deployment_targets(deploymentId=deployment, targetIds=targets)
        self.assertEqual(batch["deploymentTargets"][0]["deploymentTargetType"], "ECSTarget")
        several = self.codedeploy.batch_get_deployments(deploymentIds=[deployment])
        self.assertEqual(several["deploymentsInfo"][0]["deploymentId"], deployment)
        revision = self.info(deployment)["revision"]
        found = self.codedeploy.get_application_revision(applicationName="app", revision=revision)
        self.assertEqual(found["applicationName"], "app")
        listed = self.codedeploy.list_deployments(**WHERE, includeOnlyStatuses=["Succeeded"])
        self.assertIn(deployment, listed["deployments"])
        serving = self.ecs.describe_services(services=["blue-green"])["services"][0]["taskSets"]
        self.assertEqual([task_set["status"] for task_set in serving], ["PRIMARY"])
        with self.refused("DeploymentAlreadyCompletedException"):
            self.codedeploy.stop_deployment(deploymentId=deployment)

    def test_a_deployment_that_waits_continues_or_is_stopped(self):
        deployment = self.deploy(WAITING)
        # Polls as the waiter does, for a state that has no waiter.
        states = set()
        while "Ready" not in states and not states & {"Failed", "Stopped", "Succeeded"}:
            states.add(self.info(deployment)["status"])
        self.assertIn("Ready", states)
        with self.refused("DeploymentLimitExceededException", deployment):
            self.deploy(WAITING)
        self.codedeploy.continue_deployment(deploymentId=deployment, deploymentWaitType="READY_WAIT")
        self.wait(deployment)
        second = self.deploy(WAITING)
        stopped = self.codedeploy.stop_deployment(deploymentId=second, autoRollbackEnabled=False)
        self.assertIn(stopped["status"], ["Pending", "Succeeded"])
        with self.assertRaises(WaiterError):
            self.wait(second)
        self.assertEqual(self.info(second)["status"], "Stopped")


if __name__ == "__main__":
    unittest.main()

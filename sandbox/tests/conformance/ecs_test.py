"""boto3 and ECS: task definitions, services, their deployments and tasks."""

import unittest

from sandbox import PATIENCE, Conversation

TASK = {
    "family": "ledger",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
    "taskRoleArn": "arn:aws:iam::123456789012:role/task",
    "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
    "containerDefinitions": [
        {
            "name": "web",
            "image": "ledger:1",
            "essential": True,
            "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
            "environment": [{"name": "MODE", "value": "live"}],
            "secrets": [{"name": "KEY", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/key"}],
            "healthCheck": {"command": ["CMD-SHELL", "true"], "interval": 30, "retries": 3},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/ledger",
                    "awslogs-region": "eu-west-1",
                    "awslogs-stream-prefix": "web",
                },
            },
        }
    ],
    "tags": [{"key": "team", "value": "green"}],
}

NETWORK = {
    "awsvpcConfiguration": {
        "subnets": ["subnet-0a1b2c3d4e5f60718"],
        "securityGroups": ["sg-0123456789abcdef0"],
        "assignPublicIp": "DISABLED",
    }
}


class Ecs(Conversation):
    def setUp(self):
        super().setUp()
        self.ecs = self.client("ecs")

    def wait(self, *services):
        waiter = self.ecs.get_waiter("services_stable")
        waiter.wait(services=services, WaiterConfig=PATIENCE)

    def service(self, name):
        described = self.ecs.describe_services(services=[name], include=["TAGS"])
        self.assertEqual(described["failures"], [])
        return described["services"][0]

    def test_task_definitions(self):
        registered = self.ecs.register_task_definition(**TASK)["taskDefinition"]
        self.assertEqual(registered["status"], "ACTIVE")
        again = self.ecs.register_task_definition(**TASK)["taskDefinition"]
        self.assertEqual(again["revision"], registered["revision"] + 1)
        described = self.ecs.describe_task_definition(taskDefinition="ledger", include=["TAGS"])
        self.assertEqual(described["taskDefinition"]["taskDefinitionArn"], again["taskDefinitionArn"])
        self.assertEqual(described["tags"], TASK["tags"])
        pages = self.ecs.get_paginator("list_task_definitions").paginate(
            familyPrefix="ledger", PaginationConfig={"PageSize": 1}
        )
        arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
        self.assertEqual(arns, [registered["taskDefinitionArn"], again["taskDefinitionArn"]])
        gone = self.ecs.deregister_task_definition(taskDefinition=arns[0])["taskDefinition"]
        self.assertEqual(gone["status"], "INACTIVE")
        inactive = self.ecs.list_task_definitions(familyPrefix="ledger", status="INACTIVE")
        self.assertEqual(inactive["taskDefinitionArns"], arns[:1])
        with self.refused("InvalidParameterException"):
            self.ecs.list_task_definitions(maxResults=101)
        clusters = self.ecs.list_clusters(maxResults=1)["clusterArns"]
        described = self.ecs.describe_clusters(clusters=clusters)["clusters"]
        self.assertEqual([cluster["clusterArn"] for cluster in described], clusters)

    def test_task_definitions_that_are_refused(self):
        with self.refused("ClientException"):
            self.ecs.describe_task_definition(taskDefinition="nope")
        with self.refused("ClientException"):
            self.ecs.register_task_definition(**{**TASK, "memory": "511"})
        with self.refused("ClientException"):
            self.ecs.register_task_definition(family="empty", containerDefinitions=[])

    def test_clusters(self):
        described = self.ecs.describe_clusters(clusters=["default", "nope"], include=["TAGS", "SETTINGS"])
        self.assertEqual(described["clusters"][0]["status"], "ACTIVE")
        self.assertEqual(described["failures"][0]["reason"], "MISSING")
        with self.refused("ClusterNotFoundException", "Cluster not found."):
            self.ecs.describe_services(cluster="nope", services=["shop"])

    def test_a_rolling_deployment(self):
        before = self.service("shop")
        update = self.ecs.update_service(service="shop", taskDefinition="shop", forceNewDeployment=True)
        self.assertEqual(len(update["service"]["deployments"]), 2)
        self.wait("shop")
        after = self.service("shop")
        self.assertEqual(len(after["deployments"]), 1)
        self.assertNotEqual(after["deployments"][0]["id"], before["deployments"][0]["id"])
        self.assertEqual(after["deployments"][0]["rolloutState"], "COMPLETED")
        tasks = self.ecs.list_tasks(serviceName="shop")["taskArns"]
        running = self.ecs.describe_tasks(tasks=tasks, include=["TAGS"])["tasks"]
        self.assertEqual([task["lastStatus"] for task in running], ["RUNNING"] * 2)
        stopped = self.ecs.list_tasks(serviceName="shop", desiredStatus="STOPPED")["taskArns"]
        for task in self.ecs.describe_tasks(tasks=stopped)["tasks"]:
            self.assertEqual(task["lastStatus"], "STOPPED")
            self.assertIn("stoppedReason", task)

    def test_the_history_of_a_service(self):
        self.ecs.update_service(service="history", forceNewDeployment=True)
        self.wait("history")
        listed = self.ecs.list_service_deployments(service="history")["serviceDeployments"]
        arns = [deployment["serviceDeploymentArn"] for deployment in listed]
        described = self.ecs.describe_service_deployments(serviceDeploymentArns=arns)
        newest = described["serviceDeployments"][0]
        self.assertEqual(newest["status"], "SUCCESSFUL")
        revision = newest["targetServiceRevision"]["arn"]
        revisions = self.ecs.describe_service_revisions(serviceRevisionArns=[revision])
        self.assertEqual(revisions["serviceRevisions"][0]["serviceRevisionArn"], revision)
        with self.refused("ConflictException"):
            self.ecs.stop_service_deployment(serviceDeploymentArn=arns[0], stopType="ROLLBACK")

    def test_a_deployment_that_fails_goes_back(self):
        broken = {**TASK, "family": "broken"}
        broken = self.ecs.register_task_definition(**broken)["taskDefinition"]["taskDefinitionArn"]
        before = self.service("fragile")["taskDefinition"]
        self.ecs.update_service(service="fragile", taskDefinition=broken)
        self.wait("fragile")
        after = self.service("fragile")
        self.assertEqual(after["taskDefinition"], before)
        newest = self.ecs.list_service_deployments(service="fragile")["serviceDeployments"][0]
        self.assertEqual(newest["status"], "ROLLBACK_SUCCESSFUL")
        arn = newest["serviceDeploymentArn"]
        described = self.ecs.describe_service_deployments(serviceDeploymentArns=[arn])
        self.assertEqual(described["serviceDeployments"][0]["deploymentCircuitBreaker"]["status"], "TRIGGERED")

    def test_a_service_that_ecs_shifts_traffic_for(self):
        service = self.service("pausing")
        configuration = service["deploymentConfiguration"]
        self.assertEqual(configuration["canaryConfiguration"]["canaryPercent"], 12.5)
        self.assertEqual(len(configuration["lifecycleHooks"]), 2)
        newest = self.ecs.list_service_deployments(service="pausing")["serviceDeployments"]
        arns = [deployment["serviceDeploymentArn"] for deployment in newest]
        self.ecs.describe_service_deployments(serviceDeploymentArns=arns)
        missing = arns[0].rsplit("/", 1)[0] + "/NOTTHERE"
        with self.refused("ServiceDeploymentNotFoundException"):
            self.ecs.continue_service_deployment(serviceDeploymentArn=missing, hookId="x")
        with self.refused("InvalidParameterException"):
            self.ecs.continue_service_deployment(serviceDeploymentArn=arns[-1], hookId="x")

    def test_the_life_of_a_service(self):
        created = self.ecs.create_service(
            serviceName="ledger",
            taskDefinition="shop",
            desiredCount=1,
            launchType="FARGATE",
            networkConfiguration=NETWORK,
            deploymentConfiguration={
                "maximumPercent": 200,
                "minimumHealthyPercent": 100,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            },
            tags=[{"key": "team", "value": "green"}],
        )
        arn = created["service"]["serviceArn"]
        self.wait("ledger")
        self.ecs.tag_resource(resourceArn=arn, tags=[{"key": "stage", "value": "test"}])
        self.ecs.untag_resource(resourceArn=arn, tagKeys=["team"])
        tags = self.ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        self.assertEqual(tags, [{"key": "stage", "value": "test"}])
        pages = self.ecs.get_paginator("list_services").paginate(PaginationConfig={"PageSize": 2})
        self.assertIn(arn, [arn for page in pages for arn in page["serviceArns"]])
        with self.refused("InvalidParameterException"):
            self.ecs.delete_service(service="ledger")
        self.ecs.update_service(service="ledger", desiredCount=0)
        self.wait("ledger")
        self.ecs.delete_service(service="ledger")
        missing = self.ecs.describe_services(services=["nope"])
        self.assertEqual(missing["failures"][0]["reason"], "MISSING")
        with self.refused("ServiceNotFoundException", "Service not found."):
            self.ecs.update_service(service="nope", desiredCount=1)

    def test_task_sets(self):
        service = self.service("blue-green")
        self.assertEqual(service["deploymentController"]["type"], "CODE_DEPLOY")
        sets = self.ecs.describe_task_sets(cluster="default", service="blue-green")
        self.assertEqual(sets["taskSets"][0]["status"], "PRIMARY")
        other = self.ecs.register_task_definition(**TASK)["taskDefinition"]["taskDefinitionArn"]
        with self.refused("InvalidParameterException", "CODE_DEPLOY"):
            self.ecs.update_service(service="blue-green", taskDefinition=other)


if __name__ == "__main__":
    unittest.main()

"""boto3 and CloudWatch Logs: what the containers of a task wrote."""

import time
import unittest

from ecs_test import TASK
from sandbox import Conversation

GROUP = "/ecs/crashing"


class Logs(Conversation):
    def setUp(self):
        super().setUp()
        self.logs = self.client("logs")

    def stream(self):
        """The stream of a task that has crashed, as soon as there is one."""
        ecs = self.client("ecs")
        container = {
            "name": "web",
            "image": "shop:1",
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": GROUP,
                    "awslogs-region": "eu-west-1",
                    "awslogs-stream-prefix": "ecs",
                },
            },
        }
        crashing = {**TASK, "family": "broken", "containerDefinitions": [container]}
        arn = ecs.register_task_definition(**crashing)["taskDefinition"]["taskDefinitionArn"]
        ecs.update_service(service="fragile", taskDefinition=arn)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            stopped = ecs.list_tasks(serviceName="fragile", desiredStatus="STOPPED")["taskArns"]
            tasks = ecs.describe_tasks(tasks=stopped)["tasks"] if stopped else []
            for task in tasks:
                if task["taskDefinitionArn"] == arn:
                    return f"ecs/web/{task['taskArn'].rpartition('/')[2]}"
        self.fail("no task crashed")

    def test_the_last_lines_of_a_task(self):
        stream = self.stream()
        where = {"logGroupName": GROUP, "logStreamName": stream}
        tail = self.logs.get_log_events(**where, limit=2)
        self.assertEqual([event["message"] for event in tail["events"]], ["panic", "no database"])
        head = self.logs.get_log_events(**where, startFromHead=True)
        self.assertEqual(head["events"][0]["message"], "web is starting")
        again = self.logs.get_log_events(**where, nextToken=head["nextForwardToken"])
        self.assertEqual(again["events"], [])
        self.assertEqual(again["nextForwardToken"], head["nextForwardToken"])
        pages = self.logs.get_paginator("describe_log_streams").paginate(
            logGroupName=GROUP, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 1}
        )
        names = [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
        self.assertIn(stream, names)
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=GROUP, filterPattern="database", PaginationConfig={"PageSize": 1}
        )
        found = [event["logStreamName"] for page in pages for event in page["events"]]
        self.assertIn(stream, found)

    def test_groups(self):
        pages = self.logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 1})
        names = [group["logGroupName"] for page in pages for group in page["logGroups"]]
        self.assertEqual(names, sorted(names))
        self.assertIn(GROUP, names)

    def test_what_is_missing_is_named(self):
        with self.refused("ResourceNotFoundException", "The specified log group does not exist."):
            self.logs.get_log_events(logGroupName="/nope", logStreamName="nope")
        with self.refused("ResourceNotFoundException", "The specified log stream does not exist."):
            self.logs.get_log_events(logGroupName=GROUP, logStreamName="nope")
        with self.refused("InvalidParameterException", "'limit'"):
            self.logs.get_log_events(logGroupName=GROUP, logStreamName="nope", limit=10001)
        with self.refused("InvalidParameterException", "nextToken"):
            self.logs.describe_log_streams(logGroupName=GROUP, nextToken="?")


if __name__ == "__main__":
    unittest.main()

"""boto3 and Elastic Load Balancing: what a deployment tool reads of it."""

import time
import unittest

from sandbox import Conversation


class LoadBalancers(Conversation):
    def setUp(self):
        super().setUp()
        self.elb = self.client("elbv2")

    def test_targets_are_healthy(self):
        groups = self.elb.describe_target_groups(Names=["blue"])["TargetGroups"]
        health = self.elb.describe_target_health(TargetGroupArn=groups[0]["TargetGroupArn"])
        states = [target["TargetHealth"]["State"] for target in health["TargetHealthDescriptions"]]
        self.assertEqual(states, ["healthy"] * 2)

    def test_a_target_that_is_not_there_says_so(self):
        arn = self.elb.describe_target_groups(Names=["blue"])["TargetGroups"][0]["TargetGroupArn"]
        asked = [{"Id": "10.9.9.9", "Port": 8080}, {"Id": "10.9.9.8"}]
        health = self.elb.describe_target_health(TargetGroupArn=arn, Targets=asked)
        reasons = [target["TargetHealth"]["Reason"] for target in health["TargetHealthDescriptions"]]
        self.assertEqual(reasons, ["Target.NotRegistered"] * 2)

    def test_targets_are_registered_and_checked(self):
        """Every state that the targets of a deployment go through has a shape of AWS's."""
        group = self.elb.describe_target_groups(Names=["sick"])["TargetGroups"][0]["TargetGroupArn"]
        ecs = self.client("ecs")
        task = ecs.describe_task_definition(taskDefinition="shop")["taskDefinition"]
        broken = {"family": "sick", "containerDefinitions": task["containerDefinitions"]}
        network = {member: task[member] for member in ("networkMode", "requiresCompatibilities", "cpu", "memory")}
        arn = ecs.register_task_definition(**broken, **network)["taskDefinition"]["taskDefinitionArn"]
        ecs.update_service(service="sick", taskDefinition=arn)
        seen = set()
        deadline = time.monotonic() + 20
        while "Target.ResponseCodeMismatch" not in seen and time.monotonic() < deadline:
            described = self.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            seen |= {target["TargetHealth"].get("Reason", "") for target in described}
        self.assertIn("Target.ResponseCodeMismatch", seen)
        self.assertLessEqual(
            seen,
            {
                "",
                "Elb.RegistrationInProgress",
                "Elb.InitialHealthChecking",
                "Target.ResponseCodeMismatch",
                "Target.DeregistrationInProgress",
            },
        )

    def test_listeners_forward(self):
        balancer = self.elb.describe_load_balancers(Names=["front"])["LoadBalancers"][0]
        listeners = self.elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        self.assertEqual(sorted(listener["Port"] for listener in listeners), [443, 444, 445, 446, 8443, 8446])
        rules = self.elb.describe_rules(ListenerArn=listeners[0]["ListenerArn"])["Rules"]
        self.assertEqual(rules[-1]["IsDefault"], True)

    def test_what_is_missing_is_named(self):
        with self.refused("TargetGroupNotFound"):
            self.elb.describe_target_groups(Names=["nope"])
        with self.refused("LoadBalancerNotFound"):
            self.elb.describe_load_balancers(Names=["nope"])


if __name__ == "__main__":
    unittest.main()

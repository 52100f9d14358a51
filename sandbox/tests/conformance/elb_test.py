"""boto3 and Elastic Load Balancing: what a deployment tool reads of it."""

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

    def test_listeners_forward(self):
        balancer = self.elb.describe_load_balancers(Names=["front"])["LoadBalancers"][0]
        listeners = self.elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        self.assertEqual(sorted(listener["Port"] for listener in listeners), [443, 444, 8443])
        rules = self.elb.describe_rules(ListenerArn=listeners[0]["ListenerArn"])["Rules"]
        self.assertEqual(rules[-1]["IsDefault"], True)

    def test_what_is_missing_is_named(self):
        with self.refused("TargetGroupNotFound"):
            self.elb.describe_target_groups(Names=["nope"])
        with self.refused("LoadBalancerNotFound"):
            self.elb.describe_load_balancers(Names=["nope"])


if __name__ == "__main__":
    unittest.main()

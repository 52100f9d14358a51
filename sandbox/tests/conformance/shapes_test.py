"""The checker must find what is wrong: a check that cannot fail proves nothing."""

import json
import unittest

import botocore.session
from shapes import check

MODELS = botocore.session.get_session()


def operation(service, name):
    return MODELS.get_service_model(service).operation_model(name)


class Json(unittest.TestCase):
    def findings(self, answer, status=200, service="ecs", name="DescribeServices"):
        return check(operation(service, name), status, json.dumps(answer).encode())

    def test_a_right_answer_has_no_findings(self):
        service = {"serviceName": "shop", "desiredCount": 2, "createdAt": 1763892000.5, "tags": []}
        self.assertEqual(self.findings({"services": [service], "failures": []}), [])

    def test_what_is_wrong_is_found(self):
        for service, finding in [
            ({"name": "shop"}, "services[0].name: unknown"),
            ({"serviceName": 1}, "serviceName: 1 is not of type str"),
            ({"serviceName": None}, "serviceName: null"),
            ({"desiredCount": 2.5}, "desiredCount: 2.5 is not an integer"),
            ({"desiredCount": True}, "desiredCount: True is not an integer"),
            ({"createdAt": "2026-11-23"}, "createdAt: '2026-11-23' is not a timestamp"),
            ({"createdAt": 1763892000500}, "createdAt: 1763892000500 is not a timestamp"),
            ({"launchType": "MOON"}, "launchType: 'MOON' is not one of"),
            ({"tags": {}}, "tags: {} is not of type list"),
            ({"enableECSManagedTags": "yes"}, "enableECSManagedTags: 'yes' is not of type bool"),
            ({"networkConfiguration": {"awsvpcConfiguration": {}}}, "subnets: missing, and required"),
        ]:
            with self.subTest(service=service):
                findings = self.findings({"services": [service]})
                self.assertEqual(len(findings), 1, findings)
                self.assertIn(finding, findings[0])

    def test_an_error_must_be_one_of_the_operation_s(self):
        right = {"__type": "ClusterNotFoundException", "message": "Cluster not found."}
        self.assertEqual(self.findings(right, 400), [])
        wrong = {"__type": "DeploymentDoesNotExistException", "message": "No."}
        self.assertIn("has no error", self.findings(wrong, 400)[0])
        silent = {"__type": "ClusterNotFoundException"}
        self.assertEqual(self.findings(silent, 400), ["the error has no message"])


    def test_an_answer_must_be_readable(self):
        findings = check(operation("ecs", "DescribeServices"), 200, b"Nothing answers here.")
        self.assertIn("not readable as json", findings[0])


class Query(unittest.TestCase):
    def findings(self, body, status=200, service="sts", name="GetCallerIdentity"):
        return check(operation(service, name), status, body.encode())

    def answer(self, inner, namespace="https://sts.amazonaws.com/doc/2011-06-15/"):
        return (
            f'<GetCallerIdentityResponse xmlns="{namespace}"><GetCallerIdentityResult>{inner}'
            "</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
            "</GetCallerIdentityResponse>"
        )

    def test_a_right_answer_has_no_findings(self):
        self.assertEqual(self.findings(self.answer("<Arn>a</Arn><Account>1</Account>")), [])

    def test_what_is_wrong_is_found(self):
        self.assertIn("Name: unknown", self.findings(self.answer("<Name>a</Name>"))[0])
        self.assertIn("the root is", self.findings(self.answer("", "https://example.com/"))[0])
        bare = self.answer("").replace("GetCallerIdentityResult", "Result")
        self.assertEqual(self.findings(bare), ["no GetCallerIdentityResult"])

    def test_lists_numbers_and_dates_are_read(self):
        xml = (
            '<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">'
            "<DescribeTargetGroupsResult><TargetGroups><item><Port>high</Port></item></TargetGroups>"
            "</DescribeTargetGroupsResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
            "</DescribeTargetGroupsResponse>"
        )
        findings = self.findings(xml, service="elbv2", name="DescribeTargetGroups")
        self.assertEqual(len(findings), 2, findings)
        self.assertIn("<item> instead of <member>", findings[0])
        self.assertIn("'high' is not an integer", findings[1])


if __name__ == "__main__":
    unittest.main()

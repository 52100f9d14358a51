"""Clients of the sandbox whose every answer is compared with the service's model.

The address and the credentials come from the environment, as for any user of boto3:
AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION.
"""

import unittest
from contextlib import contextmanager

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from shapes import check

CONFIG = Config(retries={"total_max_attempts": 1})

# A sandbox runs so fast that a waiter's own fifteen seconds would be an hour there.
PATIENCE = {"Delay": 0.05, "MaxAttempts": 400}


class Conversation(unittest.TestCase):
    """A test that talks to the sandbox; it fails when an answer has a wrong shape."""

    def setUp(self):
        self.findings = []
        self.operations = set()

    def tearDown(self):
        self.assertTrue(self.operations, "no answer was looked at")
        self.assertEqual(sorted(set(self.findings)), [], "answers that no AWS service would give")

    def client(self, service, **credentials):
        client = boto3.client(service, config=CONFIG, **credentials)
        client.meta.events.register("before-parse", self._look_at)
        return client

    def _look_at(self, operation_model, response_dict, **_):
        self.operations.add(operation_model.name)
        status, body = response_dict["status_code"], response_dict["body"]
        for finding in check(operation_model, status, body):
            self.findings.append(f"{operation_model.service_model.service_name} {finding}")

    @contextmanager
    def refused(self, code, words=""):
        with self.assertRaises(ClientError) as refusal:
            yield
        error = refusal.exception.response["Error"]
        self.assertEqual(error["Code"], code, error)
        self.assertIn(words, error["Message"])

"""boto3 and ECR: every operation that the sandbox plays, answered and refused."""

import base64
import json
import unittest
import urllib.request

from sandbox import Conversation

MISSING = "sha256:" + "0" * 64


class Ecr(Conversation):
    def setUp(self):
        super().setUp()
        self.ecr = self.client("ecr")

    def test_tokens(self):
        data = self.ecr.get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
        self.assertEqual(user, "AWS")
        request = urllib.request.Request(f"{data['proxyEndpoint']}/v2/")
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {basic}")
        with urllib.request.urlopen(request) as response:
            self.assertEqual(response.status, 200)

    def test_repositories(self):
        created = self.ecr.create_repository(
            repositoryName="team/new",
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "cache*"}],
            imageScanningConfiguration={"scanOnPush": True},
            encryptionConfiguration={"encryptionType": "KMS", "kmsKey": "alias/ecr"},
            tags=[{"Key": "team", "Value": "green"}],
        )
        self.assertEqual(created["repository"]["imageTagMutability"], "IMMUTABLE_WITH_EXCLUSION")
        with self.refused("RepositoryAlreadyExistsException", "already exists"):
            self.ecr.create_repository(repositoryName="team/new")
        with self.refused("InvalidParameterException", "must satisfy regular expression"):
            self.ecr.create_repository(repositoryName="Team/New")
        pages = self.ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 1})
        names = [repository["repositoryName"] for page in pages for repository in page["repositories"]]
        self.assertIn("team/new", names)
        self.assertGreater(len(names), 1)
        with self.refused("RepositoryNotFoundException", "'nope' does not exist in the registry"):
            self.ecr.describe_repositories(repositoryNames=["nope"])

    def test_images(self):
        pages = self.ecr.get_paginator("describe_images").paginate(
            repositoryName="shop", PaginationConfig={"PageSize": 2}
        )
        images = [image for page in pages for image in page["imageDetails"]]
        self.assertEqual(len(images), 4)
        listed = self.ecr.list_images(repositoryName="shop", filter={"tagStatus": "TAGGED"})
        self.assertEqual({image["imageTag"] for image in listed["imageIds"]}, {"v1", "v2"})
        with self.refused("ImageNotFoundException", "imageTag:'v9'"):
            self.ecr.describe_images(repositoryName="shop", imageIds=[{"imageTag": "v9"}])
        with self.refused("InvalidParameterException"):
            self.ecr.list_images(repositoryName="shop", nextToken="?")

    def test_tagging(self):
        got = self.ecr.batch_get_image(
            repositoryName="shop",
            imageIds=[{"imageTag": "v1"}, {"imageTag": "v9"}, {"imageDigest": "junk"}],
        )
        self.assertEqual(len(got["failures"]), 2)
        image = got["images"][0]
        put = {"repositoryName": "shop", "imageManifest": image["imageManifest"], "imageTag": "stable"}
        digest = self.ecr.put_image(**put)["image"]["imageId"]["imageDigest"]
        self.assertEqual(digest, image["imageId"]["imageDigest"])
        with self.refused("ImageAlreadyExistsException", "already exists"):
            self.ecr.put_image(**put)
        with self.refused("LayersNotFoundException", "do not exist"):
            self.ecr.put_image(**{**put, "repositoryName": "scanned"})
        with self.refused("ImageDigestDoesNotMatchException"):
            self.ecr.put_image(**put, imageDigest=MISSING)
        with self.refused("InvalidParameterException", "Invalid JSON syntax"):
            self.ecr.put_image(**{**put, "imageManifest": "{}"})
        gone = self.ecr.batch_delete_image(
            repositoryName="shop", imageIds=[{"imageTag": "stable"}, {"imageTag": "v9"}]
        )
        self.assertEqual([len(gone["imageIds"]), len(gone["failures"])], [1, 1])

    def test_layers(self):
        image = self.ecr.batch_get_image(repositoryName="shop", imageIds=[{"imageTag": "v1"}])["images"][0]
        layer = json.loads(image["imageManifest"])["layers"][0]["digest"]
        checked = self.ecr.batch_check_layer_availability(
            repositoryName="shop", layerDigests=[layer, MISSING, "junk"]
        )
        states = [layer["layerAvailability"] for layer in checked["layers"]]
        self.assertEqual(states, ["AVAILABLE", "UNAVAILABLE"])
        url = self.ecr.get_download_url_for_layer(repositoryName="shop", layerDigest=layer)["downloadUrl"]
        with urllib.request.urlopen(url) as response:
            self.assertEqual(len(response.read()), 1024)
        with self.refused("LayersNotFoundException"):
            self.ecr.get_download_url_for_layer(repositoryName="shop", layerDigest=MISSING)

    def test_scans(self):
        image = {"repositoryName": "scanned", "imageId": {"imageTag": "v1"}}
        # A sandbox that runs fast has scanned it soon.
        waiter = self.ecr.get_waiter("image_scan_complete")
        waiter.wait(**image, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})
        pages = self.ecr.get_paginator("describe_image_scan_findings").paginate(
            **image, PaginationConfig={"PageSize": 1}
        )
        names = [f["name"] for page in pages for f in page["imageScanFindings"]["findings"]]
        self.assertEqual(names, ["CVE-2026-1", "CVE-2026-2"])
        described = self.ecr.describe_images(repositoryName="scanned")["imageDetails"][0]
        self.assertEqual(described["imageScanFindingsSummary"]["findingSeverityCounts"]["HIGH"], 1)
        with self.refused("LimitExceededException", "quota"):
            self.ecr.start_image_scan(**image)
        with self.refused("UnsupportedImageTypeException"):
            self.ecr.start_image_scan(repositoryName="shop", imageId={"imageTag": "v2"})
        unscanned = {"repositoryName": "shop", "imageId": {"imageTag": "v1"}}
        with self.refused("ScanNotFoundException", "Image scan does not exist"):
            self.ecr.describe_image_scan_findings(**unscanned)
        self.ecr.start_image_scan(**unscanned)


if __name__ == "__main__":
    unittest.main()

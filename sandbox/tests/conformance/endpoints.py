"""Where the services are that the action calls without their crates, from botocore's endpoint rules:
printed as the table `src/aws/direct/endpoints.txt`.

One partition of a service a line, as `service prefix variant=host@signing-region …`. The prefix is
what the partition's regions begin with, `*` that of `aws`, where every other region is too. The
signing region is `-` where it is the region itself, which stands in a host as `{region}`.
"""

import re

from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader

SERVICES = {"cloudwatch": "monitoring", "iam": "iam", "secretsmanager": "secretsmanager", "ssm": "ssm"}

VARIANTS = {
    "plain": {"UseFIPS": False, "UseDualStack": False},
    "dual": {"UseFIPS": False, "UseDualStack": True},
    "fips": {"UseFIPS": True, "UseDualStack": False},
    "fips+dual": {"UseFIPS": True, "UseDualStack": True},
}


def regions(partition):
    return [name for name in partition["regions"] if "global" not in name]


def prefix(partition):
    if partition["id"] == "aws":
        return "*"
    start = re.split(r"\\w|\(", partition["regionRegex"].removeprefix("^"))[0].replace("\\", "")
    assert all(region.startswith(start) for region in regions(partition)), start
    return start


def resolved(provider, region, variant):
    """The host, with the region's name replaced, and the region to sign for."""
    try:
        endpoint = provider.resolve_endpoint(Region=region, **VARIANTS[variant])
    except EndpointProviderError:
        return None
    schemes = endpoint.properties.get("authSchemes") or [{}]
    signed = schemes[0].get("signingRegion", "-")
    host = endpoint.url.removeprefix("https://")
    if signed == "-":
        host = host.replace(region, "{region}")
    return host, signed


def line(service, provider, partition):
    cells = []
    for variant in VARIANTS:
        found = {resolved(provider, region, variant) for region in regions(partition)}
        assert len(found) == 1, (service, partition["id"], variant, found)
        answer = found.pop()
        if answer:
            cells.append(f"{variant}={answer[0]}@{answer[1]}")
    return f"{service} {prefix(partition)} {' '.join(cells)}"


def table():
    loader = Loader()
    partitions = loader.load_data("partitions")
    for service, host in SERVICES.items():
        rules = loader.load_service_model(service, "endpoint-rule-set-1")
        provider = EndpointProvider(rules, partitions)
        for partition in partitions["partitions"]:
            yield line(host, provider, partition)


if __name__ == "__main__":
    print("\n".join(table()))

"""Compares raw answers with the shapes of AWS's own service models, as botocore carries them.

botocore itself is lenient: it drops members it does not know and never misses one. Here an unknown
member, a missing required one, a wrong type, a null, an unknown enum value or an error that the
operation does not have is a finding: a line that says where and what.
"""

import json
import re
from xml.etree import ElementTree

# Errors that every operation may answer, beside those in its model.
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
COMMON_ERRORS = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InternalFailure",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SerializationException",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationError",
    "ValidationException",
}

# "The content property of the appSpecContent object in the returned revision is always null."
# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
DOCUMENTED_NULLS = {("AppSpecContent", "content")}

INTEGERS = {"integer", "long"}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def check(operation, status, body):
    """The findings about an answer to `operation` (a botocore OperationModel)."""
    protocol = operation.service_model.resolved_protocol
    checks = {"json": check_json, "query": check_query}
    try:
        return checks[protocol](operation, status, body)
    except (json.JSONDecodeError, ElementTree.ParseError) as error:
        return [f"{operation.name}: not readable as {protocol}: {error}: {body[:80]!r}"]


def check_json(operation, status, body):
    value = json.loads(body)
    if status >= 400:
        code = value.get("__type", "").rpartition("#")[2]
        findings = check_error(operation, code)
        if not isinstance(value.get("message", value.get("Message")), str):
            findings.append("the error has no message")
        return findings
    if operation.output_shape is None:
        return [] if value == {} else [f"an answer without members, not {value}"]
    return list(in_json(operation.output_shape, value, operation.name))


def check_error(operation, code):
    known = {shape.metadata.get("error", {}).get("code", shape.name) for shape in operation.error_shapes}
    known |= {shape.name for shape in operation.error_shapes}
    # Some models list no errors at all.
    if code in known | COMMON_ERRORS:
        return []
    return [f"{operation.name} has no error {code!r}; it has {sorted(known)}"]


def in_json(shape, value, at):
    kind = shape.type_name
    if value is None:
        yield f"{at}: null"
    elif kind == "structure":
        yield from structure_in_json(shape, value, at)
    elif kind == "list":
        yield from typed(value, list, at) or flat(
            in_json(shape.member, item, f"{at}[{i}]") for i, item in enumerate(value)
        )
    elif kind == "map":
        yield from typed(value, dict, at) or map_in_json(shape, value, at)
    else:
        yield from scalar_in_json(shape, value, at)


def structure_in_json(shape, value, at):
    wrong = typed(value, dict, at)
    if wrong:
        yield from wrong
        return
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    required = {shape.members[name].serialization.get("name", name) for name in shape.required_members}
    for name in required - value.keys():
        yield f"{at}.{name}: missing, and required"
    for name, item in value.items():
        if item is None and (shape.name, name) in DOCUMENTED_NULLS:
            continue
        if name in members:
            yield from in_json(members[name], item, f"{at}.{name}")
        else:
            yield f"{at}.{name}: unknown; {shape.name} has {sorted(members)}"
    if shape.is_tagged_union and len(value) != 1:
        yield f"{at}: a union has one member, not {sorted(value)}"


def map_in_json(shape, value, at):
    for key, item in value.items():
        yield from in_json(shape.key, key, f"{at}.<key {key}>")
        yield from in_json(shape.value, item, f"{at}.{key}")


def scalar_in_json(shape, value, at):
    kind = shape.type_name
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in ("string", "character"):
        yield from typed(value, str, at) or enumerated(shape, value, at)
    elif kind == "boolean":
        yield from typed(value, bool, at)
    elif kind in INTEGERS:
        if not number or not isinstance(value, int):
            yield f"{at}: {value!r} is not an integer"
    elif kind in ("float", "double"):
        if not number:
            yield f"{at}: {value!r} is not a number"
    elif kind == "timestamp":
        # Seconds since 1970, in this century.
        if not number or not 1e9 < value < 1e10:
            yield f"{at}: {value!r} is not a timestamp"
    elif kind == "blob":
        yield from typed(value, str, at)
    else:
        yield f"{at}: the type {kind} is not checked here"


def typed(value, wanted, at):
    return [] if isinstance(value, wanted) else [f"{at}: {value!r} is not of type {wanted.__name__}"]


def enumerated(shape, value, at):
    if shape.enum and value not in shape.enum:
        return [f"{at}: {value!r} is not one of {shape.enum}"]
    return []


def flat(iterables):
    for iterable in iterables:
        yield from iterable


def check_query(operation, status, body):
    root = ElementTree.fromstring(body)
    if status >= 400:
        code = root.findtext("{*}Error/{*}Code") or ""
        findings = check_error(operation, code)
        if not root.findtext("{*}Error/{*}Message"):
            findings.append("the error has no message")
        return findings
    findings = []
    namespace = operation.service_model.metadata["xmlNamespace"]
    if root.tag != f"{{{namespace}}}{operation.name}Response":
        findings.append(f"the root is {root.tag}")
    if not root.findtext("{*}ResponseMetadata/{*}RequestId"):
        findings.append("no ResponseMetadata/RequestId")
    shape = operation.output_shape
    if shape is None:
        return findings
    wrapper = shape.serialization.get("resultWrapper")
    result = root.find(f"{{*}}{wrapper}") if wrapper else root
    if result is None:
        return [*findings, f"no {wrapper}"]
    return findings + list(in_xml(shape, result, operation.name))


def tag_of(element):
    return element.tag.rpartition("}")[2]


def in_xml(shape, element, at):
    kind = shape.type_name
    if kind == "structure":
        yield from structure_in_xml(shape, element, at)
    elif kind == "list":
        wanted = shape.member.serialization.get("name", "member")
        for i, item in enumerate(element):
            if tag_of(item) != wanted:
                yield f"{at}[{i}]: <{tag_of(item)}> instead of <{wanted}>"
            yield from in_xml(shape.member, item, f"{at}[{i}]")
    else:
        yield from text_in_xml(shape, element.text or "", at)


def structure_in_xml(shape, element, at):
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    required = {shape.members[name].serialization.get("name", name) for name in shape.required_members}
    for name in required - {tag_of(child) for child in element}:
        yield f"{at}.{name}: missing, and required"
    for child in element:
        name = tag_of(child)
        if name in members:
            yield from in_xml(members[name], child, f"{at}.{name}")
        else:
            yield f"{at}.{name}: unknown; {shape.name} has {sorted(members)}"


def text_in_xml(shape, text, at):
    kind = shape.type_name
    if kind == "string":
        yield from enumerated(shape, text, at)
    elif kind == "boolean":
        if text not in ("true", "false"):
            yield f"{at}: {text!r} is not a boolean"
    elif kind in INTEGERS:
        if not re.fullmatch(r"-?\d+", text):
            yield f"{at}: {text!r} is not an integer"
    elif kind in ("float", "double"):
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            yield f"{at}: {text!r} is not a number"
    elif kind == "timestamp":
        if not TIMESTAMP.fullmatch(text):
            yield f"{at}: {text!r} is not a timestamp"
    else:
        yield f"{at}: the type {kind} is not checked here"

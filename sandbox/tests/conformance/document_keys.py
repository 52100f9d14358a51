"""The keys that a task definition and a deployment configuration may have and the types of their values,
from botocore's model of ECS: printed as the table `src/model/document/keys.txt`.

One structure a line, sorted: `Name member:type …`, where a type is `s`tring, `i`nteger, `n`umber,
`b`oolean, `*` for any document, `[list]`, `{map}` or another structure.
"""

import botocore.session

SCALARS = {"string": "s", "integer": "i", "double": "n", "boolean": "b"}


def kind(shape, structures):
    if getattr(shape, "is_document_type", False):
        return "*"
    if shape.type_name == "structure":
        add(shape, structures)
        return shape.name
    if shape.type_name == "list":
        return f"[{kind(shape.member, structures)}]"
    if shape.type_name == "map":
        return f"{{{kind(shape.value, structures)}}}"
    return SCALARS[shape.type_name]


def add(shape, structures):
    if shape.name in structures:
        return
    structures[shape.name] = {}
    members = {name: kind(member, structures) for name, member in shape.members.items()}
    structures[shape.name].update(members)


def table():
    model = botocore.session.get_session().get_service_model("ecs")
    structures = {}
    add(model.operation_model("RegisterTaskDefinition").input_shape, structures)
    add(model.shape_for("DeploymentConfiguration"), structures)
    for name, members in sorted(structures.items()):
        yield " ".join([name, *(f"{member}:{code}" for member, code in sorted(members.items()))])


if __name__ == "__main__":
    print("\n".join(table()))

"""The contract for openapi-python-client, which takes less of JSON Schema than the contract has.

    python Tests/Python/generated.py < openapi.yaml > contract.json
"""

import json
import sys

import yaml

# What an object may also have to obey, beside having its properties; the service sees to it.
CONSTRAINTS = {"oneOf", "anyOf", "not", "dependentSchemas", "dependentRequired"}
# Lists within lists to any depth, which it cannot follow.
RECURSIVE = ("NestedArray", "NestedAnswerArray", "EmptyList")


def for_generator(contract):
    """The same contract with wider schemas: whatever is right by the one is right by the other."""
    schemas = {name: wider(schema) for name, schema in contract["components"]["schemas"].items()}
    for name in RECURSIVE:
        schemas[name] = {"type": "array", "items": {}}
    return contract | {"components": contract["components"] | {"schemas": schemas}}


def wider(schema):
    if isinstance(schema, list):
        return [wider(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}  # Without what stands beside it.
    left_out = CONSTRAINTS if "properties" in schema and schema.get("type") == "object" else set()
    found = {name: wider(part) for name, part in schema.items() if name not in left_out}
    if found.get("type") == "array":
        found.setdefault("items", {})
    if "properties" in found:
        found["properties"] = {name: part for name, part in found["properties"].items()
                               if part is not False}
    return found


if __name__ == "__main__":
    json.dump(for_generator(yaml.safe_load(sys.stdin)), sys.stdout)

"""Hooks for property-based tests of the sandbox: identifiers of existing resources, and the version of each operation.

Deliberately invalid values are not changed."""

import re

import schemathesis

THERE = {
    "groupId": ["5f0c1e2d3a4b5c6d7e8f9a0b"],
    "clusterName": ["Cluster0", "Sharded0"],
    "name": ["Flex0"],
    "exportBucketId": ["61a2b3c40000000000000000"],
    "databaseName": ["orders"],
    "collectionName": ["open"],
}
IDENTIFIER = re.compile(r"[a-f0-9]{24}")
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*")


@schemathesis.hook
def before_call(context, case, kwargs):
    for answer in case.operation.definition.raw.get("responses", {}).values():
        for media_type in answer.get("content", {}):
            if media_type.startswith("application/vnd.atlas."):
                case.headers["Accept"] = media_type
    # An enveloped response does not have the documented schema.
    (case.query or {}).pop("envelope", None)
    for name, there in THERE.items():
        value = (case.path_parameters or {}).get(name)
        fits = IDENTIFIER if name.endswith("Id") else NAME
        if isinstance(value, str) and fits.fullmatch(value):
            case.path_parameters[name] = there[len(value) % len(there)]

"""Reads answers with botocore, as the AWS CLI and boto3 do, and validates what came out against botocore's models.

Standard input: a JSON list of {service, operation, status, headers, body, code}; `code` is the error that was expected.
Standard output: a JSON list of the same length: the mistakes of each answer, or null where this botocore does not know
the operation.
"""

import json
import sys

try:
    from awscli.botocore import loaders, model, parsers, validate
except ImportError:
    from botocore import loaders, model, parsers, validate

LOADER = loaders.Loader()
MODELS = {}


def mistakes(answer):
    name = answer["service"]
    if name not in MODELS:
        MODELS[name] = model.ServiceModel(LOADER.load_service_model(name, "service-2"), name)
    if answer["operation"] not in MODELS[name].operation_names:
        return None
    shape = MODELS[name].operation_model(answer["operation"]).output_shape
    protocol = "query" if "xml" in answer["headers"]["content-type"] else "json"
    response = {"status_code": answer["status"], "headers": answer["headers"], "body": answer["body"].encode()}
    parsed = parsers.create_parser(protocol).parse(response, shape)
    if answer["status"] >= 300:
        return error_mistakes(parsed["Error"]["Code"], answer.get("code"), MODELS[name], answer["operation"])
    parsed.pop("ResponseMetadata", None)
    if shape is None:
        return []
    report = validate.ParamValidator().validate(parsed, shape)
    return ([report.generate_report()] if report.has_errors() else []) + strangers(parsed, shape, shape.name)


# Every operation has them, declared or not.
COMMON = {"ValidationError", "ValidationException", "MissingParameter"}


def error_mistakes(code, expected, service, operation):
    if code != expected:
        return [f"botocore reads the error as {code}"]
    if code in COMMON or code not in [shape.error_code for shape in service.error_shapes]:
        return []
    declared = [shape.error_code for shape in service.operation_model(operation).error_shapes]
    return [] if code in declared else [f"{code} is an error of other operations; this one has {declared}"]


def strangers(value, shape, at):
    """Values that an enumeration does not list."""
    if shape.type_name == "structure":
        return [it for name, member in value.items() for it in strangers(member, shape.members[name], f"{at}.{name}")]
    if shape.type_name == "list":
        return [it for i, item in enumerate(value) for it in strangers(item, shape.member, f"{at}[{i}]")]
    if shape.type_name == "map":
        return [it for key, item in value.items() for it in strangers(item, shape.value, f"{at}.{key}")]
    enum = getattr(shape, "enum", None)
    return [f"{at} is {value}, none of {enum}"] if enum and value not in enum else []



json.dump([mistakes(answer) for answer in json.load(sys.stdin)], sys.stdout)

# What the client of Confluent for Python makes of the registry and of a frame. Arguments: registry, subject, frame in hex. Prints one JSON.
import io
import json
import sys

import fastavro
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, record_subject_name_strategy, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

url, subject, frame = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
topic = subject.split("-", 1)[0]
client = SchemaRegistryClient({"url": url})
context = SerializationContext(topic, MessageField.VALUE)


def refused(call):
    try:
        call()
    except SchemaRegistryError as error:
        return [error.http_status_code, error.error_code]
    return None


latest = client.get_latest_version(subject)
id_in_frame = int.from_bytes(frame[1:5], "big")
writer = json.loads(client.get_schema(id_in_frame).schema_str)
by_fastavro = fastavro.schemaless_reader(io.BytesIO(frame[5:]), fastavro.parse_schema(writer))
by_confluent = AvroDeserializer(client)(frame, context)

# A serializer that registers before it writes, and one that only looks up: both have to find the id that exists.
again = {}
for registers in (True, False):
    serializer = AvroSerializer(client, latest.schema.schema_str, conf={"auto.register.schemas": registers, "subject.name.strategy": topic_record_subject_name_strategy})
    again[str(registers).lower()] = serializer(by_confluent, context).hex()

print(json.dumps({
    "subjects": client.get_subjects(),
    "latest": [latest.schema_id, latest.version],
    "idInFrame": id_in_frame,
    "lookedUp": client.lookup_schema(subject, Schema(latest.schema.schema_str, "AVRO")).schema_id,
    "same": by_fastavro == by_confluent,
    "record": {"requestId": by_fastavro["requestId"], "kind": by_fastavro["kind"], "envelope": by_fastavro["envelope"].hex(), "at": by_fastavro["meta"]["at"]},
    "writtenAgain": again,
    "compatible": client.test_compatibility(subject, Schema(latest.schema.schema_str, "AVRO")),
    "incompatible": client.test_compatibility(subject, Schema('"string"', "AVRO")),
    "level": client.get_compatibility(subject),
    "unknownSubject": refused(lambda: client.get_latest_version("nobody")),
    "unknownSchema": refused(lambda: client.lookup_schema(subject, Schema('"string"', "AVRO"))),
    "registering": refused(lambda: client.register_schema(subject, Schema('"string"', "AVRO"))),
}))

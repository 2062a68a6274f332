"""Sends a template to one contact through the business's own broker, and waits for what it came to and what it cost.

The command is written in clear: the gateway, which is the business's own, seals it before anything leaves for the platform.
"""

import io
import json
import os
import urllib.request
import uuid

import fastavro
from confluent_kafka import Consumer, Producer

REGISTRY = os.environ["PARLEY_URL"] + "/ingest/registry"
BUSINESS_BROKERS = os.environ["BUSINESS_BROKERS"]  # The broker that the gateway is connected to.
PLATFORM_BROKERS = os.environ["KAFKA_BROKERS"]  # The platform's, for the ledger.

schemas = {}


def decode(value):
    """Avro in the Confluent wire format. Reads by the id in the record, whichever version its writer had."""
    schema_id = int.from_bytes(value[1:5], "big")
    if schema_id not in schemas:
        with urllib.request.urlopen(f"{REGISTRY}/schemas/ids/{schema_id}") as answer:
            schemas[schema_id] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
    schema = schemas[schema_id]
    return schema["name"], fastavro.schemaless_reader(io.BytesIO(value[5:]), schema)


def records(brokers, topic):
    """All records of a topic, from the oldest on, for ever."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"example-{uuid.uuid4()}", "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe([topic])
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise RuntimeError(message.error())
            yield message.value()
    finally:
        consumer.close()


def publish():
    request_id = str(uuid.uuid4())
    command = {
        "request_id": request_id,  # Publish the same command again under the same id as often as you like: it is sent once.
        "phone_number_id": os.environ["PHONE_NUMBER_ID"],
        "messaging_product": "whatsapp",
        "to": os.environ["CONTACT_PHONE"],
        "type": "template",
        "template": {
            "name": "shipping_confirmation",
            "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "PY-1"}, {"type": "text", "text": "Friday"}]}],
        },
    }
    failures = []
    producer = Producer({"bootstrap.servers": BUSINESS_BROKERS, "acks": "all", "enable.idempotence": True})
    producer.produce("parley.gateway.commands", key=command["to"], value=json.dumps(command), on_delivery=lambda error, _: error and failures.append(error))
    producer.flush(30)
    if failures:
        raise RuntimeError(failures[0])
    return request_id


def outcome_of(request_id):
    """What the gateway says of the command, then of its message: sent, delivered, read or failed."""
    wamid = None
    statuses = {}  # A status may come before the word that the message was accepted.
    for value in records(BUSINESS_BROKERS, "parley.gateway.outcomes"):
        told = json.loads(value)
        if told.get("request_id") == request_id:
            if told["outcome"] == "rejected":
                return f"rejected: {told['code']} {told['hint']}", None
            wamid = told["messages"][0]["id"]
        # Statuses and what contacts write have the form of webhooks.
        for change in (change for entry in told.get("entry", []) for change in entry["changes"]):
            for status in change["value"].get("statuses", []):
                statuses[status["id"]] = status["status"]
        if statuses.get(wamid) in ("delivered", "read", "failed"):
            return statuses[wamid], wamid


def charge_of(wamid):
    """Reads the ledger until the message's charge is there. The operator's systems may read this topic; a business asks GET /billing/v1/charges."""
    message_id = wamid.removeprefix("wamid.")
    for value in records(PLATFORM_BROKERS, "parley.ledger.v1"):
        name, record = decode(value)
        if name == "parley.v1.ChargePosted" and record["message"]["messageId"] == message_id:
            # Amounts are whole millionths of the currency, so that no cent is lost on the way.
            return f"{record['amount'] // 1_000_000}.{record['amount'] % 1_000_000:06} {record['currency']} by {record['rule']}"


request_id = publish()
print(f"published {request_id}")
outcome, wamid = outcome_of(request_id)
print(f"outcome {outcome}")
if wamid:
    print(f"charge {charge_of(wamid)}")

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends a template to one contact through the business's own broker, and waits for what it came to and what it cost. The command is written in
 * clear: the gateway, which is the business's own, seals it before anything leaves for the platform.
 */
public class Send {
    static final String REGISTRY = System.getenv("PARLEY_URL") + "/ingest/registry";
    /** The broker that the gateway is connected to. */
    static final String BUSINESS_BROKERS = System.getenv("BUSINESS_BROKERS");
    /** The platform's, for the ledger. */
    static final String PLATFORM_BROKERS = System.getenv("KAFKA_BROKERS");
    static final ObjectMapper JSON = new ObjectMapper();
    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final Map<Integer, Schema> SCHEMAS = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        String requestId = publish();
        System.out.println("published " + requestId);
        Outcome outcome = outcomeOf(requestId);
        System.out.println("outcome " + outcome.said());
        if (outcome.wamid() != null) System.out.println("charge " + chargeOf(outcome.wamid()));
    }

    static String publish() throws Exception {
        String requestId = UUID.randomUUID().toString();
        String to = System.getenv("CONTACT_PHONE");
        Map<String, Object> command = Map.of(
            "request_id", requestId, // Publish the same command again under the same id as often as you like: it is sent once.
            "phone_number_id", System.getenv("PHONE_NUMBER_ID"),
            "messaging_product", "whatsapp",
            "to", to,
            "type", "template",
            "template", Map.of(
                "name", "shipping_confirmation",
                "language", Map.of("code", "en_US"),
                "components", List.of(Map.of("type", "body", "parameters", List.of(text("JV-1"), text("Friday"))))));
        Map<String, Object> settings = Map.of("bootstrap.servers", BUSINESS_BROKERS, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("parley.gateway.commands", to, JSON.writeValueAsString(command))).get();
        }
        return requestId;
    }

    static Map<String, String> text(String value) {
        return Map.of("type", "text", "text", value);
    }

    record Outcome(String said, String wamid) {}

    /** What the gateway says of the command, then of its message: sent, delivered, read or failed. */
    static Outcome outcomeOf(String requestId) {
        String[] wamid = {null};
        Map<String, String> statuses = new HashMap<>(); // A status may come before the word that the message was accepted.
        return search(BUSINESS_BROKERS, "parley.gateway.outcomes", value -> {
            JsonNode told = parse(value);
            if (told.path("request_id").asText().equals(requestId)) {
                if (told.path("outcome").asText().equals("rejected")) {
                    return new Outcome("rejected: " + told.path("code") + " " + told.path("hint").asText(), null);
                }
                wamid[0] = told.path("messages").path(0).path("id").asText();
            }
            // Statuses and what contacts write have the form of webhooks.
            for (JsonNode list : told.findValues("statuses")) {
                for (JsonNode status : list) statuses.put(status.path("id").asText(), status.path("status").asText());
            }
            String status = statuses.getOrDefault(wamid[0], "sent");
            return status.equals("sent") ? null : new Outcome(status, wamid[0]);
        });
    }

    /** Reads the ledger until the message's charge is there. The operator's systems may read this topic; a business asks GET /billing/v1/charges. */
    static String chargeOf(String wamid) {
        String messageId = wamid.substring("wamid.".length());
        return search(PLATFORM_BROKERS, "parley.ledger.v1", value -> {
            GenericRecord event = decode(value);
            if (!event.getSchema().getName().equals("ChargePosted")) return null;
            if (!((GenericRecord) event.get("message")).get("messageId").toString().equals(messageId)) return null;
            long micros = (Long) event.get("amount"); // Whole millionths of the currency, so that no cent is lost on the way.
            return "%d.%06d %s by %s".formatted(micros / 1_000_000, micros % 1_000_000, event.get("currency"), event.get("rule"));
        });
    }

    /** Reads a topic from its oldest record on, until `look` finds something. */
    static <T> T search(String brokers, String topic, Function<byte[], T> look) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "group.id", "example-" + UUID.randomUUID(), "auto.offset.reset", "earliest", "enable.auto.commit", false);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    T found = look.apply(record.value());
                    if (found != null) return found;
                }
            }
        }
    }

    /** Avro in the Confluent wire format. Reads by the id in the record, whichever version its writer had. */
    static GenericRecord decode(byte[] value) {
        try {
            Schema schema = SCHEMAS.computeIfAbsent(ByteBuffer.wrap(value, 1, 4).getInt(), Send::schemaOf);
            return new GenericDatumReader<GenericRecord>(schema).read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
        } catch (java.io.IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }

    static Schema schemaOf(int id) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(REGISTRY + "/schemas/ids/" + id)).build();
            String answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return new Schema.Parser().parse(JSON.readTree(answer).path("schema").asText());
        } catch (java.io.IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    static JsonNode parse(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (java.io.IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }
}

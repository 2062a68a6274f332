package parley.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The live line on Kafka Streams: windows over conversations, charges over usage. Its settings come as one JSON argument. It says `ready`, starts
 * at a line on its input, says its result as JSON when everything is processed, and ends.
 */
public final class Line {
  static final String CONVERSATIONS = "parley.conversations.v1";
  static final String USAGE = "parley.usage.v1";
  static final String LEDGER = "parley.ledger.v1";
  static final String CATALOG = "parley.catalog.v1";

  final Map<String, Integer> schemaIds = new HashMap<>();
  final Catalog catalog = new Catalog();
  /** The instant of every decision. */
  final long now;
  final LongAdder decided = new LongAdder();
  /** Those of the decisions that come back, beside their commands. */
  final LongAdder returning = new LongAdder();
  private final LongAdder processed = new LongAdder();
  private final long inputs;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile long firstAt;
  private volatile long lastAt;

  @SuppressWarnings("unchecked")
  private Line(Map<String, Object> settings) {
    ((Map<String, Integer>) settings.get("schemaIds")).forEach(schemaIds::put);
    now = ((Number) settings.get("now")).longValue();
    inputs = ((Number) settings.get("inputs")).longValue();
  }

  /** Counts a record that is dealt with. The end is reached when every input is, and every decision on a conversation has come back. */
  void processed() {
    if (firstAt == 0) firstAt = System.nanoTime();
    processed.increment();
    lastAt = System.nanoTime();
  }

  @SuppressWarnings("unchecked")
  public static void main(String[] args) throws Exception {
    Map<String, Object> settings = new ObjectMapper().readValue(args[0], Map.class);
    String brokers = (String) settings.get("brokers");
    Line line = new Line(settings);
    line.readCatalog(brokers);
    KafkaStreams streams = new KafkaStreams(line.topology((Boolean) settings.get("caching")), line.properties(brokers, settings));
    AtomicBoolean failed = new AtomicBoolean();
    streams.setUncaughtExceptionHandler(error -> {
      error.printStackTrace();
      failed.set(true);
      line.done.countDown();
      return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    System.out.println("ready");
    new BufferedReader(new InputStreamReader(System.in)).readLine();
    streams.start();
    long total = line.inputs;
    while (!failed.get()) {
      Thread.sleep(5);
      // Decisions on conversations come back and are dealt with too; charges do not.
      if (line.processed.sum() >= total && line.processed.sum() == total + line.returning.sum()) break;
    }
    long records = line.processed.sum();
    long nanos = line.lastAt - line.firstAt;
    // Commits what is left; the time of that is not counted.
    streams.close(Duration.ofSeconds(60));
    System.out.println(String.format("{\"ms\":%.1f,\"records\":%d,\"decided\":%d,\"failed\":%b}", nanos / 1e6, records, line.decided.sum(), failed.get()));
    System.exit(failed.get() ? 1 : 0);
  }

  private void readCatalog(String brokers) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    Frames frames = new Frames(schemaIds);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition only = new TopicPartition(CATALOG, 0);
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      while (consumer.position(only) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) catalog.take(frames, record.value());
      }
    }
  }

  private Topology topology(boolean caching) {
    var windows = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Windows.STORE), Serdes.String(), WindowState.serde());
    var charged = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Billing.STORE), Serdes.String(), Serdes.ByteArray());
    return new Topology()
        .addSource("conversations", new StringDeserializer(), new ByteArrayDeserializer(), CONVERSATIONS)
        .addProcessor("windows", () -> new Windows(this), "conversations")
        .addStateStore(caching ? windows.withCachingEnabled() : windows, "windows")
        .addSink("decisions", CONVERSATIONS, new StringSerializer(), new ByteArraySerializer(), "windows")
        .addSource("usage", new StringDeserializer(), new ByteArrayDeserializer(), USAGE)
        .addProcessor("billing", () -> new Billing(this), "usage")
        .addStateStore(caching ? charged.withCachingEnabled() : charged, "billing")
        .addSink("charges", LEDGER, new StringSerializer(), new ByteArraySerializer(), "billing");
  }

  private Properties properties(String brokers, Map<String, Object> settings) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.get("applicationId"));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.get("stateDir"));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.get("threads"));
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.get("commitMs"));
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64 * 1024 * 1024);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
    return properties;
  }
}

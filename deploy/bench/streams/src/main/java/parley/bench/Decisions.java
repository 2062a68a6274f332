package parley.bench;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import parley.v1.Cause;
import parley.v1.DecisionSkipped;
import parley.v1.Meta;

/** Writes what one task decides. */
final class Decisions {
  private final ProcessorContext<String, byte[]> context;
  private final Frames frames;
  private final Line line;
  private final String link;
  /** Whether decisions lie on the topic of their commands. */
  private final boolean returns;
  private long number;

  Decisions(String topology, ProcessorContext<String, byte[]> context, Frames frames, Line line) {
    this.context = context;
    this.frames = frames;
    this.line = line;
    returns = topology.equals(Windows.STORE);
    link = topology + "/" + context.taskId().partition();
  }

  /** The metadata of the decision on the record in hand. */
  Meta meta() {
    RecordMetadata where = context.recordMetadata().orElseThrow();
    Cause cause = new Cause(where.topic(), where.partition(), where.offset());
    return new Meta(eventId(), line.now, line.now, link, ++number, cause, line.catalog.records);
  }

  void forward(String key, SpecificRecord event, long timestamp) {
    // Counted first: one that came back before it was counted would look like the end.
    line.decided.increment();
    if (returns) line.returning.increment();
    context.forward(new Record<>(key, frames.encode(event), timestamp));
  }

  void skip(String key, String subject, String reason, long timestamp) {
    forward(key, new DecisionSkipped(meta(), subject, reason), timestamp);
  }

  /** A random UUID that need not be hard to guess: a quarter of the time that java.util.UUID takes. */
  private static String eventId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    String high = hex.toHexDigits(random.nextLong());
    String low = hex.toHexDigits(random.nextLong());
    return high.substring(0, 8) + '-' + high.substring(8, 12) + "-4" + high.substring(13) + "-8" + low.substring(1, 4) + '-' + low.substring(4);
  }

}

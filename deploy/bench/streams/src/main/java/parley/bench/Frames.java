package parley.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Events to frames (a zero byte, the schema's id, Avro) and back. One per thread: decoder, encoder and buffer are kept. */
final class Frames {
  private static final int HEADER = 5;

  private final SpecificDatumReader<?>[] readers;
  private final String[] names;
  private final Map<String, Integer> ids;
  private final Map<String, SpecificDatumWriter<SpecificRecord>> writers = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
  private BinaryDecoder decoder;
  private BinaryEncoder encoder;

  /** @param ids the id of each event's schema, by the event's name */
  Frames(Map<String, Integer> ids) {
    this.ids = ids;
    int most = ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    readers = new SpecificDatumReader<?>[most + 1];
    names = new String[most + 1];
    ids.forEach((name, id) -> {
      try {
        Class<?> type = Class.forName("parley.v1." + name);
        SpecificRecord empty = (SpecificRecord) type.getDeclaredConstructor().newInstance();
        readers[id] = new SpecificDatumReader<>(empty.getSchema());
        names[id] = name;
        writers.put(name, new SpecificDatumWriter<>(empty.getSchema()));
      } catch (ReflectiveOperationException error) {
        throw new IllegalStateException(error);
      }
    });
  }

  /** The event's name, without reading it; null for one that is not of the line. */
  String nameOf(byte[] frame) {
    int id = ByteBuffer.wrap(frame, 1, 4).getInt();
    return id < names.length ? names[id] : null;
  }

  @SuppressWarnings("unchecked")
  <Event> Event decode(byte[] frame) {
    try {
      decoder = DecoderFactory.get().binaryDecoder(frame, HEADER, frame.length - HEADER, decoder);
      return (Event) readers[ByteBuffer.wrap(frame, 1, 4).getInt()].read(null, decoder);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  byte[] encode(SpecificRecord event) {
    try {
      String name = event.getSchema().getName();
      out.reset();
      out.write(ByteBuffer.allocate(HEADER).put((byte) 0).putInt(ids.get(name)).array());
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      writers.get(name).write(event, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}

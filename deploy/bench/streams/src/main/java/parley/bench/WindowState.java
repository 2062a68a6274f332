package parley.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import parley.v1.Category;

/** What is known of one conversation. Instants are epoch ms; NONE is before all. */
final class WindowState {
  static final long NONE = Long.MIN_VALUE;
  static final int REMEMBERED = 256;
  private static final int CATEGORIES = Category.values().length;

  long lastInboundAt = NONE;
  long entryPointAt = NONE;
  long wroteAt = NONE;
  final long[] optedInAt = new long[CATEGORIES];
  final long[] revokedAt = new long[CATEGORIES];
  /** Messages decided lately, oldest first. */
  final List<String> decided = new ArrayList<>(2);

  WindowState() {
    java.util.Arrays.fill(optedInAt, NONE);
    java.util.Arrays.fill(revokedAt, NONE);
  }

  void remember(String messageId) {
    decided.add(messageId);
    if (decided.size() > REMEMBERED) decided.remove(0);
  }

  static Serde<WindowState> serde() {
    Serializer<WindowState> write = (topic, state) -> {
      if (state == null) return null;
      int size = 8 * (3 + 2 * CATEGORIES) + 2;
      for (String id : state.decided) size += 2 + id.length();
      ByteBuffer bytes = ByteBuffer.allocate(size).putLong(state.lastInboundAt).putLong(state.entryPointAt).putLong(state.wroteAt);
      for (long at : state.optedInAt) bytes.putLong(at);
      for (long at : state.revokedAt) bytes.putLong(at);
      bytes.putShort((short) state.decided.size());
      for (String id : state.decided) bytes.putShort((short) id.length()).put(id.getBytes(StandardCharsets.ISO_8859_1));
      return bytes.array();
    };
    Deserializer<WindowState> read = (topic, data) -> {
      if (data == null) return null;
      ByteBuffer bytes = ByteBuffer.wrap(data);
      WindowState state = new WindowState();
      state.lastInboundAt = bytes.getLong();
      state.entryPointAt = bytes.getLong();
      state.wroteAt = bytes.getLong();
      for (int index = 0; index < CATEGORIES; index++) state.optedInAt[index] = bytes.getLong();
      for (int index = 0; index < CATEGORIES; index++) state.revokedAt[index] = bytes.getLong();
      int ids = bytes.getShort();
      for (int index = 0; index < ids; index++) {
        int length = bytes.getShort();
        state.decided.add(new String(data, bytes.position(), length, StandardCharsets.ISO_8859_1));
        bytes.position(bytes.position() + length);
      }
      return state;
    };
    return Serdes.serdeFrom(write, read);
  }
}

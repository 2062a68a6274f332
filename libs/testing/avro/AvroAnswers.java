import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Answers questions, one JSON a line, as Avro's own library does: whether a schema reads what another wrote, and what a frame says. */
public final class AvroAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(JSON.readTree(line)));
    }
  }

  private static JsonNode answer(JsonNode asked) throws Exception {
    return asked.has("frame") ? decoded(asked) : verdicts(asked);
  }

  /** {reader, writer} → {kinds}: of incompatibilities, empty when there is none. */
  private static JsonNode verdicts(JsonNode asked) {
    Schema reader = new Schema.Parser().parse(asked.get("reader").asText());
    Schema writer = new Schema.Parser().parse(asked.get("writer").asText());
    ObjectNode answer = JSON.createObjectNode();
    var kinds = answer.putArray("kinds");
    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities().forEach(one -> kinds.add(one.getType().name()));
    return answer;
  }

  /** {schema, frame in hex} → {id, record as Avro's JSON}. Fails where bytes are left over. */
  private static JsonNode decoded(JsonNode asked) throws Exception {
    byte[] frame = HexFormat.of().parseHex(asked.get("frame").asText());
    Schema schema = new Schema.Parser().parse(asked.get("schema").asText());
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(Arrays.copyOfRange(frame, 5, frame.length), null);
    Object record = new GenericDatumReader<Object>(schema).read(null, decoder);
    if (!decoder.isEnd()) throw new IllegalStateException("the frame goes on after the record");
    ObjectNode answer = JSON.createObjectNode();
    answer.put("id", ((frame[1] & 0xff) << 24) | ((frame[2] & 0xff) << 16) | ((frame[3] & 0xff) << 8) | (frame[4] & 0xff));
    answer.put("name", schema.getFullName());
    answer.put("text", record.toString());
    return answer;
  }
}

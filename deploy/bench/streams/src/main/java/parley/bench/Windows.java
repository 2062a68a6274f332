package parley.bench;

import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import parley.v1.Category;
import parley.v1.ConsentGranted;
import parley.v1.ConsentRevoked;
import parley.v1.Lane;
import parley.v1.Message;
import parley.v1.MessageAdmitted;
import parley.v1.MessageKind;
import parley.v1.MessageReceived;
import parley.v1.MessageRefused;
import parley.v1.MessageRequested;
import parley.v1.NumberRegistered;
import parley.v1.RefusalReason;

/** Consent and the free window of each conversation; admits or refuses what is requested. */
final class Windows implements Processor<String, byte[], String, byte[]> {
  static final String STORE = "windows";
  private static final long RETENTION_MS = 30L * 24 * 3_600_000;

  private final Line line;
  private final Frames frames;
  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, WindowState> store;
  private Decisions decisions;

  Windows(Line line) {
    this.line = line;
    frames = new Frames(line.schemaIds);
  }

  @Override
  public void init(ProcessorContext<String, byte[]> given) {
    context = given;
    store = given.getStateStore(STORE);
    decisions = new Decisions(STORE, given, frames, line);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String name = frames.nameOf(record.value());
    switch (name == null ? "" : name) {
      case "MessageReceived" -> received(record.key(), frames.decode(record.value()));
      case "ConsentGranted" -> granted(record.key(), frames.decode(record.value()));
      case "ConsentRevoked" -> revoked(record.key(), frames.decode(record.value()));
      case "MessageRequested" -> requested(record, frames.decode(record.value()));
      default -> { } // Our own decisions come back, as on every log whose decisions lie beside their commands.
    }
    line.processed();
  }

  private WindowState stateOf(String key) {
    WindowState state = store.get(key);
    return state == null ? new WindowState() : state;
  }

  private void received(String key, MessageReceived event) {
    WindowState state = stateOf(key);
    long at = event.getMeta().getAt();
    state.wroteAt = Math.max(state.wroteAt, at);
    state.lastInboundAt = Math.max(state.lastInboundAt, at);
    if (event.getEntryPoint() != null) state.entryPointAt = Math.max(state.entryPointAt, at);
    store.put(key, state);
  }

  private void granted(String key, ConsentGranted event) {
    WindowState state = stateOf(key);
    stamp(state.optedInAt, event.getCategories(), event.getMeta().getAt());
    store.put(key, state);
  }

  private void revoked(String key, ConsentRevoked event) {
    WindowState state = stateOf(key);
    List<Category> categories = event.getCategories().isEmpty() ? List.of(Category.values()) : event.getCategories();
    stamp(state.revokedAt, categories, event.getMeta().getAt());
    store.put(key, state);
  }

  private static void stamp(long[] instants, List<Category> categories, long at) {
    for (Category category : categories) instants[category.ordinal()] = Math.max(instants[category.ordinal()], at);
  }

  private void requested(Record<String, byte[]> record, MessageRequested event) {
    Message message = event.getMessage();
    WindowState state = stateOf(record.key());
    if (state.decided.contains(message.getMessageId())) {
      decisions.skip(record.key(), message.getConversationId(), "message " + message.getMessageId() + " was decided before", record.timestamp());
      return;
    }
    decide(record, message, state);
    state.remember(message.getMessageId());
    store.put(record.key(), state);
  }

  private void decide(Record<String, byte[]> record, Message message, WindowState state) {
    NumberRegistered number = line.catalog.numbers.get(message.getNumberId());
    Catalog.Business business = line.catalog.businesses.get(message.getBusinessId());
    if (number == null || business == null || !number.getBusinessId().equals(message.getBusinessId())) {
      refuse(record, message, RefusalReason.sender_unknown, "The number " + message.getNumberId() + " is not registered for the business.");
      return;
    }
    if (line.now >= message.getRequestedAt() + RETENTION_MS) {
      refuse(record, message, RefusalReason.expired, "The request is older than its sealed content is kept (30 days).");
      return;
    }
    Catalog.Policy policy = line.catalog.policyAt(business, line.now);
    int category = message.getCategory().ordinal();
    long revokedAt = state.revokedAt[category];
    boolean optedIn = state.optedInAt[category] > revokedAt;
    boolean byWriting = message.getCategory() == Category.service || (revokedAt == WindowState.NONE && message.getCategory() != Category.marketing);
    if (!optedIn && !(state.wroteAt > revokedAt && byWriting)) {
      boolean wasRevoked = revokedAt != WindowState.NONE;
      refuse(record, message, wasRevoked ? RefusalReason.consent_revoked : RefusalReason.no_consent, "The contact has not agreed to " + message.getCategory() + " messages.");
      return;
    }
    boolean isOpen = state.lastInboundAt != WindowState.NONE && line.now < state.lastInboundAt + policy.windowMs;
    boolean admitsLate = policy.chargesLateReplies || (message.getLane() == Lane.app && policy.admitsLateInApp);
    if (message.getKind() == MessageKind.free_form && !isOpen && !admitsLate) {
      refuse(record, message, RefusalReason.window_closed, "The window has closed, and late replies are not sent: send a template instead.");
      return;
    }
    Long closesAt = isOpen ? Long.valueOf(state.lastInboundAt + policy.windowMs) : null;
    decisions.forward(record.key(), new MessageAdmitted(decisions.meta(), message, orNull(state.lastInboundAt), orNull(state.entryPointAt), closesAt, null), record.timestamp());
  }

  private void refuse(Record<String, byte[]> record, Message message, RefusalReason reason, String detail) {
    decisions.forward(record.key(), new MessageRefused(decisions.meta(), message, reason, detail), record.timestamp());
  }

  private static Long orNull(long at) {
    return at == WindowState.NONE ? null : Long.valueOf(at);
  }
}

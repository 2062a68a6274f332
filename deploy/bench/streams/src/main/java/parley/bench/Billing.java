package parley.bench;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import parley.v1.ChargePosted;
import parley.v1.Lane;
import parley.v1.Message;
import parley.v1.MessageKind;
import parley.v1.RateRow;
import parley.v1.UsageRecorded;

/** Prices what was used, each message once. */
final class Billing implements Processor<String, byte[], String, byte[]> {
  static final String STORE = "charged";
  private static final byte[] CHARGED = {1};

  private final Line line;
  private final Frames frames;
  private KeyValueStore<String, byte[]> store;
  private Decisions decisions;

  Billing(Line line) {
    this.line = line;
    frames = new Frames(line.schemaIds);
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    store = context.getStateStore(STORE);
    decisions = new Decisions("billing", context, frames, line);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    if ("UsageRecorded".equals(frames.nameOf(record.value()))) charge(record, frames.decode(record.value()));
    line.processed();
  }

  private void charge(Record<String, byte[]> record, UsageRecorded usage) {
    Message message = usage.getMessage();
    String chargeId = message.getConversationId() + "." + message.getMessageId();
    if (store.putIfAbsent(chargeId, CHARGED) != null) {
      decisions.skip(record.key(), message.getOwnerId(), "message " + message.getMessageId() + " was charged before", record.timestamp());
      return;
    }
    Catalog.Business business = line.catalog.businesses.get(message.getBusinessId());
    Catalog.Policy policy = line.catalog.policyAt(business, usage.getDeliveredAt());
    Catalog.RateCard card = line.catalog.cardAt(business, usage.getDeliveredAt());
    String rule;
    boolean isFree;
    if (message.getKind() == MessageKind.template) {
      rule = "template";
      isFree = policy.isTemplateFree;
    } else if (message.getLane() == Lane.app && policy.hasAppLane) {
      rule = "app-lane";
      isFree = policy.isAppFree;
    } else if (usage.getLastInboundAt() != null && usage.getSentAt() < usage.getLastInboundAt() + policy.windowMs) {
      rule = "inside-window";
      isFree = policy.isInsideFree;
    } else {
      rule = "late-free-form";
      isFree = policy.isLateFree;
    }
    long price = isFree ? 0 : priceOf(card, usage.getMarket(), policy.rateColumn);
    ChargePosted charge = new ChargePosted(
        decisions.meta(), chargeId, message, usage.getMarket(), usage.getSentAt(), usage.getDeliveredAt(), usage.getLastInboundAt(), usage.getEntryPointAt(),
        card.currency, price, price, policy.id + "/" + rule, policy.id, policy.version, isFree ? null : card.id, isFree ? null : Integer.valueOf(card.version),
        policy.illustrative || (!isFree && card.illustrative),
        message.getCategory().toString(), isFree ? "free_customer_service" : "regular", line.catalog.monthAt(business, usage.getDeliveredAt()), isFree ? null : usage.getMarket(), null, null, null, null, 0L, null);
    decisions.forward(record.key(), charge, record.timestamp());
  }

  private static long priceOf(Catalog.RateCard card, String market, String column) {
    for (String name : new String[] {market, "Other"}) {
      RateRow row = card.rows.get(name);
      if (row == null) continue;
      Long price = Catalog.priceOf(row, column);
      if (price == null) break;
      return price;
    }
    throw new IllegalStateException("no price for " + market);
  }
}

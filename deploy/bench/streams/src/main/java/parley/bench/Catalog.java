package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.v1.BusinessRegistered;
import parley.v1.NumberRegistered;
import parley.v1.PolicyPublished;
import parley.v1.RateCardPublished;
import parley.v1.RateRow;

/** What was published: read once before the line starts, and from then on only read. */
final class Catalog {
  static final class Policy {
    String id;
    int version;
    LocalDate effectiveFrom;
    boolean illustrative;
    long windowMs;
    boolean chargesLateReplies;
    boolean isInsideFree;
    boolean isLateFree;
    boolean isTemplateFree;
    boolean hasAppLane;
    boolean isAppFree;
    boolean admitsLateInApp;
    String rateColumn;
  }

  static final class RateCard {
    String id;
    int version;
    LocalDate effectiveFrom;
    boolean illustrative;
    String currency;
    final Map<String, RateRow> rows = new HashMap<>();
  }

  static final class Business {
    BusinessRegistered registered;
    ZoneId zone;
  }

  final Map<String, Business> businesses = new HashMap<>();
  final Map<String, NumberRegistered> numbers = new HashMap<>();
  final List<Policy> policies = new ArrayList<>();
  final List<RateCard> cards = new ArrayList<>();
  private final Map<ZoneId, Map<Long, LocalDate>> days = new java.util.concurrent.ConcurrentHashMap<>();
  long records;

  void take(Frames frames, byte[] frame) {
    records++;
    String name = frames.nameOf(frame);
    if (name == null) return;
    switch (name) {
      case "BusinessRegistered" -> {
        Business business = new Business();
        business.registered = frames.decode(frame);
        business.zone = ZoneId.of(business.registered.getZone());
        businesses.put(business.registered.getBusinessId(), business);
      }
      case "NumberRegistered" -> {
        NumberRegistered number = frames.decode(frame);
        numbers.put(number.getNumberId(), number);
      }
      case "PolicyPublished" -> policies.add(policyOf(frames.decode(frame)));
      case "RateCardPublished" -> cards.add(cardOf(frames.decode(frame)));
      default -> { }
    }
  }

  private static Policy policyOf(PolicyPublished event) {
    try {
      JsonNode document = new ObjectMapper().readTree(event.getDocument());
      JsonNode late = document.get("lateReply");
      Policy policy = new Policy();
      policy.id = event.getPolicyId();
      policy.version = event.getVersion();
      policy.effectiveFrom = LocalDate.parse(event.getEffectiveFrom());
      policy.illustrative = event.getIllustrative();
      policy.windowMs = document.get("freeWindowHours").asLong() * 3_600_000;
      policy.chargesLateReplies = late.get("api").asText().equals("charge");
      policy.isInsideFree = priceOf(document, "inside-window").equals("free");
      policy.isLateFree = priceOf(document, "late-free-form").equals("free");
      policy.isTemplateFree = priceOf(document, "template").equals("free");
      policy.hasAppLane = !priceOf(document, "app-lane").isEmpty();
      policy.isAppFree = priceOf(document, "app-lane").equals("free");
      policy.admitsLateInApp = late.get("app").asText().equals("charge");
      policy.rateColumn = priceOf(document, "late-free-form");
      return policy;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The price in the policy's line of that name: "free", a column of the rate card, or "" where it has no such line. */
  private static String priceOf(JsonNode document, String rule) {
    for (JsonNode line : document.get("charges")) if (line.get("rule").asText().equals(rule)) return line.get("price").asText();
    return "";
  }

  private static RateCard cardOf(RateCardPublished event) {
    RateCard card = new RateCard();
    card.id = event.getRateCardId();
    card.version = event.getVersion();
    card.effectiveFrom = LocalDate.parse(event.getEffectiveFrom());
    card.illustrative = event.getIllustrative();
    card.currency = event.getCurrency();
    for (RateRow row : event.getRows()) card.rows.put(row.getMarket(), row);
    return card;
  }

  /** The day in the zone, kept per minute. */
  private LocalDate day(long at, ZoneId zone) {
    Map<Long, LocalDate> known = days.computeIfAbsent(zone, any -> new java.util.concurrent.ConcurrentHashMap<>());
    return known.computeIfAbsent(Math.floorDiv(at, 60_000L), any -> Instant.ofEpochMilli(at).atZone(zone).toLocalDate());
  }

  /** The month of the bill, YYYY-MM. */
  String monthAt(Business business, long at) {
    return day(at, business.zone).toString().substring(0, 7);
  }

  Policy policyAt(Business business, long at) {
    LocalDate day = day(at, business.zone);
    Policy found = null;
    for (Policy policy : policies) {
      if (!policy.effectiveFrom.isAfter(day) && (found == null || !policy.effectiveFrom.isBefore(found.effectiveFrom))) found = policy;
    }
    if (found == null) throw new IllegalStateException("no policy is in force");
    return found;
  }

  RateCard cardAt(Business business, long at) {
    LocalDate day = day(at, business.zone);
    RateCard found = null;
    for (RateCard card : cards) {
      if (!card.currency.equals(business.registered.getCurrency()) || card.effectiveFrom.isAfter(day)) continue;
      if (found == null || !card.effectiveFrom.isBefore(found.effectiveFrom)) found = card;
    }
    if (found == null) throw new IllegalStateException("no rate card is in force");
    return found;
  }

  static Long priceOf(RateRow row, String column) {
    return switch (column) {
      case "marketing" -> row.getMarketing();
      case "utility" -> row.getUtility();
      case "authentication" -> row.getAuthentication();
      case "authenticationInternational" -> row.getAuthenticationInternational();
      case "service" -> row.getService();
      default -> throw new IllegalArgumentException(column);
    };
  }
}

/** Codes by which a broker refuses, as far as we tell them apart. https://kafka.apache.org/protocol#protocol_error_codes */
const names: { readonly [code: number]: string } = {
  [-1]: 'UNKNOWN_SERVER_ERROR', 1: 'OFFSET_OUT_OF_RANGE', 2: 'CORRUPT_MESSAGE', 3: 'UNKNOWN_TOPIC_OR_PARTITION', 5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER', 7: 'REQUEST_TIMED_OUT', 8: 'BROKER_NOT_AVAILABLE', 9: 'REPLICA_NOT_AVAILABLE', 10: 'MESSAGE_TOO_LARGE', 13: 'NETWORK_EXCEPTION',
  14: 'COORDINATOR_LOAD_IN_PROGRESS', 15: 'COORDINATOR_NOT_AVAILABLE', 16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION', 18: 'RECORD_LIST_TOO_LARGE', 19: 'NOT_ENOUGH_REPLICAS', 20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 29: 'TOPIC_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED', 45: 'OUT_OF_ORDER_SEQUENCE_NUMBER', 46: 'DUPLICATE_SEQUENCE_NUMBER', 47: 'INVALID_PRODUCER_EPOCH', 56: 'KAFKA_STORAGE_ERROR',
  59: 'UNKNOWN_PRODUCER_ID', 74: 'FENCED_LEADER_EPOCH', 75: 'UNKNOWN_LEADER_EPOCH', 78: 'OFFSET_NOT_AVAILABLE', 87: 'INVALID_RECORD', 89: 'THROTTLING_QUOTA_EXCEEDED',
};

/** Goes away by itself, with another leader or a little time. */
const passing = new Set([3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 19, 20, 56, 74, 75, 78, 89]);

export const offsetOutOfRange = 1;

/** The broker refused a request. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly passing: boolean;

  constructor(
    readonly code: number,
    what: string,
  ) {
    super(`${what}: ${names[code] ?? `error ${code}`}${advice(code)}`);
    this.passing = passing.has(code);
  }
}

function advice(code: number): string {
  switch (code) {
    case 3:
      return ' (make the topics with `parley topics`)';
    case 10:
    case 18:
      return ' (max.message.bytes of the topic is below 1 MiB; `parley topics` sets it)';
    case 29:
    case 31:
      return ' (the login lacks a right; `parley topics --acls` lists and grants them)';
    default:
      return '';
  }
}

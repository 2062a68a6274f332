/** What stands between a reader and a writer. Names as in Avro's own checker and Confluent's registry; the last two are ours. */
export type FindingKind =
  | 'TYPE_MISMATCH'
  | 'NAME_MISMATCH'
  | 'FIXED_SIZE_MISMATCH'
  | 'MISSING_ENUM_SYMBOLS'
  | 'MISSING_UNION_BRANCH'
  | 'READER_FIELD_MISSING_DEFAULT_VALUE'
  | 'LOGICAL_TYPE_MISMATCH'
  | 'LIMIT_TIGHTENED';

/** One reason why a record cannot be read. */
export interface Finding {
  readonly kind: FindingKind;
  /** From the record's name: `MessageSent.template.version`, `RateCardPublished.rows[].market`. */
  readonly path: string;
  /** What is so, as a sentence without its subject. */
  readonly detail: string;
}

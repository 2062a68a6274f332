/**
 * The ledger would not add up: entries that do not sum to zero, or a bill that is not the one its lines make. A fault of the program, never of
 * the data: nothing of it is written, and the owner's records wait for whoever mends it.
 */
export class LedgerFault extends Error {
  override readonly name = 'LedgerFault';
}

/** How far a message came. Only forward: sent, delivered, read; failed ends it, as long as nobody has it. */
export type Status = 'sent' | 'delivered' | 'read' | 'failed';

export const statuses = ['sent', 'delivered', 'read', 'failed'] as const satisfies readonly Status[];

/** Whether a message of the one status may go on to the other. The order has no way back, so no order of receipts finds one. */
export function advances(from: Status, to: Status): boolean {
  switch (from) {
    case 'sent':
      return to !== 'sent';
    case 'delivered':
      return to === 'read';
    case 'read':
    case 'failed':
      return false;
    default:
      return from satisfies never;
  }
}

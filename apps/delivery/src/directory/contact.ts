import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/** A customer whose number was proven. The number itself is nowhere: `contactId` is its keyed hash. */
@Entity({ schema: 'delivery', name: 'contact' })
export class Contact {
  @PrimaryColumn({ type: 'text', name: 'contact_id' })
  contactId!: string;

  /** Always `*`: a contact belongs to no business. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  /** Region of the rate cards, by the prefixes in force when the number was proven last. */
  @Column({ type: 'text' })
  market!: string;

  @Column({ type: 'bigint', name: 'registered_at', transformer: toNumber })
  registeredAt!: number;
}

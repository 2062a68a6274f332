import { Column, Entity, PrimaryColumn } from 'typeorm';
import { toNumber } from '@parley/service';

/** A sealed file that an end left here for another, who was told its id and its key in a message. */
@Entity({ schema: 'delivery', name: 'attachment' })
export class Attachment {
  @PrimaryColumn({ type: 'text', name: 'attachment_id' })
  attachmentId!: string;

  /** Of a contact's `*`. */
  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  /** Who left it: a contact's id, or a business's. */
  @Column({ type: 'text' })
  account!: string;

  /** Of the sealed file, as was said before it came. */
  @Column({ type: 'bigint', transformer: toNumber })
  bytes!: number;

  /** False while it comes: nobody is shown it then. */
  @Column({ type: 'boolean' })
  complete!: boolean;

  @Column({ type: 'bigint', name: 'created_at', transformer: toNumber })
  createdAt!: number;

  @Column({ type: 'bigint', name: 'expires_at', transformer: toNumber })
  expiresAt!: number;
}

/** A piece of the sealed file; each but the last has `chunkBytes`. */
@Entity({ schema: 'delivery', name: 'attachment_chunk' })
export class AttachmentChunk {
  @PrimaryColumn({ type: 'text', name: 'attachment_id' })
  attachmentId!: string;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text' })
  account!: string;

  @Column({ type: 'bytea' })
  bytes!: Uint8Array;
}

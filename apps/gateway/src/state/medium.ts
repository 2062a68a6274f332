import type { AttachedFile } from '@parley/sdk';

/** A file that the business's software can name by an id: one that it uploaded, or one that a contact sent. What is in it stands nowhere in the journal. */
export interface Medium {
  readonly id: string;
  /** The number it was uploaded to, or came to. */
  readonly phoneNumberId: string;
  /** How it is opened, wherever it lies sealed. */
  readonly file: Omit<AttachedFile, 'attachmentId'>;
  /** Whether it lies sealed in the gateway's own folder. */
  readonly isHere: boolean;
  /** Where it lies with the platform, and until when, epoch ms UTC; null where it was not sent yet. */
  readonly attachment: { readonly id: string; readonly until: number } | null;
  /** Of a picture that moves. */
  readonly isAnimated: boolean;
  /** Epoch ms UTC; the id is unknown after that. */
  readonly keptUntil: number;
}

const maxMedia = 100_000;

/** All media, the oldest first. */
export class MediaBook {
  private readonly all = new Map<string, Medium>();
  /** What those in the gateway's own folder take there, about. */
  bytesHere = 0;

  get(id: string): Medium | undefined {
    return this.all.get(id);
  }

  values(): IterableIterator<Medium> {
    return this.all.values();
  }

  /** Sets one; forgets the oldest above the limit. */
  keep(medium: Medium): void {
    const before = this.all.get(medium.id);
    this.bytesHere += bytesHere(medium) - (before === undefined ? 0 : bytesHere(before));
    this.all.set(medium.id, medium);
    for (const oldest of this.all.keys()) {
      if (this.all.size <= maxMedia) return;
      this.forget(oldest);
    }
  }

  forget(id: string): void {
    const medium = this.all.get(id);
    if (medium === undefined) return;
    this.bytesHere -= bytesHere(medium);
    this.all.delete(id);
  }
}

function bytesHere({ isHere, file }: Medium): number {
  return isHere ? file.length : 0;
}

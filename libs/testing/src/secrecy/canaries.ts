/** What a scan looks for: a beginning that all words share, found in any form, and the words themselves. */
export interface Needle {
  readonly stem: string;
  /** Each begins with the stem; the name under which it is told of → the word. Only the stem itself where it is empty. */
  readonly words: ReadonlyMap<string, string>;
}

/**
 * Words that occur nowhere else, one for each way that content can take. All begin with the same letters, so that one search finds any of them. They are letters and
 * digits only: nothing on the way writes them in another manner than a scan expects.
 */
export class Canaries implements Needle {
  readonly words = new Map<string, string>();

  /** @param drawn letters and digits of this run alone, at least ten */
  constructor(drawn: string) {
    if (!/^[A-Za-z0-9]{10,}$/.test(drawn)) throw new RangeError('a stem is at least ten letters and digits');
    this.stem = `Kanarie${drawn}`;
  }

  readonly stem: string;

  /** The word under this name; the same whenever it is asked for. */
  word(name: string): string {
    const known = this.words.get(name);
    if (known !== undefined) return known;
    const word = `${this.stem}x${this.words.size}x${name.replaceAll(/[^A-Za-z0-9]/g, '')}z`;
    this.words.set(name, word);
    return word;
  }
}

/** A text that was not made for this, such as a phone number. */
export function needle(name: string, text: string): Needle {
  return { stem: text, words: new Map([[name, text]]) };
}

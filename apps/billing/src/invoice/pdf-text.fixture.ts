import { inflateSync } from 'node:zlib';

/** The text of each page of a PDF as pdfkit writes it: compressed streams, strings in hexadecimal, a page each. */
export function pagesOf(pdf: Buffer): readonly string[] {
  const streams = [...pdf.toString('latin1').matchAll(/\/Filter \/FlateDecode\s*>>\s*stream\r?\n([\s\S]*?)\r?\nendstream/g)];
  const contents = streams.map(([, bytes]) => inflateSync(Buffer.from(bytes!, 'latin1')).toString('latin1')).filter((content) => content.includes(' Tf'));
  return contents.map((content) => [...content.matchAll(/\[([^\]]*)\] TJ/g)].map(([, parts]) => shownBy(parts!)).join('\n'));
}

function shownBy(parts: string): string {
  return [...parts.matchAll(/<([0-9a-f]*)>/g)].map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1')).join('');
}

import { deviceListHash, openDeviceList, suite25519 } from '../account/device-list.js';
import { AttachmentOpener, AttachmentSealer, chunkBytes } from '../attachment/attachment.js';
import { concat, toHex, utf8 } from '../bytes.js';
import { cryptoErrorCodes } from '../crypto-error.js';
import { checkLogged, encodeConsistency, encodeEntry, encodeInclusion, entryOf, followHead, openHead, signHead } from '../key-log/log.js';
import { appendLeaf, consistencyPath, edgeRoot, emptyEdge, inclusionPath, leafHash, type Edge } from '../key-log/tree.js';
import { hkdf, labels, newSigningKeys, sha512 } from '../primitives/primitives.js';
import { accountOf, at, bundleVectors, codeOf, describeAccount, deviceListVectors, safetyVectors, signatureVectors } from './account.js';
import { conversationVectors, sessionStateVectors } from './conversation.js';
import { recorded, seeded } from './seeded.js';

/** Byte i of every plain file of these vectors. */
const fileOf = (length: number) => Uint8Array.from({ length }, (_, index) => (7 * index) & 255);

function attachmentVectors() {
  const sealed = [0, 1, 1_000, chunkBytes, 2 * chunkBytes + 1].map((length) => {
    const { random, drawn } = recorded(seeded(`attachment ${length}`));
    const sealer = new AttachmentSealer(random);
    const start = sealer.push(fileOf(length));
    const { bytes, attachment } = sealer.finish();
    return { length, drawn: drawn(), bytes: concat(start, bytes), attachment };
  });
  const long = sealed[4]!;
  const chunk = (number: number) => long.bytes.slice(49 + number * (chunkBytes + 16), 49 + (number + 1) * (chunkBytes + 16));
  const faults: readonly (readonly [string, Uint8Array, number])[] = [
    ['two chunks swapped', concat(long.bytes.slice(0, 49), chunk(1), chunk(0), chunk(2)), long.length],
    ['the last chunk missing', long.bytes.slice(0, 49 + 2 * (chunkBytes + 16)), long.length],
    ['a byte of a chunk changed', long.bytes.with(70_000, long.bytes[70_000]! ^ 1), long.length],
    ['a byte more', concat(long.bytes, Uint8Array.of(0)), long.length],
    ['the first chunk as the whole file', long.bytes.slice(0, 49 + chunkBytes + 16), chunkBytes],
    ['version 2', long.bytes.with(0, 2), long.length],
  ];
  return {
    sealed: sealed.map(({ length, drawn, bytes, attachment }) => ({ length, random: drawn, key: toHex(attachment.key), hash: toHex(attachment.hash), bytes: bytes.length, ...(length <= 1_000 && { file: toHex(bytes) }) })),
    // Files to be refused are told by what is done to the longest one above.
    refused: faults.map(([name, bytes, length]) => ({
      name,
      length,
      hash: toHex(sha512(bytes)),
      code: codeOf(() => {
        const opener = new AttachmentOpener({ ...long.attachment, length });
        opener.push(bytes);
        opener.finish();
      }),
    })),
  };
}

function keyLogVectors() {
  const log = newSigningKeys(seeded('key log'));
  const lists = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((accountId) => accountOf(accountId, ['one']).list);
  const entries = lists.map((list, index) => encodeEntry(entryOf(openDeviceList(list), deviceListHash(list), at + index)));
  const stored = new Map<string, Uint8Array>();
  const edges: Edge[] = [emptyEdge];
  for (const entry of entries) {
    const { edge, nodes } = appendLeaf(edges[edges.length - 1]!, leafHash(entry));
    for (const { start, end, hash } of nodes) stored.set(`${start}-${end}`, hash);
    edges.push(edge);
  }
  const nodeAt = (start: number, end: number) => stored.get(`${start}-${end}`)!;
  const heads = edges.map((edge) => signHead({ logId: 'parley', size: edge.size, root: edgeRoot(edge), at: at + edge.size }, log));
  const opened = heads.map((head) => openHead(head, log.publicKey));
  const inclusions = [0, 3, 6].map((index) => ({ index, proof: encodeInclusion({ index, size: 7, path: inclusionPath(index, 7, nodeAt) }) }));
  const consistencies = [0, 1, 3, 4, 6, 7].map((older) => ({ older, proof: encodeConsistency({ older, size: 7, path: consistencyPath(older, 7, nodeAt) }) }));
  for (const { index, proof } of inclusions) checkLogged({ list: lists[index]!, entry: entries[index]!, proof }, opened[7]!);
  for (const { older, proof } of consistencies) followHead(opened[older]!, opened[7]!, proof);
  return {
    logId: 'parley',
    logSeed: toHex(log.seed),
    logKey: toHex(log.publicKey),
    lists: lists.map(toHex),
    entries: entries.map(toHex),
    roots: edges.map((edge) => toHex(edgeRoot(edge))),
    heads: heads.map(toHex),
    inclusion: inclusions.map(({ index, proof }) => ({ index, size: 7, proof: toHex(proof) })),
    consistency: consistencies.map(({ older, proof }) => ({ older, size: 7, proof: toHex(proof) })),
    refused: [
      { name: 'another leaf\'s proof', code: codeOf(() => checkLogged({ list: lists[1]!, entry: entries[1]!, proof: inclusions[0]!.proof }, opened[7]!)), list: 1, entry: 1, proof: toHex(inclusions[0]!.proof) },
      { name: 'another list\'s entry', code: codeOf(() => checkLogged({ list: lists[1]!, entry: entries[0]!, proof: inclusions[0]!.proof }, opened[7]!)), list: 1, entry: 0, proof: toHex(inclusions[0]!.proof) },
    ],
  };
}

/** Everything that a second implementation can be held against, as JSON; the same at every call and with every provider. */
export function vectors() {
  const [bakery, customer] = [accountOf('bakery', ['gateway', 'tablet']), accountOf('c1', ['laptop', 'phone'])];
  const ends = [...bakery.ends, ...customer.ends];
  return {
    protocol: 'parley/e2e/v1',
    suite: suite25519,
    labels,
    errors: cryptoErrorCodes,
    hkdf: { secret: '0b'.repeat(22), salt: '000102', info: 'parley', okm: toHex(hkdf(new Uint8Array(22).fill(0x0b), Uint8Array.of(0, 1, 2), utf8('parley'))) },
    strict: signatureVectors(),
    accounts: [describeAccount('bakery', bakery), describeAccount('c1', customer)],
    deviceList: deviceListVectors(bakery),
    bundle: bundleVectors(bakery.ends),
    safety: safetyVectors(bakery.ends[0]!.own.identity, customer.ends[0]!.own.identity),
    conversation: conversationVectors(ends),
    sessionState: sessionStateVectors(ends),
    attachment: attachmentVectors(),
    keyLog: keyLogVectors(),
  };
}

/** The committed file, byte for byte. */
export function vectorsFile(): string {
  return `${JSON.stringify(vectors(), null, 1)}\n`;
}

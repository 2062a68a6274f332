// What the routes of keys are for. PROTOCOL.md of @parley/crypto has the formats behind the bytes.
import { answered, base64, flag, id, instant, integer, list, nullable, object, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';

type Description = Omit<RouteDescription, 'body' | 'query'>;

export const listBytes = base64({ min: 1, max: 32_768 });
export const bundleBytes = base64({ min: 1, max: 1_024 });
export const prekeyId = integer({ min: 1, max: 4_294_967_294 });
const listVersion = integer({ min: 0, max: 4_294_967_295 });
const entry = base64({ min: 1, max: 512 });
const head = base64({ min: 1, max: 512 });
const proof = base64({ min: 1, max: 4_114 });
const publicKey = base64({ min: 32, max: 32 });
const accountId = text({ max: 64 });
const inLog = { listVersion, entry, proof, head };
const left = answered('What the directory has.', object({ signedPrekeyId: nullable(prekeyId), oneTimeLeft: integer({ min: 0, max: 1_000 }) }));

const registered = object({ deviceId: id('Device'), name: text({ max: 64 }), signingKey: publicKey, agreementKey: publicKey, createdAt: instant(), listed: flag() });
export const showOwnKeys: Description = {
  summary: 'The account’s own list, and its registered devices.',
  detail: 'A device that is registered and not listed waits for its account to list it.',
  answer: answered('The account’s keys.', object({ accountId, listVersion, list: nullable(listBytes), registered: list(registered, { min: 0, max: 10_000 }) })),
};

export const publishList: Description = {
  summary: 'Publish the account’s next signed list of devices.',
  detail:
    'It follows from the present one, or is the first. With `takeOver` a first list under another account key takes the account over: people are warned, and a contact has to have proven its number within 15 minutes. Devices that fall out of the list are revoked, and their tokens end. At most 100 lists in 24 hours. The very bytes of the present list again change nothing.',
  problems: ['forbidden', 'stale-list', 'too-many-requests'],
  answer: answered('The list’s place in the key log.', object(inLog)),
};

export const showAccount: Description = {
  summary: 'The lists of an account that the caller may see, and where the newest stands in the key log.',
  detail: 'Those of the present identity above `version`, in order, at most 64; without it the newest alone. With `head`, the size of the log that the caller remembers, `consistency` shows that nothing in it was rewritten.',
  path: { accountId },
  problems: ['not-found'],
  answer: answered('The lists.', object({ accountId, lists: list(listBytes, { min: 1, max: 64 }), ...inLog, consistency: nullable(proof) })),
};

export const handOutBundles: Description = {
  summary: 'Prekeys to begin sessions with the listed devices of an account.',
  detail: 'A one-time prekey is handed out once. Where none is left, or the caller’s account was given five of the device within 24 hours, the bundle has none.',
  path: { accountId },
  problems: ['not-found'],
  answer: answered('The bundles; devices that are not listed or have no signed prekey are left out.', object({ bundles: list(object({ deviceId: id('Device'), bundle: bundleBytes }), { min: 0, max: 64 }) })),
};

export const putPrekeys: Description = {
  summary: 'Give the directory prekeys of one’s device.',
  detail: 'A business names its device. Prekeys that are there already, or were handed out, change nothing. Of more than 1,000 one-time prekeys the oldest go.',
  problems: ['not-found'],
  answer: left,
};
export const showPrekeys: Description = { summary: 'How many prekeys the directory has of one’s device.', problems: ['not-found'], answer: left };

export const showLog: Description = {
  summary: 'The head of the key log, and that it begins with what the caller remembers.',
  detail: 'A log that has become shorter than `head` gives a proof that no checker takes.',
  answer: answered('The log.', object({ logId: text({ max: 160 }), publicKey, head, consistency: nullable(proof) })),
};
export const showEntries: Description = {
  summary: 'Entries of the key log in order, for who audits it.',
  answer: answered('The entries; `next` where there may be more.', object({ entries: list(entry, { min: 0, max: 1_000 }), next: nullable(integer({ min: 0, max: Number.MAX_SAFE_INTEGER })) })),
};

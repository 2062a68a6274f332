// A business to try the cluster with, made over HTTP as `npm start` makes it: number, keys, template, prices, its gateway and a customer's phone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@parley/crypto';
import { DataFolder, gatewayKeyOf, openSandbox, sandboxDraft } from '@parley/platform';

/** The folder's own secrets, and the draft of its sandbox: made before anything starts, because services are told of them. */
export function openFolder(path) {
  const folder = new DataFolder(path);
  const { serviceKey, operatorKey } = folder.open();
  const draft = sandboxDraft(folder, { sandboxCode: null });
  const keyFile = join(folder.path, 'gateway.key');
  writeFileSync(keyFile, `${toHex(gatewayKeyOf(draft).key)}\n`, { mode: 0o600 });
  return { folder, draft, operatorKey, serviceKey: toHex(serviceKey), keyFile };
}

/** `gateway`: { start(), isUp() }. */
export function sandbox({ folder, draft, operatorKey }, address, gateway) {
  return openSandbox({ address, folder, draft, operatorKey, startGateway: () => gateway.start(), isRegistered: () => gateway.isUp() });
}

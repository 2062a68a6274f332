import { Modal, Skeleton, Stack, Text } from '@mantine/core';
import type { Device, Verification } from '@parley/sdk';
import { encodeQR } from 'qr';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Fault } from '../api/fault.js';
import { FaultNotice } from '../frame/states.js';
import { groupsOf } from './phone.js';
import { deviceFault } from './use-device.js';

interface SafetyNumberProps {
  readonly device: Device;
  /** Digits of the business's number. */
  readonly business: string;
  onClose(): void;
}

/** By which a person and a business make sure that nobody stands between them. */
export function SafetyNumber({ device, business, onClose }: SafetyNumberProps): ReactNode {
  const [found, setFound] = useState<Verification | Fault | null>(null);
  useEffect(() => {
    device.verification(business).then(setFound, (error: unknown) => setFound(deviceFault(error)));
  }, [device, business]);
  return (
    <Modal opened onClose={onClose} title="Safety number" centered lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': 'Close' }}>
      {found === null && <Skeleton height={300} />}
      {found !== null && 'fix' in found && <FaultNotice fault={found} />}
      {found !== null && 'qr' in found && (
        <Stack align="center">
          <QrCode text={found.qr} />
          <div className="safety" role="group" aria-label="Safety number">
            {groupsOf(found.safetyNumber).map((group, at) => (
              <span key={at}>{group}</span>
            ))}
          </div>
          <Text size="sm">It is the same at the business’s end while nobody stands between you. Compare it with them by another way than this one.</Text>
          {found.keyChanges > 0 && <Text size="sm" c="red">The business’s key has changed {found.keyChanges === 1 ? 'once' : `${found.keyChanges} times`} since you first wrote. Compare the number again.</Text>}
        </Stack>
      )}
    </Modal>
  );
}

function QrCode({ text }: { readonly text: string }): ReactNode {
  const rows = encodeQR(text, 'raw', { ecc: 'medium' });
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg viewBox={`0 0 ${rows.length} ${rows.length}`} className="qr" role="img" aria-label="The safety number as a QR code" shapeRendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

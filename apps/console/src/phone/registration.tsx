import { Button, Stack, Text, TextInput } from '@mantine/core';
import type { Device } from '@parley/sdk';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Fault } from '../api/fault.js';
import { FaultNotice } from '../frame/states.js';
import { suggestedNumber } from './phone.js';
import { deviceFault } from './use-device.js';

interface RegistrationProps {
  readonly device: Device;
  /** The code of the sandbox where it is known. */
  readonly code: string | null;
  /** The number that has another phone already: this one can take it over. Null for a new one. */
  readonly taken: string | null;
  onDone(): void;
  onForget(): void;
}

/** Makes this browser the phone of a number. */
export function Registration({ device, code: known, taken, onDone, onForget }: RegistrationProps): ReactNode {
  const [number, setNumber] = useState(() => suggestedNumber(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0));
  const [code, setCode] = useState(known ?? '');
  const [name, setName] = useState('Ada');
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    const registering = taken === null ? device.register(number, code, name) : device.register(taken, code, name, { takeOver: true });
    registering.then(onDone, (error: unknown) => setFault(deviceFault(error))).finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className="registration">
      <Stack gap="sm">
        <Text fw={600}>{taken === null ? 'Make this browser a phone' : `+${taken} has another phone`}</Text>
        <Text size="sm" c="dimmed">
          {taken === null ? 'Its keys are made here and stay here. The number is one that nobody has.' : 'Take the number over: the other phone ends, and the business sees another safety number. Or begin with another number.'}
        </Text>
        {fault && <FaultNotice fault={fault} />}
        {taken === null && <TextInput label="Phone number" type="tel" required value={number} onChange={(event) => setNumber(event.currentTarget.value)} />}
        <TextInput label="Code" description="In the sandbox, npm start prints it." required value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        {taken === null && <TextInput label="Your name" description="Told to businesses, sealed." value={name} onChange={(event) => setName(event.currentTarget.value)} />}
        <Button type="submit" loading={isBusy}>{taken === null ? 'Register' : 'Take it over'}</Button>
        {taken !== null && <Button variant="default" onClick={onForget}>Use another number</Button>}
      </Stack>
    </form>
  );
}

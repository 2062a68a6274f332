import { Alert, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Fault } from '../api/fault.js';
import type { Asked } from './asked.js';

/** What went wrong, why, and what to do. */
export function FaultNotice({ fault, again }: { readonly fault: Fault; readonly again?: () => void }): ReactNode {
  return (
    <Alert color="red" variant="outline" title={fault.title} role="alert" className="fault">
      <Text size="sm">{fault.detail}</Text>
      <Text size="sm" mt={4}>
        <strong>Fix:</strong> {fault.fix}
      </Text>
      {again && (
        <Button size="xs" mt="sm" variant="default" onClick={again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

export function Nothing({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <Stack align="center" justify="center" gap={4} className="nothing">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" ta="center" maw={460}>
        {children}
      </Text>
    </Stack>
  );
}

export function Loading({ height, what }: { readonly height: number; readonly what: string }): ReactNode {
  return (
    <div role="status" aria-label={`Loading ${what}`}>
      <Skeleton height={height} radius="md" />
    </div>
  );
}

interface AskedProps<T> {
  readonly asked: Asked<T>;
  readonly what: string;
  readonly height: number;
  readonly children: (value: T, receivedAtMs: number) => ReactNode;
}

/** The answer, or what stands in its place until it comes. */
export function WhenAsked<T>({ asked, what, height, children }: AskedProps<T>): ReactNode {
  switch (asked.state) {
    case 'loading':
      return <Loading height={height} what={what} />;
    case 'failed':
      return <FaultNotice fault={asked.fault} again={asked.again} />;
    case 'ready':
      return (
        <div aria-busy={asked.stale} className={asked.stale ? 'stale' : undefined}>
          {children(asked.value, asked.receivedAtMs)}
        </div>
      );
    default:
      return asked satisfies never;
  }
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** One number that matters, with its name. */
export function Figure({ name, value, note }: FigureProps): ReactNode {
  return (
    <Paper withBorder p="md" className="figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
      {note !== undefined && <dd className="note">{note}</dd>}
    </Paper>
  );
}

export function Figures({ children }: { readonly children: ReactNode }): ReactNode {
  return <dl className="figures">{children}</dl>;
}

interface PanelProps {
  readonly title: string;
  readonly about?: string | undefined;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ title, about, aside, children }: PanelProps): ReactNode {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} className="panel">
      <Group justify="space-between" align="flex-start" mb="sm">
        <div>
          <Title order={2} size="h5">
            {title}
          </Title>
          {about !== undefined && (
            <Text size="xs" c="dimmed">
              {about}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}

import type { Instant } from '@parley/contracts';

/** 2026-10-05T09:00:00Z, to the second, as webhooks tell time. */
export function at(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** How long from one instant to another: "35 s", and with hours from two minutes on. */
export function apart(from: Instant, to: Instant): string {
  const seconds = Math.round(Math.abs(to - from) / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return `${seconds} s (${hours} h ${minutes} min)`;
}

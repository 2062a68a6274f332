/** How far some work is. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

const barWidth = 24;

/** One line: a bar, the share, the rate per second and the time left, as far as they can be told. */
export function progressLine({ label, done, total, elapsedMs }: Progress): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const perSecond = elapsedMs < 200 ? null : (done * 1_000) / elapsedMs;
  const rate = perSecond === null ? '' : `, ${grouped(perSecond)}/s`;
  const left = perSecond === null || perSecond === 0 || done >= total ? '' : `, ${timeLeft((total - done) / perSecond)} left`;
  return `${label} ${bar} ${Math.floor(share * 100)} %${rate}${left}`;
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** 12345.6 → "12,346". */
export function grouped(count: number): string {
  return Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

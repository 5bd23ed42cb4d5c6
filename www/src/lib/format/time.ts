// Points and spans of time. The core counts in whole microseconds; people read seconds.

/** Seconds from microseconds. */
export const seconds = (micros: number): number => micros / 1e6;

/** A point in a clip: `2.083 s`, from a minute on `1:02.083`. */
export function formatMoment(micros: number, locale: string): string {
  const total = seconds(micros);
  const magnitude = Math.abs(total);
  if (magnitude < 60) {
    const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(total);
    return `${number}\u00a0s`;
  }
  const minutes = Math.trunc(magnitude / 60);
  const rest = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return `${total < 0 ? '−' : ''}${minutes}:${rest.format(magnitude - minutes * 60)}`;
}

/** Seconds without their unit, for a column whose head names it. */
export function formatSeconds(secs: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(secs);
}

/** How long something lasts: `4.0 s`, `2:05`. */
export function formatSpan(secs: number, locale: string): string {
  if (secs < 60) {
    return `${formatSeconds(secs, locale)}\u00a0s`;
  }
  const whole = Math.round(secs);
  return `${Math.trunc(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A date and time of day, in the visitor's zone. */
export function formatDate(iso: string, locale: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

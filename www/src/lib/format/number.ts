// Numbers as words of the visitor's language. Nothing here rounds a value that is stored or exported.

/** A score or a curve's value: four significant digits, plain zeros kept short. */
export function formatValue(value: number, locale: string): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e7)) return scientific(value, locale);
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: magnitude >= 1000 ? 6 : 4 }).format(value);
}

const SUPERSCRIPTS: Record<string, string> = Object.fromEntries([...'-0123456789'].map((digit, i) => [digit, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[i] ?? '']));

/** As people write it: 3.46×10⁻⁶. */
function scientific(value: number, locale: string): string {
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const mantissa = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value / 10 ** exponent);
  return `${mantissa}×10${[...String(exponent)].map((digit) => SUPERSCRIPTS[digit]).join('')}`;
}

/** A difference, always with its sign. */
export function formatDelta(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' }).format(value);
}

/** A statistic such as a correlation: three decimals. */
export function formatStatistic(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 3 }).format(value);
}

/** A share as a whole percentage. */
export function formatPercent(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** A count. */
export function formatCount(count: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** A file's size in decimal units, as file managers show it. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let power = 0;
  let scaled = bytes;
  while (scaled >= 1000 && power < units.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  const unit = units[power] ?? 'byte';
  // Written out, a language would want its plural: the sign is the same in all.
  if (power === 0) return `${new Intl.NumberFormat(locale).format(bytes)} B`;
  const digits = scaled >= 100 ? 0 : 1;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(scaled);
}

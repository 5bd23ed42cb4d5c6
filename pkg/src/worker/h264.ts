/**
 * The range flag in H.264's sequence parameter set, which mediabunny does not tell from its absence.
 *
 * Syntax: ITU-T H.264, clauses 7.3.2.1.1 and E.1.1.
 */

import { BitReader, unescapeNal } from './bits.js';

const PROFILES_WITH_CHROMA = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244]);

/** What the first parameter set of an `avcC` record says; `undefined` when it says nothing or is damaged. */
export function fullRangeFlag(avcc: Uint8Array): boolean | undefined {
  const nal = firstSps(avcc);
  try {
    return nal && readFlag(new BitReader(unescapeNal(nal)));
  } catch {
    return undefined;
  }
}

/** ISO/IEC 14496-15, 5.3.3: five bytes, the number of parameter sets, then each with its length. */
function firstSps(avcc: Uint8Array): Uint8Array | undefined {
  const count = (avcc[5] ?? 0) & 0x1f;
  const length = ((avcc[6] ?? 0) << 8) | (avcc[7] ?? 0);
  return count > 0 ? avcc.subarray(8, 8 + length) : undefined;
}

function readFlag(bits: BitReader): boolean | undefined {
  if ((bits.bits(8) & 0x1f) !== 7) return undefined;
  const profile = bits.bits(8);
  bits.bits(16);
  bits.unsigned();
  if (PROFILES_WITH_CHROMA.has(profile)) skipChromaFormat(bits);
  bits.unsigned();
  skipPictureOrder(bits);
  bits.unsigned();
  bits.bit();
  bits.unsigned();
  bits.unsigned();
  const framesOnly = bits.flag();
  if (!framesOnly) bits.bit();
  bits.bit();
  const cropped = bits.flag();
  if (cropped) for (let side = 0; side < 4; side += 1) bits.unsigned();

  // Usability information: pixel aspect ratio, overscan, then the signal type with the flag.
  const hasUsabilityInformation = bits.flag();
  if (!hasUsabilityInformation) return undefined;
  if (bits.flag() && bits.bits(8) === 255) bits.bits(32);
  if (bits.flag()) bits.bit();
  const hasSignalType = bits.flag();
  if (!hasSignalType) return undefined;
  bits.bits(3);
  return bits.flag();
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsigned();
  if (type === 0) bits.unsigned();
  if (type !== 1) return;
  bits.bit();
  bits.signed();
  bits.signed();
  for (let left = bits.unsigned(); left > 0; left -= 1) bits.signed();
}

function skipChromaFormat(bits: BitReader): void {
  const chroma = bits.unsigned();
  if (chroma === 3) bits.bit();
  bits.unsigned();
  bits.unsigned();
  bits.bit();
  const hasScaling = bits.flag();
  if (!hasScaling) return;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
    if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
  }
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index += 1) {
    if (next !== 0) next = (last + bits.signed() + 256) % 256;
    if (next !== 0) last = next;
  }
}

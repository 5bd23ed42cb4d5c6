/** Bits of a raw byte sequence payload, most significant first, with H.264's Exp-Golomb codes (clause 9.1). */

/** Reads bits. Reading past the end throws a `RangeError`. */
export class BitReader {
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  bit(): 0 | 1 {
    const byte = this.bytes[this.position >> 3];
    if (byte === undefined) throw new RangeError('the bits end early');
    const bit = (byte >> (7 - (this.position & 7))) & 1;
    this.position += 1;
    return bit as 0 | 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }

  /** ue(v) */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 32) throw new RangeError('an Exp-Golomb code is too long');
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** Removes the emulation prevention bytes of a NAL unit (clause 7.4.1). */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  const plain: number[] = [];
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    plain.push(byte);
  }
  return Uint8Array.from(plain);
}

/**
 * Decoded pictures as bytes: the visible rectangle in the decoder's own layout, planes packed tightly.
 *
 * The coded picture is larger than the visible one (738 lines for a 720-line clip); its margin never gets here. Only where
 * the browser does not let planes be read is a picture converted to RGBA, and then the reason is kept.
 */

/** The layouts that the core takes besides RGBA: chroma shifts, alpha plane, bytes per value. */
const LAYOUTS: Readonly<Record<string, { across: 0 | 1; down: 0 | 1; alpha?: true; wide?: true; interleaved?: true }>> = {
  I420: { across: 1, down: 1 },
  I420P10: { across: 1, down: 1, wide: true },
  I420P12: { across: 1, down: 1, wide: true },
  I420A: { across: 1, down: 1, alpha: true },
  I422: { across: 1, down: 0 },
  I422P10: { across: 1, down: 0, wide: true },
  I422P12: { across: 1, down: 0, wide: true },
  I422A: { across: 1, down: 0, alpha: true },
  I444: { across: 0, down: 0 },
  I444P10: { across: 0, down: 0, wide: true },
  I444P12: { across: 0, down: 0, wide: true },
  I444A: { across: 0, down: 0, alpha: true },
  NV12: { across: 1, down: 1, interleaved: true },
};

/** Where the planes of a picture lie in its bytes, as `copyTo` wants it. */
export function tightLayout(format: string, width: number, height: number): { planes: PlaneLayout[]; bytes: number } | null {
  const shape = LAYOUTS[format];
  if (!shape) return null;
  const unit = shape.wide ? 2 : 1;
  const chromaWidth = Math.ceil(width / (1 << shape.across));
  const chromaHeight = Math.ceil(height / (1 << shape.down));
  const sizes = [{ row: width * unit, rows: height }];
  if (shape.interleaved) {
    sizes.push({ row: chromaWidth * 2 * unit, rows: chromaHeight });
  } else {
    const chroma = { row: chromaWidth * unit, rows: chromaHeight };
    sizes.push(chroma, chroma);
  }
  if (shape.alpha) sizes.push({ row: width * unit, rows: height });
  let bytes = 0;
  const planes = sizes.map(({ row, rows }) => {
    const plane = { offset: bytes, stride: row };
    bytes += row * rows;
    return plane;
  });
  return { planes, bytes };
}

/** One picture's bytes. Its buffer goes back to the {@link PlaneReader} when they were used. */
export interface Picture {
  timestamp: number;
  format: string;
  width: number;
  height: number;
  data: Uint8Array<ArrayBuffer>;
  /** Why the browser's RGBA had to do; `undefined` for planes. */
  fallback: string | undefined;
}

/** Pictures that are out at once; of very large ones, fewer. */
const MOST_OUT = 6;
const MOST_OUT_BYTES = 128 * 2 ** 20;
const LEAST_OUT = 2;

/** Copies frames out of the decoder, into buffers that go round: so few are out at once that memory stays flat. */
export class PlaneReader {
  private readonly free: ArrayBuffer[] = [];
  private out = 0;
  private most = MOST_OUT;
  private fallback: string | undefined;
  private returned: () => void = () => undefined;

  /** Resolves when one more picture may be read. */
  async room(): Promise<void> {
    while (this.out >= this.most) {
      await new Promise<void>((resolve) => {
        this.returned = resolve;
      });
    }
  }

  /** Takes a picture's buffer back. */
  giveBack(buffer: ArrayBuffer): void {
    this.out -= 1;
    this.free.push(buffer);
    this.returned();
  }

  /** Copies the frame's visible rectangle and closes the frame, also when copying fails. */
  async read(frame: VideoFrame): Promise<Picture> {
    this.out += 1;
    try {
      const { width, height } = visibleSize(frame);
      const timestamp = frame.timestamp;
      const planes = this.fallback === undefined ? await this.readPlanes(frame, width, height) : null;
      if (planes) return { timestamp, width, height, ...planes, fallback: undefined };
      const data = this.buffer(width * height * 4);
      await frame.copyTo(data, { format: 'RGBA', colorSpace: 'srgb', layout: [{ offset: 0, stride: width * 4 }] });
      return { timestamp, width, height, format: 'RGBA', data, fallback: this.fallback };
    } finally {
      frame.close();
    }
  }

  private async readPlanes(frame: VideoFrame, width: number, height: number): Promise<Pick<Picture, 'format' | 'data'> | null> {
    const format = frame.format as string | null;
    const layout = format === null ? null : tightLayout(format, width, height);
    if (format === null || !layout) {
      this.fallback = format === null ? 'the browser does not say how the frames are laid out' : `the frames are ${format}`;
      return null;
    }
    try {
      const data = this.buffer(layout.bytes);
      await frame.copyTo(data, { layout: layout.planes });
      return { format, data };
    } catch (thrown) {
      this.fallback = thrown instanceof Error ? thrown.message : String(thrown);
      return null;
    }
  }

  private buffer(bytes: number): Uint8Array<ArrayBuffer> {
    this.most = Math.min(MOST_OUT, Math.max(LEAST_OUT, Math.floor(MOST_OUT_BYTES / bytes)));
    const buffer = this.free.pop();
    return buffer?.byteLength === bytes ? new Uint8Array(buffer) : new Uint8Array(bytes);
  }
}

/** The size of the visible rectangle, in pixels. */
export function visibleSize(frame: VideoFrame): { width: number; height: number } {
  const rect = frame.visibleRect;
  return rect ? { width: rect.width, height: rect.height } : { width: frame.codedWidth, height: frame.codedHeight };
}

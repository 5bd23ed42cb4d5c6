/**
 * Colour tags of the container, or of the codec's header inside it.
 *
 * Never taken from `VideoFrame.colorSpace`: Chromium reports BT.709 for clips that carry no tags at all.
 */

import type { InputVideoTrack } from 'mediabunny';

import type { ColorTags, Matrix } from '../generated/event.js';
import { fullRangeFlag } from './h264.js';

/** The tags as the report carries them. What is not tagged is left out. */
export async function colorTags(track: InputVideoTrack, codec: string, config: VideoDecoderConfig): Promise<ColorTags> {
  const space = await track.getColorSpace();
  const tags: ColorTags = {};
  if (space.primaries) tags.primaries = space.primaries;
  if (space.transfer) tags.transfer = space.transfer;
  const matrix = matrixOf(space.matrix);
  if (matrix) tags.matrix = matrix;
  const full = rangeFlag(codec, config, space);
  if (full !== undefined) tags.range = full ? 'full' : 'limited';
  return tags;
}

function matrixOf(name: string | null | undefined): Matrix | undefined {
  switch (name) {
    case 'bt709':
      return 'bt709';
    case 'smpte170m':
    case 'bt470bg':
      return 'bt601';
    case 'bt2020-ncl':
      return 'bt2020';
    case 'rgb':
      return 'identity';
    default:
      return undefined;
  }
}

/**
 * The range flag, where the clip carries one.
 *
 * mediabunny says `false` both for "limited" and for headers without the flag. VP9 and AV1 always carry it; for H.264 the
 * header is read again; elsewhere a flag is taken as given when other tags stand beside it.
 */
function rangeFlag(codec: string, config: VideoDecoderConfig, space: VideoColorSpaceInit): boolean | undefined {
  if (space.fullRange === true) return true;
  if (space.fullRange == null) return undefined;
  if (codec === 'vp9' || codec === 'av1') return false;
  if (codec === 'avc' && config.description) {
    const flag = fullRangeFlag(bytesOf(config.description));
    if (flag !== undefined) return flag;
  }
  return space.primaries || space.transfer || space.matrix ? false : undefined;
}

/** A view of a buffer source's bytes. */
function bytesOf(source: AllowSharedBufferSource): Uint8Array {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}

/** Opens a clip: finds its video track, lists its frames, reads what a report says of it. Decodes nothing. */

import {
  BlobSource, Input, MATROSKA, MP4, QTFF, UnsupportedInputFormatError, WEBM, type InputVideoTrack,
} from 'mediabunny';

import type { ColorTags } from '../generated/event.js';
import { readBytes } from './bytes.js';
import { ClipError, wordsOf } from './clip-error.js';
import { colorTags } from './color.js';
import { whole } from './ebml.js';
import { fragmentsOnly, readStructure, type IsoStructure } from './iso.js';
import { TrackPackets } from './packets.js';
import { HEAD_BYTES, recognise } from './sniff.js';
import { Timeline } from './timeline.js';

/** The largest picture that is decoded, in pixels: 8192 × 8192. The native program has the same limit. */
export const MAX_PIXELS = 67_108_864;

/** By how much a whole file may say that it is longer: containers round, and the sound may end after the picture. */
const LOST_SECS = 0.2;

/** The most of a file that is kept in memory: it is near, and is read from its beginning to its end. */
const CACHED_BYTES = 2 * 2 ** 20;

/** A clip that can be decoded. */
export interface OpenClip {
  container: string;
  codec: string;
  width: number;
  height: number;
  rotation: number;
  color: ColorTags;
  /** When each frame is shown, in integer microseconds, ascending. */
  timestamps: number[];
  durationSecs: number;
  config: VideoDecoderConfig;
  packets: TrackPackets;
  timeline: Timeline;
  /** In words, what is missing at the file's end; `null` when the file is whole or does not tell. */
  cutOff: string | null;
  /** Whether frames are missing even from the list. */
  lost: boolean;
  close(): void;
}

/** Opens a clip. `onStep` is called now and then while packets are listed; it may throw to stop.
 *
 * @throws {ClipError} with the cause.
 */
export async function openClip(blob: Blob, onStep: () => Promise<void>): Promise<OpenClip> {
  const reading = new Reading();
  try {
    return await open(blob, reading, onStep);
  } catch (thrown) {
    reading.close();
    if (thrown instanceof ClipError) throw thrown.with(reading);
    if (thrown instanceof DOMException) throw thrown;
    throw new ClipError('damaged-container', wordsOf(thrown), reading);
  }
}

/** What is known while a clip is being opened, and what has to be closed. */
class Reading {
  container?: string;
  codec?: string;
  private readonly inputs: Input[] = [];

  input(blob: Blob): Input {
    const input = new Input({ formats: [MP4, QTFF, MATROSKA, WEBM], source: new BlobSource(blob, { maxCacheSize: CACHED_BYTES }) });
    this.inputs.push(input);
    return input;
  }

  close(): void {
    for (const input of this.inputs) input.dispose();
  }
}

async function sniff(blob: Blob): Promise<'iso' | 'ebml'> {
  if (blob.size === 0) throw new ClipError('empty-file');
  let head: DataView;
  try {
    head = await readBytes(blob, 0, HEAD_BYTES);
  } catch (thrown) {
    throw new ClipError('unreadable', wordsOf(thrown));
  }
  const content = recognise(new Uint8Array(head.buffer));
  if (content.kind === 'iso' || content.kind === 'ebml') return content.kind;
  throw new ClipError('not-a-video', content.kind === 'movie' ? `it is ${content.label}` : '');
}

async function open(original: Blob, reading: Reading, onStep: () => Promise<void>): Promise<OpenClip> {
  const content = await sniff(original);
  reading.container = content === 'iso' ? 'mp4' : 'mkv';
  const structure = content === 'iso' ? await readStructure(original) : null;
  const { blob, cutOff, lost } = structure
    ? { blob: original, cutOff: structure.cutOff, lost: false }
    : await whole(original);
  const input = reading.input(blob);
  reading.container = await containerName(input, cutOff);

  const tracks = await input.getTracks();
  const track = await pickVideo(tracks.filter((candidate) => candidate.isVideoTrack()));
  if (!track) {
    if (tracks.length === 0) throw new ClipError('damaged-container', cutOff ?? 'it lists no track');
    throw new ClipError('no-video-track');
  }
  const codec = await track.getCodec();
  reading.codec = codec ?? codecIdText(await track.getInternalCodecId());
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  checkSize(width, height);
  const config = codec === null ? null : await track.getDecoderConfig();
  if (!config) throw new ClipError('unsupported-codec', reading.codec);
  const decoderConfig = await supported(config);

  const packets = new TrackPackets([track, ...(await fragmentTracks(blob, structure, track, reading))]);
  const timeline = await Timeline.read(blob, structure, track, packets, onStep);
  if (timeline.timestamps.length === 0) throw new ClipError('damaged-container', cutOff ?? 'it lists no frame');
  const missingSecs = cutOff === null ? 0 : await missing(track, timeline);

  return {
    container: reading.container,
    codec: reading.codec,
    width,
    height,
    rotation: (await track.getRotation()) % 360,
    color: await colorTags(track, reading.codec, config),
    timestamps: timeline.timestamps,
    durationSecs: timeline.durationSecs + missingSecs,
    lost: lost || missingSecs > LOST_SECS,
    config: decoderConfig,
    packets,
    timeline,
    cutOff,
    close: () => {
      reading.close();
    },
  };
}

/** The same track in the file's fragments, where its index lists frames as well. */
async function fragmentTracks(
  blob: Blob,
  structure: IsoStructure | null,
  track: InputVideoTrack,
  reading: Reading,
): Promise<InputVideoTrack[]> {
  if (!structure?.moov || !structure.fragmented) return [];
  const rest = await fragmentsOnly(blob, structure.moov);
  const tracks = rest ? await reading.input(rest).getVideoTracks() : [];
  return tracks.filter((candidate) => candidate.id === track.id);
}

/** How much longer a cut-off file says it is than its list of frames, in seconds. */
async function missing(track: InputVideoTrack, timeline: Timeline): Promise<number> {
  const saidEnd = await track.getDurationFromMetadata().catch(() => null);
  const listedEnd = (timeline.timestamps[0] ?? 0) / 1e6 + timeline.durationSecs;
  return saidEnd === null ? 0 : Math.max(0, saidEnd - listedEnd);
}

async function containerName(input: Input, cutOff: string | null): Promise<string> {
  try {
    const format = await input.getFormat();
    return format === WEBM ? 'webm' : format === MATROSKA ? 'mkv' : format === QTFF ? 'mov' : 'mp4';
  } catch (thrown) {
    if (!(thrown instanceof UnsupportedInputFormatError)) throw thrown;
    throw new ClipError('damaged-container', cutOff ?? 'its first part is not that of an MP4, MOV, WebM or Matroska file');
  }
}

/** The first video track whose codec is known, else the first one. */
async function pickVideo(tracks: InputVideoTrack[]): Promise<InputVideoTrack | undefined> {
  for (const track of tracks) if ((await track.getCodec()) !== null) return track;
  return tracks[0];
}

function codecIdText(id: string | number | Uint8Array | null): string {
  if (id instanceof Uint8Array) return String.fromCharCode(...id);
  return id === null ? 'unknown' : String(id);
}

/** @throws {ClipError} when a picture of this size has no area or is too large. */
export function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new ClipError('no-picture', `${width}×${height}`);
  if (width * height > MAX_PIXELS) {
    const limit = Math.sqrt(MAX_PIXELS);
    throw new ClipError('picture-too-large', `${width}×${height}, the limit is ${limit}×${limit} or as many pixels`);
  }
}

/** Picks a decoder, one that gives planes if there is one. */
async function supported(config: VideoDecoderConfig): Promise<VideoDecoderConfig> {
  // Software decoders hand out the planes themselves; hardware frames may be readable only through a conversion.
  for (const hardwareAcceleration of ['prefer-software', 'no-preference'] as const) {
    const candidate = { ...config, hardwareAcceleration };
    const answer = await VideoDecoder.isConfigSupported(candidate).catch(() => null);
    if (answer?.supported) return candidate;
  }
  throw new ClipError('unsupported-codec', config.codec);
}

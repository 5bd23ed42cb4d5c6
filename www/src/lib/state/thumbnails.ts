// Small pictures of clips, drawn once each from the middle of the clip, two at a time, as `data:` addresses.

import { FrameGrabber } from './frames';
import { session } from './session.svelte';

const SIZE = 320;
const QUALITY = 0.8;
const MOST_KEPT = 800;
const AT_ONCE = 2;

interface Kept {
  /** The file, or the sample that it comes from. */
  source: Blob | string;
  picture: Promise<string | null>;
}

const kept = new Map<string, Kept>();
const waiting: (() => void)[] = [];
let busy = 0;

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (busy >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  busy += 1;
  try {
    return await work();
  } finally {
    busy -= 1;
    waiting.shift()?.();
  }
}

async function draw(name: string, micros: number, startMicros: number): Promise<string | null> {
  const blob = await session.fileOf(name);
  if (blob === null) return null;
  const url = URL.createObjectURL(blob);
  const grabber = new FrameGrabber(url);
  try {
    const picture = await grabber.grab({ micros, startMicros, size: SIZE });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    picture.close();
    return canvas.toDataURL('image/jpeg', QUALITY);
  } catch {
    // The browser's player cannot show every container that can be judged.
    return null;
  } finally {
    grabber.close();
    URL.revokeObjectURL(url);
  }
}

/** A picture of a clip; null where its file is not at hand or cannot be shown. */
export function thumbnail(name: string): Promise<string | null> {
  if (!session.hasFile(name)) return Promise.resolve(null);
  const source = session.blobOf(name) ?? name;
  const known = kept.get(name);
  if (known?.source === source) return known.picture;
  const times = session.row(name)?.info?.timestamps ?? [];
  const picture = inTurn(() => draw(name, times[Math.floor(times.length / 2)] ?? 0, times[0] ?? 0));
  kept.delete(name);
  kept.set(name, { source, picture });
  const oldest = kept.keys().next();
  if (kept.size > MOST_KEPT && oldest.done !== true) kept.delete(oldest.value);
  return picture;
}

/** Pictures of the first clips, for a page that is saved. */
export async function picturesOf(names: readonly string[], most: number): Promise<Record<string, string>> {
  const found = await Promise.all(names.slice(0, most).map(async (name) => [name, await thumbnail(name)] as const));
  return Object.fromEntries(found.flatMap(([name, picture]) => (picture === null ? [] : [[name, picture]])));
}

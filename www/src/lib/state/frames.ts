// Still pictures out of a video, one after the other, through one hidden player per clip.

export interface Still {
  /** When, in the clip's own time, in microseconds. */
  micros: number;
  /** When the clip's first frame is shown, in microseconds. */
  startMicros: number;
  /** The longer side of the picture, in pixels. */
  size: number;
}

const TIMEOUT_MS = 8000;

function once(video: HTMLVideoElement, event: string, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const timer = setTimeout(() => {
      done.abort();
      reject(new Error(`no ${event} within ${TIMEOUT_MS} ms`));
    }, TIMEOUT_MS);
    const settle = (act: () => void) => () => {
      clearTimeout(timer);
      done.abort();
      act();
    };
    video.addEventListener(event, settle(resolve), { signal: done.signal });
    video.addEventListener('error', settle(() => { reject(new Error(video.error?.message ?? 'the video cannot be shown')); }), { signal: done.signal });
    start();
  });
}

/** Draws frames of one video. `close` it when the clip leaves the screen. */
export class FrameGrabber {
  readonly #url: string;
  #video: Promise<HTMLVideoElement> | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** The picture that is shown at this time. */
  grab(still: Still): Promise<ImageBitmap> {
    const picture = this.#queue.then(() => this.#draw(still));
    this.#queue = picture.catch(() => undefined);
    return picture;
  }

  close(): void {
    this.#closed = true;
    void this.#video?.then((video) => {
      video.removeAttribute('src');
      video.load();
    }, () => undefined);
  }

  #open(): Promise<HTMLVideoElement> {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    return once(video, 'loadeddata', () => { video.src = this.#url; }).then(() => video);
  }

  async #draw({ micros, startMicros, size }: Still): Promise<ImageBitmap> {
    if (this.#closed) throw new Error('closed');
    this.#video ??= this.#open();
    const video = await this.#video;
    // A browser's player counts from the clip's first frame; a millisecond leads safely into the frame.
    const at = Math.max((micros - startMicros) / 1e6, 0) + 0.001;
    if (Math.abs(video.currentTime - at) > 1e-4) await once(video, 'seeked', () => { video.currentTime = at; });
    const scale = Math.min(size / Math.max(video.videoWidth, video.videoHeight), 1);
    return createImageBitmap(video, {
      resizeWidth: Math.max(Math.round(video.videoWidth * scale), 1),
      resizeHeight: Math.max(Math.round(video.videoHeight * scale), 1),
      resizeQuality: 'medium',
    });
  }
}

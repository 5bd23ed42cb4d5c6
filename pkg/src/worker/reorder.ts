/**
 * Puts decoded frames into order of presentation by their timestamps.
 *
 * WebCodecs asks decoders for that order, but not every browser keeps to it. The container's list says which frame comes
 * next; a frame that is early waits, a few at most, so that a frame which never comes cannot hold up the rest.
 */

/** How many early frames wait for a missing one. */
const WAITING_LIMIT = 4;

export class PresentationOrder<T extends { timestamp: number }> {
  private readonly waiting: T[] = [];
  private next = 0;

  /** `listed`: the container's timestamps in ascending order. */
  constructor(private readonly listed: readonly number[]) {}

  /** Takes a frame; returns those whose turn has come. */
  add(frame: T): T[] {
    const at = this.waiting.findLastIndex((other) => other.timestamp <= frame.timestamp) + 1;
    this.waiting.splice(at, 0, frame);
    return this.release(WAITING_LIMIT);
  }

  /** Everything that still waits: nothing more will come. */
  drain(): T[] {
    return this.release(0);
  }

  private release(limit: number): T[] {
    const due: T[] = [];
    for (let first = this.waiting[0]; first; first = this.waiting[0]) {
      const expected = this.listed[this.next];
      if (expected !== undefined && first.timestamp > expected && this.waiting.length <= limit) break;
      this.waiting.shift();
      due.push(first);
      while ((this.listed[this.next] ?? Infinity) <= first.timestamp) this.next += 1;
    }
    return due;
  }
}

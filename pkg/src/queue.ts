/** A queue that is read as an async iterable: what is pushed waits until it is read, however slow the reader. */

export class EventQueue<T> implements AsyncIterator<T, undefined> {
  private readonly items: T[] = [];
  private waiting: { resolve: (result: IteratorResult<T, undefined>) => void; reject: (reason: unknown) => void } | null = null;
  private end: { failed: false } | { failed: true; reason: unknown } | null = null;

  /** `onReturn` is called when the reader stops before the end. */
  constructor(private readonly onReturn: () => void) {}

  push(item: T): void {
    if (this.end) return;
    if (this.waiting) {
      this.waiting.resolve({ value: item, done: false });
      this.waiting = null;
    } else {
      this.items.push(item);
    }
  }

  finish(): void {
    this.close({ failed: false });
  }

  fail(reason: unknown): void {
    this.close({ failed: true, reason });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const [item] = this.items.splice(0, 1);
    if (item !== undefined) return Promise.resolve({ value: item, done: false });
    if (this.end?.failed) {
      const { reason } = this.end;
      this.end = { failed: false };
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort signal's reason may be anything
      return Promise.reject(reason);
    }
    if (this.end) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.items.length = 0;
    if (!this.end) {
      this.end = { failed: false };
      this.onReturn();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  private close(end: { failed: false } | { failed: true; reason: unknown }): void {
    if (this.end) return;
    this.end = end;
    if (!this.waiting) return;
    if (end.failed) this.waiting.reject(end.reason);
    else this.waiting.resolve({ value: undefined, done: true });
    if (end.failed) this.end = { failed: false };
    this.waiting = null;
  }
}

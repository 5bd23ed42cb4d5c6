// A long list of which only the part on the screen exists, by TanStack Virtual.

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer, type VirtualItem } from '@tanstack/virtual-core';

export interface VirtualOptions {
  count: number;
  /** The height of an item before it is measured, in pixels. */
  estimate: number;
  /** Items beyond the edges of the screen. */
  overscan: number;
  /** What an item is, so that its measured height stays with it when the order changes. */
  key: (index: number) => string | number;
}

export class VirtualList {
  /** The items that exist. */
  items = $state.raw<VirtualItem[]>([]);
  /** The height of all items, in pixels. */
  total = $state(0);

  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #scroller: HTMLElement | null = null;

  constructor(options: VirtualOptions) {
    this.#virtualizer = new Virtualizer(this.#settings(options));
  }

  /** Ties the list to the element that scrolls; returns the way to untie it. */
  attach(scroller: HTMLElement): () => void {
    this.#scroller = scroller;
    const clean = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.#read();
    return () => {
      clean();
      this.#scroller = null;
    };
  }

  update(options: VirtualOptions): void {
    this.#virtualizer.setOptions(this.#settings(options));
    this.#virtualizer._willUpdate();
    this.#read();
  }

  /** For `use:`: takes an item's true height. Its place stands in `data-index`. */
  measure = (node: HTMLElement): { destroy: () => void } => {
    this.#virtualizer.measureElement(node);
    return { destroy: () => { this.#virtualizer.measureElement(null); } };
  };

  toStart(): void {
    if (this.#scroller !== null) this.#virtualizer.scrollToOffset(0);
  }

  /** The empty heights before and after the items that exist. */
  get before(): number {
    return this.items[0]?.start ?? 0;
  }

  get after(): number {
    return Math.max(this.total - (this.items.at(-1)?.end ?? 0), 0);
  }

  #settings({ count, estimate, overscan, key }: VirtualOptions): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count,
      overscan,
      estimateSize: () => estimate,
      getItemKey: key,
      getScrollElement: () => this.#scroller,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      // Before the element is there, a page's worth is made, so that the first picture is whole.
      initialRect: { width: 0, height: 800 },
      onChange: () => { this.#read(); },
    };
  }

  #read(): void {
    this.items = this.#virtualizer.getVirtualItems();
    this.total = this.#virtualizer.getTotalSize();
  }
}

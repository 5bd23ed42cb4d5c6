// Regions are given for the frame before rotation; the player shows it turned.

import type { Region } from 'reelcheck';

/** The region where it lies on the picture that is shown. */
export function turned({ x, y, width, height }: Region, rotation: number): Region {
  switch (rotation) {
    case 90:
      return { x: 1 - y - height, y: x, width: height, height: width };
    case 180:
      return { x: 1 - x - width, y: 1 - y - height, width, height };
    case 270:
      return { x: y, y: 1 - x - width, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}

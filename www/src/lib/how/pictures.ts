// Pictures that explain what a judge looks at, drawn over real frames of a sample.
//
// They show, they do not measure: every score comes from the core, at full size and exact. Frames here are small and as the
// browser's player paints them.

/** What is drawn. */
export type Picture = 'difference' | 'edges' | 'fine' | 'grid' | 'clipped' | 'opponent' | 'light' | 'ghost' | 'heat' | 'frames';

/** Which picture explains which judge; others show the two frames as they are. */
export const PICTURES: Readonly<Record<string, Picture>> = {
  temporal_flickering: 'difference',
  temporal_information: 'difference',
  frozen_frames: 'difference',
  scene_cuts: 'difference',
  spatial_information: 'edges',
  sharpness: 'fine',
  blockiness: 'grid',
  exposure: 'clipped',
  colorfulness: 'opponent',
  flashes: 'light',
  motion: 'ghost',
  dynamic_degree: 'ghost',
  plausibility: 'heat',
};

/** The formula of each judge, in symbols; its source stands on the judge's card. */
export const FORMULAS: Readonly<Record<string, readonly string[]>> = {
  temporal_flickering: ['d(t) = mean |I(t) − I(t−1)|', 'score = 1 − mean d(t) ÷ 255'],
  temporal_information: ['TI = max over t of std[ Y(t) − Y(t−1) ]'],
  spatial_information: ['SI = max over t of std[ √(Gx² + Gy²) ],  G = Sobel(Y(t))'],
  frozen_frames: ['frozen(t) ⇔ mean |Y(t) − Y(s)| ≤ 0.256,  s = start of the freeze', 'score = #frozen ÷ #frames'],
  scene_cuts: ['c(t) = mean( |ΔH|, |ΔS|, |ΔV| )', 'cut(t) ⇔ c(t) ≥ 27,  scenes ≥ 15 frames', 'score = #cuts'],
  sharpness: ['L = Y ∗ [0 1 0; 1 −4 1; 0 1 0]', 'score = mean over t of var(L)'],
  blockiness: ['g = strength of edges on a grid of period p,  3 ≤ p ≤ 24', 'score = mean over t of max over p of g(on the grid) ÷ g(off it)'],
  exposure: ['clipped ⇔ Y ≤ 2 or Y ≥ 252', 'score = mean over t of #clipped ÷ #pixels'],
  colorfulness: ['rg = R − G,  yb = (R + G) ÷ 2 − B', 'score = √(σrg² + σyb²) + 0.3 · √(μrg² + μyb²)'],
  flashes: ['flash = a rise and a fall of the relative luminance by ≥ 0.1, the darker state < 0.8', 'score = max flashes within 1 s over ¼ of the field'],
  plausibility: [
    'z(c, t) = what the network says of cell c at time t',
    'heat(c, t) = σ( z(c, t) ),  curve(t) = σ( smooth max over c of z(c, t) )',
    'score = max over windows of σ( ( smooth max over c, t of z + what the strongest cells hold ) ÷ T )',
  ],
  motion: ['v(t) = mean of the fastest 5 % of the optical flow', 'score = mean over t of v(t)'],
  subject_consistency: ['c(s,t) = max(0, cos(x(s), x(t))),  x = DINO', 'score = mean over t ≥ 1 of ( c(t−1,t) + c(0,t) ) ÷ 2'],
  background_consistency: ['c(s,t) = max(0, cos(x(s), x(t))),  x = CLIP', 'score = mean over t ≥ 1 of ( c(t−1,t) + c(0,t) ) ÷ 2'],
  dynamic_degree: ['v(t) = mean of the fastest 5 % of RAFT’s flow', 'score = 1 ⇔ #{ v(t) > 6 · min(H,W) ÷ 256 } ≥ round(4n ÷ 16)'],
  aesthetic_quality: ['score = mean over t of ( w · x(t) + b ) ÷ 10,  x = CLIP'],
  prompt_alignment: ['score = mean over t of cos( CLIP(frame t), CLIP(prompt) )'],
  appearance_style: ['score = mean over t of cos( CLIP(frame t), CLIP(style) )'],
  generated_look: ['p(t) = softmax( 100 · cos(x(t), “generated”), 100 · cos(x(t), “filmed”) )', 'score = mean over 16 frames of p(t)'],
  option_likeness: ['s(o) = mean over 16 frames of cos( CLIP(frame t), CLIP(option o) )', 'answer = argmax s,  score = largest s − second largest s'],
  static_filter: ['v(t) = mean of the fastest 2 % of RAFT’s flow,  θ = 3 · min(H,W) ÷ 256,  k = round(2n ÷ 16)', 'score = 1 ⇔ #{ v(t) > θ } ≤ k  and  v(first ↔ last) ≤ 2kθ'],
};

const luma = (data: Uint8ClampedArray, i: number): number => 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);

function eachPixel(a: ImageData, draw: (x: number, y: number, i: number) => readonly [number, number, number]): ImageData {
  const out = new ImageData(a.width, a.height);
  for (let y = 0; y < a.height; y += 1) {
    for (let x = 0; x < a.width; x += 1) {
      const i = (y * a.width + x) * 4;
      const [red, green, blue] = draw(x, y, i);
      out.data[i] = red;
      out.data[i + 1] = green;
      out.data[i + 2] = blue;
      out.data[i + 3] = 255;
    }
  }
  return out;
}

/** Draws the picture of two neighbouring frames. */
export function draw(picture: Picture, a: ImageData, b: ImageData): ImageData {
  const at = (x: number, y: number): number => {
    const column = Math.min(Math.max(x, 0), b.width - 1);
    const line = Math.min(Math.max(y, 0), b.height - 1);
    return luma(b.data, (line * b.width + column) * 4);
  };
  const grey = (value: number): readonly [number, number, number] => [value, value, value];
  switch (picture) {
    case 'difference':
      return eachPixel(b, (_, __, i) => {
        const part = (k: number): number => Math.abs((a.data[i + k] ?? 0) - (b.data[i + k] ?? 0)) * 3;
        return [part(0), part(1), part(2)];
      });
    case 'edges':
      return eachPixel(b, (x, y) => {
        const gx = at(x + 1, y - 1) + 2 * at(x + 1, y) + at(x + 1, y + 1) - at(x - 1, y - 1) - 2 * at(x - 1, y) - at(x - 1, y + 1);
        const gy = at(x - 1, y + 1) + 2 * at(x, y + 1) + at(x + 1, y + 1) - at(x - 1, y - 1) - 2 * at(x, y - 1) - at(x + 1, y - 1);
        return grey(Math.hypot(gx, gy) / 2);
      });
    case 'fine':
      return eachPixel(b, (x, y) => grey(128 + 3 * (at(x + 1, y) + at(x - 1, y) + at(x, y + 1) + at(x, y - 1) - 4 * at(x, y))));
    case 'grid':
      return eachPixel(b, (x, y, i) => {
        const step = Math.abs(at(x, y) - at(x - 1, y)) + Math.abs(at(x, y) - at(x, y - 1));
        const on = x % 8 === 0 || y % 8 === 0;
        const base = luma(b.data, i) / 3;
        return on ? [base + step * 4, base + 30, base] : [base, base + step * 4, base + step * 4];
      });
    case 'clipped':
      return eachPixel(b, (_, __, i) => {
        const y = luma(b.data, i);
        if (y >= 252) return [230, 90, 20];
        return y <= 2 ? [40, 90, 230] : grey(60 + y / 2);
      });
    case 'opponent':
      return eachPixel(b, (_, __, i) => {
        const [red, green, blue] = [b.data[i] ?? 0, b.data[i + 1] ?? 0, b.data[i + 2] ?? 0];
        const strength = Math.hypot(red - green, (red + green) / 2 - blue);
        const mix = Math.min(strength / 90, 1);
        return [40 + (red - 40) * mix, 40 + (green - 40) * mix, 40 + (blue - 40) * mix];
      });
    case 'light':
      return eachPixel(b, (_, __, i) => {
        const change = luma(b.data, i) - luma(a.data, i);
        const base = 40 + luma(b.data, i) / 4;
        return [base + Math.max(change, 0) * 4, base, base + Math.max(-change, 0) * 4];
      });
    case 'ghost':
      return eachPixel(b, (_, __, i) => [luma(a.data, i), luma(b.data, i), luma(b.data, i)]);
    case 'heat':
    case 'frames':
      return b;
  }
}

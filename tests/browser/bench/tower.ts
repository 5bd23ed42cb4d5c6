/** CLIP's picture tower with weights made up from a seed: a folder as Hugging Face publishes it, and ONNX graphs over it. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

import { folders } from '../places.ts';
import { clipGraph, type Measures, type Stored } from './onnx.ts';

/** The weights' file, under its published name. */
const WEIGHTS = 'model.safetensors';

/** Where everything is served. */
export interface Tower {
  /** What Reelcheck reads. */
  folder: { name: string; url: string }[];
  /** What onnxruntime-web reads beside the weights: one graph per batch. */
  graphs: { batch: number; url: string }[];
  weights: { path: string; url: string };
  remove(): void;
}

/** All tensors, each with its shape and the spread of its values. */
function tensors({ side, patch, width, inner, layers, projected }: Measures): [string, number[]][] {
  const prefix = 'vision_model';
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
  const linear = (name: string, inputs: number, outputs: number): [string, number[]][] => [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
  const layer = (name: string) => [
    ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].flatMap((part) => linear(`${name}.self_attn.${part}`, width, width)),
    ...linear(`${name}.mlp.fc1`, width, inner),
    ...linear(`${name}.mlp.fc2`, inner, width),
    ...norm(`${name}.layer_norm1`),
    ...norm(`${name}.layer_norm2`),
  ];
  return [
    [`${prefix}.embeddings.class_embedding`, [width]],
    [`${prefix}.embeddings.patch_embedding.weight`, [width, 3, patch, patch]],
    [`${prefix}.embeddings.position_embedding.weight`, [(side / patch) ** 2 + 1, width]],
    ...norm(`${prefix}.pre_layrnorm`),
    ...Array.from({ length: layers }, (_, index) => layer(`${prefix}.encoder.layers.${index}`)).flat(),
    ...norm(`${prefix}.post_layernorm`),
    ['visual_projection.weight', [projected, width]],
  ];
}

/** Values of even distribution with a mean of 0; those of a normalization's weight are about 1. */
function fill(name: string, shape: number[], seed: number): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  const inputs = count / (shape[0] ?? 1);
  // A spread that neither grows nor dies on its way through the layers.
  const spread = shape.length === 1 ? 0.1 : Math.sqrt(3 / inputs);
  const centre = name.includes('norm') && name.endsWith('.weight') ? 1 : 0;
  const values = new Float32Array(count);
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let index = 0; index < count; index += 1) {
    // Marsaglia's xorshift.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = centre + (spread * state) / 2 ** 31;
  }
  return values;
}

/** Makes the files. */
export function makeTower(measures: Measures, batches: number[]): Tower {
  const path = `${folders['/made/']}tower/`;
  const url = '/made/tower/';
  mkdirSync(path, { recursive: true });

  const facts = tensors(measures);
  const header: Record<string, { dtype: 'F32'; shape: number[]; data_offsets: [number, number] }> = {};
  let end = 0;
  for (const [name, shape] of facts) {
    const start = end;
    end += 4 * shape.reduce((product, side) => product * side, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const values = facts.map(([name, shape], index) => new Uint8Array(fill(name, shape, index).buffer));
  writeFileSync(path + WEIGHTS, Buffer.concat([length, json, ...values]));
  writeFileSync(`${path}config.json`, JSON.stringify({ projection_dim: measures.projected, vision_config: config(measures) }));

  const base = length.length + json.length;
  const stored = Object.entries(header).map(([name, { shape, data_offsets: [start] }]): [string, Stored] => [
    name,
    { shape, offset: base + start },
  ]);
  const graphs = batches.map((batch) => {
    const file = `batch-${batch}.onnx`;
    writeFileSync(path + file, clipGraph(batch, measures, WEIGHTS, new Map(stored)));
    return { batch, url: url + file };
  });
  return {
    folder: [WEIGHTS, 'config.json'].map((name) => ({ name, url: url + name })),
    graphs,
    weights: { path: WEIGHTS, url: url + WEIGHTS },
    remove: () => {
      rmSync(path, { recursive: true });
    },
  };
}

/** `vision_config` of `config.json`. */
function config({ side, patch, width, inner, heads, layers }: Measures): Record<string, number> {
  return {
    hidden_size: width,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    image_size: side,
    patch_size: patch,
  };
}

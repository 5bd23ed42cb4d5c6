/**
 * CLIP's picture tower as an ONNX graph, node by node as PyTorch's exporter writes the library's own module.
 *
 * The weights stay where they are: every initializer points into the safetensors file that Reelcheck reads, so both engines
 * compute with the same bytes. Only the fields of ONNX's protocol buffers that such a graph needs are written.
 */

/** A tower's measures. */
export interface Measures {
  side: number;
  patch: number;
  width: number;
  inner: number;
  heads: number;
  layers: number;
  projected: number;
}

/** CLIP ViT-B/32. */
export const B32: Measures = { side: 224, patch: 32, width: 768, inner: 3072, heads: 12, layers: 12, projected: 512 };

/** A tensor's shape and where its 32-bit floats begin in the file. */
export interface Stored {
  shape: number[];
  offset: number;
}

type Field = number[] | Uint8Array;

const FLOAT = 1;
const INT64 = 7;

function varint(value: number): number[] {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

const whole = (field: number, value: number): Field => [...varint(field << 3), ...varint(value)];

function float(field: number, value: number): Field {
  return [...varint((field << 3) | 5), ...new Uint8Array(new Float32Array([value]).buffer)];
}

function bytes(field: number, content: Field): Field {
  const head = [...varint((field << 3) | 2), ...varint(content.length)];
  const out = new Uint8Array(head.length + content.length);
  out.set(head);
  out.set(content, head.length);
  return out;
}

const text = (field: number, content: string): Field => bytes(field, new TextEncoder().encode(content));

const message = (field: number, fields: Field[]): Field => bytes(field, joined(fields));

function joined(fields: Field[]): Uint8Array {
  const out = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    out.set(field, at);
    at += field.length;
  }
  return out;
}

/** What a node may be told: a whole number, a list of them, or a fraction in a list of its own. */
type Attributes = Record<string, number | number[] | { float: number }>;

function attribute([name, value]: [string, Attributes[string]]): Field {
  const fields = [text(1, name)];
  if (Array.isArray(value)) fields.push(...value.map((one) => whole(8, one)), whole(20, 7));
  else if (typeof value === 'object') fields.push(float(2, value.float), whole(20, 1));
  else fields.push(whole(3, value), whole(20, 2));
  return message(5, fields);
}

/** A graph that grows node by node. Each node gives the name of what comes out. */
class Graph {
  private readonly fields: Field[] = [];
  private count = 0;

  constructor(
    private readonly file: string,
    private readonly stored: Map<string, Stored>,
  ) {}

  node(operator: string, inputs: string[], attributes: Attributes = {}, output = `v${(this.count += 1)}`): string {
    const named = [...inputs.map((input) => text(1, input)), text(2, output), text(3, output), text(4, operator)];
    this.fields.push(message(1, [...named, ...Object.entries(attributes).map(attribute)]));
    return output;
  }

  /** A tensor of the file. */
  weight(name: string): string {
    const tensor = this.stored.get(name);
    if (!tensor) throw new Error(`there is no tensor ${name}`);
    const length = 4 * tensor.shape.reduce((product, side) => product * side, 1);
    const place = { location: this.file, offset: String(tensor.offset), length: String(length) };
    const entries = Object.entries(place).map(([key, value]) => message(13, [text(1, key), text(2, value)]));
    this.initializer(name, tensor.shape, FLOAT, [...entries, whole(14, 1)]);
    return name;
  }

  numbers(values: number[]): string {
    const name = `c${(this.count += 1)}`;
    const raw = new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer);
    this.initializer(name, [values.length], INT64, [bytes(9, raw)]);
    return name;
  }

  scalar(value: number): string {
    const name = `c${(this.count += 1)}`;
    this.initializer(name, [], FLOAT, [bytes(9, new Uint8Array(new Float32Array([value]).buffer))]);
    return name;
  }

  private initializer(name: string, shape: number[], kind: number, content: Field[]): void {
    this.fields.push(message(5, [...shape.map((side) => whole(1, side)), whole(2, kind), text(8, name), ...content]));
  }

  model(input: number[], output: number[]): Uint8Array {
    const value = (field: number, name: string, shape: number[]) => {
      const sides = shape.map((side) => message(1, [whole(1, side)]));
      return message(field, [text(1, name), message(2, [message(1, [whole(1, FLOAT), message(2, sides)])])]);
    };
    const graph = [...this.fields, text(2, 'clip'), value(11, 'pixels', input), value(12, 'vectors', output)];
    return joined([whole(1, 8), message(7, graph), message(8, [text(1, ''), whole(2, 17)])]);
  }
}

/** The tower for `batch` pictures: `pixels` of batch × 3 × side × side to `vectors` of length 1. */
export function clipGraph(batch: number, measures: Measures, file: string, stored: Map<string, Stored>): Uint8Array {
  const { side, patch, width, heads, layers, projected } = measures;
  const tokens = (side / patch) ** 2 + 1;
  const graph = new Graph(file, stored);
  const node = graph.node.bind(graph);
  const prefix = 'vision_model';

  const norm = (input: string, name: string) =>
    node('LayerNormalization', [input, graph.weight(`${name}.weight`), graph.weight(`${name}.bias`)], { epsilon: { float: 1e-5 } });
  // Weights lie as PyTorch keeps them; the transposition is folded into them when the session is made.
  const product = (input: string, name: string) =>
    node('MatMul', [input, node('Transpose', [graph.weight(`${name}.weight`)], { perm: [1, 0] })]);
  const linear = (input: string, name: string) => node('Add', [product(input, name), graph.weight(`${name}.bias`)]);
  const byHead = (input: string, perm: number[]) =>
    node('Transpose', [node('Reshape', [input, graph.numbers([batch, tokens, heads, width / heads])])], { perm });

  const kernel = graph.weight(`${prefix}.embeddings.patch_embedding.weight`);
  const patches = node('Conv', ['pixels', kernel], { kernel_shape: [patch, patch], strides: [patch, patch] });
  const flat = node('Transpose', [node('Reshape', [patches, graph.numbers([batch, width, -1])])], { perm: [0, 2, 1] });
  const first = graph.weight(`${prefix}.embeddings.class_embedding`);
  const class_ = node('Expand', [first, graph.numbers([batch, 1, width])]);
  const positions = graph.weight(`${prefix}.embeddings.position_embedding.weight`);
  let states = node('Add', [node('Concat', [class_, flat], { axis: 1 }), positions]);
  states = norm(states, `${prefix}.pre_layrnorm`);

  for (let layer = 0; layer < layers; layer += 1) {
    const name = `${prefix}.encoder.layers.${layer}`;
    const before = norm(states, `${name}.layer_norm1`);
    const query = byHead(linear(before, `${name}.self_attn.q_proj`), [0, 2, 1, 3]);
    const key = byHead(linear(before, `${name}.self_attn.k_proj`), [0, 2, 3, 1]);
    const value = byHead(linear(before, `${name}.self_attn.v_proj`), [0, 2, 1, 3]);
    const scores = node('Mul', [node('MatMul', [query, key]), graph.scalar((width / heads) ** -0.5)]);
    const mixed = node('MatMul', [node('Softmax', [scores], { axis: -1 }), value]);
    const together = node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    const rows = node('Reshape', [together, graph.numbers([batch, tokens, width])]);
    states = node('Add', [states, linear(rows, `${name}.self_attn.out_proj`)]);
    const inner = linear(norm(states, `${name}.layer_norm2`), `${name}.mlp.fc1`);
    const gate = node('Sigmoid', [node('Mul', [inner, graph.scalar(1.702)])]);
    states = node('Add', [states, linear(node('Mul', [inner, gate]), `${name}.mlp.fc2`)]);
  }

  const index = graph.numbers([0]);
  const picked = node('Reshape', [node('Gather', [states, index], { axis: 1 }), graph.numbers([batch, width])]);
  const vectors = product(norm(picked, `${prefix}.post_layernorm`), 'visual_projection');
  const length = node('ReduceL2', [vectors], { axes: [1] });
  node('Div', [vectors, length], {}, 'vectors');
  return graph.model([batch, 3, side, side], [batch, projected]);
}

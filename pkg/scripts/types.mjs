/** Writes `src/generated/*.ts` from the core's JSON schemas: the types of events, and with them of reports; of
 * what is said of whole reports; and those of scores.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { compile } from 'json-schema-to-typescript';

const root = new URL('../', import.meta.url);

/** The same schema in the words that the compiler understands: it drops what stands beside a `$ref`, does not know tuples, and names only enums. */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, plain(value)]));
  if (inner.oneOf?.every((one) => typeof one.const === 'string')) {
    const { oneOf, ...rest } = inner;
    return { ...rest, type: 'string', enum: oneOf.map((one) => one.const) };
  }
  if (Array.isArray(inner.prefixItems)) {
    const { prefixItems, ...rest } = inner;
    return { ...rest, items: prefixItems };
  }
  if (typeof inner.$ref === 'string' && Object.keys(inner).length > 1) {
    const { $ref, description, default: _, ...rest } = inner;
    const parts = Object.keys(rest).length === 0 ? [{ $ref }] : [rest, { $ref }];
    return { ...(description === undefined ? {} : { description }), allOf: parts };
  }
  return inner;
}

/** Writes `src/generated/NAME.ts` from `schema/NAME.v1.schema.json`. */
async function write(name, type) {
  const file = `schema/${name}.v1.schema.json`;
  const named = plain(JSON.parse(await readFile(new URL(file, root), 'utf8')));
  // A title makes the compiler export a type of that name.
  for (const [title, definition] of Object.entries(named.$defs)) definition.title = title;
  const text = await compile(named, type, {
    additionalProperties: false,
    bannerComment: `/* Generated from ${file} by scripts/types.mjs. */`,
    cwd: fileURLToPath(root),
    // Also types that nothing in the root type mentions.
    unreachableDefinitions: true,
    style: { singleQuote: true },
  });
  await mkdir(new URL('src/generated/', root), { recursive: true });
  await writeFile(new URL(`src/generated/${name}.ts`, root), text);
}

await write('event', 'Event');
await write('summary', 'Summary');
await write('scores', 'ScoreReport');

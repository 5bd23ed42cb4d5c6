/** Writes `src/generated/event.ts` from the core's JSON schema: the types of events, and with them of reports. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { compile } from 'json-schema-to-typescript';

const root = new URL('../', import.meta.url);
const schema = JSON.parse(await readFile(new URL('schema/event.v1.schema.json', root), 'utf8'));
const text = await compile(schema, 'Event', {
  additionalProperties: false,
  bannerComment: '/* Generated from schema/event.v1.schema.json by scripts/types.mjs. */',
  cwd: fileURLToPath(root),
  style: { singleQuote: true },
});
await mkdir(new URL('src/generated/', root), { recursive: true });
await writeFile(new URL('src/generated/event.ts', root), text);

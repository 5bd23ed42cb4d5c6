/** Networks and memory: where it is short, one network at a time is read, and the report is the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from '@playwright/test';

import { openPage } from '../page.ts';

/** Small networks with random weights. */
const GOLDEN = fileURLToPath(new URL('../../../crates/models/golden/networks/', import.meta.url));

const filesOf = (folder: string) =>
  readdirSync(GOLDEN + folder)
    .filter((name) => name !== 'expected.json')
    .map((name) => ({ name, bytes: [...readFileSync(`${GOLDEN}${folder}/${name}`)] }));

test('with short memory the clips are read once for each network, and come out as with ample memory', async ({ page }) => {
  await openPage(page);
  const made = await page.evaluate(
    async (networks) => {
      for (const { role, files } of networks) {
        await reelcheck.addNetwork(role, files.map(({ name, bytes }) => ({ name, blob: new Blob([new Uint8Array(bytes)]) })));
      }
      const fetched = async (name: string) => ({ name, blob: await (await fetch(`/fixtures/${name}`)).blob() });
      const clips = await Promise.all(['vp9.webm', 'vp8.webm'].map(fetched));
      clips.push({ name: 'broken.webm', blob: new Blob(['no video']) });
      const judges = ['exposure', 'subject_consistency', 'background_consistency', 'aesthetic_quality'];
      const run = async (memory: 'short' | 'ample') => {
        const evaluation = reelcheck.evaluate(clips, { judges, memory, device: 'cpu' });
        const events: string[] = [];
        for await (const event of evaluation) events.push(event.type);
        const report = await evaluation.report;
        return { clips: report.clips, count: (type: string) => events.filter((one) => one === type).length };
      };
      const [ample, short] = [await run('ample'), await run('short')];
      const verdicts = ({ clips }: typeof ample) => JSON.stringify(clips);
      return {
        same: verdicts(short) === verdicts(ample),
        scored: ample.clips.flatMap((clip) => (clip.status === 'judged' ? clip.verdicts.map(({ judge, outcome }) => `${judge} ${outcome.kind}`) : [])),
        starts: [ample.count('clip-started'), short.count('clip-started')],
        ends: [ample, short].map(({ count }) => [count('clip-done'), count('clip-failed')]),
      };
    },
    [
      { role: 'dino' as const, files: filesOf('vit') },
      { role: 'clip' as const, files: filesOf('clip') },
    ],
  );
  expect(made.same).toBe(true);
  // The aesthetic network is not there in any pass.
  const ofClip = ['exposure scored', 'subject_consistency scored', 'background_consistency scored', 'aesthetic_quality unscored'];
  expect(made.scored).toEqual([...ofClip, ...ofClip]);
  expect(made.starts).toEqual([2, 4]);
  expect(made.ends).toEqual([[2, 1], [2, 1]]);
});

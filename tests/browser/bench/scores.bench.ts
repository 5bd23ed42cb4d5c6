/**
 * A million stored answers are scored in the page, against what `JSON.parse` takes on the same text.
 *
 * Both run in one page, several times in turns; the best of each counts. Times are printed, their ratio is required.
 */

import { expect, test } from '@playwright/test';

import { openPage } from '../page.ts';

/** The most that scoring may take, as a multiple of parsing. */
const ALLOWED = 3;
const ROWS = 1_000_000;
const ROUNDS = 2;

test('a million answers', async ({ page }) => {
  await openPage(page);
  const best = await page.evaluate(
    async ({ rows, rounds }) => {
      const letters = 'ABCDE';
      const replies = ['A', 'B.', '(c)', 'Answer: D', 'The best answer is E.', 'none of them'];
      const answers: Record<string, unknown> = {};
      const predictions: Record<string, unknown> = {};
      for (let i = 0; i < rows; i += 1) {
        const video_name = `clip-${Math.floor(i / 4)}.mp4`;
        answers[i] = { video_name, answer: letters[(i * 7) % 5] };
        predictions[i] = { video_name, pred: replies[(i * 11) % 6] };
      }
      const text = JSON.stringify(predictions);
      const files = [
        { name: 'mcqa_answer.json', blob: new Blob([JSON.stringify(answers)]) },
        { name: 'model.json', blob: new Blob([text]) },
      ];
      const best = { parsing: Infinity, scoring: Infinity, megabytes: text.length / 1e6, items: 0 };
      for (let round = 0; round < rounds; round += 1) {
        let start = performance.now();
        JSON.parse(text);
        best.parsing = Math.min(best.parsing, performance.now() - start);
        start = performance.now();
        const scoring = await reelcheck.score(files);
        best.scoring = Math.min(best.scoring, performance.now() - start);
        best.items = scoring.report.tasks[0]?.runs[0]?.tally.items ?? 0;
        scoring.close();
      }
      return best;
    },
    { rows: ROWS, rounds: ROUNDS },
  );
  const ratio = best.scoring / best.parsing;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  process.stdout.write(
    `  ${best.megabytes.toFixed(0)} MB: JSON.parse ${seconds(best.parsing)}, reading and scoring both files ${seconds(best.scoring)}, ratio ${ratio.toFixed(1)}\n`,
  );
  expect(best.items).toBe(ROWS);
  expect(ratio).toBeLessThanOrEqual(ALLOWED);
});

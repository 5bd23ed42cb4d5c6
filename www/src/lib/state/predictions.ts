// From clips to predictions: annotation-like files that were added may hold a model's answers.

import type { Input } from 'reelcheck';
import { router } from './route.svelte';

/** Takes files to the screen that scores predictions, and reads them there. */
export async function scoreAsPredictions(files: Input[]): Promise<void> {
  const { scoring } = await import('./scoring.svelte');
  router.go({ screen: 'score' });
  await scoring.add(files);
}

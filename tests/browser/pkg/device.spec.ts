/** Which device is chosen, and what is said of the others. */

import { expect, test } from '@playwright/test';

import { openPage } from '../page.ts';

test('a software adapter is used when it is asked for, and not otherwise', async ({ page }) => {
  await openPage(page);
  const warm = (device: 'auto' | 'webgpu' | 'cpu') => page.evaluate(async (device) => (await reelcheck.warmUp({ device })).device, device);

  const asked = await warm('webgpu');
  expect(asked).toMatchObject({ backend: 'webgpu', self_test: { passed: true } });
  expect(asked.fallback).toBeUndefined();

  const auto = await warm('auto');
  expect(auto).toMatchObject({ backend: 'cpu', self_test: { passed: true } });
  expect(auto.fallback).toEqual({ reason: 'software-adapter', adapter: asked.adapter });

  const cpu = await warm('cpu');
  expect(cpu).toMatchObject({ backend: 'cpu', self_test: { passed: true } });
  expect(cpu.fallback).toBeUndefined();
});

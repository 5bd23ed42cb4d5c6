// What somebody who helps needs to know, as a text to copy. It names no file and no result.

import type { EngineState } from './session.svelte';
import { keep } from './keep.svelte';
import { offline } from './offline.svelte';

interface PerformanceMemory {
  jsHeapSizeLimit: number;
  usedJSHeapSize: number;
}

export function diagnosticsOf(engine: EngineState, trouble: string | null = null): string {
  const { memory } = performance as Performance & { memory?: PerformanceMemory };
  return JSON.stringify(
    {
      ...(trouble === null ? {} : { trouble }),
      engine: engine.state === 'failed' ? { failed: engine.message } : engine,
      userAgent: navigator.userAgent,
      webgpu: 'gpu' in navigator,
      webcodecs: 'VideoDecoder' in window,
      cores: navigator.hardwareConcurrency,
      memory: memory === undefined ? 'not told' : { limit: memory.jsHeapSizeLimit, used: memory.usedJSHeapSize },
      online: navigator.onLine,
      offline: offline.state,
      keeps: keep.on,
      secure: window.isSecureContext,
      languages: navigator.languages,
    },
    (key: string, value: unknown) => (key === 'judges' && Array.isArray(value) ? value.length : value),
    2,
  );
}

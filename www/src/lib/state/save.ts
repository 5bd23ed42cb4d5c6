// Hands a text to the browser as a file.

import { KINDS } from './download';

export function saveText(name: string, kind: keyof typeof KINDS, text: string): void {
  const { extension, type } = KINDS[kind];
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.${extension}`;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}

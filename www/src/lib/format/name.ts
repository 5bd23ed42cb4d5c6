// Names of clips and keys.

/** The last part of a path. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).pop() ?? path;
}

/** A name split so that its end, which tells files of a batch apart, stays visible when space runs out. */
export function splitName(name: string): { head: string; tail: string } {
  const keep = Math.min(14, name.length);
  return { head: name.slice(0, name.length - keep), tail: name.slice(name.length - keep) };
}

/** A stable key such as `mean_absolute_difference` as words, for keys that have no translation. */
export function humanize(key: string): string {
  const words = key.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

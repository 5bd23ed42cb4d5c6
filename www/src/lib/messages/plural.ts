/** One word for one, another for all other counts, as in English. */
export const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

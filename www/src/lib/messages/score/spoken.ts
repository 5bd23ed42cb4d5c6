// The shape of messages for the core's closed lists: one function for each member, given the member itself.

/** Writes a count in the visitor's language. */
export type Count = (count: number) => string;

/** For each tag of a union of objects, a sentence made from the object. */
export type Spoken<Union, Tag extends keyof Union> = {
  [Key in Union[Tag] & string]: (one: Extract<Union, Record<Tag, Key>>, n: Count) => string;
};

import { hashOf } from '../sdk/hash.ts';

/** What lies in the bucket, under its id. */
export interface StoredDocument {
  id: string;
  collection: string;
  content: string;
  metadata: Record<string, string>;
}

/** The same text in the same collection is the same document. */
export function contentId(collection: string, content: string): string {
  return `doc-${hashOf(collection, content)}`;
}

export function sameDocument(one: StoredDocument | undefined, other: StoredDocument): boolean {
  if (one === undefined || one.content !== other.content || one.collection !== other.collection) return false;
  const [a, b] = [Object.entries(one.metadata), Object.entries(other.metadata)];
  return a.length === b.length && a.every(([key, value]) => other.metadata[key] === value);
}

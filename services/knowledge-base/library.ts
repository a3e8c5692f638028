import { Code, ServiceError } from '../sdk/errors.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import { buildIndex, type Index } from './search.ts';
import { type StoredDocument, sameDocument } from './stored.ts';

/** The documents, in the bucket that all tasks share, and an index of them that follows. */
export interface Library {
  /** An index of what the bucket holds now. */
  index(): Promise<Index>;
  get(id: string): Promise<StoredDocument | undefined>;
  /** @returns whether it was not there like this already. @throws ServiceError CONFLICT */
  put(document: StoredDocument, overwrite: boolean): Promise<boolean>;
  /** @param change what it returns null for goes. @throws ServiceError NOT_FOUND */
  change(id: string, change: (document: StoredDocument) => StoredDocument | null): Promise<void>;
}

const PREFIX = 'doc.';

export function library(bucket: Bucket): Library {
  let revision = Number.NaN;
  let built: Index = buildIndex([]);
  return {
    index: async () => {
      const listing = await bucket.listSince<StoredDocument>(PREFIX, revision);
      if (listing === undefined) return built;
      built = buildIndex(listing.values.values());
      revision = listing.revision;
      return built;
    },
    get: (id) => bucket.get<StoredDocument>(keyOf(id)),
    put: async (document, overwrite) => {
      let isNew = false;
      await bucket.update<StoredDocument>(keyOf(document.id), (present) => {
        isNew = !sameDocument(present, document);
        if (present !== undefined && isNew && !overwrite) throw taken(document.id);
        return isNew ? document : undefined;
      });
      return isNew;
    },
    change: (id, change) =>
      bucket.update<StoredDocument>(keyOf(id), (present) => {
        if (present === undefined) throw new ServiceError(Code.NOT_FOUND, 'There is no such document.');
        return change(present);
      }),
  };
}

export function taken(id: string): ServiceError {
  return new ServiceError(Code.CONFLICT, `The document ${id} is there with another content.`);
}

function keyOf(id: string): string {
  return `${PREFIX}${safeKey(id)}`;
}

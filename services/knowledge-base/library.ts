import { Code, ServiceError } from '../sdk/errors.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records, RequestKey } from '../sdk/records.ts';
import { buildIndex, type Index } from './search.ts';
import { type StoredDocument, sameDocument } from './stored.ts';

/** The documents, in the bucket that all tasks share, and an index of them that follows. */
export interface Library {
  /** An index of what the bucket holds now. */
  index(): Promise<Index>;
  get(id: string): Promise<StoredDocument | undefined>;
  /** @returns whether it was not there like this already. @throws ServiceError CONFLICT */
  put(document: StoredDocument, overwrite: boolean, key: RequestKey | undefined): Promise<boolean>;
  /** @param change what it returns null for goes. @throws ServiceError NOT_FOUND */
  change(
    id: string,
    key: RequestKey | undefined,
    change: (document: StoredDocument) => StoredDocument | null,
  ): Promise<void>;
}

const PREFIX = 'doc.';

export function library(documents: Records): Library {
  let revision = Number.NaN;
  let built: Index = buildIndex([]);
  return {
    index: async () => {
      const listing = await documents.listSince<StoredDocument>(PREFIX, revision);
      if (listing === undefined) return built;
      built = buildIndex(listing.values.values());
      revision = listing.revision;
      return built;
    },
    get: (id) => documents.get<StoredDocument>(recordOf(id)),
    put: (document, overwrite, key) =>
      documents.change(recordOf(document.id), key, (present: StoredDocument | undefined) => {
        const isNew = !sameDocument(present, document);
        if (present !== undefined && isNew && !overwrite) throw taken(document.id);
        return { next: isNew ? document : undefined, result: isNew };
      }),
    change: async (id, key, change) => {
      await documents.change(recordOf(id), key, (present: StoredDocument | undefined) => {
        if (present === undefined) throw new ServiceError(Code.NOT_FOUND, 'There is no such document.');
        return { next: change(present), result: true };
      });
    },
  };
}

export function taken(id: string): ServiceError {
  return new ServiceError(Code.CONFLICT, `The document ${id} is there with another content.`);
}

function recordOf(id: string): string {
  return `${PREFIX}${safeKey(id)}`;
}

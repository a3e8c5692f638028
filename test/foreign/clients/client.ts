import type { ClientKind, Kept, Row } from '../calls/row.ts';
import type { ServiceId } from '../calls/services.ts';

/** Somebody else's program that speaks to the endpoint. */
export interface ForeignClient {
  kind: ClientKind;
  /** With its version, for people. */
  title: string;
  /** How many of its calls this machine takes at once. */
  parallel: number;
  /** Answers with what the client makes of the endpoint's answer; throws when the client itself fails. */
  call(request: ForeignCall): Promise<Outcome>;
  close(): Promise<void>;
}

export interface ForeignCall {
  service: ServiceId;
  row: Row;
  input: object;
  kept: Kept;
  /** `http://host:port/path`. */
  endpoint: string;
}

/** Plain JSON either way: times are text, bytes are base64. */
export type Outcome =
  | { answer: Record<string, unknown>; error?: never }
  | { answer?: never; error: { code: string; message: string } };

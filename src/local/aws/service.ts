/**
 * What the endpoint needs to know of one AWS service. The wire (codecs, dispatch, error shapes) is the
 * endpoint's business; a service is a table of operations over typed inputs and outputs.
 */
export interface AwsService {
  /** `ecs`, `ssm`, …: as in the SigV4 credential scope. */
  id: string;
  /** X-Amz-Target prefix without the dot (awsJson), or the `Version` of a query request. */
  target: string;
  protocol: 'awsJson' | 'awsQuery';
  /** `Version` of query requests, where an awsJson service answers those too: CloudWatch's older clients send them. */
  queryVersion?: string;
  /** Of query answers; `https://<id>.amazonaws.com/doc/<version>/` unless given. */
  xmlNamespace?: string;
  /** The client package's namespace import: its `<Operation>$` schemas drive both codecs. */
  schemas: Record<string, unknown>;
  operations: Record<string, Operation>;
  /**
   * Error code for inputs that miss a required member or hold the wrong type.
   * `ValidationException` (awsJson) or `ValidationError` (awsQuery) where the service has none of its own.
   */
  validationCode?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the table holds operations of every input type; each is typed where it is made
export type Operation = (input: any, caller: Caller) => Promise<object> | object;

export interface Caller {
  /** From the credential scope of the signature. */
  accessKeyId: string;
  region: string;
}

/**
 * An error that knows its wire form: the code is what clients switch on. Where the service's schemas have an error
 * of that name, its query code and status are taken from there.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The caller asks too often; each protocol has its own name for it. */
export function throttling(): AwsError {
  return new AwsError('ThrottlingException', 'Rate exceeded');
}

/** An error of the OCI distribution API, which knows its wire form. */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode;
  readonly status: number;

  constructor(code: RegistryErrorCode, message: string, status = STATUS[code]) {
    super(message);
    this.code = code;
    this.status = status;
  }

  body(): object {
    return { errors: [{ code: this.code, message: this.message, detail: null }] };
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, and ECR's TAG_INVALID. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
  /** A fault of the platform: a full disk. */
  UNKNOWN: 500,
};

export type RegistryErrorCode = keyof typeof STATUS;

/** An image that cannot change: `123456789012.dkr.ecr.us-east-1.amazonaws.com/base/node@sha256:…`, taken apart. */
export interface ImageReference {
  /** Host, and port where there is one. */
  registry: string;
  repository: string;
  /** Of its manifest or index. */
  digest: string;
}

/** Registry, repository, and a digest instead of a tag. */
export const PINNED_IMAGE = /^([^/@\s]+)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)@(sha256:[0-9a-f]{64})$/;

/** @returns undefined for one that is not pinned, or that does not name its registry */
export function parseImageReference(text: string): ImageReference | undefined {
  const [, registry, repository, digest] = PINNED_IMAGE.exec(text) ?? [];
  if (registry === undefined || repository === undefined || digest === undefined) return undefined;
  return { registry, repository, digest };
}

const ECR = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./;

/** Whose registry of ECR that is: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
export function ecrOwner(registry: string): { account: string; region: string } | undefined {
  const [, account, region] = ECR.exec(registry) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

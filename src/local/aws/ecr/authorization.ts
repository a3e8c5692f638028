import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';

/** Tokens as ECR gives them: a password that proves by itself until when it holds. */
export interface Authorization {
  issue(): Promise<GetAuthorizationTokenResponse>;
  /** @param header Authorization of a registry request */
  allows(header: string | undefined): boolean;
}

/** Twelve hours, as ECR's. */
const LIFETIME = 12 * 60 * 60 * 1000;
const USER = 'AWS';
const KEY = 'token-key';

export function createAuthorization(context: AwsContext): Authorization {
  const keys: Collection<string> = context.store.collection('ecr-keys');
  const sign = (expiry: string) =>
    createHmac('sha256', keys.get(KEY) ?? '')
      .update(expiry)
      .digest('base64url');
  return {
    async issue() {
      if (!keys.has(KEY)) await keys.put(KEY, `${context.randomId()}${context.randomId()}`);
      const expiresAt = new Date(context.clock() + LIFETIME);
      const expiry = String(expiresAt.getTime());
      const token = Buffer.from(`${USER}:${expiry}.${sign(expiry)}`).toString('base64');
      return {
        authorizationData: [
          { authorizationToken: token, expiresAt, proxyEndpoint: `http://${context.host()}` },
        ],
      };
    },
    allows(header) {
      const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? [];
      const text = Buffer.from(encoded ?? '', 'base64').toString();
      const [, user, expiry, signature] = /^([^:]+):(\d+)\.([\w-]+)$/.exec(text) ?? [];
      if (user !== USER || !expiry || !signature || !keys.has(KEY)) return false;
      return Number(expiry) > context.clock() && same(signature, sign(expiry));
    },
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

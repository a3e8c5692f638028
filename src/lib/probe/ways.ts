import type { Layer } from './layer.ts';
import { auth } from './layers/auth.ts';
import { cluster } from './layers/cluster.ts';
import { dns } from './layers/dns.ts';
import { http } from './layers/http.ts';
import { info } from './layers/info.ts';
import { jetstream } from './layers/jetstream.ts';
import { monitoring } from './layers/monitoring.ts';
import { peers } from './layers/peers.ts';
import { permission } from './layers/permission.ts';
import { ping } from './layers/ping.ts';
import { ready } from './layers/ready.ts';
import { redisAuth } from './layers/redis-auth.ts';
import { reply } from './layers/reply.ts';
import { route } from './layers/route.ts';
import { subject } from './layers/subject.ts';
import { tcp } from './layers/tcp.ts';
import { tls } from './layers/tls.ts';
import type { GatewayTarget, NatsTarget, NodeTarget, RedisTarget, ServiceTarget } from './target.ts';

/** What each kind of target is climbed by, lowest first. */
export const NATS: Layer<NatsTarget>[] = [dns, tcp, info, tls, auth];
export const SERVICE: Layer<ServiceTarget>[] = [...NATS, permission, subject, reply];
export const NODE: Layer<NodeTarget>[] = [...NATS, peers, monitoring, jetstream];
export const REDIS: Layer<RedisTarget>[] = [dns, tcp, tls, redisAuth, ping, cluster];
export const GATEWAY: Layer<GatewayTarget>[] = [dns, tcp, tls, http, ready, route];

/** A command as Redis reads it. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function redisCommand(...words: string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

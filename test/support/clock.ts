/** The environment of a command whose clock is off, as JavaScript asks for it; OpenSSL's looks at dates are native. */
export function withClock(minutes: number): Record<string, string> {
  const code = `
    const Right = Date;
    globalThis.Date = class Date extends Right {
      constructor(...given) { if (given.length === 0) super(Right.now() + ${minutes * 60_000}); else super(...given); }
      static now() { return Right.now() + ${minutes * 60_000}; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

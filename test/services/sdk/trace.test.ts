import { describe, expect, it } from 'vitest';
import { beginTrace, continueTrace, traceparent } from '../../../services/sdk/trace.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a trace', () => {
  it('goes on under its id, with the caller as parent', () => {
    const trace = continueTrace(`00-${ID}-${PARENT}-00`, 'vendor=1');
    expect(trace).toMatchObject({ traceId: ID, parentId: PARENT, flags: '00', state: 'vendor=1' });
    expect(trace && traceparent(trace)).toMatch(new RegExp(`^00-${ID}-(?!${PARENT})[0-9a-f]{16}-00$`));
  });

  it('goes on from a later version of the header, which may have more', () =>
    expect(continueTrace(`01-${ID}-${PARENT}-01-more`)).toMatchObject({ traceId: ID }));

  // https://www.w3.org/TR/trace-context/#traceparent-header-field-values
  it.each([
    ['nothing', undefined],
    ['zeros for a trace', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['zeros for a parent', `00-${ID}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${ID}-${PARENT}-01`],
    ['more than this version has', `00-${ID}-${PARENT}-01-more`],
    ['capitals', `00-${ID.toUpperCase()}-${PARENT}-01`],
    ['less', `00-${ID}-${PARENT}`],
  ])('is not continued from %s', (_, header) => expect(continueTrace(header)).toBeUndefined());

  it('keeps the id that a caller has, in the standard’s form', () => {
    expect(beginTrace('4BF92F35-77B3-4DA6-A3CE-929D0E0E4736').traceId).toBe(ID);
    expect(beginTrace('abc').traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(beginTrace('abc').traceId).toBe(beginTrace('abc').traceId);
    expect(beginTrace().traceId).not.toBe(beginTrace().traceId);
  });
});

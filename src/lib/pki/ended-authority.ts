/** No command alone leads out of the end of an authority: all that it signed has ended with it. */
export const AFTER_ITS_END = 'docs/runbooks/expired-certificate.md, “An authority has ended”';

/** But on the embedded platform, which makes everything anew. */
export const AFTER_ITS_END_EMBEDDED = ['gsys local down', 'gsys local up'];

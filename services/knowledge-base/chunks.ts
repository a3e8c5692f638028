/** Characters: about what a passage of a story has. */
const LONGEST = 600;

/** A document's passages: paragraphs, and of long ones as many whole sentences as fit. */
export function chunksOf(content: string): string[] {
  const paragraphs = content.split(/\n\s*\n/).map((text) => text.trim());
  return paragraphs.filter(Boolean).flatMap(packed);
}

export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?…])\s+/).filter(Boolean);
}

function packed(paragraph: string): string[] {
  const pieces = sentencesOf(paragraph).flatMap((sentence) => sentence.match(HARD_CUT) ?? []);
  const chunks: string[] = [];
  for (const piece of pieces) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= LONGEST)
      chunks[chunks.length - 1] = `${last} ${piece}`;
    else chunks.push(piece);
  }
  return chunks;
}

/** For what has no sentences. */
const HARD_CUT = new RegExp(`[\\s\\S]{1,${LONGEST}}`, 'g');

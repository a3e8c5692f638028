/** Ctrl-C while nodes are changed one by one: the first lets the one under way be proved, or taken back; the second ends it now. */
export class StopAfterNode {
  asked = false;
  private rolling = false;

  /** From here on there is a node that should not be left half way. */
  begin(): void {
    this.rolling = true;
  }

  /** @returns whether this Ctrl-C waits for the node */
  interrupt({ note }: { note(text: string): void }): boolean {
    if (this.asked || !this.rolling) return false;
    this.asked = true;
    note('stopping when this node is proved, or taken back; Ctrl-C again stops now');
    return true;
  }
}

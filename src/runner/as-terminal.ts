/** What is written there is drawn in a terminal of this width, though not by this process. @param columns its width */
export function asTerminal(stdout: NodeJS.WriteStream, columns: number): void {
  // Rows are nobody's business: nothing that runs in a task fills a screen.
  Object.assign(stdout, { isTTY: true, columns, getWindowSize: () => [columns, 24] });
}

/** Where every process is written down before it can do anything, so that a crash leaves nothing unknown. */
export interface ProcessJournal {
  add(pid: number): void;
  remove(pid: number): void;
}

/** A fault that was injected: how it ends. */
export interface InForce {
  heal(): Promise<void>;
  /** Whether it ended without anybody: the processes that it was on are gone. */
  isOver?(): boolean;
  /** Takes a health command to where its container is. @param container pid of the container's first process */
  join?(container: number, healthCommand: number): void;
}

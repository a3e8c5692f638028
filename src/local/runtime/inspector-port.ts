/**
 * Where a task's Node opens its inspector when it is sent SIGUSR1, and only then: at the address of the task, so
 * that several can be open at once. 9229 is Node's own.
 */
export const INSPECTOR_PORT = 9229;

/** Who has it survives SIGUSR1, which ends any other program. */
export const INSPECTOR_FLAG = '--inspect-port=';

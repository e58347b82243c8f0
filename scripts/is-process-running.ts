/** Whether a process has this pid; 0 is nobody's. */
export function isProcessRunning(pid: number): boolean {
  try {
    return pid !== 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

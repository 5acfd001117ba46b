/** Runs work later; the timer never keeps the process alive. */
export function later(ms: number, work: () => void): void {
  setTimeout(work, ms).unref()
}

/** What the parent asks of a host process, and what it answers, over the IPC channel. */
export type TimerRequest = { readonly kind: 'timer'; readonly id: number; readonly name: string }
export type TimerResult = { readonly kind: 'timer-done'; readonly id: number; readonly error?: string }
/** Asks for a line in the log, behind all that was logged before. */
export type MarkRequest = { readonly kind: 'mark'; readonly id: number }
export const markLine = ({ id }: MarkRequest): string => `mark ${id} of whoever reads this log`
/** Its one line on stdout. */
export type Ready = { readonly url: string }

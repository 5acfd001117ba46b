/** What the parent asks of a host process, and what it answers, over the IPC channel. */
export type TimerRequest = { readonly kind: 'timer'; readonly id: number; readonly name: string }
export type TimerResult = { readonly kind: 'timer-done'; readonly id: number; readonly error?: string }
/** Its one line on stdout. */
export type Ready = { readonly url: string }

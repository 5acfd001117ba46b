/** What a step may touch; time and network are arguments, so that a test can hand over its own. */
export type Context = {
  /** Arguments after the script's name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly nodeVersion: string
  readonly say: (line: string) => void
  readonly fetch: typeof fetch
  /** Milliseconds. */
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

export type Step = (context: Context) => Promise<void> | void

/** The step cannot go on: `what` says why, `next` which commands mend it. Printed without a stack; the exit code is 1. */
export class Stop extends Error {
  constructor(what: string, next: readonly string[] = []) {
    super([what, ...next.map((command) => `  ${command}`)].join('\n'))
    this.name = 'Stop'
  }
}

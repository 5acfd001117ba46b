import type { Context } from '../hooks/run/context.ts'

/** A command line that cannot be understood: nothing was done. The exit code is 2. */
export class Misuse extends Error {
  override readonly name = 'Misuse'
}

export type Options = {
  readonly json: boolean
  readonly yes: boolean
  /** Whole days that a question of the audit reaches back. */
  readonly days: number | undefined
  readonly url: string | undefined
  readonly clientId: string | undefined
  readonly trust: string | undefined
  readonly workspace: string | undefined
  readonly message: string | undefined
}

/** What a command works with. */
export type Desk = {
  /** With the values of the azd environment, where there is one. */
  readonly context: Context
  readonly options: Options
  readonly print: (line: string) => void
  /** The typed answer to a question; `undefined` where nobody sits at the terminal. */
  readonly ask: (question: string) => Promise<string | undefined>
}

/** `args` are the words behind the command's name. */
export type Run = (desk: Desk, args: readonly string[]) => Promise<void>

export type Command = {
  /** The words behind the name, as the help shows them. */
  readonly takes: string
  readonly does: string
  readonly options: readonly (keyof Options)[]
  readonly run: Run
}

import type { Options, Values } from './command-line.ts'
import type { Session } from './session.ts'

export type Context = {
  readonly session: Session
  readonly values: Values
  /** The one value of an option. */
  readonly get: (name: string) => string | undefined
  /** The same, of one that the command line must have. */
  readonly must: (name: string) => string
  /** Written to stderr, as az does with what is no result. */
  readonly warn: (line: string) => void
}

export type Command = {
  readonly options: Options
  /** Whether the command takes `--subscription`: those of Entra do not. */
  readonly subscription?: boolean
  readonly run: (context: Context) => Promise<unknown>
}
export type Commands = Readonly<Record<string, Command>>

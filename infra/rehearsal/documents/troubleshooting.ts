import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Row = { readonly what: string; readonly advice: string }

/** Rows of three columns: what one sees, its cause, what to do. */
const rowsOf = (projectDir: string): Row[] =>
  readFileSync(join(projectDir, 'infra/troubleshooting.md'), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('|'))
    .map((line) => {
      const [, what = '', , advice = ''] = line.split('|')
      return { what, advice }
    })

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)

/** The row whose first column names the code; `AADSTS50011` is not `AADSTS500112`. */
const rowFor = (projectDir: string, code: string): Row | undefined =>
  rowsOf(projectDir).find(({ what }) => new RegExp(`(?<!\\w)${escape(code)}(?!\\w)`).test(what))

/** Whether the table of troubles has a row for a code. */
export const isExplained = (projectDir: string, code: string): boolean => rowFor(projectDir, code) !== undefined

const commandsIn = (text: string): string[] =>
  [...text.matchAll(/`((?:azd|npm|az) [^`]+)`/g)].map(([, command]) => command ?? '')

/** The commands that the table of troubles gives for a code, in their order. */
export const commandsFor = (projectDir: string, code: string): string[] =>
  commandsIn(rowFor(projectDir, code)?.advice ?? '')

/** Every command of the tables. */
export const troubleCommands = (projectDir: string): string[] =>
  rowsOf(projectDir).flatMap(({ advice }) => commandsIn(advice))

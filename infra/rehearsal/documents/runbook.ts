import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A line of a block of commands; `azureOnly` says that the block is marked as one that only Azure can run. */
export type RunbookCommand = { readonly line: string; readonly azureOnly: boolean }

/** Of any shell: one of another than `sh` must be seen, too, if only to be refused. */
const BLOCK = /^```(?:sh|bash|shell|console|powershell|pwsh|cmd|bat)( azure-only)?\n([^]*?)^```/gm
/** Pages whose commands stand in blocks as the runbook's do. */
const PAGES = ['infra/README.md', 'infra/private-network.md'] as const
const textOf = (projectDir: string, page: string): string =>
  readFileSync(join(projectDir, page), 'utf8').replaceAll('\r\n', '\n')

/** Every command of the runbook and of its pages, as it stands there. */
export const runbookCommands = (projectDir: string): RunbookCommand[] =>
  PAGES.flatMap((page) => [...textOf(projectDir, page).matchAll(BLOCK)]).flatMap(([, mark, block = '']) =>
    block
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ line, azureOnly: mark !== undefined })),
  )

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)

/** Whether a typed line is that command, with something in the place of each `<placeholder>`. */
export const isTyped = (command: string, typed: string): boolean =>
  new RegExp(
    `^${command
      .split(/<[^<>]+>/)
      .map(escape)
      .join('[^"]+')}$`,
  ).test(typed)

/** Commands of the runbook that nobody typed in a rehearsal and that are not marked as Azure's alone. */
export const neverTyped = (commands: readonly RunbookCommand[], typed: readonly string[]): string[] =>
  commands
    .filter(({ line, azureOnly }) => !azureOnly && !typed.some((one) => isTyped(line, one)))
    .map(({ line }) => line)

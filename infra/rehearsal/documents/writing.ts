import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const COMMAND = /`((?:azd|npm run) [^`]+)`/g

/** Every command of the page about writing, as it stands there: a line of its own, or within a sentence. */
export function writingCommands(projectDir: string): string[] {
  const text = readFileSync(join(projectDir, 'infra/writing.md'), 'utf8').replaceAll('\r\n', '\n')
  const [, own = ''] = text.split(/^## Switching it on$/m)
  return [...new Set([...own.matchAll(COMMAND)].map(([, command = '']) => command))]
}

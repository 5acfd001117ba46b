import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FORMATTER = fileURLToPath(new URL('../../node_modules/oxfmt/bin/oxfmt', import.meta.url))

/** `text` as `npm run format` would leave it in the file of this name, seen from the root; it leaves some as they are. */
export const formatted = (name: string, text: string): string =>
  execFileSync(process.execPath, [FORMATTER, `--stdin-filepath=${name}`], { cwd: ROOT, input: text, encoding: 'utf8' })

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import * as z from 'zod'

/** A complaint about one line of a workflow; lines count from 1. */
export type Problem = { readonly line: number; readonly what: string }
export type Validate = (text: string) => Promise<readonly Problem[]>

const ENTRY = `
  import { validate } from '@actions/languageservice/validate'
  import { TextDocument } from 'vscode-languageserver-textdocument'
  let count = 0
  // It remembers by address what it has read.
  export const check = async (text) =>
    validate(TextDocument.create('file:///r/.github/workflows/' + ++count + '.yml', 'yaml', 1, text))
`

const diagnosticsSchema = z.array(
  z.object({ message: z.string(), range: z.object({ start: z.object({ line: z.number() }) }) }),
)
const moduleSchema = z.object({
  check: z.custom<(text: string) => Promise<unknown>>((one) => typeof one === 'function'),
})

/**
 * GitHub's own checker of workflows, as its extension for Visual Studio Code has it: keys and types by the schema, events,
 * schedules, expressions and the contexts in them. It imports JSON as Node does not, so it is bundled first.
 */
export async function languageService(root: string): Promise<Validate> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  })
  const folder = await mkdtemp(join(tmpdir(), 'workflows-'))
  try {
    const file = join(folder, 'checker.cjs')
    await writeFile(file, outputFiles[0]?.text ?? '')
    const { check } = moduleSchema.parse(await import(pathToFileURL(file).href))
    return async (text) =>
      diagnosticsSchema
        .parse(await check(text))
        .map(({ message, range }) => ({ line: range.start.line + 1, what: message }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

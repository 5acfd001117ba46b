import { text } from 'node:stream/consumers'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { z } from 'zod'

/** `code` as it would be judged in the place of `file`, which must exist. */
export const Snippets = z.array(z.object({ file: z.string(), code: z.string() }))
/** The rules that each snippet breaks, with what they say. */
export const Verdicts = z.array(z.array(z.object({ rule: z.string(), message: z.string() })))

/** A program of its own, since Jest's module loader is not ESLint's; without the rules that need types, which take long. */
if (process.argv[1] === import.meta.filename) {
  const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] })
  const verdicts: z.output<typeof Verdicts> = []
  for (const { file, code } of Snippets.parse(JSON.parse(await text(process.stdin)))) {
    const [result] = await eslint.lintText(code, { filePath: file })
    verdicts.push((result?.messages ?? []).map(({ ruleId, message }) => ({ rule: ruleId ?? 'parse', message })))
  }
  process.stdout.write(JSON.stringify(verdicts))
}

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const OXLINT = join(ROOT, 'node_modules/oxlint/bin/oxlint')
const Report = z.object({
  diagnostics: z.array(z.object({ code: z.string().default('parse'), message: z.string(), filename: z.string() })),
})

export interface Snippet {
  readonly file: string
  readonly code: string
}

/**
 * The rules that each snippet breaks where it stands, as `npm run lint` would have it; with `typed`, also those that
 * need types. Each stands beside its `file`, under a name of its own, for which all holds that the rules say of `file`.
 */
export async function lintSnippets(wanted: readonly Snippet[], typed: boolean): Promise<string[][]> {
  const snippets = wanted.map(({ file, code }, at) => ({ file: file.replace(/\.(\w+)$/, `-${at}.$1`), code }))
  const root = await mkdtemp(join(tmpdir(), 'lint-'))
  try {
    await Promise.all(
      snippets.map(async ({ file, code }) => {
        await mkdir(dirname(join(root, file)), { recursive: true })
        await writeFile(join(root, file), code)
      }),
    )
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
    await writeFile(join(root, 'package.json'), '{ "type": "module" }')
    const extended = { extends: join(ROOT, 'tsconfig.json'), include: ['.'], exclude: ['node_modules'] }
    await writeFile(join(root, 'tsconfig.json'), JSON.stringify(extended))
    await writeFile(
      join(root, 'oxlint.config.ts'),
      `import config from '${pathToFileURL(join(ROOT, 'oxlint.config.ts')).href}'
      const beside = (glob) => (glob.includes('*') ? glob : glob.replace('.ts', '-*.ts'))
      const overrides = config.overrides.map((one) => ({ ...one, files: one.files.map(beside) }))
      export default { ...config, overrides, options: { ...config.options, typeAware: ${typed} } }`,
    )
    const { diagnostics } = Report.parse(JSON.parse(await lint(root)))
    return snippets.map(({ file }) =>
      diagnostics
        .filter(({ filename }) => filename === file)
        .map(({ code }) => code.replace('(', '/').replace(')', '')),
    )
  } finally {
    await rm(root, { recursive: true })
  }
}

/** It ends with 1 where it finds anything. */
function lint(cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [OXLINT, '-f', 'json', '.'], { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(stdout)
      else reject(new Error(`${stdout}${stderr}`, { cause: error }))
    })
  })
}

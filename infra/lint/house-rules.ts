import { dirname, join, normalize, relative } from 'node:path'

interface Place {
  readonly source?: { readonly value?: unknown } | null
}
interface Context<Option> {
  readonly options: readonly Option[]
  readonly cwd: string
  readonly filename: string
  report(found: { readonly node: unknown; readonly message: string }): void
}
type Visitor = Readonly<Record<string, (node: Place) => void>>

/** What no file may contain. */
export interface Forbidden {
  readonly selector: string
  readonly message: string
}

/** Files below `target` may not import from below `from`, but for what `except` names in there. */
export interface Zone {
  readonly target: string | readonly string[]
  readonly from: string | readonly string[]
  readonly except?: readonly string[]
  readonly message: string
}

const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const each = (one: string | readonly string[]) => [one].flat().map(normalize)

const syntax = {
  meta: { type: 'problem', schema: false },
  create: (context: Context<Forbidden>): Visitor =>
    Object.fromEntries(
      context.options.map(({ selector, message }) => [
        selector,
        (node: Place) => {
          context.report({ node, message })
        },
      ]),
    ),
}

const imports = {
  meta: { type: 'problem', schema: false },
  create: (context: Context<readonly Zone[]>): Visitor => {
    const file = relative(context.cwd, context.filename)
    const zones = context.options.flat().filter(({ target }) => each(target).some((folder) => isWithin(file, folder)))
    const check = (node: Place) => {
      const name = node.source?.value
      if (typeof name !== 'string' || !name.startsWith('.')) return
      const wanted = join(dirname(file), name)
      for (const { from, except = [], message } of zones) {
        const folder = each(from).find((one) => isWithin(wanted, one))
        if (folder === undefined || except.some((one) => isWithin(wanted, join(folder, one)))) continue
        context.report({ node, message: `${name}: ${message}` })
      }
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    }
  },
}

// oxlint-disable-next-line house/syntax -- the linter looks for a default export here
export default { meta: { name: 'house' }, rules: { syntax, imports } }

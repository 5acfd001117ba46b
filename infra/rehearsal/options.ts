import { parseArgs } from 'node:util'
import { parseFault } from '../hooks/run/misused-option.ts'

/** What may be named: stories with their scenarios, and faults. */
export type Names = { readonly stories: readonly string[]; readonly faults: readonly string[] }
export type Options = {
  /** Empty: everything. */
  readonly names: readonly string[]
  readonly faults: boolean
  readonly stories: boolean
  readonly control: boolean
  readonly quiet: boolean
}
export type Wish = Options | { readonly usage: string } | 'help' | 'list'

const OPTIONS = {
  faults: { type: 'boolean', default: false },
  'no-faults': { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Reads the command line; `usage` says what is wrong with it. A name that nothing has must not look like a rehearsal that went well. */
export function readOptions(args: readonly string[], known: Names): Wish {
  try {
    const { values, positionals: names } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
    if (values.help) return 'help'
    if (values.list) return 'list'
    const stories = !values.faults
    const faults = !values['no-faults']
    if (!stories && !faults) return { usage: '--faults and --no-faults leave nothing.' }
    if (!faults && values.control) return { usage: '--control is about the faults, and --no-faults leaves them out.' }
    const rehearsed = [...(stories ? known.stories : []), ...(faults ? known.faults : [])]
    const unknown = names.find((name) => !rehearsed.includes(name))
    if (unknown !== undefined)
      return { usage: `Nothing to rehearse is called ${JSON.stringify(unknown)}; --list names all.` }
    return { names, faults, stories, control: values.control, quiet: values.quiet }
  } catch (error) {
    return { usage: parseFault(error) }
  }
}

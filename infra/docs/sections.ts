import { SETTINGS, type Setting } from '../../shared/config/settings.ts'
import { listTool } from '../../shared/mcp/tool/tool-listing.ts'
import type { Tool } from '../../shared/mcp/tool/tool.ts'
import { writeTools } from '../../shared/mcp/tools/write/write-tools.ts'
import { createTools } from '../../shared/mcp/tools.ts'
import { BUILT_IN_TERMS } from '../../shared/dataverse/query/terms/built-in.ts'
import { BUILT_IN_REPORTS } from '../../shared/reports/catalogue/built-in.ts'
import { z } from 'zod'
import { benchRows } from './bench.ts'
import { clientsTable, clientsUnknown, packagesTable } from './clients.ts'
import { costsTable, partsTable, pricesTable } from './costs.ts'
import { eventsTable, problemPages } from './troubles.ts'
import { SETTING_TEXTS } from './setting-texts.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => `\`${text}\``
/** The formatter would pad every row to the longest cell: one new setting would change all of them. */
const AS_IT_IS = '<!-- prettier-ignore -->'

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}

function defaultOf({ fallback }: Setting): string {
  if (fallback === undefined) return '**required**'
  return fallback === '' ? '' : code(fallback)
}

function settingsTable(): string {
  const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]
  const rows = names.map((name) => {
    const setting: Setting = SETTINGS[name]
    return [code(name), SETTING_TEXTS[name], defaultOf(setting), code(setting.example)]
  })
  return `${AS_IT_IS}\n\n${table(['Setting', 'What it is', 'Default', 'Example'], rows)}`
}

const inputSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
})

function parametersOf(schema: unknown): string {
  const { properties, required } = inputSchema.parse(schema)
  // A parameter with a default stands among the required ones of an output, never of an input.
  return Object.keys(properties)
    .map((name) => (required.includes(name) ? `${code(name)}\\*` : code(name)))
    .join(', ')
}

const ROWS = { defaultTop: 50, maxTop: 500 }

/** A list, not a table: the formatter pads a table's cells to the longest description. */
function listOf(tools: readonly Tool[]): string {
  return tools.map((tool) => `- ${titleOf(tool)}: ${purposeOf(tool)}`).join('\n')
}

/** What it is there for; which tool serves better is for models. */
function purposeOf({ description }: Tool): string {
  const [first = ''] = description.replace(/^Use this /, '').split(/(?<=\.) (?=[A-Z])/)
  return first
}

function titleOf(tool: Tool): string {
  const { name, inputSchema } = listTool(tool, 'dynamics.read')
  const parameters = parametersOf(inputSchema)
  return `${code(name)}${parameters && ` (${parameters})`}`
}

/** Those that write are named alone: most readers have none of them. */
function toolsList(): string {
  const names = writeTools.map(({ name }) => code(name)).join(', ')
  return `${listOf(createTools(ROWS))}\n- Only where [writing](infra/writing.md#the-tools) is on: ${names}.`
}

function reportsTable(): string {
  const rows = BUILT_IN_REPORTS.map(({ slug, description, parameters }) => [
    ...[code(slug), description, parameters.map(({ name }) => code(name)).join(', ')],
  ])
  return table(['Report', 'What it answers', 'Parameters'], rows)
}

function termsTable(): string {
  const rows = BUILT_IN_TERMS.map(
    ({ slug, name, aliases, entity, meaning, filter = '', measure, date = '', amount }) => [
      ...[code(slug), [name, ...aliases].join(', '), code(entity), meaning, code(filter)],
      code(measure ?? (amount === undefined ? 'count' : `sum(${amount})`)),
      date && code(date),
    ],
  )
  const titles = ['Slug', 'Names', 'Entity', 'What it means', 'Filter', 'Measure', 'A period of it']
  return `${AS_IT_IS}\n\n${table(titles, rows)}`
}

type Rows = { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }
const rowsOf = ({ titles, rows }: Rows) => table(titles, rows)
const asItIs = (rows: Rows) => `${AS_IT_IS}\n\n${rowsOf(rows)}`

function packagesSection(): string {
  const packages = packagesTable()
  return packages.rows.length === 0 ? 'None has been run yet.' : asItIs(packages)
}

/** What is generated, by the name in a document's markers. */
export const SECTIONS: Readonly<Record<string, () => string>> = {
  tools: toolsList,
  'write-tools': () => listOf(writeTools),
  reports: reportsTable,
  terms: termsTable,
  settings: settingsTable,
  clients: () => asItIs(clientsTable()),
  'clients-unknown': clientsUnknown,
  packages: packagesSection,
  bench: () => asItIs(benchRows()),
  costs: () => asItIs(costsTable()),
  'cost-parts': () => asItIs(partsTable()),
  prices: () => asItIs(pricesTable()),
  'problem-pages': () => rowsOf(problemPages()),
  events: () => rowsOf(eventsTable()),
}

/** @throws RangeError when a section or its pair of markers is missing */
export function fillSections(text: string, names: readonly string[]): string {
  return names.reduce((filled, name) => {
    const render = SECTIONS[name]
    if (!render) throw new RangeError(`no section is called "${name}"`)
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
    const [from, to] = [filled.indexOf(start), filled.indexOf(end)]
    if (from < 0 || to < from) throw new RangeError(`the markers of "${name}" are missing`)
    return `${filled.slice(0, from + start.length)}\n\n${render()}\n\n${filled.slice(to)}`
  }, text)
}

import { visible } from './visible-text.ts'

const MOST_COLUMNS = 8
const MOST_ROWS = 20
const LONGEST_CELL = 60
const LONGEST_EXPANDED = 240
/** What a reference is made of; all else in it was expanded. */
const OF_REFERENCES = new Set(['id', 'label', 'entity', 'value'])

/**
 * A short table of rows, for people and for models that are shown no structured result: the first columns of the first
 * rows, `most` at most, with the id of each row; cells cut.
 */
export function markdownTable(rows: readonly Readonly<Record<string, unknown>>[], most = MOST_ROWS): string {
  const shown = rows.slice(0, Math.min(most, MOST_ROWS))
  const keys = [...new Set(shown.flatMap((row) => Object.keys(row)))]
  const named = keys.filter((key) => !shown.every((row) => isId(row[key])))
  const id = keys.filter((key) => !named.includes(key)).slice(-1)
  const columns = [...named.slice(0, MOST_COLUMNS), ...id]
  if (columns.length === 0) return ''
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(cell)),
    line(columns.map(() => '---')),
    ...shown.map((row) => line(columns.map((column) => cell(row[column])))),
    ...(rows.length > shown.length ? [`(${rows.length - shown.length} more rows in the structured result)`] : []),
  ].join('\n')
}

function isId(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'string' && /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value))
  )
}

function cell(value: unknown): string {
  const text = oneCell(visible(readable(value)).replaceAll(/\s+/g, ' '))
  const longest = isExpanded(value) ? LONGEST_EXPANDED : LONGEST_CELL
  return text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text
}

/** A backslash of the text's own before a bar would take the escape from it. */
function oneCell(text: string): string {
  return text.includes('|') ? text.replaceAll('\\', '\\\\').replaceAll('|', '\\|') : text
}

function readable(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(readable).join('; ')
  if (typeof value !== 'object') return JSON.stringify(value)
  const label = 'label' in value && typeof value.label === 'string' ? value.label : ''
  const told = expandedColumns(value).map(([name, of]) => `${name}: ${readable(of)}`)
  if (label === '') return told.join(', ')
  return told.length > 0 ? `${label} (${told.join(', ')})` : label
}

function isExpanded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Array.isArray(value) || expandedColumns(value).length > 0)
}

function expandedColumns(row: object): [string, unknown][] {
  return Object.entries(row).filter(([name, value]) => !OF_REFERENCES.has(name) && !isId(value))
}

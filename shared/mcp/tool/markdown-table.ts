const MOST_COLUMNS = 8
const MOST_ROWS = 20
const LONGEST_CELL = 60

/** A short table of rows for a person's eyes: the first columns of the first rows, `most` at most, cells cut. */
export function markdownTable(rows: readonly Readonly<Record<string, unknown>>[], most = MOST_ROWS): string {
  const shown = rows.slice(0, Math.min(most, MOST_ROWS))
  const keys = [...new Set(shown.flatMap((row) => Object.keys(row)))]
  const named = keys.filter((key) => !shown.every((row) => isId(row[key])))
  const columns = (named.length > 0 ? named : keys).slice(0, MOST_COLUMNS)
  if (columns.length === 0) return ''
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns),
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
  const text = readable(value).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text
}

function readable(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'object' && 'label' in value && typeof value.label === 'string') return value.label
  if (typeof value === 'object' && !Array.isArray(value)) return firstText(value)
  return JSON.stringify(value)
}

/** What an expanded row is called: its first text that is no id. */
function firstText(row: object): string {
  const texts: unknown[] = Object.values(row)
  return texts.find((text) => typeof text === 'string' && !isId(text))?.toString() ?? JSON.stringify(row)
}

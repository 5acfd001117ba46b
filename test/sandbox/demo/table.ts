export type Column = {
  readonly title: string
  /** For numbers. */
  readonly right?: boolean
}

const GAP = 2
const LEAST = 6

const characters = (text: string): string[] => Array.from(text)
const lengthOf = (text: string): number => characters(text).length
const cut = (text: string, width: number): string =>
  lengthOf(text) <= width
    ? text
    : `${characters(text)
        .slice(0, width - 1)
        .join('')}…`

function pad(text: string, width: number, right = false): string {
  const space = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return right ? space + text : text + space
}

/** Takes from the widest column until all fit. */
function fit(natural: readonly number[], most: number): number[] {
  const widths = [...natural]
  const total = () => widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1))
  while (total() > most) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= LEAST) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** Lines of a table that is at most `most` characters wide; what does not fit in a cell ends in an ellipsis. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], most = 96): string[] {
  const natural = columns.map(({ title }, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map(lengthOf)),
  )
  const widths = fit(natural, most)
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => pad(cut(cell, widths[at] ?? 0), widths[at] ?? 0, columns[at]?.right))
      .join(' '.repeat(GAP))
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join(' '.repeat(GAP))
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)]
}

const MOST_CHARACTERS = 60

/**
 * Text of others as it may stand in a terminal and in a line of its own: an escape sequence could repaint the screen or
 * fill the clipboard, a character that turns the direction of writing could show another name.
 */
export const clean = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u2800\u3164\u115f\u1160\uffa0]/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .replace(/\s\s+/g, ' ')
    .trim()

function cellOf(value: unknown, isWhole: boolean): string {
  if (value === null || value === undefined) return ''
  const text = clean(typeof value === 'string' ? value : JSON.stringify(value))
  const characters = Array.from(text)
  return isWhole || characters.length <= MOST_CHARACTERS
    ? text
    : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`
}

/** A moment, in UTC to the minute; the heading says so. */
export const minute = (iso: unknown): string => (typeof iso === 'string' ? iso.slice(0, 16).replace('T', ' ') : '')

export type Column = {
  readonly title: string
  readonly of: (row: Readonly<Record<string, unknown>>) => unknown
  /** Never cut: somebody copies it into a command. */
  readonly isWhole?: boolean
}

/** A column of that member; `isWhole` keeps every character. */
export const column = (title: string, member: string, isWhole = false): Column => ({
  title,
  of: (row) => row[member],
  isWhole,
})
/** A column of a moment. */
export const time = (title: string, member: string): Column => ({
  title: `${title} (UTC)`,
  of: (row) => minute(row[member]),
})

/** Aligned lines with a heading; a column in which nothing stands is left out. */
export function tableOf(columns: readonly Column[], rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const all = columns.map(({ title, of, isWhole = false }) => ({
    title,
    cells: rows.map((row) => cellOf(of(row), isWhole)),
  }))
  const shown = all.filter(({ cells }) => cells.some((cell) => cell !== ''))
  const widths = shown.map(({ title, cells }) => Math.max(...[title, ...cells].map((cell) => Array.from(cell).length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - Array.from(cell).length)))
      .join('  ')
      .trimEnd()
  return [
    line(shown.map(({ title }) => title)),
    ...rows.map((_, at) => line(shown.map(({ cells }) => cells[at] ?? ''))),
  ]
}

/** JSON in which no character acts on a terminal: C1 controls and marks of direction are escaped as well. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => {
      const code = character.charCodeAt(at).toString(16)
      return `\\u${code.padStart(4, '0')}`
    }).join(''),
  )

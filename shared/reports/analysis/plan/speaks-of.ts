/** Whether a filter has the column, or what means it, as a word. */
export function speaksOf(filter: string, column: string): boolean {
  const words = filter.toLowerCase().split(/\W+/)
  return words.includes(column) || words.includes('period')
}

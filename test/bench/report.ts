import type { Latency, Load } from './measure.ts'

const NAME_WIDTH = 40
const CELL_WIDTH = 12

const line = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(CELL_WIDTH)).join('')}`.trimEnd()

export const ms = (milliseconds: number): string =>
  `${milliseconds < 100 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)} ms`
export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`

/** For JSON and English, four characters are about one token of OpenAI's models. */
export const tokens = (bytes: number): string => `~${Math.round(bytes / 4).toLocaleString('en')}`
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`

/** A heading with its columns, then a line for each row. */
export const section = (
  title: string,
  columns: readonly string[],
  rows: readonly (readonly [name: string, cells: readonly string[]])[],
): string => ['', line(title, columns), ...rows.map(([name, cells]) => line(`  ${name}`, cells)), ''].join('\n')

export const latencyCells = ({ p50, p95 }: Latency): string[] => [ms(p50), ms(p95)]
export const loadCells = (load: Load): string[] => [...latencyCells(load), load.perSecond.toFixed(0)]

import type { Growth } from '../figures/figures.ts'
import { megabytes, section } from '../figures/report.ts'

/**
 * Many to few. Of the app's processor, for a clock tells of the machine as well, and Azurite's own look-ups grow with
 * its tables as Azure's do not: what it takes for the same requests alone stands beside.
 */
const AT_MOST: readonly (readonly [name: string, most: number])[] = [
  ['hot query, processor', 1.5],
  ['refresh, processor', 1.5],
  ['redeem, processor', 1.5],
  ['first call with a new token, processor', 1.5],
  ["/manage: a person's connections, processor", 1.5],
  ...['hot query', 'refresh', 'redeem', 'first call with a new token', "/manage: a person's connections"].map(
    (name) => [`${name}, requests to storage more`, 0.25] as const,
  ),
  ['list_entities, processor', 2],
  ['list_entities, one word, processor', 2],
  ['a wrong entity name, processor', 2],
  ['requests and rows read, beside many to few', 1],
  ['hot query where a sweep of 12,000 rows runs: where none runs', 1.5],
  ['hot query where a sweep of 100,000 rows runs: where none runs', 1.5],
  ['hot query where a sweep runs beside many grants: where none runs', 1.5],
]
const AT_LEAST: readonly (readonly [name: string, least: number])[] = [
  ['rows deleted a second', 1_667],
  ['rows deleted a second, to single deletes', 2],
  ['rows deleted a second of our processor, beside few', 1_667],
  ['rows deleted a second of our processor, beside many', 1_667],
  ['rows deleted a second beside many, to the same requests alone', 0.67],
  ['rows deleted a second beside calls, of 100,000', 1_667],
]

/** Whether a figure is where it has to be, in words; empty where nothing is demanded. */
export function growthVerdict(name: string, value: number): string {
  const most = AT_MOST.find(([one]) => one === name)?.[1]
  const least = AT_LEAST.find(([one]) => one === name)?.[1]
  if (most !== undefined) return `${value <= most ? 'at most' : 'OVER'} ${most}`
  return least === undefined ? '' : `${value >= least ? 'at least' : 'UNDER'} ${least}`
}

const shown = (name: string, value: number): string =>
  name.startsWith('bytes') ? megabytes(value) : value >= 100 ? value.toFixed(0) : value.toFixed(2)

const part = (title: string, values: Readonly<Record<string, number>>): string =>
  section(
    title,
    ['', 'demanded'],
    Object.entries(values).map(([name, value]) => [name, [shown(name, value), growthVerdict(name, value)]]),
  )

export const growthReport = ({ grants, ofGrants, ofTables, sweep }: Growth): string =>
  [
    part(`${grants.toLocaleString('en')} grants and clients to 100`, ofGrants),
    part('1,500 tables to 100, three languages at once', ofTables),
    part('The hourly sweep', sweep),
  ].join('')

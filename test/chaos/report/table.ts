import { renderTable } from '../../sandbox/demo/table.ts'
import type { Watched } from '../instances/usage.ts'
import { percentile } from './recovery.ts'
import { LOSSES, type Tally } from './tally.ts'

export type Outcome = {
  readonly tally: Tally
  readonly usage: Watched
  readonly seconds: number
  readonly faults: number
  readonly seed: number
  readonly people: number
  readonly instances: number
  /** How late the run's own timers were at most, in milliseconds: what the machine's other work does to it. */
  readonly lateMs: number
}

const MOST_SHOWN = 20
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`
const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function kindRows({ kinds }: Tally): string[][] {
  return [...kinds]
    .sort(([, left], [, right]) => right.calls - left.calls)
    .map(([kind, { calls, fine, refused, unavailable }]) => [kind, calls, fine, refused, unavailable].map(String))
}

function longest({ recovery }: Tally): string {
  const [first] = [...recovery.done].sort((left, right) => right.ms - left.ms)
  return first ? `${inSeconds(first.ms)}, after ${first.name}` : inSeconds(0)
}

function factRows({ tally, usage, seconds, faults, people, instances, lateMs }: Outcome): string[][] {
  const recovered = tally.recovery.done.map(({ ms }) => ms)
  const { start, most, end } = usage.memory
  return [
    ['calls', `${tally.calls} in ${Math.round(seconds)} s, ${people} people, ${instances} instances, ${faults} faults`],
    ...LOSSES.map((loss) => [loss, String(tally.losses.get(loss) ?? 0)]),
    ['recovery of everybody', `p50 ${inSeconds(percentile(recovered, 0.5))}, longest ${longest(tally)}`],
    ['CPU of the app', `${((usage.cpuSeconds / Math.max(1, tally.calls)) * 1000).toFixed(1)} s for 1,000 calls`],
    [
      'memory of an instance',
      `${megabytes(start)} at the start, ${megabytes(end)} at the end; most ${megabytes(most)}`,
    ],
    ['timers of the run itself', `at most ${inSeconds(lateMs)} late`],
  ]
}

/** The whole result, as text. */
export function report(outcome: Outcome): string {
  const { tally, seed } = outcome
  const right = (title: string) => ({ title, right: true })
  const columns = [{ title: 'kind' }, right('calls'), right('fine'), right('refused'), right('unavailable')]
  const notes = [...tally.notes].map(([note, count]) => `  ${count} × ${note}`)
  const found = tally.found
    .slice(0, MOST_SHOWN)
    .map(({ loss, what, at, during }) => `  ${inSeconds(at)}, ${during}: ${loss}: ${what}`)
  return [
    '',
    ...renderTable(columns, kindRows(tally)),
    '',
    ...renderTable([{ title: 'in all' }, { title: `--seed ${seed}` }], factRows(outcome)),
    ...(notes.length > 0 ? ['', 'Explained by a rule:', ...notes] : []),
    ...(found.length > 0 ? ['', 'Found:', ...found] : []),
    '',
    tally.hasLoss ? 'Something was lost.' : 'Nothing was lost.',
    '',
  ].join('\n')
}

/** One line on how it goes. */
export function progress({ calls, losses, during }: Tally, ms: number): string {
  const counts = LOSSES.map((loss) => `${losses.get(loss) ?? 0} ${loss}`).join(', ')
  return `${String(Math.round(ms / 60_000)).padStart(3)} min: ${calls} calls, ${counts} (${during})`
}

import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { demandOf, MOST_MEMORY, verdictOf } from '../../test/bench/figures/limits.ts'

const FILE = new URL('../../test/bench/bench.json', import.meta.url)
const figuresSchema = z.object({
  date: z.iso.datetime(),
  ratios: z.record(z.string(), z.number()),
  memory: z.record(z.string(), z.number()),
})

/** What a reader wants to know of the many ratios, by their names in `bench.json`. */
const SHOWN = {
  'query, processor: bare proxy': 'hot query, 50 rows × 4 columns: processor time',
  'tools/list, processor: bare proxy': '`tools/list`: processor time',
  'per second, 32 at once: bare proxy': 'queries a second, 32 at once',
  'start to 401: empty app': 'new instance to its first 401; to an empty app',
  'start to first answer: empty app and upstream': 'new instance to its first answer; to an empty app and upstream',
} as const
const MEMORY = 'after 2,000 calls of ten kinds'
/** What a reader asks who sees that a demand is not met. */
const MISSED = '[missed](test/bench/README.md)'
const MEGABYTE = 1_048_576

/** The newest run of `npm run bench`, of which a ratio that is missing shows as an error. */
export function benchRows(): { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const { date, ratios, memory } = figuresSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')))
  const rows = Object.entries(SHOWN).map(([name, words]) => {
    const ratio = ratios[name]
    if (ratio === undefined) throw new Error(`bench.json has no ratio "${name}": npm run bench`)
    const demand = demandOf(name)
    return [words, ratio.toFixed(2), demand === verdictOf(name, ratio) ? demand : `${demand}: ${MISSED}`]
  })
  const megabytes = (bytes = Number.NaN) => `${(bytes / MEGABYTE).toFixed(0)} MB`
  const isHeld = (memory[MEMORY] ?? 0) <= (MOST_MEMORY[MEMORY] ?? 0)
  const most = `at most ${megabytes(MOST_MEMORY[MEMORY])}`
  const held = [megabytes(memory[MEMORY]), isHeld ? most : `${most}: ${MISSED}`]
  return { titles: ['What', date.slice(0, 10), 'wanted'], rows: [...rows, [`memory ${MEMORY}`, ...held]] }
}

import { createRequire } from 'node:module'

type Timed = { readonly path: string; readonly duration?: number }
type Sequencer = { sort(tests: readonly Timed[]): readonly Timed[] }

const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as {
  readonly default: new (...options: never[]) => Sequencer
}

/** Parts of paths of the files that take longest; one of them that began last would run on alone. */
const LONG = [
  '.sweep.ts',
  '/linear/',
  '/test/browser/',
  '/test/queries/',
  '/test/e2e/doctor/',
  '/test/infra/',
  '/test/e2e/',
  '/test/conformance/',
  '/test/storage/',
  '/test/unit/mcp/',
]

/**
 * Those of files that start programs by the dozen: for each of them a process copies its page tables, and those of a
 * worker grow with every file; of half a gigabyte that takes fifteen times what the program itself does.
 */
const STARTING = ['/test/infra/', '/test/e2e/doctor/', '/test/e2e/manage/', '/test/unit/infra/', '/workflows/']
const isStarting = ({ path }: Timed) => STARTING.some((part) => path.includes(part))

function rank(path: string): number {
  const found = LONG.findIndex((part) => path.includes(part))
  return found === -1 ? LONG.length : found
}

/**
 * What starts programs comes first. Then Jest begins with what took longest the last time; of a fresh checkout it knows
 * nothing but the sizes of files.
 */
class LongestFirst extends TestSequencer {
  override sort(tests: readonly Timed[]): readonly Timed[] {
    const sorted = super.sort(tests)
    const isKnown = sorted.some(({ duration }) => duration !== undefined)
    const ranked = isKnown ? sorted : sorted.toSorted((one, other) => rank(one.path) - rank(other.path))
    return [...ranked.filter(isStarting), ...ranked.filter((one) => !isStarting(one))]
  }
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default LongestFirst

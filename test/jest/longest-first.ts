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

function rank(path: string): number {
  const found = LONG.findIndex((part) => path.includes(part))
  return found === -1 ? LONG.length : found
}

/** Jest begins with what took longest the last time; of a fresh checkout it knows nothing but the sizes of files. */
class LongestFirst extends TestSequencer {
  override sort(tests: readonly Timed[]): readonly Timed[] {
    const sorted = super.sort(tests)
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted
    return [...sorted].sort((one, other) => rank(one.path) - rank(other.path))
  }
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default LongestFirst

import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { build } from '../../infra/build.ts'
import { readArguments, readNumber, refuse } from '../sandbox/demo/arguments.ts'
import { type Lifetime, runWithin } from '../sandbox/demo/lifetime.ts'
import { problemsOf } from './figures/check.ts'
import { type Counted, type Figures, recordedFigures, recordFigures } from './figures/figures.ts'
import { LARGEST } from './figures/limits.ts'
import { measureGrowth } from './growth/measure.ts'
import { growthReport } from './growth/report.ts'
import { measureHot, measureAtOnce } from './parts/hot.ts'
import { measureMemory } from './parts/memory.ts'
import { measureReads } from './parts/reads.ts'
import { countRequests } from './parts/requests.ts'
import { measureSizes } from './parts/sizes.ts'
import { measureStart } from './parts/start.ts'
import { measureTokens } from './parts/tokens.ts'
import { ratiosOf, timesOf } from './figures/ratios.ts'
import { reportOf } from './figures/report.ts'
import { setStage, type Stage } from './stage/stage.ts'

const HELP = `npm run bench -- [--check | [--grow [--grants N] [--living N]] [--rounds N]]

Builds the app and measures it beside an empty app, and beside a bare proxy of thirty lines with the official SDK, on
the same host, all behind a Dataverse that answers fixed bytes. What matters are the ratios: both sides of each are
taken by turns in one run. Writes test/bench/bench.json, and what the README shows of it.

  --check      only counts requests and sizes, compares them with bench.json, writes nothing; exits with 1 where
               a request was added or a size has grown
  --grow       only what could grow: calls beside 100 and beside many grants and clients, the sweep beside 350 rows
               that live and beside many, metadata of 100 and of 1,500 tables; writes bench.json, part growth;
               takes seven minutes, with fewer of both less
  --grants N   how many grants and clients, 1,000 at least, 100,000 unless given
  --living N   how many rows live beside the sweep, 1,000 at least, 3,000,000 unless given, for which Azurite takes
               2 GB
  --rounds N   of calls, loads and starts by turns, 5 unless given
`
const options = readArguments(HELP, {
  check: { type: 'boolean' },
  grow: { type: 'boolean' },
  grants: { type: 'string' },
  living: { type: 'string' },
  rounds: { type: 'string' },
})
const rounds = readNumber(HELP, 'rounds', options.rounds ?? '5')
const grants = readNumber(HELP, 'grants', options.grants ?? '100000', { least: 1000 })
const living = readNumber(HELP, 'living', options.living ?? '3000000', { least: 1000 })
if (options.check && options.grow) refuse('--check writes nothing, and --grow does: ask for one of them', HELP)
if (!options.grow && (options.grants ?? options.living) !== undefined)
  refuse('--grants and --living are for --grow alone', HELP)
if (options.check && options.rounds !== undefined) refuse('--check times nothing, so it takes no --rounds', HELP)
const CALLS = 300
const SIGN_INS = 15
const MIXED_CALLS = 2_000

const DOCS = fileURLToPath(new URL('../../infra/docs/generate.ts', import.meta.url))

// Each start compiles anew, as on a new machine.
delete process.env.NODE_COMPILE_CACHE

async function count(lifetime: Lifetime, stage: Stage): Promise<Counted> {
  const reads = await measureReads(stage)
  return {
    requests: await countRequests(lifetime, stage.sandbox),
    bytes: {
      ...Object.fromEntries(await measureSizes(stage.session)),
      'read to be ready': reads.ready,
      'read until the first query': reads.firstQuery,
      'all JavaScript': stage.built.totalBytes,
    },
  }
}

async function measure(lifetime: Lifetime, stage: Stage): Promise<Figures> {
  const start = await measureStart(stage, rounds)
  const hot = await measureHot(stage, { rounds, calls: CALLS })
  const atOnce = await measureAtOnce(stage, rounds)
  const signIn = await measureTokens(stage.sandbox, SIGN_INS)
  const memory = await measureMemory(stage, MIXED_CALLS)
  const { requests, bytes } = await count(lifetime, stage)
  const measured = { start, hot, atOnce, signIn }
  return {
    date: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    ratios: ratiosOf(measured),
    milliseconds: timesOf(measured),
    requests,
    bytes,
    memory: { 'when it is ready': memory.started, 'after 2,000 calls of ten kinds': memory.after },
  }
}

async function grow(lifetime: Lifetime): Promise<void> {
  await build()
  const growth = await measureGrowth(lifetime, { grants, living, rounds })
  process.stdout.write(growthReport(growth))
  await recordFigures({ growth })
}

await runWithin(async (lifetime) => {
  if (options.grow) return grow(lifetime)
  const stage = await setStage(lifetime)
  if (options.check) {
    const problems = problemsOf(await count(lifetime, stage), await recordedFigures(), LARGEST)
    process.stdout.write(problems.length === 0 ? 'Requests and sizes are as recorded.\n' : `${problems.join('\n')}\n`)
    if (problems.length > 0) throw new Error('requests or sizes are not as recorded')
    return
  }
  const figures = await measure(lifetime, stage)
  process.stdout.write(reportOf(figures))
  await recordFigures(figures)
  execFileSync(process.execPath, [DOCS], { stdio: 'inherit' })
})

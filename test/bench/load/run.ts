import { performance } from 'node:perf_hooks'
import { build } from '../../../infra/build.ts'
import { UsageWatch, usageOf, type Watched } from '../../chaos/instances/usage.ts'
import { percentile } from '../../chaos/report/recovery.ts'
import { readArguments, readNumber, refuse } from '../../sandbox/demo/arguments.ts'
import { type Lifetime, runWithin } from '../../sandbox/demo/lifetime.ts'
import { megabytes, ms, section } from '../figures/report.ts'
import { crowd, type Heavy, type Outcome, type Phase } from './crowd.ts'
import { problemsOf, ratioOf } from './judge.ts'
import { setStage, type Stage } from './stage.ts'

const HELP = `npm run load -- [--people N] [--seconds N] [--at-once N] [--think N] [--heavy polite|rude] [--calls-per-minute N]

Builds the app and runs it, its stand-ins and the people who ask in processes of their own. People ask and think; every
other ten seconds one more person asks many things at once. Prints what was answered and refused, the others' times
with and without that person, and the app's processor time and memory. Exits with 1 where a refusal was none that we
declare, where the heavy person moved the others' p95 by more than a factor of 3, or where memory grew.

  --people N            200 unless given
  --seconds N           of each of the two kinds of phases; 60 unless given
  --at-once N           calls of the heavy person, 150 unless given
  --think N             seconds between two questions of a person, 8 unless given
  --heavy polite|rude   whether the heavy person waits as it is told, or asks again at once; rude unless given
  --calls-per-minute N  CALLS_PER_MINUTE of the app; its own default unless given, 0 to have the turns alone
  --no-build            run dist/ as it is
`

const options = readArguments(HELP, {
  people: { type: 'string', default: '200' },
  seconds: { type: 'string', default: '60' },
  'at-once': { type: 'string', default: '150' },
  think: { type: 'string', default: '8' },
  heavy: { type: 'string', default: 'rude' },
  'calls-per-minute': { type: 'string' },
  'no-build': { type: 'boolean' },
})

const SLICE_SECONDS = 10
const LOOK_MS = 500
/** Looks for one sample of the memory, of which the first ten are its warming up. */
const LOOKS_A_SAMPLE = 4
const THOUSAND = 1_000

const numberOf = (name: 'people' | 'seconds' | 'at-once' | 'think') => readNumber(HELP, name, options[name])

function mannerOf(text: string): Heavy {
  return text === 'polite' || text === 'rude' ? text : refuse('--heavy must be polite or rude', HELP)
}

const calls = options['calls-per-minute']
const asked = {
  people: numberOf('people'),
  seconds: numberOf('seconds'),
  atOnce: numberOf('at-once'),
  thinkSeconds: numberOf('think'),
  manner: mannerOf(options.heavy),
  calls: calls === undefined ? undefined : readNumber(HELP, 'calls-per-minute', calls, { least: 0 }),
}

/** By turns, so that a machine that is busy with something else is so in both. */
function phases(seconds: number): () => Phase | 'over' {
  const started = performance.now()
  return () => {
    const elapsed = (performance.now() - started) / THOUSAND
    if (elapsed >= 2 * seconds) return 'over'
    return Math.floor(elapsed / Math.min(SLICE_SECONDS, seconds)) % 2 === 0 ? 'quiet' : 'heavy'
  }
}

async function measured(stage: Stage): Promise<{ readonly outcome: Outcome; readonly usage: Watched; cpu: Cpu }> {
  const [heavy, ...others] = stage.people
  if (!heavy) throw new Error('nobody signed in')
  const phase = phases(asked.seconds)
  const watch = new UsageWatch()
  const cpu: Cpu = { quiet: 0, heavy: 0 }
  let before = usageOf(stage.appPid)?.cpuSeconds ?? 0
  let looks = 0
  const timer = setInterval(() => {
    looks += 1
    if (looks % LOOKS_A_SAMPLE === 0) watch.sample([stage.appPid], stage.appPid)
    const now = usageOf(stage.appPid)?.cpuSeconds ?? before
    const current = phase()
    if (current !== 'over') cpu[current] += now - before
    before = now
  }, LOOK_MS)
  const outcome = await crowd(stage, { ...asked, heavy, others, phase })
  clearInterval(timer)
  return { outcome, usage: watch.result(), cpu }
}

type Cpu = Record<Phase, number>

function report(outcome: Outcome, { memory }: Watched, cpu: Cpu): string {
  const { others, kinds } = outcome
  const times = (phase: Phase) => [
    ms(percentile(others[phase], 0.5)),
    ms(percentile(others[phase], 0.95)),
    String(others[phase].length),
    `${cpu[phase].toFixed(1)} s`,
  ]
  const rows = (['others', 'heavy'] as const).map((whose) => [whose, Object.values(kinds[whose]).map(String)] as const)
  const { start, most, end } = memory
  return [
    section(
      'Others',
      ['p50', 'p95', 'answers', 'app CPU'],
      [
        ['alone', times('quiet')],
        ['beside the heavy person', times('heavy')],
      ],
    ),
    section('Answers', Object.keys(kinds.heavy), rows),
    `\nRatio of the others' p95: ${ratioOf(outcome).toFixed(2)}\n`,
    `Memory of the app: ${megabytes(start)} at the start, ${megabytes(most)} at most, ${megabytes(end)} at the end\n`,
  ].join('')
}

async function load(lifetime: Lifetime): Promise<void> {
  if (!options['no-build']) await build()
  const print = (text: string) => void process.stdout.write(text)
  print(
    `${asked.people} people and one of ${asked.atOnce} calls at once, ${asked.manner}; ${asked.seconds} s of each\n`,
  )
  const stage = await setStage(lifetime, {
    people: asked.people + 1,
    settings: asked.calls === undefined ? {} : { CALLS_PER_MINUTE: String(asked.calls) },
    onLog: () => undefined,
  })
  const { outcome, usage, cpu } = await measured(stage)
  print(report(outcome, usage, cpu))
  const problems = problemsOf(outcome, usage.memory)
  if (problems.length > 0) throw new Error(problems.join('; '))
}

await runWithin(load)

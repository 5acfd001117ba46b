import { writeFileSync } from 'node:fs'
import { build } from '../../infra/build.ts'
import { readArguments, readNumber, refuse } from '../sandbox/demo/arguments.ts'
import { type Lifetime, runWithin } from '../sandbox/demo/lifetime.ts'
import { runChaos } from './chaos.ts'
import { type PlantName, PLANTS } from './instances/plant.ts'
import { report } from './report/table.ts'

const HELP = `npm run chaos -- [--minutes N] [--seed S] [--people N] [--instances N] [--log FILE] [--plant FAULT]

Builds the app and runs several instances of it on one Azurite behind a round robin, while Entra, Dataverse, storage
and the key vault fail in turn, instances are killed or stand still, clocks differ, keys rotate, and strangers attack.
People like ChatGPT's register, sign in, ask, refresh, lose answers and disconnect all the while; every answer is
judged. Needs no account and no network. Ends with a table; the exit code is 1 when anything was lost.

  --minutes N    how long; 2 unless given
  --seed S       a whole number: the same faults at the same times; a new one unless given
  --people N     30 unless given, 99 at most
  --instances N  3 unless given, 2 at least
  --log FILE     the app's log, written at the end
  --plant FAULT  spoil answers on purpose, to see that it is found: ${PLANTS.join(', ')}
  --no-build     run dist/ as it is
  --help         this text
`

const options = readArguments(HELP, {
  minutes: { type: 'string', default: '2' },
  seed: { type: 'string' },
  people: { type: 'string', default: '30' },
  instances: { type: 'string', default: '3' },
  log: { type: 'string' },
  plant: { type: 'string' },
  'no-build': { type: 'boolean' },
})

const MOST_SEED = 1_000_000_000

function readPlant(text: string | undefined): { readonly plant?: PlantName } {
  if (text === undefined) return {}
  const plant = PLANTS.find((one) => one === text)
  return plant ? { plant } : refuse(`--plant ${text} is none of ${PLANTS.join(', ')}`, HELP)
}

const asked = {
  minutes: readNumber(HELP, 'minutes', options.minutes, { least: 0.1, most: 1440, fractions: true }),
  seed: readNumber(HELP, 'seed', options.seed ?? String(Date.now() % MOST_SEED), { least: 0, most: MOST_SEED }),
  people: readNumber(HELP, 'people', options.people, { most: 99 }),
  instances: readNumber(HELP, 'instances', options.instances, { least: 2, most: 10 }),
  ...readPlant(options.plant),
}

async function run({ own }: Lifetime): Promise<void> {
  if (!options['no-build']) await build()
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const { log } = options
  const logFile = (lines: readonly string[]) => {
    if (log !== undefined) writeFileSync(log, lines.join('\n'))
  }
  print(`Chaos for ${asked.minutes} min, --seed ${asked.seed}`)
  const outcome = await runChaos({ ...asked, own, print, logFile })
  print(report(outcome))
  if (outcome.tally.hasLoss) throw new Error('something was lost')
}

await runWithin(run)

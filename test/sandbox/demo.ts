import { changeAndUndo } from './demo/changes.ts'
import { readArguments } from './demo/arguments.ts'
import { type Lifetime, runWithin } from './demo/lifetime.ts'
import { foreignTokens, refreshAndRevoke } from './demo/locks.ts'
import {
  type Cast,
  asTheModelSeesIt,
  closingThisMonth,
  columnsOfOpportunity,
  myOpenOver50k,
  oneRecord,
  quietAccounts,
  teamPipeline,
  whoAmI,
  winRates,
} from './demo/questions.ts'
import { foreignRecord, sameQuestion } from './demo/same-question.ts'
import { connect, createStage, type Stage } from './demo/stage.ts'
import { whatIsWrittenDown } from './demo/written-down.ts'
import { createTranscript } from './demo/transcript.ts'
import { startSandbox, STREAM_MODE, WRITING_MODE } from './start-sandbox.ts'

const HELP = `npm run demo -- [--streams] [--no-build]

Builds the app, starts it with stand-ins for Entra and Dataverse, signs three people in as ChatGPT
would, asks their questions, changes a record and takes it back, and prints every step. Needs no account and no network.
Leaves nothing running. Exits 0 when all that it claims was seen to hold.

  --streams   the host in stream mode (HTTP_STREAMS=true)
  --no-build  run dist/ as it is
  --help      this text
`

const options = readArguments(HELP, { streams: { type: 'boolean' }, 'no-build': { type: 'boolean' } })
const print = (text: string) => void process.stdout.write(text)

async function play(stage: Stage): Promise<void> {
  const rep = await connect(stage, 'sales rep')
  const manager = await connect(stage, 'sales manager')
  const analyst = await connect(stage, 'analyst')
  const cast: Cast = { rep, manager, analyst }
  stage.print.heading('They ask ChatGPT; it calls these tools')
  await whoAmI(stage, [rep, manager, analyst])
  await columnsOfOpportunity(stage, cast)
  const own = await myOpenOver50k(stage, cast)
  await oneRecord(stage, cast, own)
  await asTheModelSeesIt(stage, cast)
  await closingThisMonth(stage, cast)
  await teamPipeline(stage, cast)
  await winRates(stage, cast)
  await quietAccounts(stage, cast)
  stage.print.heading('One question, three people')
  await foreignRecord(stage, cast, await sameQuestion(stage, cast))
  await changeAndUndo(stage, cast, own)
  await foreignTokens(stage, cast)
  await refreshAndRevoke(stage, cast)
  await whatIsWrittenDown(stage, cast)
}

async function demo({ own }: Lifetime): Promise<void> {
  const started = performance.now()
  if (!options['no-build']) {
    const { build } = await import('../../infra/build.ts')
    print(`dist/ built in ${(await build()).milliseconds} ms, as it is deployed.\n`)
  }
  const settings = { ...WRITING_MODE, ...(options.streams ? STREAM_MODE : {}) }
  const sandbox = await own(startSandbox({ deployed: true, settings, audit: true }))
  print(`The app is at ${sandbox.app.url}. Entra and Dataverse are strict stand-ins, the tables Azurite.\n`)
  const stage = createStage(sandbox, createTranscript(print, sandbox.app.url))
  await play(stage)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  print(`\nProven: ${stage.proven.length} claims checked, all hold, in ${seconds} s.\n`)
}

await runWithin(demo)

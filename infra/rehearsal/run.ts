import { parseArgs } from 'node:util'
import { neverTyped, runbookCommands } from './documents/runbook.ts'
import { FAULTS } from './faults/faults.ts'
import { runFaults } from './faults/run-faults.ts'
import { STORIES } from './scenarios/stories.ts'
import { type Outcome, runStory } from './scenarios/run-story.ts'

const HELP = `npm run rehearse -- [name …] [--faults [--control]] [--no-faults] [--quiet] [--list]

Walks the runbook on this machine, from an empty subscription to the first answer, against strict stand-ins for azd,
Azure Resource Manager, Entra, Graph, Key Vault and Dynamics 365; then puts each fault back that once broke the path,
and looks whether it is noticed. Needs no account and no network; the Bicep compiler comes from NuGet by dotnet.

  name         only the story of that name, or the one that holds the scenario, since scenarios build on each other; or
               a fault
  --faults     only the faults
  --no-faults  no faults
  --control    the faults' commands without the faults: everything must go well
  --quiet      no transcript, only how each scenario ended
  --list       the names
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    faults: { type: 'boolean' },
    'no-faults': { type: 'boolean' },
    control: { type: 'boolean' },
    quiet: { type: 'boolean' },
    list: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})

const print = (text: string): void => void process.stdout.write(text)
const wanted = (...names: readonly string[]) =>
  positionals.length === 0 || names.some((one) => positionals.includes(one))

async function rehearse(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const typed: string[] = []
  const stories = values.faults
    ? []
    : STORIES.filter((one) => wanted(one.name, ...one.scenarios.map(({ name }) => name)))
  for (const story of stories) {
    const told = await runStory(story, { print, quiet: values.quiet === true })
    outcomes.push(...told.outcomes)
    typed.push(...told.typed)
  }
  if (positionals.length === 0 && !values.faults) outcomes.push(runbookOutcome(typed))
  if (!values['no-faults'])
    outcomes.push(...(await runFaults((name) => wanted(name), print, { patched: !values.control })))
  return outcomes
}

/** Each command of the runbook was typed in a rehearsal, or says that only Azure can run it. */
function runbookOutcome(typed: readonly string[]): Outcome {
  const missing = neverTyped(runbookCommands(process.cwd()), typed)
  const title = 'every command of the runbook was typed here, or is marked as one for Azure alone'
  const failure = missing.length === 0 ? undefined : `never typed: ${missing.join(' · ')}`
  print(`\n${failure === undefined ? '✓' : '✗'} ${title}${failure === undefined ? '' : `\n  ${failure}`}\n`)
  return { name: 'runbook', title, failure }
}

function list(): void {
  for (const { name, scenarios } of STORIES) {
    print(`${name}\n`)
    for (const scenario of scenarios) print(`  ${scenario.name.padEnd(28)}${scenario.title}\n`)
  }
  print('faults\n')
  for (const { name, what } of FAULTS) print(`  ${name.padEnd(28)}${what}\n`)
}

if (values.help) print(HELP)
else if (values.list) list()
else {
  const outcomes = await rehearse()
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  for (const { name, failure } of failed) print(`\n✗ ${name}: ${failure ?? ''}\n`)
  print(`\nRehearsed: ${outcomes.length - failed.length} of ${outcomes.length} as they should be.\n`)
  if (failed.length > 0 || outcomes.length === 0) process.exitCode = 1
}

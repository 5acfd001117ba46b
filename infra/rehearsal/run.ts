import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepAzurites } from '../../test/sandbox/azure/tables/servers.ts'
import { shareBicep } from '../../test/infra/bicep/server/shared.ts'
import { neverTyped, runbookCommands } from './documents/runbook.ts'
import { FAULTS } from './faults/faults.ts'
import { runFaults } from './faults/run-faults.ts'
import { type Options, readOptions } from './options.ts'
import { STORIES } from './scenarios/stories.ts'
import { type Outcome, runStory } from './scenarios/run-story.ts'
import { copyProject, type ProjectCopy } from './world/project-copy.ts'

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

Ends with 0 when all is as it should be, with 1 when something is not, with 2 for wrong usage.
`

const print = (text: string): void => void process.stdout.write(text)

async function rehearseInACopy(options: Options): Promise<readonly Outcome[]> {
  const project = copyProject()
  const stopBicep = await shareBicep()
  const endAzurites = keepAzurites()
  try {
    return await rehearse(options, project)
  } finally {
    project.remove()
    await Promise.all([stopBicep(), endAzurites()])
  }
}

async function rehearse(
  { names, faults, stories, control, quiet }: Options,
  project: ProjectCopy,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const typed: string[] = []
  const wanted = (...some: readonly string[]) => names.length === 0 || some.some((one) => names.includes(one))
  const chosen = STORIES.filter((one) => stories && wanted(one.name, ...one.scenarios.map(({ name }) => name)))
  for (const story of chosen) {
    const told = await runStory(story, { project, print, quiet })
    outcomes.push(...told.outcomes)
    typed.push(...told.typed)
  }
  if (names.length === 0 && stories) outcomes.push(runbookOutcome(typed))
  if (faults) outcomes.push(...(await runFaults((name) => wanted(name), print, { project, patched: !control })))
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

// A rehearsal starts several hundred programs, most of them the same few.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'chatgpt-dynamics-mcp-compiled')

const wish = readOptions(process.argv.slice(2), {
  stories: STORIES.flatMap(({ name, scenarios }) => [name, ...scenarios.map((one) => one.name)]),
  faults: FAULTS.map(({ name }) => name),
})
if (wish === 'help') print(HELP)
else if (wish === 'list') list()
else if ('usage' in wish) {
  process.stderr.write(`${wish.usage}\n\n${HELP}`)
  process.exitCode = 2
} else {
  const outcomes = await rehearseInACopy(wish)
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  for (const { name, failure } of failed) print(`\n✗ ${name}: ${failure ?? ''}\n`)
  print(`\nRehearsed: ${outcomes.length - failed.length} of ${outcomes.length} as they should be.\n`)
  if (failed.length > 0 || outcomes.length === 0) process.exitCode = 1
}

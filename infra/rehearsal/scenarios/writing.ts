import type { ToolResult } from '../../../test/sandbox/chatgpt/client.ts'
import { person } from '../../../test/sandbox/people.ts'
import { isTyped } from '../documents/runbook.ts'
import { writingCommands } from '../documents/writing.ts'
import { SALES } from '../world/tenant.ts'
import type { World } from '../world/world.ts'
import { connectAs, countOpportunities } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

type ChatGpt = Awaited<ReturnType<typeof connectAs>>
type Told = {
  readonly error?: { readonly code: string }
  readonly call?: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> }
  readonly done?: boolean
}

const PERSON = 'priya.nair@harbourpine.example'
const ASKED = { entity: 'task', changes: [{ column: 'subject', to: 'Call the harbour back' }] }
const told = ({ structuredContent }: ToolResult): Told => structuredContent ?? {}

/** The commands of the page, in its order, from the first that begins so on: with the people of this world in them. */
function commandsIn(world: World, from: string, count: number): string[] {
  const all = writingCommands(world.project.dir)
  const at = all.findIndex((command) => command.startsWith(from))
  must(at >= 0, `infra/writing.md has no command ${from}`)
  return all.slice(at, at + count).map(filled)
}

const filled = (command: string): string => command.replace('<Sales>', SALES.displayName).replaceAll('<person>', PERSON)

async function typeAll(world: World, commands: readonly string[]): Promise<void> {
  for (const command of commands) await expectRun(world, command)
}

/** ChatGPT asks for a change; the person allows it in the window, looks at the preview, and it is made. */
async function changeAs(world: World, client: ChatGpt): Promise<void> {
  const first = await client.callTool('preview_change', ASKED)
  must(told(first).error?.code === 'insufficient_scope', `a first change ended with: ${JSON.stringify(told(first))}`)
  await client.stepUp(first, person('sales rep').upn, { tick: true })
  const ready = told(await client.callTool('preview_change', ASKED)).call
  must(ready !== undefined, 'a change that the page opens is not ready')
  const { done } = told(await client.callTool(ready.tool, ready.arguments))
  must(done === true, 'a change that was previewed was not made')
  world.transcript.write('\nChatGPT asks, the person ticks the box and agrees, and a task is made.\n')
}

async function mustEndWith(client: ChatGpt, code: string): Promise<void> {
  const answer = told(await client.callTool('preview_change', ASKED)).error?.code
  must(answer === code, `a change ended with ${answer ?? 'no error'}, not ${code}`)
}

async function switchedOffAndOn(world: World, client: ChatGpt): Promise<void> {
  const [off = '', on = ''] = commandsIn(world, 'npm run admin -- switch off writes', 2)
  await expectRun(world, off, { says: ['switch on writes'] })
  await mustEndWith(client, 'switched_off')
  must((await countOpportunities(client)) > 0, 'nothing is read while writing is switched off')
  await expectRun(world, on, { says: ['is on'] })
  await expectRun(world, `npm run admin -- switch off person ${PERSON}`)
  await expectRun(world, `npm run admin -- switch on person ${PERSON}`)
}

/** Who loses the role writes no more once their connection has renewed itself. */
async function roleTaken(world: World, client: ChatGpt): Promise<void> {
  await expectRun(world, `npm run assign -- --writer ${PERSON}`)
  await typeAll(world, commandsIn(world, 'npm run assign -- --remove --writer', 1))
  await expectRun(world, `npm run assign -- --remove --writer ${SALES.displayName}`, { says: ['taken away'] })
  await client.refresh()
  await mustEndWith(client, 'write_not_allowed')
  must((await countOpportunities(client)) > 0, 'who may not write any more reads nothing either')
}

export const writing: Scenario = {
  name: 'writing',
  title:
    'the page about writing is typed as it stands: a change is made, then switched off, a role taken, writing ended',
  run: async (world) => {
    const { MCP_URL: address = '' } = await world.env()
    await typeAll(world, commandsIn(world, 'azd provision entra --no-state', 1))
    await typeAll(world, commandsIn(world, 'azd env set WRITE_POLICY', 4))
    await expectRun(world, 'azd deploy')
    const client = await connectAs(world, 'sales rep')
    await mustEndWith(client, 'write_not_allowed')
    await typeAll(world, commandsIn(world, 'npm run assign -- --writer', 1))
    await client.refresh()
    await changeAs(world, client)
    await expectRun(world, `npm run doctor -- ${address} --deep`, { says: ['no history of changes to task'] })
    await switchedOffAndOn(world, client)
    await roleTaken(world, client)
    await typeAll(world, commandsIn(world, 'azd env set WRITES off', 1))
    const never = writingCommands(world.project.dir).filter((one) => !world.typed.some((line) => isTyped(one, line)))
    must(never.length === 0, `never typed of infra/writing.md: ${never.join(' · ')}`)
    // What comes next provisions the platform.
    await typeAll(world, ['azd env set WRITE_POLICY=', 'azd env set WRITE_ROLES='])
  },
}

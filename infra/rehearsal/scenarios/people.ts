import { createChatGpt } from '../../../test/sandbox/chatgpt/client.ts'
import { StepError } from '../../../test/sandbox/chatgpt/wire.ts'
import { person } from '../../../test/sandbox/people.ts'
import { isExplained } from '../documents/troubleshooting.ts'
import type { World } from '../world/world.ts'
import { must, RehearsalFailure } from './scenario.ts'

type ChatGpt = ReturnType<typeof createChatGpt>

const withoutTags = (text: string): string =>
  text
    .replaceAll(/<(style|script)[\s>][^]*?<\/\1>/g, ' ')
    .replaceAll(/<[^<>]{0,500}>/g, ' ')
    .replaceAll(/\s+/g, ' ')

/** What a person, or ChatGPT, is left with. */
const shown = (error: unknown): string => {
  if (error instanceof StepError) return `${error.step}: ${withoutTags(error.body)}`
  return error instanceof Error
    ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`
    : String(error)
}

/**
 * A person in ChatGPT: adds the server by its address alone, signs in at Microsoft, asks.
 * @throws RehearsalFailure with what the person sees
 */
export async function connectAs(world: World, persona: string): Promise<ChatGpt> {
  const { MCP_URL: mcpUrl = '' } = await world.env()
  const client = createChatGpt({ mcpUrl })
  await client.connect(person(persona).upn).catch((error: unknown) => {
    throw new RehearsalFailure(`a ${persona} cannot connect. ${shown(error)}`)
  })
  return client
}

const OVER_50K = 'statecode eq 0 and estimatedvalue_base gt 50000'

type Rows = { readonly rows?: readonly unknown[] }

/** @returns how many rows the person sees */
export async function countOpportunities(client: ChatGpt): Promise<number> {
  const { structuredContent } = await client.callTool('query_crm', {
    entity: 'opportunity',
    select: ['name'],
    filter: OVER_50K,
    top: 100,
  })
  return (structuredContent as Rows | undefined)?.rows?.length ?? 0
}

/** @throws RehearsalFailure for a code of Microsoft's that somebody has met and that no document explains */
export function mustBeExplained(world: World, code: string): void {
  must(
    isExplained(world.project.dir, code),
    `infra/troubleshooting.md has no row for ${code}, which somebody has just met`,
  )
}

/**
 * @throws RehearsalFailure unless the sign-in ends with what Microsoft or we show, and the table of troubles has a row for
 * each code in it
 */
export async function mustNotConnect(world: World, persona: string, shows: RegExp, otherwise: string): Promise<void> {
  const told = await connectAs(world, persona).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  must(told !== undefined, otherwise)
  const [found] = shows.exec(told) ?? []
  must(found !== undefined, `${otherwise} It ended with: ${told.slice(0, 400)}`)
  world.transcript.write(`  ${persona}: ${found}\n`)
  for (const code of found.match(/AADSTS\d+/g) ?? []) mustBeExplained(world, code)
}

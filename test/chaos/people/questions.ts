import { z } from 'zod'
import { postMcp, readResult } from '../../sandbox/chatgpt/mcp.ts'
import { toolResultSchema } from '../../sandbox/chatgpt/results.ts'
import { StepError } from '../../sandbox/chatgpt/wire.ts'
import { rowsAsObjects } from '../../unit/mcp/support/rows.ts'
import { wrongRows } from '../report/right-rows.ts'
import type { Session } from './connect.ts'
import { type Inhabitant, MARK } from './people.ts'
import { attempt, mcpUrlOf, WIRE, type World } from './world.ts'

const namesSchema = z.array(z.looseObject({ name: z.string() }))

/** Dataverse's word for a record that the person may not read. */
const NO_ACCESS = '0x80048306'

type Answer = z.infer<typeof toolResultSchema>
export type Question = {
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  /** The one error that is the right answer: the record is somebody else's. */
  readonly mustFail: typeof NO_ACCESS | false
  /** What is wrong with an answer that is no error; undefined when nothing is. */
  readonly judge: (answer: Answer) => string | undefined
}

const query = ({ name: who, rows }: Inhabitant): Question => ({
  tool: 'query_crm',
  mustFail: false,
  args: { entity: 'account', select: ['name', 'ownerid'], filter: `startswith(name,'${MARK} ')`, top: 100 },
  judge: ({ structuredContent }) => {
    const read = namesSchema.min(1).safeParse(rowsAsObjects(structuredContent))
    if (!read.success) return `${who}: an answer without rows`
    return wrongRows(
      who,
      rows.map(({ name }) => name),
      read.data.map(({ name }) => name),
    )
  },
})

const ownRecord = ({ name: who, rows }: Inhabitant, at: number): Question => ({
  tool: 'get_record',
  mustFail: false,
  args: { entity: 'account', id: rows[at % rows.length]?.id },
  judge: (answer) => {
    const wanted = rows[at % rows.length]?.name ?? ''
    return JSON.stringify(answer).includes(wanted) ? undefined : `${who} was not given ${wanted}`
  },
})

const foreignRecord = ({ name: who }: Inhabitant, { rows }: Inhabitant): Question => ({
  tool: 'get_record',
  mustFail: NO_ACCESS,
  args: { entity: 'account', id: rows[0]?.id },
  judge: () => `${who} was given a record of somebody else`,
})

const whoAmI = ({ name: who }: Inhabitant): Question => ({
  tool: 'whoami',
  mustFail: false,
  args: {},
  judge: (answer) => (JSON.stringify(answer).includes(who) ? undefined : `${who} was told to be somebody else`),
})

export function pick({ random }: World, person: Inhabitant, everybody: readonly Inhabitant[]): Question {
  const die = random(10)
  if (die < 6) return query(person)
  if (die < 8) return ownRecord(person, random(100))
  const other = everybody[random(everybody.length)]
  return die === 8 || !other || other.upn === person.upn ? whoAmI(person) : foreignRecord(person, other)
}

const OF_SOMEBODY = new RegExp(`${MARK} (?:Person )?(\\d\\d)`, 'g')

/** Nothing that is marked as another's may stand anywhere in an answer, whatever was asked. */
export function foreignMarks({ name }: Inhabitant, text: string): string[] {
  const own = name.slice(-2)
  const foreign = [...text.matchAll(OF_SOMEBODY)].filter(([, number]) => number !== own)
  return [...new Set(foreign.map(([mark]) => mark))]
}

const errorSchema = z.object({ error: z.looseObject({ code: z.string() }) })

/** A tool's error has a code, which it gives; `server_error` is one that nobody foresaw. */
function judgeToolError({ tally }: World, tool: string, { structuredContent, content }: Answer): string {
  const code = errorSchema.safeParse(structuredContent).data?.error.code ?? ''
  const text = content[0]?.text ?? ''
  if (text === '' || code === '' || code === 'server_error') tally.loss('untyped errors', `${tool}: "${code}" ${text}`)
  else tally.note(`tool calls that ended with ${code}`)
  return code
}

/** Asks, and tells the judge of everything that came back. `stale`: the token is not taken any more. */
export async function ask(
  world: World,
  session: Session,
  person: Inhabitant,
  { tool, args, judge, mustFail }: Question,
): Promise<'answered' | 'stale' | 'failed'> {
  const id = `${person.upn}/${world.random(1_000_000_000)}`
  const outcome = await attempt(world, async () => {
    const { access_token: accessToken } = session.tokens
    const reply = await postMcp(WIRE, mcpUrlOf(world), {
      id,
      method: 'tools/call',
      params: { name: tool, arguments: args },
      accessToken,
    })
    const foreign = foreignMarks(person, reply.text)
    if (foreign.length > 0) world.tally.loss('wrong rows', `${person.name} saw ${foreign.join(', ')} (${tool})`)
    if (reply.status === 401) throw new StepError(tool, reply)
    return toolResultSchema.parse(readResult(tool, reply, id))
  })
  if (outcome.kind !== 'done') return outcome.kind === 'refused' && outcome.status === 401 ? 'stale' : 'failed'
  if (outcome.value.isError) {
    if (judgeToolError(world, tool, outcome.value) !== mustFail) return 'failed'
  } else {
    const wrong = judge(outcome.value)
    if (wrong !== undefined) world.tally.loss('wrong rows', wrong)
  }
  world.tally.recovery.success(person.upn)
  return 'answered'
}

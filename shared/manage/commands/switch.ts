import * as z from 'zod'
import { cleanMessage, isWholeMessage, MOST_MESSAGE_CHARACTERS } from '../../grants/switches/message.ts'
import { SWITCH_KINDS, type SwitchKind } from '../../grants/switches/kinds.ts'
import { WireError } from '../../http/wire-error.ts'
import { StorageUnavailable, type SwitchedOff, type SwitchStore } from '../../storage/ports.ts'
import { type Command, type CommandContext, defineCommand } from '../command.ts'
import { objectId } from './members.ts'
import { personRow, shownSwitch, type SwitchesDeps } from './switches.ts'

export type SwitchDeps = SwitchesDeps & {
  readonly switchStore: SwitchStore
  /** Names of the tools that there are. */
  readonly tools: readonly string[]
  readonly now: () => number
}

/** Every instance asks again within a minute; the one that sets it, at once. */
const ACTS_WITHIN_SECONDS = 60
const MOST_NAME_CHARACTERS = 500

const Asked = z.strictObject({
  kind: z.enum(Object.keys(SWITCH_KINDS) as [SwitchKind, ...SwitchKind[]]),
  name: z.string().min(1).max(MOST_NAME_CHARACTERS).optional(),
  person: objectId.optional(),
  off: z.boolean(),
  message: z.string().optional(),
})
type Asked = z.output<typeof Asked>

/** `{"command":"switch","kind","name"?,"person"?,"off","message"?}`: switches one thing off, or on again. */
export const createSwitchCommand = (deps: SwitchDeps): Command =>
  defineCommand('switch', Asked, async (context, asked) => {
    checkNames(asked)
    if (asked.off && asked.kind === 'tool') checkTool(asked.name ?? '', deps.tools)
    const wanted = await switchOf(deps, asked)
    const { all } = await deps.switches.fresh()
    const before = all.find(({ kind, row }) => kind === wanted.kind && row === wanted.row)
    // Said again it is off for as long as it was.
    const off = { ...wanted, since: before?.since ?? deps.now() }
    const isChanged = asked.off ? before?.message !== off.message || before === undefined : before !== undefined
    if (isChanged) await set(deps, context, asked, off)
    return {
      answer: {
        switch: { ...shownSwitch(asked.off ? off : wanted, asked.person), off: asked.off },
        changed: isChanged,
        actsWithinSeconds: ACTS_WITHIN_SECONDS,
      },
      noted: { outcome: 'ok', count: isChanged ? 1 : 0 },
    }
  })

async function set(deps: SwitchDeps, context: CommandContext, asked: Asked, off: SwitchedOff): Promise<void> {
  const { objectId: userId, clientId } = context.administrator
  const told = {
    name: 'switch.set',
    userId,
    clientId,
    kind: asked.kind,
    step: asked.off ? 'off' : 'on',
    reason: asked.person ?? asked.name ?? asked.kind,
  } as const
  try {
    await (asked.off ? deps.switchStore.put(off) : deps.switchStore.remove(off.kind, off.row))
  } catch (error) {
    // The answer of storage may be what was lost.
    context.audit({ ...told, outcome: 'error' })
    throw error
  }
  context.audit({ ...told, outcome: 'ok' })
  // It is set: this instance learns of it within a minute, as all others, where it cannot be read now.
  await deps.switches.fresh().catch((error: unknown) => {
    if (!(error instanceof StorageUnavailable)) throw error
  })
}

async function switchOf(deps: SwitchDeps, { kind, name = kind, person, message }: Asked): Promise<SwitchedOff> {
  if (person !== undefined) return { kind, row: await personRow(deps, person) }
  if (kind === 'client') return { kind, row: deps.switchStore.clientRow(name), clientId: name }
  const said = cleanMessage(message ?? '')
  return { kind, row: name, ...(said !== '' && { message: said }) }
}

function checkNames({ kind, name, person, off, message }: Asked): void {
  const { named, hasMessage } = SWITCH_KINDS[kind]
  const [wantsName, wantsPerson] = [named === 'client' || named === 'tool', named === 'person']
  if (wantsName !== (name !== undefined) || wantsPerson !== (person !== undefined))
    throw wrong(`A switch of the kind ${kind} is named by ${NAMES[named]}.`)
  if (message === undefined) return
  if (!hasMessage || !off) throw wrong('A message belongs to what is switched off for everybody, and to nothing else.')
  if (!isWholeMessage(message))
    throw wrong(`A message has 1 to ${MOST_MESSAGE_CHARACTERS} characters that can be seen.`)
}

const NAMES = {
  client: 'its client id in “name”, and by nothing else',
  tool: 'its name in “name”, and by nothing else',
  person: 'an Entra object id in “person”, and by nothing else',
  nothing: 'its kind alone',
} as const

/** One that is gone may still be switched on, so that its row can be removed. */
function checkTool(name: string, tools: readonly string[]): void {
  if (!tools.includes(name)) throw wrong(`There is no such tool. There are: ${tools.join(', ')}.`)
}

const wrong = (sentence: string): WireError => new WireError(400, 'invalid_request', sentence)

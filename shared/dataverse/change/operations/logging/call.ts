import type { Table } from '../../../metadata/model.ts'
import type { AskedChange, Problem } from '../../model.ts'
import { policyFor, type ChangeContext } from '../../operation.ts'
import type { Permission } from '../../policy/permission.ts'
import { ValueRefused } from '../../values/place.ts'
import { squashed } from '../given-arguments.ts'
import { isYes } from '../yes-or-no.ts'
import type { Kind } from './kinds.ts'

const DIRECTION = 'directioncode'
/** In English, whatever the language of the labels. */
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['outgoing', true],
  ['out', true],
  ['outbound', true],
  ['incoming', false],
  ['in', false],
  ['inbound', false],
])

type Call = { readonly changes: readonly AskedChange[]; readonly notes: readonly string[] }

/** Which way a call went: out, where nobody says. */
export function callOf(kind: Kind, changes: readonly AskedChange[], table: Table, permission: Permission): Call {
  const column = table.byName.get(DIRECTION)
  if (kind.entity !== 'phonecall' || !column) return { changes, notes: [] }
  const given = changes.find((one) => one.column === DIRECTION)
  if (given) {
    const read = (one: AskedChange): AskedChange => ({ ...one, to: WORDS.get(squashed(String(one.to))) ?? one.to })
    return { changes: changes.map((one) => (one === given ? read(one) : one)), notes: [] }
  }
  const notes = ['No direction is given: the call is outgoing; {"column":"direction","to":"incoming"} says otherwise.']
  return permission.ofColumn(column)
    ? { changes, notes }
    : { changes: [...changes, { column: DIRECTION, to: true }], notes }
}

const LONGEST_TITLE = 60

/** A note is called by the beginning of its text where nobody names it. */
export function titled(
  kind: Kind,
  changes: readonly AskedChange[],
  table: Table,
  permission: Permission,
): readonly AskedChange[] {
  const text = changes.find(({ column }) => column === 'notetext')?.to
  const title = table.byName.get('subject')
  const isTitled = changes.some(({ column }) => column === 'subject') || !title || permission.ofColumn(title)
  if (kind.entity !== 'annotation' || typeof text !== 'string' || isTitled) return changes
  const [line = ''] = text.trim().split('\n', 1)
  const to = line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE).trimEnd().toWellFormed()}…` : line
  return to === '' ? changes : [{ column: 'subject', to }, ...changes]
}

/**
 * A new activity is open, whatever state is sent with it: its completion is a change of its own.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/phonecall
 */
export function doneOf(
  { name, entity }: Kind,
  asked: AskedChange | undefined,
  context: Pick<ChangeContext, 'policy'>,
): { readonly problems: readonly Problem[]; readonly notes: readonly string[] } {
  if (!asked) return { problems: [], notes: [] }
  if (entity === 'annotation') return { problems: [neverDone(asked)], notes: [] }
  try {
    if (!isYes(asked)) return { problems: [], notes: [] }
  } catch (error) {
    if (error instanceof ValueRefused) return { problems: [error.problem], notes: [] }
    throw error
  }
  const update = policyFor(context, entity)?.update ?? 'none'
  const isOpen = typeof update !== 'string' && update.includes('statecode')
  const way = isOpen
    ? `Once it is made, complete it: preview_change {"entity":"${entity}","id":"<its id>","changes":[{"column":"statecode","to":"Completed"}]}.`
    : 'Say so: the person marks it complete in Dynamics 365.'
  return {
    problems: [],
    notes: [
      `The ${name} stays open: Dynamics 365 makes every activity open, and completes it in a second change. ${way}`,
    ],
  }
}

function neverDone({ column }: AskedChange): Problem {
  return { code: 'unknown_column', column, text: 'A note is never done.', nextStep: `Leave ${column} out.` }
}

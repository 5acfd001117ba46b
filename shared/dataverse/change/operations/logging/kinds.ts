import type { Entity, Metadata } from '../../../metadata/model.ts'
import { quoted } from '../../../query/say/refusals.ts'
import type { AskedChange, AskedOperation, Problem } from '../../model.ts'
import { said, squashed, type Argument } from '../given-arguments.ts'

/** One kind of what is logged: a table, and which of its columns each argument fills. */
export type Kind = {
  /** As it stands among the arguments. */
  readonly name: string
  /** Logical name. */
  readonly entity: string
  readonly also: readonly string[]
  readonly arguments: readonly Argument[]
  /** The argument that says what it is about, with its column. */
  readonly regarding: string
  /** The columns of its parties: whoever logs it, and whoever else takes part. */
  readonly parties?: { readonly mine?: string; readonly others: string }
}

const SUBJECT: Argument = { name: 'subject', column: 'subject', also: ['title'] }
const TEXT: Argument = { name: 'text', column: 'description', also: ['body', 'note'] }
const START: Argument = { name: 'when', column: 'scheduledstart', also: ['start'] }
const MINUTES: Argument = { name: 'minutes', column: 'actualdurationminutes', also: ['duration'] }
const WITH: Argument = { name: 'with', also: ['to', 'from', 'attendees', 'requiredattendees'] }
const DUE: Argument = { name: 'due', column: 'scheduledend', also: ['due date'] }

export const KIND: Argument = { name: 'kind', also: ['type', 'activitytypecode'] }
export const DONE: Argument = { name: 'done', also: ['completed'] }

export const KINDS: readonly Kind[] = [
  {
    name: 'task',
    entity: 'task',
    also: ['todo'],
    regarding: 'regardingobjectid',
    arguments: [SUBJECT, TEXT, START, DUE, MINUTES],
  },
  {
    name: 'phonecall',
    entity: 'phonecall',
    also: ['call', 'telephonecall'],
    regarding: 'regardingobjectid',
    arguments: [SUBJECT, TEXT, START, DUE, MINUTES, { name: 'direction', column: 'directioncode' }, WITH],
    parties: { mine: 'from', others: 'to' },
  },
  {
    name: 'appointment',
    entity: 'appointment',
    also: ['meeting'],
    regarding: 'regardingobjectid',
    arguments: [
      SUBJECT,
      TEXT,
      START,
      { name: 'end', column: 'scheduledend' },
      { name: 'minutes', also: ['duration'] },
      WITH,
    ],
    parties: { others: 'requiredattendees' },
  },
  {
    name: 'note',
    entity: 'annotation',
    also: [],
    regarding: 'objectid',
    arguments: [SUBJECT, { name: 'text', column: 'notetext', also: ['body', 'note', 'description'] }],
  },
]

export const REGARDING = 'regarding'
export const regardingArgument = ({ regarding }: Kind): Argument => ({
  name: REGARDING,
  column: regarding,
  also: ['about', 'regardingobjectid', 'objectid'],
})

/** The kind that is asked for, by its name, what its table is called, or the table that stands beside the changes. */
export async function findKind(
  asked: AskedChange | undefined,
  { entity }: Pick<AskedOperation, 'entity'>,
  { entities }: Pick<Metadata, 'entities'>,
): Promise<Kind | Problem> {
  const { byName } = await entities()
  const named = (text: string): Kind | undefined =>
    kindCalled(text) ?? KINDS.find((kind) => kind.entity === byName.get(text.trim().toLowerCase())?.name)
  const found = named(String(asked?.to ?? entity ?? ''))
  return found ?? noKind(asked)
}

function kindCalled(text: string): Kind | undefined {
  const word = squashed(text)
  return KINDS.find(({ name, entity, also }) => [name, entity, ...also].includes(word))
}

/** @param entity the table of the arguments of a call */
export const kindOfTable = (entity: Entity['name']): Kind | undefined => KINDS.find((kind) => kind.entity === entity)

function noKind(asked: AskedChange | undefined): Problem {
  const choices = KINDS.map(({ name }) => said(KIND.name, name)).join(' or ')
  if (!asked)
    return {
      code: 'required_missing',
      column: KIND.name,
      text: 'Which kind of activity it is is not said.',
      nextStep: `Add to changes: ${choices}.`,
    }
  return {
    code: 'unknown_option',
    column: asked.column,
    text: `${quoted(String(asked.to))} is no kind of activity that is logged here.`,
    nextStep: `Write: ${choices}.`,
  }
}

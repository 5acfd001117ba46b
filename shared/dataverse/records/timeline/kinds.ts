import { QueryError } from '../../errors.ts'

/** What a timeline tells, by the words that it can be asked for with. */
export const KINDS = ['email', 'call', 'meeting', 'task', 'letter', 'close', 'note', 'change', 'other'] as const
export type Kind = (typeof KINDS)[number]

/** As a model is told them: a list of tools that says more of what mails are scares some hosts off. */
export const KIND_WORDS: readonly string[] = KINDS.map((kind) => (kind === 'email' ? 'mail' : kind))

export const NOTES = 'annotation'
export const ACTIVITIES = 'activitypointer'
/** The files of activities, which are no activities themselves. */
export const ATTACHMENTS = 'activitymimeattachment'

/** Logical names of the tables behind a word; any other table of activities is called by its own name. */
const TABLES: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  email: ['email'],
  call: ['phonecall'],
  meeting: ['appointment', 'recurringappointmentmaster', 'serviceappointment'],
  task: ['task'],
  letter: ['letter', 'fax'],
  close: ['opportunityclose', 'incidentresolution', 'quoteclose', 'orderclose'],
}

const WORDS: ReadonlyMap<string, Kind> = new Map([
  ...Object.entries(TABLES).flatMap(([word, tables]) => tables.map((table) => [table, word as Kind] as const)),
  [NOTES, 'note'],
  ['audit', 'change'],
])

/**
 * Kinds by their words, in the singular or the plural, or by the table that is behind one.
 * @throws QueryError `invalid_arguments`
 */
export function readKinds(written: readonly string[]): Kind[] {
  const kinds = written.map((one) => {
    const word = one.toLowerCase().replaceAll(/[\s_-]/g, '')
    const found = [word, word.replace(/s$/, '')].flatMap((name) => kindNamed(name) ?? [])
    if (found[0] !== undefined) return found[0]
    throw new QueryError(
      'invalid_arguments',
      `There is no kind ${JSON.stringify(one.slice(0, 50).toWellFormed())}.`,
      `Pass some of ${JSON.stringify({ kinds: KIND_WORDS })}, or leave kinds out for all; activities of other tables are "other".`,
    )
  })
  return [...new Set(kinds)]
}

function kindNamed(name: string): Kind | undefined {
  const at = KIND_WORDS.indexOf(name)
  return at < 0 ? (KINDS.find((kind) => kind === name) ?? WORDS.get(name)) : KINDS[at]
}

/** What an item of a table is called: a word, or the logical name of a table that has none. */
export function kindWord(table: string): string {
  return WORDS.get(table) ?? table
}

/** Which items are wanted: all, where nothing is said. */
export type WantedKinds = {
  readonly activities: boolean
  readonly notes: boolean
  readonly changes: boolean
  /** Tables of activities to ask for; absent where others are wanted, too. */
  readonly tables?: readonly string[]
  readonly isWanted: (table: string) => boolean
  /** Whether there could not be fewer. */
  readonly isOne: boolean
}

export function wantedKinds(kinds: readonly Kind[] | undefined): WantedKinds {
  const words = new Set<Kind>(kinds ?? KINDS)
  const tables = [...words].flatMap((word) => TABLES[word] ?? [])
  return {
    activities: words.has('other') || tables.length > 0,
    notes: words.has('note'),
    changes: words.has('change'),
    ...(!words.has('other') && { tables }),
    isWanted: (table) => words.has(WORDS.get(table) ?? 'other'),
    isOne: words.size === 1,
  }
}

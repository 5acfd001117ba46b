/** What a timeline tells, by the words that it can be asked for with. */
export const KINDS = ['email', 'call', 'meeting', 'task', 'letter', 'close', 'note', 'change', 'other'] as const
export type Kind = (typeof KINDS)[number]

export const NOTES = 'annotation'
export const ACTIVITIES = 'activitypointer'

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
])

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
  }
}

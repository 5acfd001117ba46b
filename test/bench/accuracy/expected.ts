import type { Oracle, SqlRow, SqlValue } from '../../queries/oracle/oracle.ts'
import { person } from '../../sandbox/people.ts'
import { MONTHS } from './grade/dates.ts'
import { INDUSTRIES, labelsOf, LEAD_SOURCES, STAGES } from './questions/sql.ts'
import type { Asked, Persona, Question, Thing, Unit } from './question.ts'

export type Named = { readonly name: string; readonly rank?: number }
/** What is right for one person at the moment of the questions. */
export type Expected =
  | { readonly kind: 'number'; readonly value: number; readonly unit?: Unit; readonly within: number }
  | {
      readonly kind: 'list'
      readonly names: readonly Named[]
      readonly ordered: boolean
      /** Every name of that kind of thing in the data, seen by the person or not. */
      readonly known: readonly string[]
    }
  | { readonly kind: 'one of'; readonly names: readonly string[]; readonly known: readonly string[] }
  | { readonly kind: 'date'; readonly day: string }
  | { readonly kind: 'yes/no'; readonly yes: boolean }
  | { readonly kind: 'none'; readonly known: readonly string[] }
  | { readonly kind: 'no access'; readonly known: readonly string[] }
  | { readonly kind: 'decline' }
  | {
      readonly kind: 'ambiguous'
      readonly readings: readonly { readonly named: readonly string[]; readonly expected: Expected }[]
    }

/** Every name of a kind of thing: `raw_` tables hold what the person may not see, too. */
const KNOWN: Readonly<Record<Thing, string>> = {
  account: 'select name from raw_account',
  'account number': 'select accountnumber from raw_account',
  activity: 'select subject from raw_activitypointer where subject is not null',
  article: 'select title from raw_knowledgearticle',
  'case number': 'select ticketnumber from raw_incident',
  competitor: 'select name from raw_competitor',
  contact: 'select fullname from raw_contact',
  industry: `select label from ${labelsOf(INDUSTRIES)}`,
  lead: 'select fullname from raw_lead',
  'lead source': `select label from ${labelsOf(LEAD_SOURCES)}`,
  'marketing list': 'select listname from raw_list',
  month: `select value from json_each('${JSON.stringify(MONTHS)}')`,
  opportunity: 'select name from raw_opportunity',
  'order number': 'select ordernumber from raw_salesorder',
  person: 'select fullname from raw_systemuser union select name from raw_team where isdefault = 0',
  product: 'select name from raw_product',
  'quote number': 'select quotenumber from raw_quote',
  'sales stage': `select label from ${labelsOf(STAGES)}`,
  territory: 'select name from raw_territory',
  town: 'select address1_city from raw_account where address1_city is not null',
}

const cells = (row: SqlRow | undefined): readonly SqlValue[] => Object.values(row ?? {})

/** @throws RangeError for SQL that gives no number where one is asked for */
function firstNumber(rows: readonly SqlRow[], sql: string): number {
  const [value] = cells(rows[0])
  if (rows.length !== 1 || typeof value !== 'number') throw new RangeError(`no single number: ${sql}`)
  return value
}

function nameIn(row: SqlRow): Named {
  const [name, rank] = cells(row)
  return { name: String(name), ...(typeof rank === 'number' && { rank }) }
}

function expectedOf(oracle: Oracle, persona: Persona, asked: Asked): Expected {
  const who = person(persona)
  const answer = oracle.answer(who, asked.sql)
  const known = (of: Thing): string[] => [...new Set(oracle.ids(who, KNOWN[of]).map(String))]
  if (answer === 'denied') return { kind: 'no access', known: 'of' in asked ? known(asked.of) : [] }
  const { rows } = answer
  switch (asked.kind) {
    case 'number': {
      const { unit, within = 0.005 } = asked
      return { kind: 'number', value: firstNumber(rows, asked.sql), within, ...(unit && { unit }) }
    }
    case 'yes/no':
      return { kind: 'yes/no', yes: firstNumber(rows, asked.sql) === 1 }
    case 'date':
      return { kind: 'date', day: String(cells(rows[0])[0]) }
    case 'list':
      return { kind: 'list', names: rows.map(nameIn), ordered: asked.ordered === true, known: known(asked.of) }
    case 'one of':
      return { kind: 'one of', names: rows.map((row) => nameIn(row).name), known: known(asked.of) }
    case 'none':
      if (rows.length > 0) throw new RangeError(`something fits: ${asked.sql}`)
      return { kind: 'none', known: known(asked.of) }
  }
}

/** The right answer to a question of one person, by SQL over the seed. */
export function rightAnswer(oracle: Oracle, persona: Persona, question: Question): Expected {
  if (question.kind === 'decline') return { kind: 'decline' }
  if (question.kind !== 'ambiguous') return expectedOf(oracle, persona, question)
  const readings = question.readings.map(({ named, asked }) => ({
    named,
    expected: expectedOf(oracle, persona, asked),
  }))
  return { kind: 'ambiguous', readings }
}

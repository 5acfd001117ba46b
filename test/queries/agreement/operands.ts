import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import { CHILDREN, OWNED, UNOWNED } from '../oracle/oracle-tables.ts'
import type { Comparison, Op, Operand, Spelling, Text } from './comparison.ts'
import { call, conditionOn, quoted } from './comparison.ts'
import { complement, dayOf, NOW, point, that, within, type DateWord, type Dated, type Meaning } from './meaning.ts'
import { columnNamed } from './world.ts'

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A literal bare, quoted and, in FetchXML, as it is. */
const everyWay = (text: string): Pick<Operand, 'odata' | 'fetch'> => ({
  odata: [
    ['bare', text],
    ['quoted', quoted(text)],
  ],
  fetch: [['text', text]],
})
/** What OData can only have in quotes. */
const inQuotes = (text: string): Pick<Operand, 'odata' | 'fetch'> => ({
  odata: [['quoted', quoted(text)]],
  fetch: [['text', text]],
})

export const text = (value: string): Operand => ({
  name: JSON.stringify(value),
  kind: 'text',
  ...inQuotes(value),
  meaning: that((cell) => `fold(${cell}) = fold(${sqlText(value)})`),
})

export const number = (value: number): Operand => ({
  name: String(value),
  kind: 'number',
  ...everyWay(String(value)),
  meaning: point(String(value)),
})

/** A number as people write it; bare too where that is a literal of OData. */
export const spelledNumber = (written: string, value: number, isLiteral = false): Operand => ({
  name: JSON.stringify(written),
  kind: 'number as written',
  ...(isLiteral ? everyWay(written) : inQuotes(written)),
  meaning: point(String(value)),
})

/** What neither language may take. */
export const refused = (written: string): Operand => ({
  name: `${JSON.stringify(written)}, refused`,
  kind: 'refused',
  ...inQuotes(written),
})

/** A choice or a yes/no, by its value or by what is written. */
export const option = (value: number, written = String(value)): Operand => {
  const bare = /^-?\d+$|^(?:true|false)$/.test(written)
  return {
    kind: written === String(value) ? 'option' : 'option as written',
    name: written === String(value) ? written : `${JSON.stringify(written)} (${value})`,
    ...(bare ? everyWay(written) : inQuotes(written)),
    meaning: point(String(value)),
  }
}

/** Exactly a set of choices. */
export const exactly = (values: readonly number[]): Operand => ({
  name: `exactly ${values.join()}`,
  kind: 'set',
  ...inQuotes(values.join()),
  meaning: that((cell) => `${cell} = '${values.toSorted((a, b) => a - b).join()}'`),
})

export const NOTHING: Operand = {
  name: 'nothing',
  kind: 'nothing',
  odata: [
    ['null', 'null'],
    ['empty', "''"],
  ],
  fetch: [['empty', '']],
  meaning: that((cell) => `coalesce(${cell}, '') = ''`),
  more: {
    eq: { fetch: [{ how: 'null', write: (column) => conditionOn(column, 'null') }] },
    ne: { fetch: [{ how: 'not-null', write: (column) => conditionOn(column, 'not-null') }] },
  },
}

type FunctionForms = Partial<Record<Op, readonly [name: string, operator: string]>>
const DAY_FORMS: FunctionForms = {
  eq: ['On', 'on'],
  ge: ['OnOrAfter', 'on-or-after'],
  le: ['OnOrBefore', 'on-or-before'],
}

/** A day; `label` stands for it in the key, since it moves with the clock. */
export function day(dated: Dated, label: string, value: string, written = value): Operand {
  const more = Object.entries(DAY_FORMS).map(([op, [name, operator]]) => {
    const odata: Spelling = {
      how: 'function',
      write: (column) => call(name, column, `,PropertyValue=${quoted(written)}`),
      isOwnOnly: true,
    }
    return [
      op,
      { odata: [odata], fetch: [{ how: operator, write: (at: string) => conditionOn(at, operator, written) }] },
    ]
  })
  return {
    name: label,
    kind: written === value ? 'day' : 'day as written',
    ...(written === value ? everyWay(written) : inQuotes(written)),
    meaning: within(dated, dayOf(value)),
    more: Object.fromEntries(more) as NonNullable<Operand['more']>,
  }
}

/** A moment against a column of times. */
export const moment = (label: string, utc: string, written = utc): Operand => ({
  name: label,
  kind: 'moment',
  ...everyWay(written),
  meaning: point(sqlText(utc)),
})

/** A time against a column of days: the day as it is written, which counts as its midnight. */
export function timeOfDay(label: string, written: string): Operand {
  const { eq, lt, le, gt, ge } = within('day', dayOf(written.slice(0, 10)))
  const isMidnight = written.slice(11, 19) === '00:00:00'
  return {
    name: label,
    kind: 'moment',
    ...everyWay(written),
    meaning: { eq, lt: isMidnight ? lt : le, le, gt, ge: isMidnight ? ge : gt },
  }
}

/** `last-x-days` is LastXDays. */
const functionName = (operator: string): string =>
  operator
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** A word for a span of time. */
export function dateWord(dated: Dated, { word, span, operator, otherwise }: DateWord): Operand {
  const isWord = /^[a-z]/.test(word)
  const [name = '', ...values] = operator ?? []
  const parameter = values.map((value) => `,PropertyValue=${value}`).join('')
  const odata: readonly Text[] = isWord
    ? [['word', word], ...(otherwise === undefined ? [] : [['quoted', quoted(otherwise)] as const])]
    : [['quoted', quoted(word)]]
  return {
    name: word,
    kind: isWord ? 'date word' : 'calendar words',
    odata,
    fetch: [['word', word], ...(otherwise === undefined ? [] : [['words', otherwise] as const])],
    meaning: within(dated, span),
    ...(operator && {
      more: {
        eq: {
          odata: [{ how: 'function', write: (column) => call(functionName(name), column, parameter), isOwnOnly: true }],
          fetch: [{ how: 'operator', write: (column) => conditionOn(column, name, ...values) }],
        },
      },
    }),
  }
}

/** Before now, or from now on: a moment has no other comparison that everybody reads alike. */
export const now = (dated: Dated): Operand => ({
  name: 'now',
  kind: 'now',
  odata: [['word', 'now']],
  fetch: [['word', 'now']],
  meaning: within(dated, { from: NOW, to: NOW }),
})

const KNOWN_TABLES = new Set([...Object.keys(OWNED), ...UNOWNED, ...CHILDREN.map(([table]) => table)])
const MY_TEAMS = 'select teamid from raw_teammembership where systemuserid = me()'

/** The tables that a lookup leads to, or the table of the id itself. */
function targetsOf(entity: string, column: string): readonly string[] {
  const { type, targets = [] } = columnNamed(entity, column)
  return (type === 'Uniqueidentifier' ? [entity] : targets).filter((table) => KNOWN_TABLES.has(table))
}

/** The rows of a table, as far as somebody reads them or in all, for which something holds of the primary name. */
function named(table: string, prefix: '' | 'raw_', holds: (name: string) => string): string {
  const { primaryIdAttribute: id, primaryNameAttribute: name } = entityNamed(table)
  return `select ${id} from ${prefix}${table} where ${holds(name)}`
}

/** More targets than can be joined: there the rows are looked for first, among those that the person may read. */
const MOST_JOINED = 4

/** Over all targets, since a lookup shows the name also of a row that the person may not read. */
function amongNamed(entity: string, column: string, holds: (name: string) => string): string {
  const { targets = [] } = columnNamed(entity, column)
  const parts = targetsOf(entity, column).map((table) =>
    named(table, targets.length > MOST_JOINED ? '' : 'raw_', holds),
  )
  return parts.length === 0 ? 'select null where 0' : parts.join(' union ')
}

function readableNames(entity: string, column: string, name: string): readonly string[] {
  return targetsOf(entity, column).map((table) => named(table, '', (cell) => `fold(${cell}) = fold(${sqlText(name)})`))
}

const amongRows = (sql: string): Meaning => that((cell) => `${cell} in (${sql})`)

/** A lookup by the primary name of the row that it leads to. */
export const rowNamed = (entity: string, column: string, name: string): Operand => ({
  name: JSON.stringify(name),
  kind: 'name of a row',
  names: readableNames(entity, column, name),
  ...inQuotes(name),
  meaning: amongRows(amongNamed(entity, column, (cell) => `fold(${cell}) = fold(${sqlText(name)})`)),
})

/** A lookup by other words than the name, which SQL finds in its own way. */
export const rowFound = (written: string, sql: string): Operand => ({
  name: JSON.stringify(written),
  kind: 'other name of a row',
  ...inQuotes(written),
  meaning: amongRows(sql),
})

export const rowWithId = (id: string, label: string, written = id): Operand => ({
  name: label,
  kind: 'id',
  ...(written === id ? everyWay(written) : inQuotes(written)),
  meaning: that((cell) => `${cell} = ${sqlText(id.toLowerCase())}`),
})

const MAIN_WORDS = new Set(['me', 'my-teams', 'me-or-my-teams'])

const me = (written: string, sql: string, forms: readonly [string, string, string?, string?]): Operand => {
  const [name, operator, notName, notOperator] = forms
  const form = (functionOf: string, condition: string) => ({
    odata: [{ how: 'function', write: (column: string) => call(functionOf, column), isOwnOnly: true as const }],
    fetch: [{ how: 'operator', write: (column: string) => conditionOn(column, condition) }],
  })
  const isWord = /^[\w-]+$/.test(written)
  return {
    name: written,
    kind: MAIN_WORDS.has(written) ? 'me' : 'me as written',
    odata: [...(isWord ? [['word', written] as const] : []), ['quoted', quoted(written)]],
    fetch: [['word', written]],
    meaning: amongRows(sql),
    more: { eq: form(name, operator), ...(notName && notOperator && { ne: form(notName, notOperator) }) },
  }
}
export const myself = (written = 'me'): Operand =>
  me(written, 'select me()', ['EqualUserId', 'eq-userid', 'NotEqualUserId', 'ne-userid'])
export const myTeams = (written = 'my-teams'): Operand => me(written, MY_TEAMS, ['EqualUserTeams', 'eq-userteams'])
export const meOrMyTeams = (written = 'me-or-my-teams'): Operand =>
  me(written, `select me() union ${MY_TEAMS}`, ['EqualUserOrUserTeams', 'eq-useroruserteams'])

/** A row's kind of activity, by its name, label or code. */
export const activityType = (written: string, type: string): Operand => ({
  name: written,
  kind: 'activity type',
  ...(/^\d+$/.test(written) ? everyWay(written) : inQuotes(written)),
  meaning: that((cell) => `${cell} = ${sqlText(type)}`),
})

type Part = 'contains' | 'startswith' | 'endswith'
const OPERATORS: Readonly<Record<Part, readonly [positive: string, negative: string]>> = {
  contains: ['like', 'not-like'],
  startswith: ['begins-with', 'not-begin-with'],
  endswith: ['ends-with', 'not-end-with'],
}
/** `%`, `_` and `[` as characters of a pattern. */
const escapeLike = (part: string): string => part.replaceAll(/[[%_]/g, '[$&]')

function partOf(kind: Part, cell: string, part: string): string {
  const [whole, wanted] = [`fold(${cell})`, `fold(${sqlText(part)})`]
  if (kind === 'contains') return `instr(${whole}, ${wanted}) > 0`
  return kind === 'startswith'
    ? `substr(${whole}, 1, length(${wanted})) = ${wanted}`
    : `substr(${whole}, -length(${wanted})) = ${wanted}`
}

/** A part of a text, all of whose characters are meant as they are; of a lookup, a part of the name that it shows. */
export function textPart(
  kind: Part | `not ${Part}`,
  part: string,
  lookup?: readonly [entity: string, column: string],
): Comparison {
  const isNot = kind.startsWith('not ')
  const bare = kind.replace('not ', '') as Part
  const [positive, negative] = OPERATORS[bare]
  const value = bare === 'contains' ? `%${escapeLike(part)}%` : part
  const holds = (cell: string): string =>
    lookup ? `${cell} in (${amongNamed(...lookup, (name) => partOf(bare, name, part))})` : partOf(bare, cell, part)
  return {
    op: kind,
    value: JSON.stringify(part),
    kind: `${kind} ${/[%_[]/.test(part) ? 'wildcard' : 'text'}`,
    odata: [{ how: bare, write: (column) => `${isNot ? 'not ' : ''}${bare}(${column},${quoted(part)})` }],
    fetch: [
      { how: isNot ? negative : positive, write: (column) => conditionOn(column, isNot ? negative : positive, value) },
    ],
    fetchNot: (column) => conditionOn(column, isNot ? positive : negative, value),
    sql: isNot ? (cell) => complement(holds(cell)) : holds,
  }
}

/** A pattern with wildcards, which FetchXML alone has. */
export const like = (op: 'like' | 'not-like', pattern: string, sqlPattern = pattern): Comparison => {
  const holds = (cell: string): string => `fold(${cell}) like fold(${sqlText(sqlPattern)}) escape '!'`
  return {
    op,
    value: JSON.stringify(pattern),
    kind: `${op} pattern`,
    odata: [],
    fetch: [{ how: op, write: (column) => conditionOn(column, op, pattern) }],
    sql: op === 'like' ? holds : (cell) => complement(holds(cell)),
  }
}

/** Any of several choices of a column that holds many. */
export function holdsAny(
  op: 'contain-values' | 'not-contain-values',
  values: readonly number[],
  labels?: readonly string[],
): Comparison {
  const texts = labels ?? values.map(String)
  const holds = (cell: string): string => values.map((one) => `',' || ${cell} || ',' like '%,${one},%'`).join(' or ')
  const list = texts.map((one) => `<value>${one}</value>`).join('')
  const name = op === 'contain-values' ? 'ContainValues' : 'DoesNotContainValues'
  return {
    op,
    value: texts.join(),
    kind: op,
    odata: [
      {
        how: 'function',
        write: (column) => call(name, column, `,PropertyValues=${JSON.stringify(texts)}`),
        isOwnOnly: true,
      },
    ],
    fetch: [{ how: op, write: (column) => `<condition ${column} operator="${op}">${list}</condition>` }],
    sql: op === 'contain-values' ? holds : (cell) => complement(holds(cell)),
  }
}

import fc from 'fast-check'

import {
  ENTITIES,
  entityNamed,
  isChoice,
  isDateOnly,
  isLookup,
  isNumeric,
  type Column,
} from '../../sandbox/dataverse/schema/schema.ts'
import { keyOf } from '../../sandbox/dataverse/store/store.ts'
import { OWNED, UNOWNED } from '../oracle/oracle-tables.ts'
import { between, compare, NEGATED, oneOf, SIX, type Comparison, type Op, type Operand } from './comparison.ts'
import { DATE_WORDS, type Dated } from './meaning.ts'
import * as value from './operands.ts'
import { among, behind, own, place, type Case, type Place } from './place.ts'
import type { World } from './world.ts'
import { distinct } from './written/tables.ts'

/** Draws other conditions: `AGREEMENT_SEED=7 npm run test:sweep`. */
export const SEED = Number(process.env['AGREEMENT_SEED'] ?? 20_261_128)

const TABLES = 'account contact opportunity lead incident activitypointer task phonecall email quote systemuser'.split(
  ' ',
)
const READABLE = new Set([...Object.keys(OWNED), ...UNOWNED])

type Slot = { readonly where: Place; readonly column: Column }
type Kind = 'text' | 'number' | 'choice' | 'yes-no' | 'date' | 'lookup'

function kindOf(column: Column): Kind | undefined {
  if (column.type === 'String' || column.type === 'Memo') return 'text'
  if (isNumeric(column)) return 'number'
  if (isChoice(column)) return 'choice'
  if (column.type === 'Boolean') return 'yes-no'
  if (column.type === 'DateTime') return 'date'
  return isLookup(column) ? 'lookup' : undefined
}

/** Texts that the Web API makes up, and numbers of the platform's own, are not asked for. */
const LEFT_OUT = /^(?:versionnumber|address\d_addressid|importsequencenumber|timezonecode)$|composite$/

function columnsOf(where: Place, world: World): Slot[] {
  const names = [...(world.filled.get(where.of) ?? [])].filter((name) => !LEFT_OUT.test(name))
  return names.flatMap((name) => {
    const column = ENTITIES.get(where.of)?.columns.get(name)
    return column && kindOf(column) ? [{ where, column }] : []
  })
}

/** Own columns, and those behind lookups and in collections that some row has. */
function slots(world: World): ReadonlyMap<Kind, readonly Slot[]> {
  const places = TABLES.flatMap((table): Place[] => {
    const { manyToOne, oneToMany } = entityNamed(table)
    const lookups = manyToOne.filter(
      ({ column, target }) => READABLE.has(target) && world.filled.get(table)?.has(column),
    )
    const collections = oneToMany.filter(
      ({ column, target }) => TABLES.includes(target) && world.filled.get(target)?.has(column),
    )
    return [
      ...Array.from({ length: 6 }, () => own(table)),
      ...lookups.map(({ nav }) => behind(table, nav)),
      ...collections
        .slice(0, 8)
        .flatMap(({ nav }) => (['any', 'all', 'not any'] as const).map((one) => among(table, nav, one))),
    ]
  })
  const all = places.flatMap((where) => columnsOf(where, world))
  return Map.groupBy(all, ({ column }) => kindOf(column) ?? 'text')
}

const pick = <Item>(items: readonly Item[]): fc.Arbitrary<Item> => fc.constantFrom(...items)
const compared = (ops: readonly Op[], operands: fc.Arbitrary<Operand>): fc.Arbitrary<Comparison> =>
  fc.tuple(pick(ops), operands).map(([op, operand]) => compare(op, operand))
const listed = (operands: fc.Arbitrary<Operand>): fc.Arbitrary<Comparison> =>
  fc
    .tuple(pick(['in', 'not in'] as const), operands, operands)
    .map(([op, one, other]) => oneOf(op, one.name === other.name ? [one] : [one, other]))
const ranged = (operands: fc.Arbitrary<Operand>): fc.Arbitrary<Comparison> =>
  fc
    .tuple(pick(['between', 'not between'] as const), operands, operands)
    .map(([op, low, high]) => between(op, low, high))
const NOTHING = compared(['eq', 'ne'], fc.constant(value.NOTHING))

type Build = (slot: Slot, world: World) => fc.Arbitrary<Comparison>

const cased = (text: string): fc.Arbitrary<string> => pick([text, text.toUpperCase(), text.toLowerCase()])

/** What follows the clock is no value to name a condition by. */
const texts: Build = ({ where, column }, world) => {
  const known = world
    .values(where.of, column.name)
    .map(String)
    .filter((one) => !/\d{4}-\d\d|^\s|\s$|^null$/.test(one) && one.length < 60)
  if (known.length === 0) return NOTHING
  const whole = pick(known).chain(cased)
  const part = fc.tuple(whole, fc.nat(20), fc.integer({ min: 1, max: 6 })).map(
    ([text, start, length]) =>
      text
        .slice(start % text.length)
        .slice(0, length)
        .trim() || text.trim().slice(0, 2),
  )
  const parts = fc
    .tuple(
      pick(['contains', 'startswith', 'endswith', 'not contains', 'not startswith', 'not endswith'] as const),
      part,
    )
    .map(([kind, text]) => value.textPart(kind, text))
  const operand = whole.map(value.text)
  return fc.oneof(compared(['eq', 'ne'], operand), listed(operand), parts, NOTHING)
}

/** A number as it is, or as somebody may write it. */
function written(number: number): fc.Arbitrary<Operand> {
  const plain = value.number(number)
  if (!Number.isInteger(number) || number < 1000) return fc.constant(plain)
  const grouped = number.toLocaleString('en-GB')
  return pick([
    plain,
    plain,
    value.spelledNumber(`${number / 1000}k`, number),
    value.spelledNumber(grouped, number),
    value.spelledNumber(`£${grouped}`, number),
  ])
}

const numbers: Build = ({ where, column }, world) => {
  const known = world.values(where.of, column.name).filter((one) => typeof one === 'number')
  const operand = pick(known.length === 0 ? [0] : known).chain(written)
  return fc.oneof(
    { weight: 3, arbitrary: compared([...SIX, ...NEGATED], operand) },
    { weight: 1, arbitrary: fc.oneof(listed(operand), ranged(operand), NOTHING) },
  )
}

const choices: Build = ({ column: { options = [] } }) => {
  const unique = options.filter(
    ({ label }) => options.filter((one) => one.label === label).length === 1 && !/^[\d.]+$/.test(label),
  )
  const operand = fc.oneof(
    pick(options).map((one) => value.option(one.value)),
    pick(unique.length === 0 ? options : unique).chain((one) =>
      unique.length === 0
        ? fc.constant(value.option(one.value))
        : cased(one.label).map((label) => value.option(one.value, label)),
    ),
  )
  return fc.oneof(compared(SIX, operand), listed(operand), NOTHING)
}

const yesNo: Build = ({ column: { options = [] } }) => {
  const operand = fc.oneof(
    pick([0, 1]).map((one) => value.option(one)),
    pick([value.option(1, 'true'), value.option(0, 'false')]),
    pick(options).chain((one) => cased(one.label).map((label) => value.option(one.value, label))),
  )
  return compared(['eq', 'ne'], operand)
}

const dates: Build = ({ column }, world) => {
  const dated: Dated = isDateOnly(column) ? 'day' : 'time'
  const away = fc.integer({ min: -60, max: 60 })
  const day = away.map((days) => value.day(dated, `day ${days}`, world.day(days)))
  const word = pick(DATE_WORDS.filter(({ isTimed }) => !isTimed || dated === 'time')).map((one) =>
    value.dateWord(dated, one),
  )
  const time = fc.tuple(away, fc.integer({ min: 0, max: 23 })).map(([days, hour]) => {
    const clock = `T${String(hour).padStart(2, '0')}:00:00Z`
    const written = `${world.day(days)}${clock}`
    return dated === 'time'
      ? value.moment(`day ${days}${clock}`, written)
      : value.timeOfDay(`day ${days}${clock}`, written)
  })
  return fc.oneof(
    compared([...SIX, ...NEGATED], fc.oneof(day, word, time)),
    fc.oneof(ranged(fc.oneof(day, word)), listed(day), NOTHING),
  )
}

const lookups: Build = ({ where, column }, world) => {
  const known = world.values(where.of, column.name).flatMap((one) => (typeof one === 'object' ? [one] : []))
  const id = pick(known).map((one) => value.rowWithId(one.id, `the id ${one.id}`))
  const names = known
    .flatMap(({ entity, id: wanted }) => nameOf(entity, wanted, world))
    .filter((name) => !/\d{4}-\d\d/.test(name))
  const me = pick([value.myself(), value.myTeams(), value.meOrMyTeams()])
  const toPeople = column.targets?.includes('systemuser') === true
  const named = names.length === 0 ? id : pick(names).map((name) => value.rowNamed(where.of, column.name, name))
  const operand = toPeople ? fc.oneof(id, named, me) : fc.oneof(id, named)
  return fc.oneof(compared(['eq', 'ne'], operand), listed(id), NOTHING)
}

const nameIndexes = new WeakMap<World, Map<string, string>>()

function nameOf(entity: string, id: string, world: World): string[] {
  const index =
    nameIndexes.get(world) ??
    new Map(
      world.rows.flatMap(({ entity: table, values }) => {
        const { primaryIdAttribute, primaryNameAttribute } = entityNamed(table)
        const name = values[primaryNameAttribute]
        return typeof name === 'string'
          ? [[`${table} ${keyOf(values[primaryIdAttribute] ?? null) ?? ''}`, name] as const]
          : []
      }),
    )
  nameIndexes.set(world, index)
  const name = index.get(`${entity} ${id}`)
  return name === undefined ? [] : [name]
}

const BUILDS: Readonly<Record<Kind, Build>> = {
  text: texts,
  number: numbers,
  choice: choices,
  'yes-no': yesNo,
  date: dates,
  lookup: lookups,
}

/** Conditions drawn from kinds of columns, places, operators and spellings; the same for the same seed and rows. */
export function generatedCases(world: World, count: number, seed = SEED): Case[] {
  const byKind = slots(world)
  const conditions = pick(Object.keys(BUILDS) as Kind[]).chain((kind) =>
    pick(byKind.get(kind) ?? []).chain((slot) =>
      BUILDS[kind](slot, world).map((comparison) => place(slot.where, slot.column.name, comparison, world)),
    ),
  )
  return distinct(fc.sample(conditions, { numRuns: count, seed }))
}

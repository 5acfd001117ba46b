import type { Json } from '../http/api.ts'
import type { Entity } from '../schema/schema.ts'
import { ENTITIES } from '../schema/schema.ts'
import type { DescribedColumn } from './describe.ts'
import {
  castType,
  describeColumns,
  describeEntity,
  describeKey,
  describeOptions,
  describeTyped,
  membersOfCast,
} from './describe.ts'
import { keptUntilPublished } from './kept.ts'
import type { MetadataSet } from './query.ts'
import { allRelationships, manyToManyOf, manyToOneOf, oneToManyOf } from './relationships.ts'

export function membersOf(items: readonly Json[]): Set<string> {
  return new Set(items.flatMap((item) => Object.keys(item)).filter((name) => !name.startsWith('@')))
}

export const nothing = (): undefined => undefined

const ofRelationships = keptUntilPublished<Set<string>>()

/** A kind that a table has none of has its members all the same. */
function membersOfAny(type: string): Set<string> {
  const isOfType = (one: Json): boolean => one['@odata.type'] === `#Microsoft.Dynamics.CRM.${type}`
  return ofRelationships(type, () => membersOf(allRelationships().filter(isOfType)))
}

export function relationshipSet(items: readonly Json[], type: string): MetadataSet {
  const members = items.length > 0 ? membersOf(items) : membersOfAny(type)
  return { type, items, members, expansions: nothing }
}

const KEY_MEMBERS: ReadonlySet<string> = new Set([
  'MetadataId',
  'HasChanged',
  'LogicalName',
  'SchemaName',
  'EntityLogicalName',
  'DisplayName',
  'KeyAttributes',
  'EntityKeyIndexStatus',
  'IsManaged',
])

function keySet(entity: Entity, language: number): MetadataSet {
  const items = (entity.keys ?? []).map((key) => describeKey(entity, key, language))
  return { type: 'EntityKeyMetadata', items, members: KEY_MEMBERS, expansions: nothing }
}

type Columns = { readonly all: readonly DescribedColumn[]; readonly members: ReadonlySet<string> }
const ofColumns = keptUntilPublished<Columns>()

/** A table is asked for its columns once for each cast. */
function columnsOf(entity: Entity, language: number): Columns {
  return ofColumns(`${entity.logicalName} ${language}`, () => {
    const all = describeColumns(entity, language)
    return { all, members: membersOf(all.map(({ json }) => json)) }
  })
}

/** Without a cast, columns show the members that every type has. */
export function columnSet(
  entity: Entity,
  { all, members: common }: Columns,
  language: number,
  cast?: string,
): MetadataSet {
  const kept = cast === undefined ? all : all.filter(({ column }) => column && castType(column) === cast)
  const items = kept.map(({ json, column }) => {
    const { OptionSet: _optionSet, ...typed } =
      column && cast !== undefined ? describeTyped(entity, column, language) : {}
    return { ...json, ...typed }
  })
  const expansions = (item: Json, nav: string): Json | null | undefined => {
    if (cast === undefined || !/^(Picklist|State|Status|Boolean|MultiSelectPicklist)/.test(cast)) return undefined
    const column = entity.columns.get(String(item['LogicalName']))
    const options = column ? describeOptions(entity, column, language) : null
    if (nav === 'OptionSet') return options
    return nav === 'GlobalOptionSet' ? (options?.['IsGlobal'] === true ? options : null) : undefined
  }
  const members = new Set(common)
  for (const name of cast === undefined ? [] : membersOfCast(entity, cast)) members.add(name)
  return { type: cast ?? 'AttributeMetadata', items, members, expansions }
}

const parts = keptUntilPublished<MetadataSet | undefined>()

export function partOf(entity: Entity, nav: string, language: number): MetadataSet | undefined {
  return parts(`${entity.logicalName} ${nav} ${language}`, () => describePart(entity, nav, language))
}

function describePart(entity: Entity, nav: string, language: number): MetadataSet | undefined {
  const cast = /^Attributes\/Microsoft\.Dynamics\.CRM\.(\w+)$/.exec(nav)?.[1]
  if (cast !== undefined) return columnSet(entity, columnsOf(entity, language), language, cast)
  switch (nav) {
    case 'Attributes':
      return columnSet(entity, columnsOf(entity, language), language)
    case 'ManyToOneRelationships':
      return relationshipSet(manyToOneOf(entity), 'OneToManyRelationshipMetadata')
    case 'OneToManyRelationships':
      return relationshipSet(oneToManyOf(entity), 'OneToManyRelationshipMetadata')
    case 'ManyToManyRelationships':
      return relationshipSet(manyToManyOf(entity), 'ManyToManyRelationshipMetadata')
    case 'Keys':
      return keySet(entity, language)
    default:
      return undefined
  }
}

const tables = keptUntilPublished<MetadataSet>()

/** Every table, as one person sees it. */
export function entitySet(language: number): MetadataSet {
  return tables(String(language), () => describeTables(language))
}

function describeTables(language: number): MetadataSet {
  const items = [...ENTITIES.values()].map((entity) => describeEntity(entity, language))
  return {
    type: 'EntityMetadata',
    items,
    members: membersOf(items),
    expansions: (item, nav) => {
      const entity = ENTITIES.get(String(item['LogicalName']))
      return entity && partOf(entity, nav, language)
    },
  }
}

/** The choices that columns of several tables share. */
export function globalOptionSets(language: number): MetadataSet {
  const shared = [...ENTITIES.values()].flatMap((entity) =>
    [...entity.columns.values()]
      .filter((column) => column.globalOptionSet !== undefined)
      .map((column) => describeOptions(entity, column, language) ?? {}),
  )
  const items = [...new Map(shared.map((one) => [String(one['Name']), one])).values()]
  return { type: 'OptionSetMetadataBase', items, members: membersOf(items), expansions: nothing }
}

import type { Answer, ApiRequest, Json } from '../api.ts'
import { DataverseFault, notEmulated, unknownSegment } from '../errors.ts'
import type { Key } from '../path.ts'
import { parseKey, parseSegment } from '../path.ts'
import type { Entity } from '../schema.ts'
import { ENTITIES } from '../schema.ts'
import type { DescribedColumn } from './describe.ts'
import { castType, describeColumns, describeEntity, describeOptions, describeTyped, metadataId } from './describe.ts'
import type { MetadataSet } from './query.ts'
import { metadataOptions, queryMetadata, shapeMetadata } from './query.ts'
import { allRelationships, manyToManyOf, manyToOneOf, oneToManyOf } from './relationships.ts'

const CRM = 'Microsoft.Dynamics.CRM.'
const CAST = /^Microsoft\.Dynamics\.CRM\.(\w+)$/

export function isMetadataPath(segment: string): boolean {
  return /^(EntityDefinitions|RelationshipDefinitions|GlobalOptionSetDefinitions)(\(|$)|^\$metadata$/.test(segment)
}

function membersOf(items: readonly Json[]): Set<string> {
  return new Set(items.flatMap((item) => Object.keys(item)).filter((name) => !name.startsWith('@')))
}

const nothing = (): undefined => undefined

function relationshipSet(items: readonly Json[], type: string): MetadataSet {
  const members = items.length > 0 ? membersOf(items) : new Set(['SchemaName', 'MetadataId'])
  return { type, items, members, expansions: nothing }
}

/** Without a cast, columns show the members that every type has. */
function columnSet(entity: Entity, columns: readonly DescribedColumn[], cast?: string): MetadataSet {
  const kept = cast === undefined ? columns : columns.filter(({ column }) => column && castType(column) === cast)
  const items = kept.map(({ json, column }) => {
    const { OptionSet: _optionSet, ...typed } = column && cast !== undefined ? describeTyped(entity, column) : {}
    return { ...json, ...typed }
  })
  const expansions = (item: Json, nav: string): Json | null | undefined => {
    if (cast === undefined || !/^(Picklist|State|Status|Boolean|MultiSelectPicklist)/.test(cast)) return undefined
    const column = entity.columns.get(String(item['LogicalName']))
    const options = column ? describeOptions(entity, column) : null
    if (nav === 'OptionSet') return options
    return nav === 'GlobalOptionSet' ? (options?.['IsGlobal'] === true ? options : null) : undefined
  }
  const members = membersOf(items.length > 0 ? items : columns.map(({ json }) => json))
  return { type: cast ?? 'AttributeMetadata', items, members, expansions }
}

function partOf(entity: Entity, nav: string): MetadataSet | undefined {
  switch (nav) {
    case 'Attributes':
      return columnSet(entity, describeColumns(entity))
    case 'ManyToOneRelationships':
      return relationshipSet(manyToOneOf(entity), 'OneToManyRelationshipMetadata')
    case 'OneToManyRelationships':
      return relationshipSet(oneToManyOf(entity), 'OneToManyRelationshipMetadata')
    case 'ManyToManyRelationships':
      return relationshipSet(manyToManyOf(entity), 'ManyToManyRelationshipMetadata')
    case 'Keys':
      return relationshipSet([], 'EntityKeyMetadata')
    default:
      return undefined
  }
}

const DESCRIBED = [...ENTITIES.values()].map(describeEntity)

const ENTITY_SET: MetadataSet = {
  type: 'EntityMetadata',
  items: DESCRIBED,
  members: membersOf(DESCRIBED),
  expansions: (item, nav) => {
    const entity = ENTITIES.get(String(item['LogicalName']))
    return entity && partOf(entity, nav)
  },
}

function identify(text: string): { readonly name?: string; readonly id?: string } {
  const key: Key = parseKey(text)
  if ('id' in key) return { id: key.id }
  const name = key.columns.get('LogicalName')
  if (name === undefined) throw notEmulated(`the metadata key '${text}'`)
  return { name }
}

function missing(what: string): DataverseFault {
  return new DataverseFault(404, '0x80060888', `Could not find ${what} in the MetadataCache.`)
}

function findEntity(key: string): Entity {
  const { name, id } = identify(key)
  const found = [...ENTITIES.values()].find((one) => one.logicalName === name || metadataId(one.logicalName) === id)
  if (!found) throw missing(`an entity with the key ${key}`)
  return found
}

function listAnswer(set: MetadataSet, context: string, request: ApiRequest): Answer {
  const value = queryMetadata(set, metadataOptions(request.query))
  return { status: 200, body: { '@odata.context': `${request.base}$metadata#${context}`, value } }
}

function itemAnswer(item: Json, set: MetadataSet, context: string, request: ApiRequest): Answer {
  const shaped = shapeMetadata(item, metadataOptions(request.query), set)
  return { status: 200, body: { '@odata.context': `${request.base}$metadata#${context}/$entity`, ...shaped } }
}

function answerColumn(entity: Entity, key: string, rest: readonly string[], request: ApiRequest): Answer {
  const { name, id } = identify(key)
  const found = describeColumns(entity).find(({ json }) => json['LogicalName'] === name || json['MetadataId'] === id)
  if (!found) throw missing(`an attribute with the key ${key} of '${entity.logicalName}'`)
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  const set = columnSet(entity, [found], cast)
  const [item] = set.items
  if (!item) throw missing(`an attribute of type ${cast ?? ''}`)
  const context = `EntityDefinitions('${entity.logicalName}')/Attributes`
  const [nav, ...more] = cast === undefined ? rest : rest.slice(1)
  if (nav === undefined) return itemAnswer(item, set, context, request)
  const expanded = set.expansions(item, nav)
  if (expanded === undefined || expanded === null || more.length > 0) throw unknownSegment(nav)
  const single = { type: 'OptionSetMetadata', items: [], members: membersOf([expanded]), expansions: nothing }
  return itemAnswer(expanded, single, `${context}/${nav}`, request)
}

function answerPart(entity: Entity, [text = '', ...rest]: readonly string[], request: ApiRequest): Answer {
  const { name, key } = parseSegment(text)
  if (name === 'Attributes' && key !== undefined) return answerColumn(entity, key, rest, request)
  const set = partOf(entity, name)
  if (!set || key !== undefined) throw set ? notEmulated(`${name} by key`) : unknownSegment(name)
  const context = `EntityDefinitions('${entity.logicalName}')/${name}`
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  if (cast === undefined && rest.length > 0) throw unknownSegment(rest[0] ?? '')
  if (cast === undefined) return listAnswer(set, context, request)
  if (name !== 'Attributes') throw notEmulated(`a cast of ${name}`)
  return listAnswer(columnSet(entity, describeColumns(entity), cast), `${context}/${CRM}${cast}`, request)
}

function answerRelationships(rest: readonly string[], request: ApiRequest): Answer {
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  const all = allRelationships()
  const kept = cast === undefined ? all : all.filter((one) => one['@odata.type'] === `#${CRM}${cast}`)
  if (rest.length > (cast === undefined ? 0 : 1)) throw unknownSegment(rest.at(-1) ?? '')
  return listAnswer(relationshipSet(kept, cast ?? 'RelationshipMetadataBase'), 'RelationshipDefinitions', request)
}

/** Answers below `EntityDefinitions` and `RelationshipDefinitions`. @throws DataverseFault */
export function answerMetadata(request: ApiRequest): Answer {
  const [first = '', ...rest] = request.path
  const { name, key } = parseSegment(first)
  if (name === 'RelationshipDefinitions' && key === undefined) return answerRelationships(rest, request)
  if (name !== 'EntityDefinitions') throw notEmulated(first)
  if (key === undefined) {
    if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
    return listAnswer(ENTITY_SET, 'EntityDefinitions', request)
  }
  const entity = findEntity(key)
  if (rest.length > 0) return answerPart(entity, rest, request)
  const item = DESCRIBED.find((one) => one['LogicalName'] === entity.logicalName) ?? describeEntity(entity)
  return itemAnswer(item, ENTITY_SET, 'EntityDefinitions', request)
}

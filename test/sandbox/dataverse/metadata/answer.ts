import type { Answer, ApiRequest, Json, MutableJson } from '../http/api.ts'
import { DataverseFault, notEmulated, unknownSegment } from '../http/errors.ts'
import type { Key } from '../http/path.ts'
import { parseKey, parseSegment } from '../http/path.ts'
import { wants } from '../http/preferences.ts'
import type { Entity } from '../schema/schema.ts'
import { ENTITIES } from '../schema/schema.ts'
import { answerChanges } from './changes.ts'
import { writeCsdl } from './csdl.ts'
import { describeColumns, describeEntity } from './describe.ts'
import { metadataId } from './identifier.ts'
import { keptUntilPublished } from './kept.ts'
import { languageOf } from './labels.ts'
import type { MetadataSet } from './query.ts'
import { metadataOptions, queryMetadata, shapeMetadata } from './query.ts'
import { allRelationships } from './relationships.ts'
import { columnSet, entitySet, globalOptionSets, membersOf, nothing, partOf, relationshipSet } from './sets.ts'

const CRM = 'Microsoft.Dynamics.CRM.'
const CAST = /^Microsoft\.Dynamics\.CRM\.(\w+)$/

export function isMetadataPath(segment: string): boolean {
  return /^(EntityDefinitions|RelationshipDefinitions|GlobalOptionSetDefinitions|RetrieveMetadataChanges)(\(|$)|^\$metadata$/.test(
    segment,
  )
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

const written = keptUntilPublished<string>()

/** What a question of metadata is answered with is written once: every cold worker asks the same ones. */
function finish(context: string, members: () => Json, request: ApiRequest): Answer {
  const head: MutableJson = { '@odata.context': `${request.base}$metadata#${context}` }
  if (wants(request.preferences, `${CRM}globalmetadataversion`)) {
    head[`@${CRM}globalmetadataversion`] = String(request.platform.metadata.version())
  }
  const question = JSON.stringify([languageOf(request.reader), request.path, [...request.query]])
  const text = written(question, () => JSON.stringify(members()).slice(1))
  const comma = text === '}' ? '' : ','
  return { status: 200, body: `${JSON.stringify(head).slice(0, -1)}${comma}${text}` }
}

function listAnswer(set: MetadataSet, context: string, request: ApiRequest): Answer {
  return finish(context, () => ({ value: queryMetadata(set, metadataOptions(request.query)) }), request)
}

function itemAnswer(item: Json, set: MetadataSet, context: string, request: ApiRequest): Answer {
  return finish(`${context}/$entity`, () => shapeMetadata(item, metadataOptions(request.query), set), request)
}

function answerColumn(entity: Entity, key: string, rest: readonly string[], request: ApiRequest): Answer {
  const { name, id } = identify(key)
  const language = languageOf(request.reader)
  const found = describeColumns(entity, language).find(
    ({ json }) => json['LogicalName'] === name || json['MetadataId'] === id,
  )
  if (!found) throw missing(`an attribute with the key ${key} of '${entity.logicalName}'`)
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  const set = columnSet(entity, { all: [found], members: membersOf([found.json]) }, language, cast)
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
  const language = languageOf(request.reader)
  const set = partOf(entity, name, language)
  if (!set || key !== undefined) throw set ? notEmulated(`${name} by key`) : unknownSegment(name)
  const context = `EntityDefinitions('${entity.logicalName}')/${name}`
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  if (cast === undefined && rest.length > 0) throw unknownSegment(rest[0] ?? '')
  if (cast === undefined) return listAnswer(set, context, request)
  if (name !== 'Attributes') throw notEmulated(`a cast of ${name}`)
  return listAnswer(partOf(entity, `${name}/${CRM}${cast}`, language) ?? set, `${context}/${CRM}${cast}`, request)
}

function answerRelationships(rest: readonly string[], request: ApiRequest): Answer {
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  const all = allRelationships()
  const kept = cast === undefined ? all : all.filter((one) => one['@odata.type'] === `#${CRM}${cast}`)
  if (rest.length > (cast === undefined ? 0 : 1)) throw unknownSegment(rest.at(-1) ?? '')
  return listAnswer(relationshipSet(kept, cast ?? 'RelationshipMetadataBase'), 'RelationshipDefinitions', request)
}

function answerOptionSets(key: string | undefined, rest: readonly string[], request: ApiRequest): Answer {
  const set = globalOptionSets(languageOf(request.reader))
  const cast = CAST.exec(rest[0] ?? '')?.[1]
  if (rest.length > (cast === undefined ? 0 : 1)) throw unknownSegment(rest.at(-1) ?? '')
  if (key === undefined) return listAnswer(set, 'GlobalOptionSetDefinitions', request)
  const wanted = parseKey(key)
  const item = set.items.find((one) =>
    'id' in wanted ? one['MetadataId'] === wanted.id : one['Name'] === wanted.columns.get('Name'),
  )
  if (!item) throw missing(`a global option set with the key ${key}`)
  return itemAnswer(item, set, 'GlobalOptionSetDefinitions', request)
}

/** Answers below `EntityDefinitions` and its sisters. @throws DataverseFault */
export function answerMetadata(request: ApiRequest): Answer {
  const [first = '', ...rest] = request.path
  if (first === '$metadata') return { status: 200, body: writeCsdl(), contentType: 'application/xml' }
  const { name, key } = parseSegment(first)
  if (name === 'RetrieveMetadataChanges') return answerChanges(first, rest, request)
  if (name === 'GlobalOptionSetDefinitions') return answerOptionSets(key, rest, request)
  if (name === 'RelationshipDefinitions' && key === undefined) return answerRelationships(rest, request)
  if (name !== 'EntityDefinitions') throw notEmulated(first)
  const language = languageOf(request.reader)
  if (key === undefined) {
    if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
    return listAnswer(entitySet(language), 'EntityDefinitions', request)
  }
  const entity = findEntity(key)
  if (rest.length > 0) return answerPart(entity, rest, request)
  return itemAnswer(describeEntity(entity, language), entitySet(language), 'EntityDefinitions', request)
}

import type { ApiRequest } from '../../http/api.ts'
import { odataError, unknownSegment } from '../../http/errors.ts'
import { parseKey, parseSegment } from '../../http/path.ts'
import type { Entity } from '../../schema/schema.ts'
import { entityOfSet } from '../../schema/schema.ts'
import type { Call } from '../call.ts'

export type Target = { readonly entity: Entity; readonly id: string }

/** JSON as the service reads it: strings in single quotes do as well. */
function lenientJson(text: string): unknown {
  const strict = text.replaceAll(/'((?:[^'\\]|\\.)*)'/g, (_, inner: string) => JSON.stringify(inner))
  for (const one of [text, strict]) {
    try {
      return JSON.parse(one)
    } catch {
      continue
    }
  }
  return undefined
}

/** A parameter that is an object goes by an alias alone. @throws DataverseFault 400 */
export function aliasedJson({ name, parameters }: Call, parameter: string, segment: string): unknown {
  const text = parameters.get(parameter)
  if (text === undefined) return undefined
  if (!new RegExp(`[(,]\\s*${parameter}\\s*=\\s*@\\w+\\s*[,)]`).test(segment)) {
    throw odataError(`The parameter '${parameter}' of ${name} must be given by a parameter alias.`)
  }
  const value = lenientJson(text)
  if (value === undefined) throw odataError(`The parameter '${parameter}' of ${name} is not valid JSON.`)
  return value
}

/**
 * The row of `{'@odata.id':'accounts(…)'}`, whether it is there or not.
 * @throws DataverseFault 400 for anything else, 404 for a set that is none
 */
export function targetOf(value: unknown, { base }: ApiRequest): Target {
  const text = (value as { readonly '@odata.id'?: unknown } | null | undefined)?.['@odata.id']
  const path = typeof text === 'string' ? text.replace(base, '').replace(/^\//, '') : ''
  if (path === '') throw odataError("The parameter 'Target' must be an entity reference with an @odata.id.")
  const { name, key } = parseSegment(path)
  const entity = entityOfSet(name)
  if (!entity) throw unknownSegment(name)
  const id = parseKey(key ?? '')
  if ('id' in id) return { entity, id: id.id }
  throw odataError("The parameter 'Target' must name a row by its id.")
}

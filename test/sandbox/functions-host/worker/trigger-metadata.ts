import type { RpcValue } from './core-types.ts'

type Sources = {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

function jsonMembers(body: Buffer | undefined): [string, RpcValue][] {
  if (!body) return []
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return []
    return Object.entries(parsed).flatMap(([name, value]): [string, RpcValue][] => {
      if (value === null) return []
      return [[name, typeof value === 'object' ? { json: JSON.stringify(value) } : { string: String(value) }]]
    })
  } catch {
    return []
  }
}

const strings = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([name, value]): [string, RpcValue] => [name, { string: value }])

/**
 * The host's binding data: body members, then query, then route values, in one dictionary that ignores case, and
 * `Query` and `Headers` only where nobody has taken these names. In stream mode the library reads route parameters
 * and the request's headers from here: a link with `?Headers={…}` or a JSON body with that member replaces all headers.
 */
export function triggerMetadata({ params, query, headers, body }: Sources): Record<string, RpcValue> {
  const data = new Map<string, [string, RpcValue]>()
  const set = (name: string, value: RpcValue) => {
    const key = name.toLowerCase()
    data.set(key, [data.get(key)?.[0] ?? name, value])
  }
  for (const [name, value] of jsonMembers(body)) set(name, value)
  for (const [name, value] of strings(query)) if (name.toLowerCase() !== 'code') set(name, value)
  for (const [name, value] of strings(params)) set(name, value)
  if (!data.has('query')) set('Query', { json: JSON.stringify(query) })
  if (!data.has('headers')) set('Headers', { json: JSON.stringify(headers) })
  return Object.fromEntries(data.values())
}

import { odataError } from '../http/errors.ts'
import { parseSegment } from '../http/path.ts'
import { splitOutside } from '../query/text.ts'

/** The parameters of a function call, each as the text of its literal; aliases are resolved. */
export type Call = { readonly name: string; readonly parameters: ReadonlyMap<string, string> }

/**
 * Reads `Name(A='x',B=@p1)` with its aliases from the query.
 * @throws DataverseFault 400 for a parameter that the function does not have or a query option beside aliases
 */
export function parseCall(text: string, query: ReadonlyMap<string, string>, known: readonly string[]): Call {
  const { name, key = '' } = parseSegment(text)
  const other = [...query.keys()].find((option) => !option.startsWith('@'))
  if (other !== undefined) throw odataError(`The query parameter ${other} is not supported on the function ${name}.`)
  const parameters = new Map<string, string>()
  for (const part of splitOutside(key, ',').filter((one) => one.trim() !== '')) {
    const [, parameter = '', value = ''] = /^(\w+)\s*=\s*(\S.*)$/s.exec(part.trim()) ?? []
    if (!known.includes(parameter)) {
      throw odataError(`Resource not found for the segment '${name}': it has no parameter '${parameter}'.`, 404)
    }
    if (!value.startsWith('@')) parameters.set(parameter, value)
    else {
      const aliased = query.get(value)
      if (aliased !== undefined && aliased !== 'null') parameters.set(parameter, aliased.trim())
    }
  }
  return { name: name.replace(/^Microsoft\.Dynamics\.CRM\./, ''), parameters }
}

/** A string literal's text. @throws DataverseFault 400 for anything but `'…'` */
export function stringOf({ name, parameters }: Call, parameter: string): string | undefined {
  const text = parameters.get(parameter)
  if (text === undefined) return undefined
  if (/^'(?:[^']|'')*'$/s.test(text)) return text.slice(1, -1).replaceAll("''", "'")
  throw odataError(`The parameter '${parameter}' of ${name} must be a string in single quotes.`)
}

/** A JSON literal. @throws DataverseFault 400 for text that is no JSON */
export function jsonOf({ name, parameters }: Call, parameter: string): unknown {
  const text = parameters.get(parameter)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw odataError(`The parameter '${parameter}' of ${name} is not valid JSON.`)
  }
}

/** `Microsoft.Dynamics.CRM.Type'A,B'` cut into its members. @throws DataverseFault 400 for anything else */
export function enumOf({ name, parameters }: Call, parameter: string, type: string): readonly string[] | undefined {
  const text = parameters.get(parameter)
  if (text === undefined) return undefined
  const members = new RegExp(`^Microsoft\\.Dynamics\\.CRM\\.${type}'([\\w, ]+)'$`).exec(text)?.[1]
  if (members === undefined) throw odataError(`The parameter '${parameter}' of ${name} must be of type ${type}.`)
  return members.split(',').map((member) => member.trim())
}

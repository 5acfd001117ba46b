/** Of a role assignment that is written (`Request`) or deleted (`Resource`), by the names that conditions give. */
export type Attributes = { readonly RoleDefinitionId: string; readonly PrincipalId: string }

const TOKEN =
  /\s*(?:(\(|\)|!|AND\b|OR\b)|ActionMatches\{'([^']+)'\}|@(Request|Resource)\[Microsoft\.Authorization\/roleAssignments:(RoleDefinitionId|PrincipalId)\] ForAnyOfAnyValues:GuidEquals \{([^}]*)\})/y

type Token = { readonly sign?: string; readonly holds?: boolean }

const WRITE = 'microsoft.authorization/roleassignments/write'

/** A write is asked about by its request, a deletion by what is there: the other source has no value, and none equals it. */
const tokensOf = (text: string, action: string, attributes: Partial<Attributes>): Token[] => {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const [found, sign, matched, source, name, list] = TOKEN.exec(text) ?? []
    if (found === undefined)
      throw new Error(`a condition that the stand-in does not know, at ${text.slice(at, at + 60)}`)
    if (sign !== undefined) tokens.push({ sign })
    else if (matched !== undefined) tokens.push({ holds: matched.toLowerCase() === action.toLowerCase() })
    else {
      const wanted = action.toLowerCase() === WRITE ? 'Request' : 'Resource'
      const value = source === wanted ? attributes[name as keyof Attributes]?.toLowerCase() : undefined
      const values = (list ?? '').split(',').map((one) => one.trim().toLowerCase())
      tokens.push({ holds: value !== undefined && values.includes(value) })
    }
  }
  return tokens
}

/**
 * Whether a condition of version 2.0 lets an action pass, as far as conditions are about role assignments.
 * @see https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 * @throws Error for a form that this stand-in was not taught
 */
export const conditionHolds = (text: string, action: string, attributes: Partial<Attributes>): boolean => {
  const tokens = tokensOf(text, action, attributes)
  let at = 0
  const unary = (): boolean => {
    const { sign, holds } = tokens[at++] ?? {}
    if (holds !== undefined) return holds
    if (sign === '!') return !unary()
    if (sign !== '(') throw new Error(`a condition without an operand: ${text}`)
    const inside = either()
    if (tokens[at++]?.sign !== ')') throw new Error(`a condition without its bracket: ${text}`)
    return inside
  }
  const both = (): boolean => {
    let all = unary()
    while (tokens[at]?.sign === 'AND') {
      at += 1
      all = unary() && all
    }
    return all
  }
  const either = (): boolean => {
    let any = both()
    while (tokens[at]?.sign === 'OR') {
      at += 1
      any = both() || any
    }
    return any
  }
  const result = either()
  if (at !== tokens.length) throw new Error(`a condition that goes on after its end: ${text}`)
  return result
}

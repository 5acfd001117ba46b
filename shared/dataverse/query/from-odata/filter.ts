/** A value in a filter. `number` is a plain numeral, `day` is `YYYY-MM-DD`, `instant` ISO 8601 in UTC, `guid` bare. */
export type Literal =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number' | 'text' | 'guid' | 'day' | 'instant'; readonly value: string }

export type Path = { readonly kind: 'path'; readonly segments: readonly string[] }
export type Operand = Path | Literal

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
export type Comparison = {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: Path
  readonly right: Operand
}

export type MatchName = 'contains' | 'startswith' | 'endswith'
export type Match = { readonly kind: 'match'; readonly name: MatchName; readonly left: Path; readonly text: string }

/** `in (…)`, which OData has and Dataverse has not: it is resolved into something else. */
export type Membership = {
  readonly kind: 'in'
  readonly negated: boolean
  readonly left: Path
  readonly values: readonly Literal[]
}

/** `Microsoft.Dynamics.CRM.Name(PropertyName='column',…)`. */
export type QueryFunction = {
  readonly kind: 'function'
  readonly name: string
  readonly left: Path
  readonly values: readonly Literal[]
}

export type Lambda = {
  readonly kind: 'lambda'
  readonly path: Path
  readonly quantifier: 'any' | 'all'
  /** Absent in `any()`: the collection has a row at all. */
  readonly body?: { readonly variable: string; readonly filter: Filter }
}

/** A column that stands alone, e.g. `isdisabled`. */
export type Flag = { readonly kind: 'flag'; readonly path: Path }
export type Logical = { readonly kind: 'and' | 'or'; readonly operands: readonly Filter[] }
export type Not = { readonly kind: 'not'; readonly operand: Filter }
export type Filter = Logical | Not | Comparison | Match | Membership | QueryFunction | Lambda | Flag

export const NULL: Literal = { kind: 'null' }

export function text(value: string): Literal {
  return { kind: 'text', value }
}

export function path(...segments: readonly string[]): Path {
  return { kind: 'path', segments }
}

export function compare(left: Path, operator: ComparisonOperator, right: Operand): Comparison {
  return { kind: 'comparison', operator, left, right }
}

/** Joins conditions: one alone stays as it is, and what is joined alike already needs no brackets. */
export function join(kind: 'and' | 'or', operands: readonly Filter[]): Filter {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]))
  const [only] = flat
  return only && flat.length === 1 ? only : { kind, operands: flat }
}

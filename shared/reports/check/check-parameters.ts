import { QueryError } from '../../dataverse/errors.ts'
import { OWNERS, type Owner, type ReportDefinition, type ReportParameter } from '../definition.ts'

export type ParameterValues = Readonly<Record<string, number | boolean | string>>

/**
 * What a report is run with: what was given, and defaults for the rest.
 * @throws QueryError `invalid_parameter` for one that the report does not take, of another type or out of range
 */
export function checkParameters(
  { slug, parameters }: Pick<ReportDefinition, 'slug' | 'parameters'>,
  given: Readonly<Record<string, unknown>>,
): ParameterValues {
  const names = parameters.map(({ name }) => name)
  const others = Object.keys(given).filter((name) => given[name] !== undefined && !names.includes(name))
  if (others.length > 0) throw unknownParameters(slug, others, names)
  return Object.fromEntries(
    parameters.map((one) => {
      const value = Object.hasOwn(given, one.name) ? given[one.name] : undefined
      return [one.name, value === undefined ? one.default : checked(one, value)]
    }),
  )
}

/** What an owner may be: a report of one's own rows has no other form that shows everybody's. */
export function ownersOf({ default: fallback }: { readonly default: Owner }): readonly Owner[] {
  return fallback === 'anyone' ? OWNERS : OWNERS.filter((owner) => owner !== 'anyone')
}

function checked(parameter: ReportParameter, value: unknown): number | boolean | string {
  if (parameter.type === 'boolean') {
    if (typeof value === 'boolean') return value
    throw refused(parameter.name, 'is no truth value', `Give ${parameter.name} as true or false.`)
  }
  if (parameter.type === 'owner') {
    const known = ownersOf(parameter)
    if (known.some((owner) => owner === value)) return String(value)
    throw refused(
      parameter.name,
      OWNERS.some((owner) => owner === value)
        ? 'names nobody whose rows this report shows'
        : 'names no owner that is known here',
      `Give ${parameter.name} as one of ${known.join(', ')}; rows of others are for query_crm.`,
    )
  }
  const { name, min, max } = parameter
  const advice = `Give ${name} as a whole number from ${min} to ${max}.`
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw refused(name, 'is no whole number', advice)
  if (value < min || value > max) throw refused(name, 'is out of range', advice)
  return value
}

function refused(name: string, what: string, nextStep: string): QueryError {
  return new QueryError('invalid_parameter', `The value of ${name} ${what}.`, nextStep)
}

function unknownParameters(slug: string, others: readonly string[], names: readonly string[]): QueryError {
  const takes = names.length > 0 ? `it takes ${names.join(', ')}` : 'it takes none'
  const written = others.slice(0, 10).map((name) => name.slice(0, 40).toWellFormed())
  return new QueryError(
    'invalid_parameter',
    `The report ${slug} takes no "${written.join('", "')}".`,
    `Leave ${written.join(', ')} out: ${takes}. Other rows are for query_crm.`,
  )
}

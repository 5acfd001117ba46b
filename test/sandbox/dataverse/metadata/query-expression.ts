import type { Json } from '../http/api.ts'
import { odataError } from '../http/errors.ts'

/** The members to return and the items to return them of, as `EntityQueryExpression` and its like have them. */
export type Expression = {
  readonly all: boolean
  readonly names: ReadonlySet<string>
  readonly matches: (item: Json) => boolean
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object with no members but those. @throws DataverseFault 400 */
export function objectOf(value: unknown, type: string, members: readonly string[]): Json {
  if (!isObject(value)) throw odataError(`A value of type ${type} was expected in the parameter 'Query'.`)
  const unknown = Object.keys(value).find((name) => !members.includes(name) && name !== '@odata.type')
  if (unknown === undefined) return value
  throw odataError(`The property '${unknown}' does not exist on type 'Microsoft.Dynamics.CRM.${type}'.`)
}

function arrayOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw odataError(`The property '${name}' in the parameter 'Query' must be a collection.`)
}

/** The comparable value of a member: of a managed property its `Value`. */
function valueOf(item: Json, name: string): unknown {
  const value = item[name]
  if (Array.isArray(value) || (isObject(value) && !('Value' in value))) {
    throw odataError(`No condition can be set on '${name}': it is a collection or a label.`)
  }
  return isObject(value) ? value['Value'] : value
}

function listOf(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? '')
}

function literalOf(value: unknown): unknown {
  const { Type: type, Value: text } = objectOf(value, 'Object', ['Type', 'Value'])
  if (typeof type !== 'string' || typeof text !== 'string') {
    throw odataError("A condition's Value has the two strings Type and Value.")
  }
  if (type === 'System.Boolean') return text.toLowerCase() === 'true'
  if (type === 'System.Int32') return Number(text)
  if (type === 'System.String[]') return listOf(text)
  if (/^(System\.(String|Guid|DateTime)|Microsoft\.Xrm\.Sdk\.Metadata\.\w+)$/.test(type)) return text
  throw odataError(`The type '${type}' of a condition's value is not supported.`)
}

const TESTS: Readonly<Record<string, (actual: unknown, wanted: unknown) => boolean>> = {
  Equals: (actual, wanted) => actual === wanted,
  NotEquals: (actual, wanted) => actual !== wanted,
  In: (actual, wanted) => Array.isArray(wanted) && wanted.includes(actual),
  NotIn: (actual, wanted) => Array.isArray(wanted) && !wanted.includes(actual),
  GreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  LessThan: (actual, wanted) => Number(actual) < Number(wanted),
}

function conditionOf(value: unknown, members: ReadonlySet<string>): (item: Json) => boolean {
  const condition = objectOf(value, 'MetadataConditionExpression', ['ConditionOperator', 'PropertyName', 'Value'])
  const test = TESTS[String(condition['ConditionOperator'])]
  const name = String(condition['PropertyName'])
  if (!test)
    throw odataError(`The operator '${String(condition['ConditionOperator'])}' is not a MetadataConditionOperator.`)
  if (!members.has(name)) throw odataError(`The property '${name}' of a condition does not exist.`)
  const wanted = literalOf(condition['Value'])
  return (item) => {
    const actual = valueOf(item, name)
    if (!Array.isArray(wanted) && actual !== null && actual !== undefined && typeof actual !== typeof wanted) {
      throw odataError(`The value of the condition on '${name}' is of another type than the property.`)
    }
    return test(actual, wanted)
  }
}

/** A `MetadataFilterExpression`. @throws DataverseFault 400 */
function filterOf(value: unknown, members: ReadonlySet<string>): (item: Json) => boolean {
  if (value === undefined || value === null) return () => true
  const filter = objectOf(value, 'MetadataFilterExpression', ['FilterOperator', 'Conditions', 'Filters'])
  const operator = filter['FilterOperator'] ?? 'And'
  if (operator !== 'And' && operator !== 'Or') throw odataError('A FilterOperator is And or Or.')
  const tests = [
    ...arrayOf(filter['Conditions'], 'Conditions').map((one) => conditionOf(one, members)),
    ...arrayOf(filter['Filters'], 'Filters').map((one) => filterOf(one, members)),
  ]
  if (tests.length === 0) return () => true
  return operator === 'And' ? (item) => tests.every((test) => test(item)) : (item) => tests.some((test) => test(item))
}

/** Reads `Properties` and `Criteria`; without an expression, everything. @throws DataverseFault 400 */
export function expressionOf(
  value: unknown,
  type: string,
  members: ReadonlySet<string>,
  others: readonly string[] = [],
): Expression {
  if (value === undefined || value === null) return { all: true, names: new Set(), matches: () => true }
  const query = objectOf(value, type, ['Properties', 'Criteria', ...others])
  const properties = query['Properties']
  const { AllProperties: all = false, PropertyNames: names } =
    properties === undefined || properties === null
      ? { AllProperties: false, PropertyNames: [] }
      : objectOf(properties, 'MetadataPropertiesExpression', ['AllProperties', 'PropertyNames'])
  const asked = arrayOf(names, 'PropertyNames').map(String)
  const unknown = asked.find((name) => !members.has(name))
  if (unknown !== undefined) throw odataError(`The property '${unknown}' in PropertyNames does not exist.`)
  return { all: all === true, names: new Set(asked), matches: filterOf(query['Criteria'], members) }
}

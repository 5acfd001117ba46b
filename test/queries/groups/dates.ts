import type { DateCase, DateColumn } from './date-windows.ts'
import { CLOSE_DATE, DATE_CASES, SCHEDULED_END } from './date-windows.ts'
import type { Query } from '../query.ts'
import { condition, fetch, filter } from '../query.ts'

const sqlOf = (column: DateColumn, { where }: DateCase): string =>
  `select ${column.key} from ${column.entity} where ${column.name} is not null and ${where(column)}`

function inFetchXml(column: DateColumn, one: DateCase): Query {
  const { operator, values } = one
  return {
    name: `${column.name} ${operator} ${values.join()}`.trim(),
    entity: column.entity,
    fetchXml: fetch(
      column.entity,
      `<attribute name="${column.key}"/>${filter(condition(column.name, operator, ...values))}`,
    ),
    sql: sqlOf(column, one),
  }
}

/** `last-x-days` is LastXDays; three names do not follow their operators. */
function functionName(operator: string): string {
  if (operator.endsWith('-seven-days')) return operator.startsWith('last') ? 'Last7Days' : 'Next7Days'
  return operator
    .replace('olderthan', 'older-than')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function inOData(column: DateColumn, one: DateCase): Query {
  const { operator, values } = one
  const [value] = values
  const dated = operator.startsWith('on') ? `'${value ?? ''}'` : (value ?? '')
  const parameters = value === undefined ? '' : `,PropertyValue=${dated}`
  const call = `Microsoft.Dynamics.CRM.${functionName(operator)}(PropertyName='${column.name}'${parameters})`
  return {
    name: `${functionName(operator)} of ${column.name} ${values.join()}`.trim(),
    entity: column.entity,
    odata: { select: column.key, filter: call },
    sql: sqlOf(column, one),
  }
}

const untimed = DATE_CASES.filter(({ timed }) => !timed)

export const dateQueries: readonly Query[] = [
  ...DATE_CASES.map((one) => inFetchXml(SCHEDULED_END, one)),
  ...untimed.map((one) => inFetchXml(CLOSE_DATE, one)),
]

/** The functions with two values are left out: no source says for sure how they are written. */
export const dateFunctionQueries: readonly Query[] = [
  ...DATE_CASES.filter(({ values }) => values.length < 2).map((one) => inOData(SCHEDULED_END, one)),
  ...untimed
    .filter(({ values, operator }) => values.length < 2 && /month|year|days|today/.test(operator))
    .map((one) => inOData(CLOSE_DATE, one)),
]

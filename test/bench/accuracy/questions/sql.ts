import { MONTHS } from '../grade/dates.ts'
import type { Persona } from '../question.ts'

export const REP: readonly Persona[] = ['sales rep']
export const MANAGER: readonly Persona[] = ['sales manager']
export const ANALYST: readonly Persona[] = ['analyst']
/** Those who see more than one person's rows. */
export const LEADERS: readonly Persona[] = ['sales manager', 'analyst']
/** Those who own rows themselves. */
export const SELLERS: readonly Persona[] = ['sales rep', 'sales manager']

/** The name of the user or team that owns a row. */
export const owner = (alias: string): string => `coalesce(
  (select fullname from systemuser where systemuserid = ${alias}.ownerid),
  (select name from team where teamid = ${alias}.ownerid))`
export const customer = (alias: string): string => `(select name from account where accountid = ${alias}.customerid)`
export const user = (name: string): string =>
  `(select systemuserid from systemuser where fullname = '${name.replaceAll("'", "''")}')`
export const currency = (code: string): string =>
  `(select transactioncurrencyid from transactioncurrency where isocurrencycode = '${code}')`
export const account = (name: string): string =>
  `(select accountid from account where name = '${name.replaceAll("'", "''")}')`

/** Conditions on a day, or on a time as the person's clock shows it. */
export const THIS_YEAR = "strftime('%Y', today())"
export const LAST_YEAR = "strftime('%Y', today(), '-1 year')"
export const inYear = (day: string, year: string): string => `strftime('%Y', ${day}) = ${year}`
export const inMonth = (day: string, back: number): string =>
  `strftime('%Y-%m', ${day}) = strftime('%Y-%m', today(), 'start of month', '${-back} months')`
/** The quarter so many quarters ago; the fiscal year is the calendar year. */
export const inQuarter = (day: string, back: number): string => `
  (cast(strftime('%Y', ${day}) as integer) * 4 + (cast(strftime('%m', ${day}) as integer) - 1) / 3) =
  (cast(strftime('%Y', today()) as integer) * 4 + (cast(strftime('%m', today()) as integer) - 1) / 3 - ${back})`
/** Text of comma-separated numbers, as a choice of several is kept. */
export const has = (column: string, value: number): string => `',' || ${column} || ',' like '%,${value},%'`

/** Each activity that concerns a customer: the company itself, its people, its deals or its cases. */
export const TOUCHES = `
  select a.accountid, p.* from account a join activitypointer p on p.regardingobjectid = a.accountid
  union select c.parentcustomerid, p.* from contact c join activitypointer p on p.regardingobjectid = c.contactid
  union select o.parentaccountid, p.* from opportunity o join activitypointer p on p.regardingobjectid = o.opportunityid
  union select i.customerid, p.* from incident i join activitypointer p on p.regardingobjectid = i.incidentid`

/** Deals that were won (1) or lost (2) at such a time. */
export const closed = (state: number, when: string): string => `statecode = ${state} and ${when}`
/** Days on the calendar from one day to another. */
export const daysFrom = (from: string, to: string): string => `(julianday(${to}) - julianday(${from}))`
/** The value in the middle, or the mean of the two in the middle; rows without a value are left out. */
export const median = (value: string, rows: string): string => `select avg(value) from (
  select value, row_number() over (order by value) as at, count(*) over () as many
  from (select ${value} as value from ${rows}) where value is not null) where at in ((many + 1) / 2, (many + 2) / 2)`
/** Rows of a name and what it is measured by become names with their ranks, the highest first. */
export const ranked = (named: string, places: string, order: 'asc' | 'desc' = 'desc'): string =>
  `select name, place from (select name, rank() over (order by measure ${order}) as place from (${named}))
  where place ${places} order by place`
/** Lists a column if the table has it: the seed fills no such column, so that nobody can tell. */
export const filled = (table: string, ...columns: readonly string[]): string =>
  `select name from pragma_table_info('raw_${table}') where name in (${columns.map((name) => `'${name}'`).join(', ')})`

type Labels = Readonly<Record<number, string>>
const valueList = (labels: Labels): string =>
  Object.entries(labels)
    .map(([value, label]) => `(${value}, '${label}')`)
    .join(', ')
/** The labels of a choice as a table of values and labels: rows hold numbers. */
export const labelsOf = (labels: Labels): string =>
  `(select column1 as value, column2 as label from (values ${valueList(labels)}))`
/** Those that occur in the data. */
export const LEAD_SOURCES: Labels = {
  1: 'Advertisement',
  3: 'External Referral',
  7: 'Trade Show',
  8: 'Web',
  9: 'Word of Mouth',
}
export const INDUSTRIES: Labels = {
  5: 'Building Supply Retail',
  9: 'Design, Direction and Creative Management',
  10: 'Distributors, Dispatchers and Processors',
  13: 'Eating and Drinking Places',
  23: 'Outbound Consumer Service',
  29: 'Specialty Realty',
}
export const STAGES: Labels = { 0: 'Qualify', 1: 'Develop', 2: 'Propose', 3: 'Close' }
/** The name of the month of a day. */
export const monthOf = (day: string): string =>
  `json_extract('${JSON.stringify(MONTHS)}', '$[' || (cast(strftime('%m', ${day}) as integer) - 1) || ']')`

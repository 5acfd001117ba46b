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

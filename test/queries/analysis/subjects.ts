import type { ColumnPath, DatePart, Group, Value } from '../../../shared/reports/analysis/model.ts'

/** A condition in both languages; in SQL the rows are `t`. */
export type Condition = { readonly odata: string; readonly sql: string }
export type Valued = { readonly value: Value; readonly sql: string; readonly kind: 'number' | 'date' | 'other' }
export type Grouped = { readonly group: Group; readonly sql: string }

/** What can be asked of a table: every part of it with what it means in SQL. */
export type Subject = {
  readonly entity: string
  /** In SQL, the tables behind lookups included. */
  readonly from: string
  readonly conditions: readonly Condition[]
  readonly values: readonly Valued[]
  readonly groups: readonly Grouped[]
  readonly compares: readonly (readonly [Condition, Condition])[]
}

const path = (written: string): ColumnPath => {
  const steps = written.split('/')
  return { path: steps.slice(0, -1), name: steps.at(-1) ?? '' }
}
export const column = (written: string): Value => ({ kind: 'column', column: path(written) })

const number = (written: string, sql: string): Valued => ({ value: column(written), sql, kind: 'number' })
const date = (written: string, sql: string): Valued => ({ value: column(written), sql, kind: 'date' })
const other = (written: string, sql: string): Valued => ({ value: column(written), sql, kind: 'other' })
const by = (written: string, sql: string): Grouped => ({
  group: { kind: 'column', name: written, column: path(written) },
  sql,
})

/** Where a person's calendar stands for a moment, and what each part of it is called. */
const local = (sql: string): string => `substr(local(${sql}), 1, 10)`
const PARTS: Readonly<Record<DatePart, (day: string) => string>> = {
  year: (day) => `strftime('%Y', ${day})`,
  quarter: (day) => `strftime('%Y', ${day}) || '-Q' || ((strftime('%m', ${day}) + 2) / 3)`,
  month: (day) => `strftime('%Y-%m', ${day})`,
  week: (day) =>
    `strftime('%Y', ${day}) || '-W' || printf('%02d', (strftime('%j', ${day}) - 1 + strftime('%w', date(${day}, 'start of year'))) / 7 + 1)`,
  day: (day) => `date(${day})`,
  'fiscal-year': (day) => `'FY' || strftime('%Y', ${day})`,
  'fiscal-period': (day) => `'FY' || strftime('%Y', ${day}) || '-P' || ((strftime('%m', ${day}) + 2) / 3)`,
  'month-of-year': (day) => `cast(strftime('%m', ${day}) as integer)`,
  weekday: (day) => `(strftime('%w', ${day}) + 6) % 7 + 1`,
}
export const DATE_PARTS = Object.keys(PARTS) as DatePart[]

const dated = (written: string, day: string): Grouped[] =>
  DATE_PARTS.map((part) => ({
    group: { kind: 'date', name: `${part} of ${written}`, column: path(written), part },
    sql: PARTS[part](day),
  }))

const banded = (value: Valued, edges: readonly number[]): Grouped => {
  const cases = edges.map((edge, at) => `when ${value.sql} >= ${edge} then ${edges.length - 1 - at}`)
  const ordered = edges.toReversed().map((edge, at) => cases[at]?.replace(/>= \S+/, `>= ${edge}`))
  return {
    group: { kind: 'band', name: 'band', of: value.value, edges },
    sql: `case when ${value.sql} is null then null ${ordered.join(' ')} else -1 end`,
  }
}

const days = (from: string, to: string, sql: string): Valued => ({
  value: { kind: 'between', unit: 'days', from: moment(from), to: moment(to) },
  sql,
  kind: 'number',
})
const hours = (from: string, to: string, sql: string): Valued => ({
  value: { kind: 'between', unit: 'hours', from: moment(from), to: moment(to) },
  sql,
  kind: 'number',
})
const moment = (written: string): ColumnPath | 'today' | 'now' =>
  written === 'today' || written === 'now' ? written : path(written)

const calculated = (left: Valued, operator: '+' | '-' | '*' | '/', right: Valued): Valued => ({
  value: { kind: 'calculated', operator, left: left.value, right: right.value },
  sql:
    operator === '/' ? `(1.0 * ${left.sql} / nullif(${right.sql}, 0))` : `(1.0 * ${left.sql} ${operator} ${right.sql})`,
  kind: 'number',
})
const plain = (value: number): Valued => ({
  value: { kind: 'number', number: value },
  sql: String(value),
  kind: 'number',
})

const dayNumber = (day: string): string => `julianday(${day})`
const seconds = (instant: string): string => `strftime('%s', ${instant})`
const daysApart = (from: string, to: string): string => `(${dayNumber(to)} - ${dayNumber(from)})`
const hoursApart = (from: string, to: string): string => `((${seconds(to)} - ${seconds(from)}) / 3600.0)`

const estimated = number('estimatedvalue', 't.estimatedvalue_base')
const probability = number('closeprobability', 't.closeprobability')
const age = days('createdon', 'today', daysApart(local('t.createdon'), 'today()'))
const employees = number('numberofemployees', 't.numberofemployees')
const revenue = number('revenue', 't.revenue_base')

const OPEN: Condition = { odata: 'statecode eq 0', sql: 't.statecode = 0' }
const NOT_OPEN: Condition = { odata: 'statecode ne 0', sql: 't.statecode <> 0' }
const MINE: Condition = { odata: 'ownerid eq me', sql: 't.ownerid = me()' }
const stamped = (column: string): Condition[] =>
  [
    { odata: `${column} this month`, sql: '' },
    {
      odata: `Microsoft.Dynamics.CRM.ThisMonth(PropertyName='${column}')`,
      sql: `substr(local(t.${column}), 1, 7) = substr(today(), 1, 7)`,
    },
    {
      odata: `Microsoft.Dynamics.CRM.LastMonth(PropertyName='${column}')`,
      sql: `substr(local(t.${column}), 1, 7) = strftime('%Y-%m', today(), 'start of month', '-1 day')`,
    },
    {
      odata: `Microsoft.Dynamics.CRM.ThisYear(PropertyName='${column}')`,
      sql: `substr(local(t.${column}), 1, 4) = substr(today(), 1, 4)`,
    },
  ].slice(1)
const monthByMonth = (column: string): readonly [Condition, Condition] => {
  const [now, before] = stamped(column)
  return [now as Condition, before as Condition]
}

const inThisMonth = (day: string): string => `substr(${day}, 1, 7) = substr(today(), 1, 7)`
const OVERDUE = 't.statecode = 0 and coalesce(t.estimatedclosedate < today(), 0)'
const STALLED = `t.statecode = 0 and ${local('t.modifiedon')} < date(today(), '-30 days') and not exists (
  select 1 from activitypointer p where p.regardingobjectid = t.opportunityid
    and ${local('p.modifiedon')} >= date(today(), '-30 days'))`

const opportunity: Subject = {
  entity: 'opportunity',
  from: `opportunity t left join account a on a.accountid = t.parentaccountid left join systemuser u on u.systemuserid = t.owninguser`,
  conditions: [
    OPEN,
    NOT_OPEN,
    MINE,
    { odata: 'statecode eq 1', sql: 't.statecode = 1' },
    { odata: 'estimatedvalue gt 20000', sql: 't.estimatedvalue > 20000' },
    { odata: 'salesstage eq null', sql: 't.salesstage is null' },
    { odata: "parentaccountid/address1_city eq 'Bristol'", sql: "fold(a.address1_city) = 'bristol'" },
    { odata: 'estimatedvalue gt 100000000', sql: 't.estimatedvalue > 100000000' },
    { odata: 'days(createdon, today) gt 60', sql: `${age.sql} > 60` },
    {
      odata: '(days(createdon, actualclosedate) le 75 and statecode ne 0)',
      sql: `${daysApart(local('t.createdon'), 't.actualclosedate')} <= 75 and t.statecode <> 0`,
    },
    {
      odata: 'ownerid eq me && estimatedvalue * closeprobability / 100 between 5000 and 40000',
      sql: 't.ownerid = me() and t.estimatedvalue_base * t.closeprobability / 100.0 between 5000 and 40000',
    },
    { odata: "term eq 'won'", sql: 't.statecode = 1' },
    { odata: "term in ('wins','lost')", sql: 't.statecode in (1, 2)' },
    { odata: "(term ne 'Overdue' and salesstage ne null)", sql: `not (${OVERDUE}) and t.salesstage is not null` },
    { odata: "term eq 'stalled'", sql: STALLED },
    { odata: "parentaccountid/term eq 'active customer'", sql: 'a.statecode = 0' },
    { odata: '0 < (parentaccountid/revenue - estimatedvalue)', sql: 'a.revenue_base - t.estimatedvalue_base > 0' },
    ...stamped('createdon'),
  ],
  values: [
    estimated,
    probability,
    number('actualvalue', 't.actualvalue_base'),
    number('parentaccountid/revenue', 'a.revenue_base'),
    number('exchangerate', 't.exchangerate'),
    date('createdon', 't.createdon'),
    date('estimatedclosedate', 't.estimatedclosedate'),
    other('customerid', 't.customerid'),
    other('name', 'fold(t.name)'),
    other('salesstage', 't.salesstage'),
    age,
    days('createdon', 'actualclosedate', daysApart(local('t.createdon'), 't.actualclosedate')),
    hours('createdon', 'modifiedon', hoursApart('t.createdon', 't.modifiedon')),
    hours('createdon', 'now', hoursApart('t.createdon', 'now_utc()')),
    calculated(calculated(estimated, '*', probability), '/', plain(100)),
    calculated(estimated, '/', probability),
    calculated(number('parentaccountid/revenue', 'a.revenue_base'), '-', estimated),
  ],
  groups: [
    by('salesstage', 't.salesstage'),
    by('ownerid', 't.ownerid'),
    by('customerid', 't.customerid'),
    by('stepname', 'fold(t.stepname)'),
    by('statecode', 't.statecode'),
    by('transactioncurrencyid', 't.transactioncurrencyid'),
    by('parentaccountid/address1_city', 'fold(a.address1_city)'),
    by('owninguser/businessunitid', 'u.businessunitid'),
    ...dated('createdon', local('t.createdon')),
    ...dated('actualclosedate', 't.actualclosedate'),
    banded(estimated, [0, 10_000, 50_000, 250_000]),
    banded(age, [0, 30, 90]),
  ],
  compares: [
    monthByMonth('createdon'),
    [OPEN, NOT_OPEN],
    [
      {
        odata: "term eq 'won' and period eq this-month",
        sql: `t.statecode = 1 and ${inThisMonth('t.actualclosedate')}`,
      },
      {
        odata: "term eq 'pipeline' and period eq this-month",
        sql: `t.statecode = 0 and ${inThisMonth('t.estimatedclosedate')}`,
      },
    ],
  ],
}

const incident: Subject = {
  entity: 'incident',
  from: 'incident t left join contact c on c.contactid = t.primarycontactid left join account ca on ca.accountid = c.accountid',
  conditions: [
    OPEN,
    MINE,
    { odata: 'isescalated eq true', sql: 't.isescalated = 1' },
    { odata: 'hours(createdon, modifiedon) >= 24', sql: `${hoursApart('t.createdon', 't.modifiedon')} >= 24` },
    ...stamped('modifiedon'),
  ],
  values: [
    hours('createdon', 'modifiedon', hoursApart('t.createdon', 't.modifiedon')),
    days('createdon', 'today', daysApart(local('t.createdon'), 'today()')),
    days('today', 'modifiedon', daysApart('today()', local('t.modifiedon'))),
    date('modifiedon', 't.modifiedon'),
    other('title', 'fold(t.title)'),
    other('primarycontactid', 't.primarycontactid'),
    number('primarycontactid/accountid/numberofemployees', 'ca.numberofemployees'),
  ],
  groups: [
    by('prioritycode', 't.prioritycode'),
    by('isescalated', 't.isescalated'),
    by('ownerid', 't.ownerid'),
    by('primarycontactid/accountid/industrycode', 'ca.industrycode'),
    ...dated('createdon', local('t.createdon')),
    ...dated('modifiedon', local('t.modifiedon')),
  ],
  compares: [monthByMonth('modifiedon')],
}

const account: Subject = {
  entity: 'account',
  from: 'account t left join account p on p.accountid = t.parentaccountid',
  conditions: [
    OPEN,
    MINE,
    { odata: 'industrycode ne null', sql: 't.industrycode is not null' },
    ...stamped('createdon'),
  ],
  values: [
    revenue,
    employees,
    calculated(revenue, '/', employees),
    calculated(revenue, '+', plain(0.1)),
    number('parentaccountid/revenue', 'p.revenue_base'),
    other('address1_city', 'fold(t.address1_city)'),
    other('creditonhold', 't.creditonhold'),
    date('createdon', 't.createdon'),
  ],
  groups: [
    by('address1_city', 'fold(t.address1_city)'),
    by('creditonhold', 't.creditonhold'),
    by('industrycode', 't.industrycode'),
    by('parentaccountid', 't.parentaccountid'),
    by('territoryid', 't.territoryid'),
    ...dated('createdon', local('t.createdon')),
    banded(revenue, [100_000.5, 1_000_000]),
  ],
  compares: [[OPEN, NOT_OPEN]],
}

const activitypointer: Subject = {
  entity: 'activitypointer',
  from: 'activitypointer t',
  conditions: [
    OPEN,
    NOT_OPEN,
    { odata: "term eq 'overdue'", sql: 't.statecode in (0, 3) and t.scheduledend < now_utc()' },
    ...stamped('createdon'),
  ],
  values: [
    days('scheduledend', 'actualend', daysApart(local('t.scheduledend'), local('t.actualend'))),
    hours('scheduledend', 'actualend', hoursApart('t.scheduledend', 't.actualend')),
    date('scheduledend', 't.scheduledend'),
    other('regardingobjectid', 't.regardingobjectid'),
  ],
  groups: [
    by('activitytypecode', 't.activitytypecode'),
    by('regardingobjectid', 't.regardingobjectid'),
    by('prioritycode', 't.prioritycode'),
    ...dated('scheduledend', local('t.scheduledend')),
  ],
  compares: [[OPEN, NOT_OPEN], monthByMonth('createdon')],
}

export const SUBJECTS: readonly Subject[] = [opportunity, incident, account, activitypointer]

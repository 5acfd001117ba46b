import type { Person } from '../../sandbox/people.ts'

/** A row as a database was seeded with it: lookups are `{ entity, id }`, dates are text. */
export type RawRow = { readonly entity: string; readonly values: Readonly<Record<string, unknown>> }

const OPEN =
  'systemuser usersettings team businessunit transactioncurrency product role territory knowledgearticle savedqueryvisualization systemform'
const SHARED = 'pricelevel competitor queue queueitem connection'

/** 1 own rows, 2 own unit, 3 that unit and those below, 4 all: what each role reads, as the sandbox's guide tells it. */
export const ROLE_DEPTHS: readonly (readonly [role: string, depth: number, tables: string])[] = [
  ['Salesperson', 1, 'account contact lead opportunity incident activity annotation list goal'],
  ['Salesperson', 4, OPEN],
  ['Sales Manager', 3, 'account contact lead opportunity incident activity annotation list goal quote salesorder'],
  ['Sales Manager', 4, `${OPEN} ${SHARED}`],
  ['Analyst', 4, 'account contact lead opportunity incident activity annotation list goal quote salesorder'],
  ['Analyst', 4, `${OPEN} ${SHARED} audit`],
  ['Order Desk', 2, 'quote salesorder'],
]

/** Rows with an owner, and the privilege that opens them. */
export const OWNED: Readonly<Record<string, string>> = {
  account: 'account',
  contact: 'contact',
  lead: 'lead',
  opportunity: 'opportunity',
  incident: 'incident',
  quote: 'quote',
  salesorder: 'salesorder',
  connection: 'connection',
  activitypointer: 'activity',
  task: 'activity',
  email: 'activity',
  phonecall: 'activity',
  appointment: 'activity',
  letter: 'activity',
  fax: 'activity',
  incidentresolution: 'activity',
  opportunityclose: 'activity',
  annotation: 'annotation',
  list: 'list',
  goal: 'goal',
  knowledgearticle: 'knowledgearticle',
}
/** Rows that whoever has the privilege reads all of. */
export const UNOWNED: readonly string[] = [
  'systemuser',
  'usersettings',
  'team',
  'businessunit',
  'transactioncurrency',
  'product',
  'role',
  'pricelevel',
  'competitor',
  'territory',
  'queue',
  'queueitem',
  'audit',
  'savedqueryvisualization',
  'systemform',
]
/** Rows that are read by whoever reads the row that a column points at. */
export const CHILDREN: readonly (readonly [table: string, column: string, parent: string, parentKey: string])[] = [
  ['opportunityproduct', 'opportunityid', 'opportunity', 'opportunityid'],
  ['quotedetail', 'quoteid', 'quote', 'quoteid'],
  ['salesorderdetail', 'salesorderid', 'salesorder', 'salesorderid'],
  ['activityparty', 'activityid', 'activitypointer', 'activityid'],
  ['activitymimeattachment', 'objectid', 'activitypointer', 'activityid'],
]
/** Columns that only a profile opens, which managers and analysts have. */
export const SECURED: readonly (readonly [table: string, column: string])[] = [
  ['account', 'creditlimit'],
  ['account', 'creditlimit_base'],
  ['contact', 'hp_passportnumber'],
]

/** Whether a question in SQL is of a column that the person may not see: what depends on it is refused. */
export function isHidden(sql: string, { roles = [] }: Pick<Person, 'roles'>): boolean {
  const isOpened = roles.some((role) => role === 'Sales Manager' || role === 'Analyst')
  return !isOpened && SECURED.some(([, column]) => new RegExp(`\\b${column}\\b`).test(sql))
}

export const INTERSECTS: readonly string[] = [
  'teammembership',
  'systemuserroles',
  'teamroles',
  'opportunitycompetitors',
  'listmember',
]

export const KEYS: Readonly<Record<string, string>> = {
  task: 'activityid',
  email: 'activityid',
  phonecall: 'activityid',
  appointment: 'activityid',
  letter: 'activityid',
  fax: 'activityid',
  incidentresolution: 'activityid',
  opportunityclose: 'activityid',
  systemform: 'formid',
  activitypointer: 'activityid',
  usersettings: 'systemuserid',
  systemuserroles: 'systemuserroleid',
  teammembership: 'teammembershipid',
  teamroles: 'teamrolesid',
  opportunitycompetitors: 'opportunitycompetitorsid',
}
export const keyOf = (table: string): string => KEYS[table] ?? `${table}id`

import type { RoleName } from '../../people.ts'

/** How far a role's read privilege reaches, from no row to every row. */
export type Depth = 'None' | 'Basic' | 'Local' | 'Deep' | 'Global'
const DEPTHS: readonly Depth[] = ['None', 'Basic', 'Local', 'Deep', 'Global']

const CUSTOMER_TABLES = [
  'account',
  'contact',
  'lead',
  'opportunity',
  'incident',
  'activity',
  'annotation',
  'list',
  'goal',
  'hp_project',
]
const ORDER_TABLES = ['quote', 'salesorder']
/** What the platform itself keeps: settings, time zones, views that are everybody's. */
const PLATFORM_TABLES = ['organization', 'timezonedefinition', 'savedquery', 'savedqueryvisualization', 'systemform']
const PEOPLE_TABLES = ['systemuser', 'usersettings', 'team', 'businessunit', 'role']
const REFERENCE_TABLES = ['transactioncurrency', 'product', 'territory', 'knowledgearticle']
const OPEN_TABLES = [...PLATFORM_TABLES, ...PEOPLE_TABLES, ...REFERENCE_TABLES]
/** A view, chart or dashboard of one's own is nobody else's, whatever the role. */
const PERSONAL_TABLES = ['userquery', 'userqueryvisualization', 'userform']
const SHARED_TABLES = [...OPEN_TABLES, 'pricelevel', 'competitor', 'queue', 'queueitem', 'connection']
/** Who changed what: for those who are trusted with everybody's work, never with a sales role. */
const HISTORY_TABLES = ['audit']

const grant = (tables: readonly string[], depth: Depth): [string, Depth][] => tables.map((table) => [table, depth])

/** Read depth by role; a table that a role does not name cannot be read with it. */
const READ: Readonly<Record<RoleName, ReadonlyMap<string, Depth>>> = {
  Salesperson: new Map([...grant([...CUSTOMER_TABLES, ...PERSONAL_TABLES], 'Basic'), ...grant(OPEN_TABLES, 'Global')]),
  'Sales Manager': new Map([
    ...grant([...CUSTOMER_TABLES, ...ORDER_TABLES], 'Deep'),
    ...grant(SHARED_TABLES, 'Global'),
    ...grant(PERSONAL_TABLES, 'Basic'),
  ]),
  Analyst: new Map([
    ...grant([...CUSTOMER_TABLES, ...ORDER_TABLES, ...SHARED_TABLES, ...HISTORY_TABLES], 'Global'),
    ...grant(PERSONAL_TABLES, 'Basic'),
  ]),
  'Order Desk': new Map(grant(ORDER_TABLES, 'Local')),
  'Field Sales': new Map([
    ...grant(['account', 'contact', 'opportunity', 'activity', ...OPEN_TABLES], 'Global'),
    ...grant(PERSONAL_TABLES, 'Basic'),
  ]),
  'System Administrator': new Map(
    grant([...CUSTOMER_TABLES, ...ORDER_TABLES, ...SHARED_TABLES, ...HISTORY_TABLES, ...PERSONAL_TABLES], 'Global'),
  ),
}

/** What a role lets somebody do with a row; nothing here deletes or shares one. */
export type Right = 'Create' | 'Read' | 'Write' | 'Append' | 'AppendTo' | 'Assign'
export const RIGHTS: readonly Right[] = ['Read', 'Write', 'Append', 'AppendTo', 'Create', 'Assign']
const ALL: readonly Right[] = ['Create', 'Write', 'Append', 'AppendTo', 'Assign']

type Grant = { readonly rights: readonly Right[]; readonly tables: readonly string[]; readonly depth: Depth }

const WORK_TABLES = ['account', 'contact', 'lead', 'opportunity', 'incident', 'activity', 'annotation', 'hp_project']
/** What a row points at without belonging to it: currencies, colleagues, products. */
const NAMED: Grant = { rights: ['AppendTo'], tables: [...PEOPLE_TABLES, ...REFERENCE_TABLES], depth: 'Global' }

/** What the roles let write, as invented as what they let read: an analyst and the order desk change nothing. */
const WRITING: Readonly<Record<RoleName, readonly Grant[]>> = {
  Salesperson: [{ rights: ALL, tables: WORK_TABLES, depth: 'Basic' }, NAMED],
  'Sales Manager': [
    { rights: ALL, tables: [...WORK_TABLES, ...ORDER_TABLES, 'list', 'goal'], depth: 'Deep' },
    { rights: ALL, tables: ['connection', 'competitor', 'territory'], depth: 'Global' },
    NAMED,
  ],
  Analyst: [],
  'Order Desk': [],
  'Field Sales': [
    { rights: ['Create', 'Write', 'Append'], tables: ['activity'], depth: 'Basic' },
    { rights: ['Write'], tables: ['account'], depth: 'Basic' },
    { rights: ['AppendTo'], tables: ['account', 'contact'], depth: 'Global' },
    NAMED,
  ],
  'System Administrator': [
    {
      rights: ALL,
      tables: [...CUSTOMER_TABLES, ...ORDER_TABLES, ...SHARED_TABLES, ...PERSONAL_TABLES],
      depth: 'Global',
    },
  ],
}

function writeDepth(role: RoleName, table: string, right: Right): Depth {
  return widest(
    WRITING[role].map((one) => (one.rights.includes(right) && one.tables.includes(table) ? one.depth : 'None')),
  )
}

/**
 * Privileges that belong to no table. Invented, so that three people differ: a salesperson has neither this one nor
 * that of the table of audits, a manager reads what became of a record, an analyst both.
 */
const MISCELLANEOUS: Readonly<Record<RoleName, readonly string[]>> = {
  Salesperson: [],
  'Sales Manager': ['prvReadRecordAuditHistory'],
  Analyst: ['prvReadRecordAuditHistory'],
  'Order Desk': [],
  'Field Sales': [],
  'System Administrator': ['prvReadRecordAuditHistory'],
}

export function miscellaneousOf(roles: readonly RoleName[]): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => MISCELLANEOUS[role]))
}

export function isRoleName(name: string): name is RoleName {
  return name in READ
}

export function depthOf(role: RoleName, table: string, right: Right): Depth {
  return right === 'Read' ? (READ[role].get(table) ?? 'None') : writeDepth(role, table, right)
}

/** Privileges add up: the widest depth holds. */
export function widest(depths: readonly Depth[]): Depth {
  return DEPTHS[Math.max(0, ...depths.map((depth) => DEPTHS.indexOf(depth)))] ?? 'None'
}

/** Whoever may write these may do all else: rights, code, what runs on its own, what leaves the company. */
const TABLES = [
  'asyncoperation',
  'audit',
  'businessunit',
  'connection',
  'connectionreference',
  'customapi*',
  'email',
  'environmentvariable*',
  'fieldpermission',
  'fieldsecurityprofile',
  'mailbox',
  'organization',
  'plugin*',
  'principalobjectaccess',
  'privilege',
  'process*',
  'publisher',
  'queue',
  'role',
  'sdkmessage*',
  'serviceendpoint',
  'solution*',
  'systemuser',
  'team',
  'webresource',
  'workflow',
] as const

/** What the platform keeps of a row itself, or what would have it run, converted or counted otherwise. */
const COLUMNS = [
  'createdon*',
  'createdby*',
  'modifiedon*',
  'modifiedby*',
  'overriddencreatedon',
  '*_base',
  'exchangerate',
  'documentbody',
  'importsequencenumber',
  'processid',
  'stageid',
  'traversedpath',
  'versionnumber',
  '_*_value',
] as const

/** Of a row that is there: amounts would be read in another currency. */
const COLUMNS_OF_UPDATES = ['transactioncurrencyid'] as const

/** Never by `true`, which means every column: who owns a row, and whether it lives. */
export const NAMED_ONLY: ReadonlySet<string> = new Set(['ownerid', 'statecode'])

const patternOf = (entries: readonly string[]): RegExp =>
  new RegExp(`^(?:${entries.map((entry) => entry.replaceAll('*', String.raw`\w*`)).join('|')})$`)

const NEVER_TABLE = patternOf(TABLES)
const NEVER_COLUMN = patternOf(COLUMNS)
const NEVER_IN_UPDATES = patternOf(COLUMNS_OF_UPDATES)

/** Tables that no policy can open. @param table logical name */
export const isNeverTable = (table: string): boolean => NEVER_TABLE.test(table)

/** Columns that no policy can open. @param column logical name */
export const isNeverColumn = (column: string, operation: 'create' | 'update'): boolean =>
  NEVER_COLUMN.test(column) || (operation === 'update' && NEVER_IN_UPDATES.test(column))

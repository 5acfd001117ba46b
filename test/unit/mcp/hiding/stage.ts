import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { readDefinition, type ReportDefinition } from '../../../../shared/reports/definition.ts'
import { unpackFields } from '../../../../shared/dataverse/rows/cursor-text.ts'
import { openStage as open, type Stage } from '../../../queries/reports/stage.ts'
import { rowsAt } from '../../../queries/suite.ts'
import { idOf, reference, type SeedRow } from '../../../sandbox/dataverse/seed/tools.ts'
import { TERMS } from './term-calls.ts'
import type { Value } from '../../../sandbox/dataverse/store/store.ts'

export const NOW = new Date('2026-11-24T09:30:00Z')

export type World = 'one' | 'other'
/** What a hidden value is in one of two worlds, of the row at that place; between rows the other order, too. */
type Made = (world: World, at: number) => Value
type Hidden = Readonly<Record<string, Readonly<Record<string, Made>>>>
/** A setting, and the columns of which its rules leave nothing, or what is alike in both worlds. */
export type Setting = { readonly rules: string; readonly hidden: Hidden }

const WORDS = { one: 'Zebrafinch', other: 'Zanderfish' } as const
/** A hidden value, or the part of one that no mask leaves. */
export const SECRET = /zebrafinch|zanderfish|77(?:3|9)\d{4}|1931-\d\d/i
const placed = (world: World, at: number): number => (world === 'one' ? 1_000 + at : 9_000 - at)
const text = (world: World, at: number): string => `${WORDS[world]} ${placed(world, at)}`
const maybe: Made = (world, at) => (world === 'other' && at % 3 === 0 ? null : text(world, at))
const called: Made = (world, at) => `${WORDS[world]} Person${placed(world, at)}`
const amount: Made = (world, at) => (world === 'one' ? 7_730_000 + at : 7_799_999 - at)
const mail: Made = (world, at) => `${WORDS[world]}.${placed(world, at)}@pine.example`
const born: Made = (world, at) => {
  return `1931-${world === 'one' ? '03' : '11'}-${String((at % 27) + 1).padStart(2, '0')}`
}

export const BY_COLUMN: Setting = {
  rules: [
    'contact.fullname, contact.mobilephone, contact.birthdate=mask:year, *.emailaddress1=mask:domain',
    'account.telephone1=mask:last4, account.revenue, account.description, account.creditlimit=mask',
    'lead.subject=mask, opportunity.estimatedvalue, opportunity.description=mask, annotation.notetext',
    'annotation.subject, hp_project, task.description, team.name=mask:initials',
  ].join(', '),
  hidden: {
    contact: {
      fullname: called,
      firstname: called,
      lastname: called,
      mobilephone: maybe,
      birthdate: born,
      emailaddress1: mail,
    },
    account: {
      telephone1: (world, at) => `${text(world, at)}-000${at % 10}`,
      revenue: amount,
      revenue_base: amount,
      description: maybe,
      emailaddress1: mail,
      creditlimit: amount,
      creditlimit_base: amount,
    },
    lead: { subject: text, emailaddress1: mail },
    opportunity: { estimatedvalue: amount, estimatedvalue_base: amount, description: text },
    annotation: { notetext: maybe, subject: text },
    hp_project: { hp_name: text },
    task: { description: maybe },
    activitypointer: { description: maybe },
    activityparty: { addressused: mail },
    team: { name: text },
  },
}

/** Whole tables, those behind lookups to many tables among them, an owner, and columns of any table. */
export const BY_TABLE: Setting = {
  rules: [
    'contact, email, annotation, businessunit.name, systemuser.fullname=mask:initials, systemuser.internalemailaddress',
    'account.ownerid, opportunity.customerid=mask, *.description, *.modifiedon, incident.title, *.statuscode',
  ].join(', '),
  hidden: {
    contact: { fullname: called, jobtitle: text, emailaddress1: mail, telephone1: maybe, birthdate: born },
    email: { subject: text, description: maybe },
    activitypointer: { subject: text, description: maybe },
    annotation: { notetext: maybe, subject: text },
    businessunit: { name: text },
    systemuser: { fullname: called, internalemailaddress: mail },
    account: { description: maybe },
    opportunity: { description: maybe },
    incident: { title: text, description: maybe },
    task: { description: maybe },
    lead: {
      description: text,
      modifiedon: (world) => (world === 'one' ? '1931-03-01T10:00:00Z' : '1931-11-01T10:00:00Z'),
    },
  },
}

/** Tables alone. */
export const RULES_OF_TABLES = 'contact, email'

/** Every seeded row with what is hidden of it as it is in that world. */
function rowsIn(world: World, { hidden }: Setting): SeedRow[] {
  const counts = new Map<string, number>()
  return rowsAt(NOW).flatMap((row) => {
    const made = hidden[row.entity]
    if (!made) return []
    const at = (counts.get(row.entity) ?? 0) + 1
    counts.set(row.entity, at)
    const values = Object.entries(made).map(([column, make]) => [column, make(world, at)] as const)
    return [{ entity: row.entity, values: { ...row.values, ...Object.fromEntries(values) } }]
  })
}

const report = (slug: string, fetchxml: string, key: string, value: string): ReportDefinition => {
  const { data, error } = readDefinition({
    slug,
    title: slug,
    description: 'What a deployment made.',
    persona: 'analyst',
    queries: [{ fetchxml }],
    columns: [
      { key, title: 'What', kind: 'record' },
      { key: value, title: 'Figure', kind: 'money' },
    ],
    totals: [
      { kind: 'sum', title: 'All', of: value, format: 'money' },
      { kind: 'rows', title: 'Rows' },
    ],
    picture: { kind: 'bars', label: key, value },
    sort: { key: value, descending: true },
    empty: 'None.',
  })
  if (!data) throw error
  return data
}

const listed = (entity: string, ...columns: readonly string[]): string =>
  `<fetch><entity name="${entity}">${columns.map((name) => `<attribute name="${name}"/>`).join('')}</entity></fetch>`

export const OWN_REPORTS = [
  report('own-hidden', listed('account', 'name', 'revenue_base'), 'name', 'revenue_base'),
  report('own-masked', listed('account', 'name', 'creditlimit_base'), 'name', 'creditlimit_base'),
  report(
    'own-ordered',
    '<fetch><entity name="account"><attribute name="name"/><attribute name="revenue_base"/><order attribute="revenue_base"/></entity></fetch>',
    'name',
    'revenue_base',
  ),
]

const view = (name: string, entity: string, fetchxml: string, cells: readonly string[]): SeedRow => ({
  entity: 'savedquery',
  values: {
    savedqueryid: idOf('savedquery', name),
    name,
    returnedtypecode: entity,
    querytype: 0,
    isdefault: false,
    fetchxml,
    layoutxml: `<grid name="resultset" object="1"><row name="result" id="${entity}id">${cells.map((cell) => `<cell name="${cell}" width="9"/>`).join('')}</row></grid>`,
    statecode: 0,
    statuscode: 1,
    organizationid: reference('organization', idOf('organization', 'x')),
  },
})

export const VIEWS = ['A view of contacts', 'A view of accounts', 'A view by its order', 'A view through a link']
const views = (): SeedRow[] => [
  view(VIEWS[0] ?? '', 'contact', listed('contact', 'fullname', 'mobilephone', 'birthdate', 'jobtitle'), [
    'fullname',
    'mobilephone',
    'birthdate',
    'jobtitle',
  ]),
  view(VIEWS[1] ?? '', 'account', listed('account', 'name', 'revenue', 'telephone1', 'primarycontactid'), [
    'name',
    'revenue',
    'telephone1',
    'primarycontactid',
  ]),
  view(
    VIEWS[2] ?? '',
    'account',
    '<fetch><entity name="account"><attribute name="name"/><order attribute="revenue"/></entity></fetch>',
    ['name'],
  ),
  view(
    VIEWS[3] ?? '',
    'account',
    '<fetch><entity name="account"><attribute name="name"/><link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="outer"><attribute name="mobilephone"/><attribute name="emailaddress1" alias="mail"/></link-entity></entity></fetch>',
    ['name', 'c.mobilephone', 'mail'],
  ),
]

export async function openWorld(world: World, setting: Setting): Promise<Stage> {
  return await open(NOW, {
    rows: [...rowsIn(world, setting), ...views()],
    catalogue: createCatalogue([...BUILT_IN_REPORTS, ...OWN_REPORTS]),
    terms: TERMS,
  })
}

/** What a cursor holds, which anybody may read. */
export function readCursor(cursor: string): string {
  return unpackFields(Buffer.from(cursor, 'base64url').subarray(16)).join('\n')
}

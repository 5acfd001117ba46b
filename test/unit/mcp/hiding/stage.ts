import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { readDefinition, type ReportDefinition } from '../../../../shared/reports/definition.ts'
import { unpackFields } from '../../../../shared/dataverse/rows/cursor-text.ts'
import { openStage as open, type Stage } from '../../../queries/reports/stage.ts'
import { rowsAt } from '../../../queries/suite.ts'
import { idOf, reference, type SeedRow } from '../../../sandbox/dataverse/seed/tools.ts'
import type { Value } from '../../../sandbox/dataverse/store/store.ts'

export const NOW = new Date('2026-11-24T09:30:00Z')

/**
 * The columns of the rules below, each with what its value is in one of two environments that differ in nothing that a
 * model may see: not in a mask's part of it either.
 */
type Made = (world: World, at: number) => Value
export type World = 'one' | 'other'

const WORDS = { one: 'Zebrafinch', other: 'Quokka' } as const
export const SECRET = /zebrafinch|quokka|77(?:3|9)\d{4}|1931-0\d|1931-1\d/i
const text: Made = (world, at) => `${WORDS[world]} ${at}`
const maybe: Made = (world, at) => (world === 'other' && at % 3 === 0 ? null : text(world, at))
const amount: Made = (world, at) => (world === 'one' ? 7_730_000 + at : 7_799_999 - at)

export const HIDDEN: Readonly<Record<string, Readonly<Record<string, Made>>>> = {
  contact: {
    fullname: (world, at) => `${WORDS[world]} Person ${at}`,
    firstname: (world, at) => `${WORDS[world]}${at}`,
    lastname: (world, at) => `Person ${WORDS[world]}${at}`,
    mobilephone: maybe,
    birthdate: (world, at) => `1931-${world === 'one' ? '03' : '11'}-${String((at % 27) + 1).padStart(2, '0')}`,
    emailaddress1: (world, at) => `${WORDS[world]}.${at}@pine.example`,
  },
  account: {
    telephone1: (world, at) => `${WORDS[world]}-000${at % 10}`,
    revenue: amount,
    revenue_base: amount,
    description: maybe,
    emailaddress1: (world, at) => `${WORDS[world]}.${at}@harbour.example`,
    creditlimit: amount,
    creditlimit_base: amount,
  },
  lead: { subject: text, emailaddress1: (world, at) => `${WORDS[world]}.${at}@lead.example` },
  opportunity: { estimatedvalue: amount, estimatedvalue_base: amount, description: maybe },
  annotation: { notetext: maybe, subject: text },
  hp_project: { hp_name: text },
  task: { description: maybe },
  activitypointer: { description: maybe },
  activityparty: { addressused: (world, at) => `${WORDS[world]}.${at}@party.example` },
  team: { name: text },
}

export const RULES = [
  'contact.fullname, contact.mobilephone, contact.birthdate=mask:year, *.emailaddress1=mask:domain',
  'account.telephone1=mask:last4, account.revenue, account.description, account.creditlimit=mask',
  'lead.subject=mask, opportunity.estimatedvalue, opportunity.description=mask, annotation.notetext, annotation.subject',
  'hp_project, task.description, team.name=mask:initials',
].join(', ')

/** Every seeded row with what is hidden of it as it is in that world. */
function rowsIn(world: World): SeedRow[] {
  const counts = new Map<string, number>()
  return rowsAt(NOW).flatMap((row) => {
    const made = HIDDEN[row.entity]
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

export async function openWorld(world: World): Promise<Stage> {
  return await open(NOW, {
    rows: [...rowsIn(world), ...views()],
    catalogue: createCatalogue([...BUILT_IN_REPORTS, ...OWN_REPORTS]),
  })
}

/** What a cursor holds, which anybody may read. */
export function readCursor(cursor: string): string {
  return unpackFields(Buffer.from(cursor, 'base64url').subarray(16)).join('\n')
}

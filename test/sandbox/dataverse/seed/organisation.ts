import type { BusinessUnitName, Person, RoleName } from '../../people.ts'
import { COMPANY, DOMAIN } from '../../people.ts'
import type { Owner, SeedRow } from './tools.ts'
import { idOf, instant, reference } from './tools.ts'

const UNITS: readonly { readonly name: BusinessUnitName; readonly parent: BusinessUnitName | null }[] = [
  { name: COMPANY, parent: null },
  { name: 'UK Sales', parent: COMPANY },
  { name: 'UK North', parent: 'UK Sales' },
  { name: 'Germany Sales', parent: COMPANY },
]
const ROLES: readonly RoleName[] = ['Salesperson', 'Sales Manager', 'Analyst']
/** A standard role has the same template everywhere: https://learn.microsoft.com/power-apps/developer/data-platform/security-roles */
const TEMPLATES: Readonly<Partial<Record<RoleName, string>>> = {
  'System Administrator': '627090ff-40a3-4053-8790-584edc5be201',
}

type Colleague = { readonly name: string; readonly unit: BusinessUnitName; readonly title: string }

/** Users of Dynamics who do not sign in to the sandbox. */
const COLLEAGUES: readonly Colleague[] = [
  { name: 'Margaret Ellis', unit: COMPANY, title: 'Managing Director' },
  { name: 'Oliver Hughes', unit: 'UK Sales', title: 'Account Executive' },
  { name: "Hannah O'Brien", unit: 'UK Sales', title: 'Account Executive' },
  { name: 'Callum Fraser', unit: 'UK North', title: 'Account Executive' },
  { name: 'Aisha Khan', unit: 'UK North', title: 'Sales Development' },
  { name: 'Jürgen Weiß', unit: 'Germany Sales', title: 'Vertriebsleiter' },
  { name: 'Lena Schäfer', unit: 'Germany Sales', title: 'Account Executive' },
]

const TEAMS: readonly {
  readonly name: string
  readonly unit: BusinessUnitName
  readonly members: readonly string[]
}[] = [
  { name: 'Key Accounts', unit: 'UK Sales', members: ['Priya Nair', 'Oliver Hughes'] },
  { name: 'Marine Projects North', unit: 'UK North', members: ['Callum Fraser', 'Aisha Khan'] },
]

export function unitId(name: BusinessUnitName): string {
  return idOf('businessunit', name)
}

export type Member = {
  readonly id: string
  readonly name: string
  readonly upn: string
  readonly oid: string
  readonly unit: BusinessUnitName
  readonly title: string
  readonly disabled: boolean
  readonly roles: readonly RoleName[]
}

const TITLES: Readonly<Record<Person['persona'], string>> = {
  'sales rep': 'Account Executive',
  'sales manager': 'Sales Manager UK',
  analyst: 'Revenue Analyst',
  'no Dynamics user': '',
  'disabled user': 'Account Executive (left)',
}

function memberOf(person: Person): Member[] {
  const { systemUserId, businessUnit, name, upn, oid, persona, disabled = false, roles = [] } = person
  if (systemUserId === undefined || businessUnit === undefined) return []
  return [{ id: systemUserId, name, upn, oid, unit: businessUnit, title: TITLES[persona], disabled, roles }]
}

function colleague({ name, unit, title }: Colleague): Member {
  const upn = `${name
    .normalize('NFD')
    .replace(/[^a-z ]/gi, '')
    .toLowerCase()
    .replace(' ', '.')}@${DOMAIN}`
  return {
    id: idOf('systemuser', name),
    name,
    upn,
    oid: idOf('oid', name),
    unit,
    title,
    disabled: false,
    roles: ['Salesperson'],
  }
}

export function membersOf(people: readonly Person[]): Member[] {
  return [...people.flatMap(memberOf), ...COLLEAGUES.map(colleague)]
}

export function ownerOf({ id, unit }: Member): Owner {
  return { entity: 'systemuser', id, unit: unitId(unit), country: unit === 'Germany Sales' ? 'Germany' : 'UK' }
}

export function teamOwner(name: string): Owner {
  const team = TEAMS.find((one) => one.name === name)
  if (!team) throw new RangeError(`no team "${name}"`)
  return { entity: 'team', id: idOf('team', name), unit: unitId(team.unit), country: 'UK' }
}

const pound = reference('transactioncurrency', idOf('currency', 'GBP'))
const euro = reference('transactioncurrency', idOf('currency', 'EUR'))

function currencyRows(now: Date): SeedRow[] {
  return [
    { code: 'GBP', name: 'Pound Sterling', symbol: '£', rate: 1 },
    { code: 'EUR', name: 'Euro', symbol: '€', rate: 1.17 },
  ].map(({ code, name, symbol, rate }) => ({
    entity: 'transactioncurrency',
    values: {
      transactioncurrencyid: idOf('currency', code),
      currencyname: name,
      currencysymbol: symbol,
      isocurrencycode: code,
      currencyprecision: 2,
      exchangerate: rate,
      statecode: 0,
      statuscode: 1,
      createdon: instant(now, -1400),
      modifiedon: instant(now, -20),
    },
  }))
}

function unitRows(now: Date): SeedRow[] {
  return UNITS.map(({ name, parent }) => ({
    entity: 'businessunit',
    values: {
      businessunitid: unitId(name),
      name,
      parentbusinessunitid: parent && reference('businessunit', unitId(parent)),
      isdisabled: false,
      transactioncurrencyid: pound,
      createdon: instant(now, -1400),
      modifiedon: instant(now, -400),
    },
  }))
}

function roleRows(members: readonly Member[], now: Date): SeedRow[] {
  const others = members.flatMap(({ roles }) => roles).filter((name) => !ROLES.includes(name))
  return [...ROLES, ...new Set(others)].map((name) => ({
    entity: 'role',
    values: {
      roleid: idOf('role', name),
      name,
      businessunitid: reference('businessunit', unitId(COMPANY)),
      ismanaged: false,
      ...(TEMPLATES[name] !== undefined && { roletemplateid: reference('roletemplate', TEMPLATES[name]) }),
      createdon: instant(now, -1400),
      modifiedon: instant(now, -400),
    },
  }))
}

function userRows(members: readonly Member[], now: Date): SeedRow[] {
  const manager = members.find(({ roles }) => roles.includes('Sales Manager'))
  return members.map(({ id, name, upn, oid, unit, title, disabled }) => ({
    entity: 'systemuser',
    values: {
      systemuserid: id,
      fullname: name,
      firstname: name.split(' ')[0] ?? name,
      lastname: name.split(' ').slice(1).join(' '),
      domainname: upn,
      internalemailaddress: upn,
      azureactivedirectoryobjectid: oid,
      businessunitid: reference('businessunit', unitId(unit)),
      parentsystemuserid:
        manager && manager.id !== id && unit.startsWith('UK') ? reference('systemuser', manager.id) : null,
      title,
      jobtitle: title,
      isdisabled: disabled,
      islicensed: !disabled,
      accessmode: 0,
      transactioncurrencyid: pound,
      createdon: instant(now, -1200),
      modifiedon: instant(now, -30),
    },
  }))
}

/** Language and locale codes. */
const ENGLISH = 1033
const BRITISH = 2057
const GERMAN = 1031
/** Time zone codes. */
const LONDON = 85
const BERLIN = 110

function settingsRows(members: readonly Member[]): SeedRow[] {
  return members.map(({ id, unit }) => ({
    entity: 'usersettings',
    values: {
      systemuserid: id,
      businessunitid: unitId(unit),
      uilanguageid: unit === 'Germany Sales' ? GERMAN : ENGLISH,
      helplanguageid: unit === 'Germany Sales' ? GERMAN : ENGLISH,
      localeid: unit === 'Germany Sales' ? GERMAN : BRITISH,
      timezonecode: unit === 'Germany Sales' ? BERLIN : LONDON,
      timezonebias: unit === 'Germany Sales' ? -60 : 0,
      transactioncurrencyid: unit === 'Germany Sales' ? euro : pound,
      dateformatstring: 'dd/MM/yyyy',
      timeformatstring: 'HH:mm',
      currencysymbol: '£',
    },
  }))
}

function roleAssignments(members: readonly Member[]): SeedRow[] {
  return members.flatMap(({ id, roles }) =>
    roles.map((role) => ({
      entity: 'systemuserroles',
      values: {
        systemuserroleid: idOf('systemuserrole', `${id}/${role}`),
        systemuserid: id,
        roleid: idOf('role', role),
      },
    })),
  )
}

function teamRows(members: readonly Member[], now: Date): SeedRow[] {
  const defaults = UNITS.map(({ name }) => ({
    name,
    unit: name,
    isDefault: true,
    ids: members.filter(({ unit }) => unit === name),
  }))
  const owners = TEAMS.map(({ name, unit, members: names }) => ({
    name,
    unit,
    isDefault: false,
    ids: members.filter((one) => names.includes(one.name)),
  }))
  return [...defaults, ...owners].flatMap(({ name, unit, isDefault, ids }) => {
    const teamid = idOf('team', name)
    const values = {
      teamid,
      name,
      teamtype: 0,
      isdefault: isDefault,
      systemmanaged: isDefault,
      businessunitid: reference('businessunit', unitId(unit)),
      administratorid: reference('systemuser', ids[0]?.id ?? members[0]?.id ?? ''),
      createdon: instant(now, -1100),
      modifiedon: instant(now, -90),
    }
    const memberships = ids.map(({ id }) => ({
      entity: 'teammembership',
      values: { teammembershipid: idOf('membership', `${name}/${id}`), teamid, systemuserid: id },
    }))
    return [{ entity: 'team', values }, ...memberships]
  })
}

/** Business units, users, roles, teams and currencies. */
export function organisationRows(members: readonly Member[], now: Date): SeedRow[] {
  return [
    ...currencyRows(now),
    ...unitRows(now),
    ...roleRows(members, now),
    ...userRows(members, now),
    ...settingsRows(members),
    ...roleAssignments(members),
    ...teamRows(members, now),
  ]
}

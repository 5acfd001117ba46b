/** The made-up company of the sandbox: who signs in, and what Dynamics lets them see. */
export const TENANT_ID = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'
export const ENTRA_CLIENT_ID = '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815'
export const COMPANY = 'Harbour & Pine'
export const DOMAIN = 'harbourpine.example'

export type Person = {
  readonly persona: 'sales rep' | 'sales manager' | 'analyst' | 'no Dynamics user' | 'disabled user'
  readonly name: string
  readonly upn: string
  /** Entra object id. */
  readonly oid: string
  /** Dataverse `systemuserid`; absent for a person without a Dynamics user. */
  readonly systemUserId?: string
  readonly businessUnit?: BusinessUnitName
  readonly roles?: readonly RoleName[]
  /** App roles at Entra. */
  readonly appRoles?: readonly AppRoleName[]
  readonly disabled?: boolean
}

export type BusinessUnitName = 'Harbour & Pine' | 'UK Sales' | 'UK North' | 'Germany Sales'
/**
 * "Order Desk" is a role of teams: nobody holds it alone. A system administrator, and somebody of "Field Sales", who may
 * read no case, are nobody but whom a test adds.
 */
export type RoleName =
  | 'Salesperson'
  | 'Sales Manager'
  | 'Analyst'
  | 'Order Desk'
  | 'Field Sales'
  | 'System Administrator'

/** What `WRITE_ROLES` names where somebody may write. */
export type AppRoleName = 'Crm.Write'
export const WRITE_ROLE: AppRoleName = 'Crm.Write'

/** Salesperson reads own and team rows (Basic), Sales Manager a unit and those below (Deep), Analyst all (Global). */
export const PEOPLE: readonly Person[] = [
  {
    persona: 'sales rep',
    name: 'Priya Nair',
    upn: `priya.nair@${DOMAIN}`,
    oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01',
    systemUserId: '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01',
    businessUnit: 'UK Sales',
    roles: ['Salesperson'],
    appRoles: [WRITE_ROLE],
  },
  {
    persona: 'sales manager',
    name: 'Marcus Webb',
    upn: `marcus.webb@${DOMAIN}`,
    oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e02',
    systemUserId: '7c1d2e01-0002-4a6b-8c2d-10a3c1a86f02',
    businessUnit: 'UK Sales',
    roles: ['Sales Manager'],
    appRoles: [WRITE_ROLE],
  },
  {
    persona: 'analyst',
    name: 'Elena Rossi',
    upn: `elena.rossi@${DOMAIN}`,
    oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e03',
    systemUserId: '7c1d2e01-0003-4a6b-8c2d-10a3c1a86f03',
    businessUnit: 'Harbour & Pine',
    roles: ['Analyst'],
  },
  {
    persona: 'no Dynamics user',
    name: 'Tom Becker',
    upn: `tom.becker@${DOMAIN}`,
    oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e04',
  },
  {
    persona: 'disabled user',
    name: 'Grace Okafor',
    upn: `grace.okafor@${DOMAIN}`,
    oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e05',
    systemUserId: '7c1d2e01-0005-4a6b-8c2d-10a3c1a86f05',
    businessUnit: 'UK Sales',
    roles: ['Salesperson'],
    disabled: true,
  },
]

/** @throws RangeError when nobody has that persona or user principal name */
export function person(personaOrUpn: string): Person {
  const found = PEOPLE.find((one) => one.persona === personaOrUpn || one.upn === personaOrUpn.toLowerCase())
  if (!found) throw new RangeError(`nobody in the sandbox is "${personaOrUpn}"`)
  return found
}

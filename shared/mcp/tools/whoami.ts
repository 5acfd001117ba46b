import * as z from 'zod'
import type { DataverseError } from '../../dataverse/errors.ts'
import { zoneOf } from '../../dataverse/local-time.ts'
import { languageTag } from '../../dataverse/metadata/language-tag.ts'
import type { Person } from '../../dataverse/metadata/model.ts'
import type { ReadResult } from '../../dataverse/web-api/web-api.ts'
import { NotesSchema, withNotes } from '../tool/row-schemas.ts'
import { defineTool, type ToolContext } from '../tool/tool.ts'

const MOST_NAMES = 50
/** Made for single records by the platform, in any number. */
const ACCESS_TEAM = 1

const Named = z.object({ name: z.string().nullish() })
const Roles = z.object({ value: z.array(Named) })
const Teams = z.object({ value: z.array(Named.extend({ teamroles_association: z.array(Named).nullish() })) })

const Output = z.object({
  name: z.string(),
  signInName: z.string().optional(),
  systemUserId: z.string().describe('As in ownerid'),
  businessUnit: z.object({ id: z.string(), name: z.string().optional() }),
  securityRoles: z.array(z.string()).optional().describe('Of Dynamics 365, own and by teams'),
  teams: z.array(z.string()).optional(),
  appRoles: z.array(z.string()).optional().describe('Of this app, not of Dynamics 365'),
  timeZone: z.object({ code: z.int(), name: z.string().optional().describe('IANA') }),
  currency: z.string().optional(),
  language: z.object({ lcid: z.int(), tag: z.string().optional() }),
  organization: z.object({
    id: z.string(),
    name: z.string().optional(),
    url: z.string(),
    baseCurrency: z.string().optional(),
  }),
  notes: NotesSchema,
})

type WhoAmI = z.output<typeof Output>

/** Tells as whom Dynamics 365 is read: one request once the person is known. */
export const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Use this when it matters who is signed in to Dynamics 365: business unit, security roles, teams, time zone, currency, language, organization. Not needed for own rows: filters take me and me-or-my-teams.',
  status: { invoking: 'Looking up the sign-in', invoked: 'Looked up the sign-in' },
  input: () => z.object({}),
  output: () => Output,
  run: async (_args, context) => {
    const person = await context.metadata.person()
    const { securityRoles, teams, notes } = await memberships(person, context)
    const appRoles = [...context.caller.roles]
    const structured = {
      ...personOf(person, context.dataverseUrl),
      ...(securityRoles && { securityRoles }),
      ...(teams && { teams }),
      ...(appRoles.length > 0 && { appRoles }),
    }
    const text = [whoIs(structured), ...notes].join('\n')
    return { structured: withNotes(structured, notes), records: [], text }
  },
})

/** All that a client without structured results needs. */
function whoIs({ name, systemUserId, businessUnit, securityRoles = [], teams = [], ...rest }: WhoAmI): string {
  const { timeZone, currency, organization } = rest
  const named = (what: string, names: readonly string[]): string[] =>
    names.length > 0 ? [`${what}: ${names.join(', ')}`] : []
  return [
    `Signed in as ${name}${businessUnit.name === undefined ? '' : ` of ${businessUnit.name}`} (systemuser/${systemUserId})`,
    ...named('security roles', securityRoles),
    ...named('teams', teams),
    ...named('time zone', timeZone.name === undefined ? [] : [timeZone.name]),
    ...named('currency', currency === undefined ? [] : [currency]),
    ...named('base currency', organization.baseCurrency === undefined ? [] : [organization.baseCurrency]),
  ].join('; ')
}

function personOf(person: Person, url: string): Omit<z.output<typeof Output>, 'securityRoles' | 'teams' | 'notes'> {
  const { name, signInName, systemUserId, businessUnit, language, timeZone, currency, organization } = person
  const { id, name: organizationName, baseCurrency } = organization
  const tag = languageTag(language)
  const { iana, known, name: windows } = zoneOf(timeZone.name)
  // As everywhere else; a zone that Windows alone knows keeps its name.
  const zone = known ? iana : windows
  return {
    name,
    ...(signInName && { signInName }),
    systemUserId,
    businessUnit: { ...businessUnit },
    timeZone: { code: timeZone.code, ...(zone !== undefined && { name: zone }) },
    ...(currency && { currency: currency.code }),
    language: { lcid: language, ...(tag && { tag }) },
    organization: {
      id,
      ...(organizationName && { name: organizationName }),
      url,
      ...(baseCurrency && { baseCurrency: baseCurrency.code }),
    },
  }
}

type Memberships = {
  readonly securityRoles?: string[]
  readonly teams?: string[]
  readonly notes: readonly string[]
}

/** Roles and teams are tables with privileges of their own: what is refused is said, and the rest told. */
async function memberships({ systemUserId }: Person, { dataverse }: ToolContext): Promise<Memberships> {
  const user = `systemusers(${systemUserId})`
  const expand = '$expand=teamroles_association($select=name)'
  const [roles, teams] = await dataverse.batch([
    { path: `${user}/systemuserroles_association?$select=name`, schema: Roles },
    {
      path: `${user}/teammembership_association?$select=name&$filter=teamtype%20ne%20${ACCESS_TEAM}&${expand}`,
      schema: Teams,
    },
  ])
  const ofTeams = teams.ok ? teams.value.value.flatMap((team) => team.teamroles_association ?? []) : []
  return {
    ...(roles.ok && { securityRoles: namesOf([...roles.value.value, ...ofTeams]) }),
    ...(teams.ok && { teams: namesOf(teams.value.value) }),
    notes: [...refused('Security roles', roles), ...refused('Teams', teams)],
  }
}

function namesOf(rows: readonly z.output<typeof Named>[]): string[] {
  const names = new Set(rows.flatMap(({ name }) => name ?? []))
  return [...names].toSorted((a, b) => a.localeCompare(b)).slice(0, MOST_NAMES)
}

function refused(what: string, result: ReadResult<unknown>): string[] {
  if (result.ok) return []
  const { code, text }: DataverseError = result.error
  return [`${what} could not be read (${code}): ${text}`]
}

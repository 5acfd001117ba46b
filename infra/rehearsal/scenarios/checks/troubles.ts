import { TENANT_ID } from '../../../../test/sandbox/people.ts'
import { ADMINISTRATOR } from '../../world/tenant.ts'
import { acceptConsent } from '../../world/consent.ts'
import type { World } from '../../world/world.ts'
import { connectAs, mustBeExplained, mustNotConnect } from '../people.ts'
import { registrationOf } from '../repair.ts'
import { must, type Scenario } from '../scenario.ts'

/** Changes the tenant, and returns what changes it back. */
type Cause = (world: World) => Promise<() => void>
type Trouble = {
  readonly code: string
  readonly what: string
  readonly causes: readonly Cause[]
  /** A sales rep at the sign-in unless given; else an administrator at the consent address. */
  readonly met?: 'at consent'
}

const GRAPH = '00000003-0000-0000-c000-000000000000'
const DATAVERSE = '00000007-0000-0000-c000-000000000000'
const WITHOUT_USER_READ = 'openid profile email offline_access'

/** Takes consent away, for everything or for one API; `but` names scopes of it that stay. */
const consent =
  (apiId?: string, but = ''): Cause =>
  async (world) => {
    const { grants, servicePrincipals } = world.azure.directory
    const { appId } = await registrationOf(world)
    const idOf = (wanted: string) => [...servicePrincipals.values()].find((one) => one.appId === wanted)?.id
    const taken = [...grants.values()]
      .filter(({ clientId }) => clientId === idOf(appId))
      .filter(({ resourceId }) => apiId === undefined || resourceId === idOf(apiId))
    must(taken.length > 0, 'there is no consent to take away')
    for (const grant of taken) {
      if (but === '') grants.delete(grant.id)
      else grants.set(grant.id, { ...grant, scope: but })
    }
    return () => taken.forEach((grant) => grants.set(grant.id, grant))
  }

const permissions: Cause = async (world) => {
  const application = await registrationOf(world)
  const before = application.requiredResourceAccess
  application.requiredResourceAccess = []
  return () => void (application.requiredResourceAccess = before)
}

const identity: Cause = async (world) => {
  const application = await registrationOf(world)
  const before = application.federatedIdentityCredentials
  const subject = '5e0f7c1d-2e10-4d8e-9a51-0a3c1a866f0e'
  application.federatedIdentityCredentials = before.map((one) => ({ ...one, subject }))
  return () => void (application.federatedIdentityCredentials = before)
}

/** What may befall a registration, and what Microsoft then shows. */
const TROUBLES: readonly Trouble[] = [
  { code: 'AADSTS90094', what: 'all consent was taken back', causes: [consent()] },
  { code: 'AADSTS65001', what: 'consent to Dataverse was taken back', causes: [consent(DATAVERSE)] },
  {
    code: 'AADSTS90008',
    what: 'User.Read is neither listed nor granted',
    causes: [permissions, consent(GRAPH, WITHOUT_USER_READ)],
  },
  { code: 'AADSTS650056', what: 'the registration lists no permission', causes: [permissions], met: 'at consent' },
  { code: 'AADSTS700213', what: 'the registration trusts an identity of an earlier deployment', causes: [identity] },
]

async function mustNotConsent(world: World, code: string): Promise<void> {
  const { appId } = await registrationOf(world)
  const address = `https://login.microsoftonline.com/${TENANT_ID}/adminconsent?client_id=${appId}`
  const told = await acceptConsent(address, ADMINISTRATOR.upn).then(
    () => 'accepted',
    (error: unknown) => String(error),
  )
  must(told.includes(code), `the consent address was opened, and it ended with: ${told}`)
  world.transcript.write(`  ${ADMINISTRATOR.name}: ${code}\n`)
  mustBeExplained(world, code)
}

async function meet(world: World, { code, what, causes, met }: Trouble): Promise<void> {
  world.transcript.write(`\n(${what})\n`)
  const undo: (() => void)[] = []
  try {
    for (const cause of causes) undo.push(await cause(world))
    if (met === 'at consent') await mustNotConsent(world, code)
    else await mustNotConnect(world, 'sales rep', new RegExp(code), `A sales rep signed in although ${what}.`)
  } finally {
    undo.forEach((one) => one())
  }
}

export const troubles: Scenario = {
  name: 'troubles',
  title: 'consent, permissions or proof are lost: troubleshooting has a row for each code that somebody meets',
  run: async (world) => {
    for (const trouble of TROUBLES) await meet(world, trouble)
    await connectAs(world, 'sales rep')
  },
}

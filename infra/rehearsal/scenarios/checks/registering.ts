import { newApplication } from '../../../../test/sandbox/entra/directory/directory.ts'
import type { Application } from '../../../../test/sandbox/entra/directory/types.ts'
import { person } from '../../../../test/sandbox/people.ts'
import { SUBSCRIPTION_ID } from '../../world/azure.ts'
import { ENVIRONMENT, type World } from '../../world/world.ts'
import { expectRun, must } from '../scenario.ts'

export type Registering = { readonly base: string; readonly identity: string; readonly deployerId: string }

/** Of a managed identity that was removed with its deployment. */
const FORMER_IDENTITY = '8d4f0c2a-77b1-4f0e-9c3d-1e5a6b7c8d90'

/** Anybody who may register applications may give one the display name of ours. */
function addNamesake({ azure: { directory } }: World): Application {
  const namesake = newApplication(directory, new Date(0).toISOString(), {
    displayName: `Dynamics 365 for ChatGPT (${ENVIRONMENT})`,
    owners: [person('sales rep').oid],
  })
  directory.applications.set(namesake.id, namesake)
  return namesake
}

const commandFor = ({ base, identity, deployerId }: Registering): string =>
  `npm run register-app -- --environment ${ENVIRONMENT} --subscription ${SUBSCRIPTION_ID} --base-url ${base} --principal-id ${identity} --administrator ${deployerId}`

/**
 * The administrator's command three times: with the id of a former identity, with the right one, and once more. An
 * application of somebody else's bears the same display name.
 * @returns what the second one printed
 */
export async function registerAgain(world: World, wanted: Registering): Promise<string> {
  const namesake = addNamesake(world)
  const { directory } = world.azure
  await expectRun(world, commandFor({ ...wanted, identity: FORMER_IDENTITY }))
  must(
    namesake.federatedIdentityCredentials.length === 0,
    'register-app took over an application of somebody else’s, which has the display name of ours',
  )
  const output = await expectRun(world, commandFor(wanted), { says: [/azd env set ENTRA_EXISTING_CLIENT_ID/] })
  const clientId = /ENTRA_EXISTING_CLIENT_ID (\S+)/.exec(output)?.[1]
  const made = [...directory.applications.values()].find(({ appId }) => appId === clientId)
  const subjects = made?.federatedIdentityCredentials.map(({ subject }) => subject) ?? []
  must(
    subjects.join() === wanted.identity,
    `register-app, run again, leaves the trust in an identity that is gone: ${subjects.join(', ')}`,
  )
  await expectRun(world, commandFor(wanted), {
    says: ['already as it should be'],
    neverSays: [/^ {2}(made|changed) /m],
  })
  return output
}

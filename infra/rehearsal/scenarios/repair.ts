import type { Application } from '../../../test/sandbox/entra/directory/types.ts'
import { commandsFor } from '../documents/troubleshooting.ts'
import type { World } from '../world/world.ts'
import { connectAs, mustNotConnect } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

export async function registrationOf(world: World): Promise<Application> {
  const { ENTRA_CLIENT_ID: clientId } = await world.env()
  const application = [...world.azure.directory.applications.values()].find(({ appId }) => appId === clientId)
  must(application !== undefined, 'the registration is not there')
  return application
}

export const repair: Scenario = {
  name: 'repair',
  title: 'somebody changed the redirect URIs by hand: what troubleshooting says about AADSTS50011 mends it',
  run: async (world) => {
    const application = await registrationOf(world)
    application.web = { ...application.web, redirectUris: ['https://elsewhere.example/callback'] }
    await mustNotConnect(world, 'sales rep', /AADSTS50011/, 'A changed redirect URI went unnoticed.')
    const commands = commandsFor(world.project.dir, 'AADSTS50011')
    must(commands.length > 0, 'troubleshooting has no command for AADSTS50011')
    for (const command of commands) await expectRun(world, command)
    const [first] = application.web.redirectUris
    must(
      first?.endsWith('/oauth/callback') === true,
      'the redirect URI is still wrong after the repair: azd skipped layer entra, whose template had not changed',
    )
    await connectAs(world, 'sales rep')
  },
}

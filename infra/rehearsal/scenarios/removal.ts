import { mustNotConnect } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

export const removal: Scenario = {
  name: 'removal',
  title: 'the registration first, then the resources: nothing of ours is left but what Azure keeps for a while',
  run: async (world) => {
    const { ENTRA_CLIENT_ID: clientId = '', PUBLIC_BASE_URL: base = '', KEY_VAULT_NAME: vault } = await world.env()
    await expectRun(world, 'azd env select contoso-prod')
    await expectRun(world, 'azd env get-value AZURE_ENV_NAME', { says: ['contoso-prod'] })
    await expectRun(world, `az ad app delete --id ${clientId}`)
    await mustNotConnect(world, 'sales rep', /AADSTS700016/, 'A registration that was deleted still lets people in.')
    await expectRun(world, 'azd down --force --purge')
    const left = world.azure.arm.resources().filter(({ type }) => !type.startsWith('Microsoft.Authorization/'))
    must(left.length === 0, `resources are left: ${left.map(({ name }) => name).join(', ')}`)
    const gone = world.azure.arm.deletedVaults().map(({ name }) => name)
    must(gone.includes(vault ?? ''), 'a vault with purge protection cannot be gone already')
    world.transcript.write(`  ${base} is free again; the vault ${vault ?? ''} stays recoverable for 90 days\n`)
  },
}

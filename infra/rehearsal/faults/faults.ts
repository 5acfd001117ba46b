import { CONSULTANT } from '../world/tenant.ts'
import { contradictions } from '../scenarios/checks/contradictions.ts'
import { documents } from '../scenarios/checks/documents.ts'
import { keepsItsPromise } from '../scenarios/checks/promise.ts'
import { registerAgain } from '../scenarios/checks/registering.ts'
import { troubles } from '../scenarios/checks/troubles.ts'
import { withoutPackages } from '../scenarios/checks/without-packages.ts'
import { wrongParameter } from '../scenarios/checks/wrong-parameter.ts'
import { consentAsPrinted } from '../scenarios/first-run.ts'
import { officerGone, preview } from '../scenarios/later-runs.ts'
import { repair, registrationOf } from '../scenarios/repair.ts'
import { expectRun } from '../scenarios/scenario.ts'
import { windows } from '../scenarios/windows.ts'
import type { World } from '../world/world.ts'
import type { Fault } from './fault.ts'
import { TEMPLATE_FAULTS } from './template-faults.ts'
import { typed } from './typed.ts'

async function register(world: World): Promise<void> {
  world.as('administrator')
  await registerAgain(world, {
    base: 'https://func-dynamics-mcp.azurewebsites.net',
    deployerId: CONSULTANT.oid,
    identity: '30f13e63-50b3-458e-a5e8-7fd183b48b2e',
  })
}

/** The deployment's registration made anew by what the project says now, without anything that was granted before. */
async function consentAnew(world: World): Promise<void> {
  const { directory } = world.azure
  const { appId } = await registrationOf(world)
  const own = [...directory.servicePrincipals.values()].find((one) => one.appId === appId)
  await typed(world, 'azd provision entra')
  for (const { id, clientId } of directory.grants.values()) if (clientId === own?.id) directory.grants.delete(id)
  await consentAsPrinted(world, await expectRun(world, 'azd hooks run postprovision --layer entra'))
  await keepsItsPromise(world, 'azd up')
}

async function lookFromOutside(world: World): Promise<void> {
  await typed(world, 'azd provision entra', 'azd hooks run postdeploy')
  await keepsItsPromise(world, 'azd up')
}

/** Everything that is put back. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'project-hook',
    patch: 'hooks/project-hook.patch',
    what: 'a hook of the project runs around every single layer, before there is what it needs',
    on: 'clone',
    run: (world) => typed(world, 'azd provision identity'),
    says: 'KEY_VAULT_URL is not known',
  },
  {
    name: 'tenant-unknown',
    patch: 'hooks/tenant-unknown.patch',
    what: 'hooks need AZURE_TENANT_ID, which azd does not set and no layer puts out',
    on: 'clone',
    run: (world) => typed(world, 'azd up'),
    says: 'AZURE_TENANT_ID is not known',
  },
  {
    name: 'bash-alone',
    patch: 'documents/bash-alone.patch',
    what: 'the runbook has commands that only bash understands',
    on: 'clone',
    run: documents.run,
    says: 'the output of another command',
  },
  {
    name: 'shells',
    patch: 'hooks/shells.patch',
    what: 'a hook is started by a shell: one of its own for each system',
    on: 'clone',
    run: windows.run,
    says: 'a hook needs more than Node on Windows: pwsh',
  },
  {
    name: 'packages-needed',
    patch: 'hooks/packages-needed.patch',
    what: 'hooks import a package, which no one need have installed when azd starts them',
    on: 'deployment',
    run: withoutPackages.run,
    says: "Cannot find package '@azure/identity'",
  },
  {
    name: 'former-identity',
    patch: 'entra/former-identity.patch',
    what: 'register-app, run again, leaves the trust in an identity that was made anew',
    on: 'clone',
    run: register,
    says: 'leaves the trust in an identity that is gone',
  },
  {
    name: 'by-display-name',
    patch: 'entra/by-display-name.patch',
    what: 'register-app finds its application by display name, which anybody may give to theirs',
    on: 'clone',
    run: register,
    says: 'took over an application of somebody else’s',
  },
  {
    name: 'repair-skipped',
    patch: 'documents/repair-skipped.patch',
    what: 'the repair that troubleshooting advises does nothing: azd skips a layer that has not changed',
    on: 'deployment',
    run: repair.run,
    says: 'the redirect URI is still wrong after the repair',
  },
  {
    name: 'preview-of-all',
    patch: 'documents/preview-of-all.patch',
    what: 'the runbook previews all layers at once, which azd refuses',
    on: 'deployment',
    run: preview.run,
    says: '--preview cannot be used when provisioning multiple layers',
  },
  {
    name: 'codes-unexplained',
    patch: 'documents/codes-unexplained.patch',
    what: 'troubleshooting is silent about AADSTS90094, 90008 and 650056',
    on: 'deployment',
    run: troubles.run,
    says: 'infra/troubleshooting.md has no row for AADSTS90094',
  },
  {
    name: 'vault-each-time',
    patch: 'hooks/vault-each-time.patch',
    what: 'each provisioning asks the vault for its keys, also when nobody may ask any more',
    on: 'deployment',
    run: officerGone.run,
    says: 'Key Vault refused (403',
  },
  {
    name: 'unchecked-layer',
    patch: 'hooks/unchecked-layer.patch',
    what: 'one layer alone: a value of the wrong kind is dropped in silence, and the lock that it asks for is not made',
    on: 'deployment',
    run: wrongParameter.run,
    says: '"azd provision platform" ended with 0, not 1',
  },
  {
    name: 'contradictions-sent',
    patch: 'hooks/contradictions-sent.patch',
    what: 'values that contradict each other go to Azure: zones with storage in one, a budget that is not made',
    on: 'deployment',
    run: contradictions.run,
    says: '"azd provision platform" ended with 0, not 1',
  },
  {
    name: 'dataverse-alone',
    patch: 'entra/dataverse-alone.patch',
    what: 'the registration lists and grants Dataverse alone: people stop at "Need admin approval" for ever',
    on: 'deployment',
    run: consentAnew,
    says: 'Need admin approval AADSTS90094',
  },
  {
    name: 'no-look-inside',
    patch: 'hooks/no-look-inside.patch',
    what: 'the deployment ends well although Entra does not accept the app’s proof, and nobody can sign in',
    on: 'deployment',
    run: lookFromOutside,
    says: '"azd up" ended well, consent is given, and yet nobody can sign in',
  },
  ...TEMPLATE_FAULTS,
]

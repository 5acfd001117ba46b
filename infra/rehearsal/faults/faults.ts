import { addPipeline, CONSULTANT } from '../world/tenant.ts'
import { aYearLater } from '../scenarios/checks/a-year-later.ts'
import { contradictions } from '../scenarios/checks/contradictions.ts'
import { documents } from '../scenarios/checks/documents.ts'
import { oldAzd } from '../scenarios/checks/old-azd.ts'
import { packageIsTheApp } from '../scenarios/checks/package.ts'
import { keepsItsPromise } from '../scenarios/checks/promise.ts'
import { registerAgain } from '../scenarios/checks/registering.ts'
import { troubles } from '../scenarios/checks/troubles.ts'
import { withoutPackages } from '../scenarios/checks/without-packages.ts'
import { wrongParameter } from '../scenarios/checks/wrong-parameter.ts'
import { wrongSetting } from '../scenarios/checks/wrong-setting.ts'
import { consentAsPrinted } from '../scenarios/first-run.ts'
import { officerGone, preview } from '../scenarios/later-runs.ts'
import { pipelineIsBound } from '../scenarios/pipeline.ts'
import { keepsTls } from '../scenarios/own-domain.ts'
import { mustBeClosed } from '../scenarios/private-network.ts'
import { repair, registrationOf } from '../scenarios/repair.ts'
import { expectRun } from '../scenarios/scenario.ts'
import { wrongDownloads } from '../scenarios/update.ts'
import { windows } from '../scenarios/windows.ts'
import type { World } from '../world/world.ts'
import type { Fault } from './fault.ts'

async function typed(world: World, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) await expectRun(world, line)
}

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

async function pipelineAsOfficer(world: World): Promise<void> {
  const { objectId } = addPipeline(world.azure.directory, Date.now())
  await typed(world, `azd env set KEY_OFFICER_PRINCIPAL_ID ${objectId}`, 'azd provision platform')
}

async function withANetwork(world: World, ...lines: readonly string[]): Promise<void> {
  await typed(world, 'azd env set PRIVATE_NETWORK true', ...lines)
  mustBeClosed(world, lines.at(-1) ?? '')
}

async function buildAlone(world: World): Promise<void> {
  await typed(world, 'npm run build')
  packageIsTheApp(world)
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
    name: 'any-azd',
    patch: 'templates/any-azd.patch',
    what: 'no version of azd is required: one that knows no hooks of layers goes on',
    on: 'clone',
    run: oldAzd.run,
    says: 'which does not run the hooks of layers, was not refused',
  },
  {
    name: 'expire',
    patch: 'templates/expire.patch',
    what: 'the templates stop compiling when an API version turns two years old',
    on: 'clone',
    run: aYearLater.run,
    says: 'error use-recent-api-versions: ',
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
    name: 'source-maps',
    patch: 'templates/source-maps.patch',
    what: 'the zip carries source maps, many times the size of the app',
    on: 'clone',
    run: buildAlone,
    says: "azd's zip holds what is no part of the app",
  },
  {
    name: 'unchecked-download',
    patch: 'templates/unchecked-download.patch',
    what: 'a zip that is not the one of the release passes for it',
    on: 'clone',
    run: wrongDownloads,
    says: '"npm run release -- --check" ended with 0, not 1',
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
    name: 'tls-taken-away',
    patch: 'templates/tls-taken-away.patch',
    what: 'the template binds the domain without TLS, so that each deployment takes its certificate away',
    on: 'deployment',
    run: keepsTls,
    says: 'a deployment takes TLS from',
  },
  {
    name: 'people-only',
    patch: 'templates/people-only.patch',
    what: 'the key officer is taken for a person: no pipeline can deploy',
    on: 'deployment',
    run: pipelineAsOfficer,
    says: 'UnmatchedPrincipalType',
  },
  {
    name: 'pipeline-for-itself',
    patch: 'templates/pipeline-for-itself.patch',
    what: 'a pipeline may give the app’s roles to whom it likes: to itself, and reads the keys',
    on: 'deployment',
    run: pipelineIsBound,
    says: 'ended with 0, not 1',
  },
  {
    name: 'account-left-public',
    patch: 'templates/account-left-public.patch',
    what: 'a private network, and yet the storage accounts can be reached from outside',
    on: 'deployment',
    run: (world) => withANetwork(world, 'azd provision platform'),
    says: 'after azd provision platform, sthost',
  },
  {
    name: 'names-unlinked',
    patch: 'templates/names-unlinked.patch',
    what: 'the app’s network does not ask the private zones: names lead it to public addresses, which are closed',
    on: 'deployment',
    run: (world) => withANetwork(world, 'azd provision platform', 'azd deploy'),
    says: 'Failed to upload blob package to storage account',
  },
  {
    name: 'left-open',
    patch: 'hooks/left-open.patch',
    what: 'the rule for the deployer’s address, by which keys are made, is not taken back',
    on: 'deployment',
    run: (world) => withANetwork(world, 'npm run officer -- take', 'azd provision platform --no-state'),
    says: 'can be reached from outside',
  },
  {
    name: 'log-as-text',
    patch: 'templates/log-as-text.patch',
    what: 'wrong settings are logged as text, which the runbook’s query cannot find',
    on: 'deployment',
    run: wrongSetting.run,
    says: "the runbook's query does not find config.invalid",
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
]

import { addPipeline } from '../world/tenant.ts'
import { aYearLater } from '../scenarios/checks/a-year-later.ts'
import { oldAzd } from '../scenarios/checks/old-azd.ts'
import { packageIsTheApp } from '../scenarios/checks/package.ts'
import { wrongSetting } from '../scenarios/checks/wrong-setting.ts'
import { pipelineIsBound } from '../scenarios/pipeline.ts'
import { keepsTls } from '../scenarios/own-domain.ts'
import { mustBeClosed } from '../scenarios/private-network.ts'
import { wrongDownloads } from '../scenarios/update.ts'
import type { World } from '../world/world.ts'
import type { Fault } from './fault.ts'
import { typed } from './typed.ts'

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

/** Of templates, and of what they leave open. */
export const TEMPLATE_FAULTS: readonly Fault[] = [
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
]

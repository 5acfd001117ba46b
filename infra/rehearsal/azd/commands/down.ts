import { ArmError } from '../../../../test/sandbox/azure/arm/errors.ts'
import type { DeploymentRecord } from '../../../../test/sandbox/azure/arm/arm.ts'
import { AzdError, messageOf } from '../errors.ts'
import { layersOf } from '../project/load.ts'
import type { LayerConfig } from '../project/schema.ts'
import { stateTags } from '../layers/state.ts'
import { withProjectHooks, type Session } from './session.ts'

const EMPTY_TEMPLATE = {
  $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  resources: [],
}

const lastDeployment = (layer: LayerConfig, { environment, context }: Session): DeploymentRecord | undefined =>
  context.cloud.arm
    .deployments()
    .find(
      ({ tags }) =>
        tags['azd-env-name'] === environment.name &&
        tags['azd-layer-name'] === (layer.name === '' ? undefined : layer.name),
    )

/** The groups that a deployment put something into: all of them are deleted whole. */
const groupsOf = ({ changes }: DeploymentRecord): string[] => [
  ...new Set(changes.map(({ id }) => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1]).filter((name) => name !== undefined)),
]

const deleteGroup = (group: string, { context }: Session): void => {
  const { arm } = context.cloud
  const id = `/subscriptions/${arm.subscriptionId}/resourceGroups/${group}`
  if (arm.resource(id) === undefined) return
  try {
    arm.deleteResource(id, context.principal)
  } catch (error) {
    throw new AzdError(
      `deleting resource group ${group}: ${error instanceof ArmError ? error.lines().join('\n') : messageOf(error)}`,
    )
  }
  context.transcript.write(`  (✓) Done: Deleted resource group ${group}\n`)
}

const purgeVaults = (groups: readonly string[], session: Session): void => {
  const { arm } = session.context.cloud
  const within = arm
    .deletedVaults()
    .filter(({ id }) => groups.some((group) => id.toLowerCase().includes(`/resourcegroups/${group.toLowerCase()}/`)))
  for (const { name, purgeProtection } of within) {
    // A vault with purge protection is not even tried: azd's getKeyVaultsToPurge.
    if (purgeProtection) continue
    arm.purgeVault(name, session.context.principal)
    session.context.transcript.write(`  (✓) Done: Purging Key Vault: ${name}\n`)
  }
}

/** After a removal an empty deployment takes the place of the last one, so that the next provisioning is not skipped. */
const voidState = async (layer: LayerConfig, { environment, context }: Session): Promise<void> => {
  await context.cloud.arm.deploy({
    name: `${environment.name}-${layer.name}-void-${Math.floor(context.now() / 1000)}`,
    location: environment.values().get('AZURE_LOCATION') ?? '',
    template: EMPTY_TEMPLATE,
    parameters: {},
    tags: stateTags(environment.name, layer.name, ''),
    caller: context.principal,
  })
}

const destroyLayer = async (layer: LayerConfig, session: Session): Promise<void> => {
  const { environment, context, command } = session
  context.transcript.write(`\nDeleting resources of layer: ${layer.name}\n`)
  const last = lastDeployment(layer, session)
  if (last === undefined) {
    context.transcript.write('  No Azure resources were found.\n')
    return
  }
  const groups = groupsOf(last)
  for (const group of groups) deleteGroup(group, session)
  if (command.flags['purge'] === true) purgeVaults(groups, session)
  await voidState(layer, session)
  environment.remove(Object.keys(last.outputs))
}

/**
 * Deletes the groups of all layers, last layer first. Objects that the Graph extension made stay: they are no resources of
 * Azure. Outputs leave `.env`.
 * @see azd's pkg/infra/provisioning/bicep/bicep_destroy.go
 */
export const down = (session: Session): Promise<void> =>
  withProjectHooks('down', session, async () => {
    const { command, project, context } = session
    // Asked, the answer of a run without a person is the default: no.
    if (command.flags['force'] !== true) throw new AzdError('user denied delete confirmation', 'Run: azd down --force')
    const [wanted] = command.args
    const layers = layersOf(project).filter(({ name }) => wanted === undefined || name === wanted)
    if (layers.length === 0) throw new AzdError(`provisioning layer '${wanted ?? ''}' not found in azure.yaml.`)
    for (const layer of [...layers].reverse()) await destroyLayer(layer, session)
    context.transcript.write('\nSUCCESS: Your application was removed from Azure.\n')
  })

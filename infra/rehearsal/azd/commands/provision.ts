import { AzdError, wrap } from '../errors.ts'
import { inTiers } from '../layers/order.ts'
import { planLayer, provisionLayer } from '../layers/provision-layer.ts'
import { layersOf } from '../project/load.ts'
import type { LayerConfig } from '../project/schema.ts'
import { withProjectHooks, type Session } from './session.ts'

const chosenLayers = ({ command, project }: Session): readonly LayerConfig[] => {
  const [wanted] = command.args
  const layers = layersOf(project)
  if (wanted === undefined) return layers
  const layer = layers.find(({ name }) => name === wanted)
  if (layer === undefined)
    throw new AzdError(
      `provisioning layer '${wanted}' not found in azure.yaml. available layers: ${layers.map(({ name }) => name).join(', ')}`,
    )
  return [layer]
}

/** What-if of one layer: no hooks, nothing written. azd's internal/cmd/provision.go */
const preview = async (session: Session): Promise<void> => {
  const layers = chosenLayers(session)
  const { environment, context } = session
  const [layer] = layers
  if (layers.length > 1 || layer === undefined)
    throw new AzdError(
      '--preview cannot be used when provisioning multiple layers',
      "Run 'azd provision --preview <layer-name>' targeting a single layer.",
    )
  context.transcript.write(
    '\nPreviewing Azure resource changes (azd provision --preview)\nThis is a preview. No changes will be applied to your Azure resources.\n\n',
  )
  try {
    const { request } = await planLayer({ layer, environment, noState: true, alone: true }, context)
    const changes = await context.cloud.arm.whatIf(request)
    // What-if does not look into extensions: https://aka.ms/bicep/what-if, "unsupported".
    for (const { kind, type, name } of changes.filter((one) => !one.type.startsWith('Microsoft.Graph/')))
      context.transcript.write(`  ${kind === 'NoChange' ? 'Skip' : kind} : ${type} : ${name}\n`)
  } catch (error) {
    throw wrap('deployment failed', error)
  }
  context.transcript.write('\nGenerated provisioning preview.\n')
}

/**
 * Deploys layers in the order of their dependencies; the first failure ends it.
 * @returns whether every layer was skipped
 */
export const provisionLayers = async (session: Session, layers: readonly LayerConfig[]): Promise<boolean> => {
  const { environment, context, command } = session
  const noState = command.flags['no-state'] === true
  let allSkipped = true
  for (const layer of inTiers(layers, context.projectDir).flat()) {
    context.transcript.write(`\nProvisioning layer: ${layer.name}\n`)
    try {
      const outcome = await provisionLayer({ layer, environment, noState, alone: layers.length === 1 }, context)
      if (outcome === 'deployed') allSkipped = false
    } catch (error) {
      context.transcript.write(`Layer ${layer.name} failed\n`)
      throw wrap('deployment failed', error)
    }
    context.transcript.write(`Layer ${layer.name} completed\n`)
  }
  return allSkipped
}

export const provision = async (session: Session): Promise<void> => {
  if (session.command.flags['preview'] === true) return preview(session)
  await withProjectHooks('provision', session, async () => {
    const { transcript } = session.context
    transcript.write('\nProvisioning Azure resources (azd provision)\n')
    const allSkipped = await provisionLayers(session, chosenLayers(session))
    transcript.write(
      allSkipped
        ? '\nSUCCESS: There are no changes to provision for your application.\n'
        : '\nSUCCESS: Your application was provisioned in Azure.\n',
    )
  })
}

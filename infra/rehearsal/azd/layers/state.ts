import { createHash } from 'node:crypto'
import { templateHash, type Arm, type DeploymentRecord } from '../../../../test/sandbox/azure/arm/arm.ts'
import { declaredParameters, type Parameters } from './parameters.ts'

const HASH = 'azd-provision-param-hash'

/** The tags that azd puts on a deployment and later finds it by: its docs/provision-state.md. */
export const stateTags = (environment: string, layer: string, hash: string): Record<string, string> => ({
  'azd-env-name': environment,
  ...(layer === '' ? {} : { 'azd-layer-name': layer }),
  [HASH]: hash,
})

/** Over every parameter of the template: the value that is sent, or its default. */
export const parametersHash = (template: unknown, parameters: Parameters): string => {
  const all = [...declaredParameters(template)].map(([name, { defaultValue }]): readonly [string, unknown] => [
    name,
    Object.hasOwn(parameters, name) ? parameters[name] : (defaultValue ?? null),
  ])
  const sorted = all.sort(([left], [right]) => (left < right ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}

/**
 * The last deployment of this layer, when it succeeded with the same template and the same parameters: nothing is deployed
 * then, whatever was changed by hand in the meantime.
 */
export const previousDeployment = (
  arm: Arm,
  tags: Readonly<Record<string, string>>,
  template: unknown,
): DeploymentRecord | undefined => {
  const last = arm
    .deployments()
    .find(
      (one) =>
        one.tags['azd-env-name'] === tags['azd-env-name'] && one.tags['azd-layer-name'] === tags['azd-layer-name'],
    )
  const same =
    last?.state === 'Succeeded' && last.templateHash === templateHash(template) && last.tags[HASH] === tags[HASH]
  return same ? last : undefined
}

import { join } from 'node:path'
import { ArmError } from '../../../../test/sandbox/azure/arm/errors.ts'
import type { DeploymentRequest } from '../../../../test/sandbox/azure/arm/arm.ts'
import type { Context } from '../context.ts'
import type { Environment } from '../environment/environment.ts'
import { AzdError, messageOf, wrap } from '../errors.ts'
import { runHooks } from '../hooks/run.ts'
import type { LayerConfig } from '../project/schema.ts'
import { outputValues } from './outputs.ts'
import { declaredParameters, resolveParameters, type Parameters } from './parameters.ts'
import { parametersHash, previousDeployment, stateTags } from './state.ts'

export type LayerRun = {
  readonly layer: LayerConfig
  readonly environment: Environment
  readonly noState: boolean
  /** The command is for this layer alone: azd then words its errors otherwise. */
  readonly alone: boolean
}
export type Outcome = 'deployed' | 'skipped'

/** A layer compiled, with the parameters as they are now. */
export type Plan = { readonly template: unknown; readonly parameters: Parameters; readonly request: DeploymentRequest }

const required = (environment: Environment, context: Context, name: string): string => {
  const value = environment.values().get(name) ?? context.processEnv[name]
  if (value === undefined || value === '')
    throw new AzdError(
      `${name === 'AZURE_LOCATION' ? 'location' : 'subscription'} is required and cannot be asked for (interactive prompts disabled)`,
      `Run: azd env set ${name} <value>`,
    )
  return value
}

const pathOf = ({ layer }: LayerRun, context: Context, extension: string): string =>
  join(context.projectDir, layer.path, `${layer.module ?? 'main'}${extension}`)

/** Compiles, resolves the parameters: happens before a layer's hooks, and again after them. */
export const planLayer = async (run: LayerRun, context: Context): Promise<Plan> => {
  const { environment, layer } = run
  const subscriptionId = required(environment, context, 'AZURE_SUBSCRIPTION_ID')
  const location = required(environment, context, 'AZURE_LOCATION')
  if (subscriptionId !== context.cloud.arm.subscriptionId)
    throw new AzdError(
      `failed to resolve user access to subscription with ID '${subscriptionId}'`,
      'If you recently gained access to this subscription, run `azd auth login` again to reload subscriptions.',
    )
  const { template, warnings } = await context.build(pathOf(run, context, '.bicep'))
  for (const warning of warnings) context.transcript.write(`${warning}\n`)
  const values = environment.values()
  const parameters = resolveParameters(pathOf(run, context, '.parameters.json'), declaredParameters(template), {
    variable: (name) => values.get(name) ?? context.processEnv[name],
    principal: context.principal,
    configured: (name) => environment.configured(name),
  })
  const { cloud, principal } = context
  const request = {
    name: [environment.name, ...(layer.name === '' ? [] : [layer.name]), String(Math.floor(context.now() / 1000))].join(
      '-',
    ),
    location,
    template,
    parameters,
    tags: stateTags(environment.name, layer.name, parametersHash(template, parameters)),
    caller: principal,
    ...(cloud.graph === undefined ? {} : { graph: cloud.graph }),
  }
  return { template, parameters, request }
}

const armFailure = (error: unknown): AzdError =>
  error instanceof ArmError
    ? new AzdError(`error deploying infrastructure:\n\nDeployment Error Details:\n${error.lines().join('\n')}`)
    : new AzdError(messageOf(error), undefined, error)

const deploy = async (run: LayerRun, context: Context): Promise<Outcome> => {
  const { request, template } = await planLayer(run, context)
  const { arm } = context.cloud
  const previous = run.noState ? undefined : previousDeployment(arm, request.tags ?? {}, template)
  if (previous !== undefined) {
    run.environment.merge(outputValues(previous.outputs))
    context.transcript.write("  (-) Skipped: Didn't find new changes.\n")
    return 'skipped'
  }
  try {
    const { changes, outputs } = await arm.deploy(request)
    for (const { kind, type, name } of changes)
      context.transcript.write(`  ${kind === 'NoChange' ? '(=)' : '(✓)'} ${kind}: ${type} ${name}\n`)
    run.environment.merge(outputValues(outputs))
    return 'deployed'
  } catch (error) {
    throw armFailure(error)
  }
}

/** What azd puts before an error of each step. */
const prefixes = ({ layer: { name }, alone }: LayerRun) =>
  alone
    ? {
        plan: 'initializing provisioning manager',
        pre: `layer '${name}': failed running pre hooks`,
        deploy: `layer '${name}'`,
        post: `layer '${name}': failed running post hooks`,
      }
    : {
        plan: `initializing layer ${name}`,
        pre: `layer ${name} pre-hooks`,
        deploy: `deploying layer ${name}`,
        post: `layer ${name} post-hooks`,
      }

const step = async <Result>(prefix: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw wrap(prefix, error)
  }
}

/**
 * One layer's life: compile and look at the parameters, pre-hooks, deploy or skip, outputs into `.env`, post-hooks. The
 * hooks run when the deployment was skipped, too.
 * @see azd's internal/cmd/provision_graph.go, runProvisionSingleLayer
 */
export const provisionLayer = async (run: LayerRun, context: Context): Promise<Outcome> => {
  const { layer, environment } = run
  const place = { base: join(context.projectDir, layer.path) }
  const prefix = prefixes(run)
  await step(prefix.plan, () => planLayer(run, context))
  await step(prefix.pre, () => runHooks('preprovision', layer.hooks?.preprovision, place, environment, context))
  const outcome = await step(prefix.deploy, () => deploy(run, context))
  await step(prefix.post, () => runHooks('postprovision', layer.hooks?.postprovision, place, environment, context))
  return outcome
}

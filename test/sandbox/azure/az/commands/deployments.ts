import { resolve } from 'node:path'
import { list, required, value } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError, usage } from '../errors.ts'
import { armUrl, type Json, request, RESOURCES } from '../rest.ts'

const API = '2025-04-01'

/** `name=value`, each a text. */
const parametersOf = (given: readonly string[]): Json =>
  Object.fromEntries(
    given.map((one) => {
      const [, name, text] = /^(\w+)=(.*)$/s.exec(one) ?? []
      if (name === undefined) throw usage(`Unable to parse parameter: ${one}`)
      return [name, { value: text }]
    }),
  )

/** az compiles a Bicep file itself. The compiler is loaded only here: no other command needs it. */
async function compile(path: string): Promise<unknown> {
  const [{ buildTemplate }, { localConfig }, { configOf }] = await Promise.all([
    import('../../../../infra/bicep/build.ts'),
    import('../../../../infra/bicep/config.ts'),
    import('../../../../infra/bicep/sources.ts'),
  ])
  const { template, diagnostics } = await buildTemplate(path, { config: await localConfig(configOf(path)) })
  if (template === undefined) throw new AzError(diagnostics.map(({ message }) => message).join('\n'))
  return template
}

async function create({ session, get, must, values }: Context): Promise<Json> {
  const { subscriptionId } = await session.account(get('subscription'))
  const template = await compile(resolve(session.folder, must('file')))
  const name = get('name') ?? 'main'
  const url = armUrl(`/subscriptions/${subscriptionId}/providers/Microsoft.Resources/deployments/${name}`, API)
  const parameters = parametersOf(values['parameters'] ?? [])
  const body = { location: must('location'), properties: { mode: 'Incremental', template, parameters } }
  return request(session, { method: 'PUT', url, body, resource: RESOURCES.arm })
}

export const deploymentCommands: Commands = {
  'deployment sub create': {
    options: {
      name: value('--name -n'),
      location: required('--location -l'),
      file: required('--template-file -f'),
      parameters: list('--parameters -p'),
    },
    subscription: true,
    run: create,
  },
}

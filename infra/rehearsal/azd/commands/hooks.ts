import { join } from 'node:path'
import { AzdError } from '../errors.ts'
import { runHooks } from '../hooks/run.ts'
import { layersOf } from '../project/load.ts'
import type { HookConfig } from '../project/schema.ts'
import type { Session } from './session.ts'

type Found = { readonly configs: readonly HookConfig[] | undefined; readonly base: string }

const find = (name: string, { command, project, context }: Session): Found => {
  const wanted = command.flags['layer']
  if (typeof wanted !== 'string') {
    const hooks = project.hooks as Readonly<Record<string, readonly HookConfig[] | undefined>> | undefined
    return { configs: hooks?.[name], base: context.projectDir }
  }
  const layer = layersOf(project).find((one) => one.name === wanted)
  if (layer === undefined) throw new AzdError(`provisioning layer '${wanted}' not found in azure.yaml.`)
  const hooks = layer.hooks as Readonly<Record<string, readonly HookConfig[] | undefined>> | undefined
  return { configs: hooks?.[name], base: join(context.projectDir, layer.path) }
}

/** `azd hooks run <name> [--layer <layer>]`: the console belongs to the hook, whatever `interactive` says. */
export const hooksRun = async (session: Session): Promise<void> => {
  const [name] = session.command.args
  if (name === undefined) throw new AzdError('accepts 1 arg(s), received 0')
  const { configs, base } = find(name, session)
  if (configs === undefined) throw new AzdError(`the hook '${name}' was not found in azure.yaml`)
  await runHooks(name, configs, { base, forceInteractive: true }, session.environment, session.context)
}

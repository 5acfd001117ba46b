import type { Command } from '../cli/args.ts'
import type { Context } from '../context.ts'
import type { Environment } from '../environment/environment.ts'
import { runHooks } from '../hooks/run.ts'
import { loadProject } from '../project/load.ts'
import type { HookConfig, ProjectConfig } from '../project/schema.ts'
import { environmentOf } from './choose-environment.ts'

/** One command on a project and an environment. */
export type Session = {
  readonly command: Command
  readonly project: ProjectConfig
  readonly environment: Environment
  readonly context: Context
}

export const openSession = (command: Command, context: Context): Session => {
  const project = loadProject(context.projectDir, context.version)
  return { command, project, environment: environmentOf(command, context), context }
}

/** One of the hooks of the project itself. */
export const runProjectHook = async (name: string, { project, environment, context }: Session): Promise<void> => {
  const hooks = project.hooks as Readonly<Record<string, readonly HookConfig[] | undefined>> | undefined
  await runHooks(name, hooks?.[name], { base: context.projectDir }, environment, context)
}

/** A command with the project's pre- and post-hooks around it: also around `azd provision <layer>`. */
export const withProjectHooks = async (name: string, session: Session, work: () => Promise<void>): Promise<void> => {
  await runProjectHook(`pre${name}`, session)
  await work()
  await runProjectHook(`post${name}`, session)
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context, Ran, Run } from '../context.ts'
import type { Environment } from '../environment/environment.ts'
import { AzdError } from '../errors.ts'
import type { HookConfig } from '../project/schema.ts'
import { hookEnvironment } from './environment.ts'
import { npmInstall, packageFolderOf } from './install.ts'
import { resolveHook, type ResolvedHook } from './resolve.ts'

type Env = Readonly<Record<string, string>>
export type HookPlace = {
  /** What the paths in azure.yaml are relative to. */
  readonly base: string
  /** `azd hooks run` binds the console to every hook. */
  readonly forceInteractive?: boolean
}

const LEAST_NODE = 18

/** What `node --version` said, once for each PATH: azd asks before every hook. */
const asked = new WeakMap<Run, Map<string, Promise<Ran>>>()
const nodeVersion = (env: Env, { run, projectDir }: Context): Promise<Ran> => {
  const known = asked.get(run) ?? new Map<string, Promise<Ran>>()
  asked.set(run, known)
  const path = env['PATH'] ?? ''
  const answer = known.get(path) ?? run('node', ['--version'], { cwd: projectDir, env })
  known.set(path, answer)
  return answer
}

const prepareNode = async ({ script, name }: ResolvedHook, env: Env, context: Context): Promise<void> => {
  const { code, output } = await nodeVersion(env, context)
  const major = Number(/v(\d+)\./.exec(output)?.[1] ?? 0)
  if (code !== 0 || major < LEAST_NODE)
    throw new AzdError(
      `preparing hook '${name}': Node.js is required to run this hook but was not found on PATH`,
      'Install Node.js 18+ from https://nodejs.org/',
    )
  const folder = 'file' in script ? packageFolderOf(script.file, context.projectDir) : undefined
  if (folder !== undefined) await npmInstall(folder, env, context)
}

/** A shell's script without a file of its own is written to one: azd's createTempScript. */
const withFile = async (hook: ResolvedHook, use: (file: string) => Promise<Ran>): Promise<Ran> => {
  if ('file' in hook.script) return use(hook.script.file)
  const folder = mkdtempSync(join(tmpdir(), 'azd-hook-'))
  const file = join(folder, `azd-${hook.name}.${hook.kind === 'pwsh' ? 'ps1' : 'sh'}`)
  writeFileSync(file, `#!/bin/sh\nset -e\n\n# Auto generated file from Azure Developer CLI\n${hook.script.inline}\n`, {
    mode: 0o755,
  })
  try {
    return await use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const COMMANDS = { js: ['node'], sh: ['sh'], pwsh: ['pwsh', '-NoProfile', '-File'] } as const

const execute = (hook: ResolvedHook, env: Env, show: boolean, context: Context): Promise<Ran> =>
  withFile(hook, (file) => {
    const [command, ...args] = COMMANDS[hook.kind]
    const onOutput = show ? (text: string) => context.transcript.write(text) : undefined
    const options = { cwd: hook.cwd, env, ...(onOutput === undefined ? {} : { onOutput }) }
    return context.run(command, [...args, file], options)
  })

const describe = ({ script }: ResolvedHook): string => ('file' in script ? script.file : 'inline script')

/**
 * Runs the hooks of one event one after the other; the environment is read from disk before each, so that each sees what
 * the one before it has set.
 * @throws AzdError for the first that fails, unless it says continueOnError
 */
export const runHooks = async (
  name: string,
  configs: readonly HookConfig[] | undefined,
  place: HookPlace,
  environment: Environment,
  context: Context,
): Promise<void> => {
  for (const config of configs ?? []) {
    const hook = resolveHook(name, config, { ...place, projectDir: context.projectDir, platform: context.platform })
    const env = hookEnvironment(context, environment)
    context.transcript.write(`\nRunning ${name} hook: ${describe(hook)}\n`)
    if (hook.kind === 'js') await prepareNode(hook, env, context)
    // Without `interactive` azd shows a hook's output in a pane of eight lines that it wipes afterwards.
    const show = hook.interactive || place.forceInteractive === true
    const { code, output } = await execute(hook, env, show, context)
    if (code === 0) continue
    const said = show ? '' : `, stdout and stderr: ${output.trim()}`
    const message = `'${name}' hook failed with exit code: '${code}', Path: '${describe(hook)}'. : exit code: ${code}${said}`
    if (!hook.continueOnError) throw new AzdError(message)
    context.transcript.write(
      `WARNING: ${message}\nExecution will continue since ContinueOnError has been set to true.\n`,
    )
  }
}

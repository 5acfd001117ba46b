import { spawn } from 'node:child_process'
import { plain, quoted } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { endTree } from './end-tree.ts'
import { findTool } from './find-tool.ts'
import { howToGet } from './how-to-get.ts'
import { onWindows, type Spawned } from './windows-command-line.ts'

export type ToolResult = { readonly status: number; readonly stdout: string; readonly stderr: string }

const TIMEOUT_MS = 120_000
const MOST_CHARACTERS = 1000

const collect = (stream: NodeJS.ReadableStream): (() => string) => {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

/** az and azd print notes of their own among what they say of an error, and in an error what others wrote. */
const reasonIn = (text: string): string => {
  const lines = text.split(/\r?\n/).filter((line) => !/^(WARNING|To update|\s*$)/.test(line))
  return plain(lines.map((line) => line.replace(/^ERROR: /, '')).join('\n'), MOST_CHARACTERS)
}

class TooSlow extends Error {}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A program in a process group of its own does not hear of Ctrl+C: it is ended with us. */
const endedWithUs = (end: () => void): (() => void) => {
  const onSignal = (signal: NodeJS.Signals): void => {
    end()
    forget()
    process.kill(process.pid, signal)
  }
  const forget = (): void => SIGNALS.forEach((signal) => process.off(signal, onSignal))
  SIGNALS.forEach((signal) => process.on(signal, onSignal))
  return forget
}

const run = (spawned: Spawned, { env, platform }: Context, timeoutMs: number): Promise<ToolResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(spawned.file, spawned.args, {
      env,
      // Closed, so that a tool that would ask a question fails instead of waiting for ever.
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: platform !== 'win32',
      windowsHide: true,
      windowsVerbatimArguments: spawned.windowsVerbatimArguments,
    })
    const end = (): void => {
      if (child.pid !== undefined) endTree(child.pid, platform, env.SystemRoot)
    }
    const forget = endedWithUs(end)
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    const finish = (act: () => void): void => {
      clearTimeout(timer)
      forget()
      act()
    }
    // Not spawn's own time-out, which ends the first process alone and then waits for what that one started.
    const timer = setTimeout(() => {
      end()
      child.stdout.destroy()
      child.stderr.destroy()
      child.unref()
      finish(() => reject(new TooSlow()))
    }, timeoutMs)
    child.on('error', (error) => finish(() => reject(error)))
    child.on('close', (code) =>
      finish(() => resolve({ status: code ?? -1, stdout: stdout(), stderr: reasonIn(stderr()) })),
    )
  })

/**
 * Runs a program found by PATH; after `timeoutMs` it is ended with all that it started.
 * @throws Stop when it is not there, does not start or does not end
 */
export const runTool = async (
  context: Context,
  name: string,
  args: readonly string[],
  timeoutMs = TIMEOUT_MS,
): Promise<ToolResult> => {
  const file = findTool(context, name)
  if (file === undefined)
    throw new Stop(`${name} was not found in PATH. Get it and open a new terminal:`, [howToGet(name, context.platform)])
  const spawned =
    context.platform === 'win32'
      ? onWindows(file, args, context.env.SystemRoot)
      : { file, args, windowsVerbatimArguments: false }
  const result = await run(spawned, context, timeoutMs).catch((error: unknown) => {
    if (error instanceof TooSlow)
      throw new Stop(`\`${name} ${args.join(' ')}\` did not end within ${timeoutMs / 1000} s.`)
    throw new Stop(`${file} could not be started: ${error instanceof Error ? error.message : String(error)}`)
  })
  if (result.status === -1) throw new Stop(`\`${name} ${args.join(' ')}\` was ended before it was done.`)
  return result
}

/**
 * The JSON that a tool printed, with or without the byte order mark that Windows' shells put before it.
 * @throws Stop when it is something else
 */
export const jsonOf = (name: string, { stdout }: ToolResult): unknown => {
  try {
    return JSON.parse(stdout.replace(/^\uFEFF/, ''))
  } catch {
    throw new Stop(`${name} printed something that is not JSON: ${quoted(stdout)}`)
  }
}

/** A member of a parsed JSON value, when it is text. */
export const textOf = (value: unknown, ...path: readonly string[]): string | undefined => {
  let at: unknown = value
  for (const name of path)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined
  return typeof at === 'string' ? at : undefined
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Stream } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const MODULES = new URL('../node_modules/', import.meta.url)
const manifestSchema = z.object({ bin: z.record(z.string(), z.string()) })

/** The file of a package's command, for a Node of our choosing. @throws Error where it has none of that name */
export function binOf(name: string, command: string): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL(`${name}/package.json`, MODULES), 'utf8'))
  const file = manifestSchema.parse(manifest).bin[command]
  if (file === undefined) throw new Error(`${name} has no command ${command}`)
  return fileURLToPath(new URL(`${name}/${file}`, MODULES))
}

/** The first thing that matches in what a program prints. @throws Error with all of it when the program ends before */
export function whenPrinted(stream: Stream | null, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      const [found] = pattern.exec(printed) ?? []
      if (found !== undefined) resolve(found)
    })
    stream?.once('close', () => reject(new Error(`it ended after: ${printed}`)))
  })
}

type Environment = Readonly<Record<string, string>>

/** Runs a program to its end. @returns what it printed on stdout @throws Error with stderr unless it ends with 0 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  env: Environment,
  onStart?: (child: ChildProcess) => void,
): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onStart?.(child)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode ?? 'a signal'}: ${stderr}`)
  return stdout
}

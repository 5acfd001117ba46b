import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Ended } from './caller.ts'

export type { Ended } from './caller.ts'

const ADMIN = fileURLToPath(new URL('../../../infra/admin/admin.mjs', import.meta.url))

/** Runs the command line of administrators as they do, with nobody at its terminal. */
export async function admin(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  reader: 'attentive' | 'deaf' = 'attentive',
): Promise<Ended> {
  const { HOME = '', NODE_COMPILE_CACHE } = process.env
  const own = { HOME, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) }
  const child = spawn(process.execPath, [ADMIN, ...args], {
    env: { ...own, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (reader === 'deaf') child.stdout.destroy()
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([
    reader === 'deaf' ? '' : text(child.stdout),
    text(child.stderr),
    closed,
  ])
  return { code, stdout, stderr }
}

export const jsonIn = ({ stdout, stderr }: Ended): Readonly<Record<string, unknown>> => {
  if (stdout === '') throw new Error(`nothing was printed: ${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown>
}

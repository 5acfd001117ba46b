import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { main } from '../../../infra/doctor/command-line/cli.ts'
import type { Report } from '../../../infra/doctor/diagnose.ts'
import { callMain, type Ended } from '../manage/caller.ts'

const DOCTOR = fileURLToPath(new URL('../../../infra/doctor/doctor.mjs', import.meta.url))

/** Calls the function of its command line. */
export const examineBy = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> => callMain(main, args, { PATH: process.env.PATH ?? '', ...environment })

/** Runs the doctor as a person does; `onError` is told each piece of stderr as it comes. */
export async function doctor(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  onError: (piece: string) => void = () => undefined,
  reader: 'attentive' | 'deaf' = 'attentive',
): Promise<Ended> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env
  const own = { PATH, HOME, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) }
  const child = spawn(process.execPath, [DOCTOR, ...args], { env: { ...own, ...environment } })
  child.stderr.on('data', (piece: Buffer) => onError(piece.toString('utf8')))
  if (reader === 'deaf') child.stdout.destroy()
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([
    reader === 'deaf' ? '' : text(child.stdout),
    text(child.stderr),
    closed,
  ])
  return { code, stdout, stderr }
}

export const reportIn = ({ stdout }: Ended): Report => JSON.parse(stdout) as Report

import { spawn } from 'node:child_process'
import type { Run } from '../context.ts'

/** stdin is closed: nobody answers in a rehearsal. Code 127, as a shell has it, when the program is not found. */
export const runProcess: Run = (command, args, { cwd, env, onOutput }) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let output = ''
    const take = (chunk: Buffer): void => {
      const text = chunk.toString('utf8')
      output += text
      onOutput?.(text)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => {
      take(Buffer.from(`${error.message}\n`))
      resolve({ code: 127, output })
    })
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })

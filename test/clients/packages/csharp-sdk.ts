/** The official C# SDK: the program in `csharp/` is the client; here is the person beside it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { PROGRAM } from '../runner/dotnet.ts'
import { type Check, QUERY, REDIRECT, Refused } from '../runner/visit.ts'

const names = z.array(z.string())

/** It sends bodies in chunks, which a host in buffered mode hands on empty: what it is told must name the way out. */
function refusal(stderr: string): Error {
  if (!/\b411\b/.test(stderr)) return new Error(stderr)
  return new Refused(/HTTP_STREAMS/.test(stderr) ? 'HTTP 411, which names HTTP_STREAMS' : 'HTTP 411')
}

export const check: Check = async ({ address, signIn, endToken }) => {
  const child = spawn('dotnet', [PROGRAM, address, REDIRECT, JSON.stringify(QUERY)])
  const stderr = text(child.stderr)
  const results: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('open ')) child.stdin.write(`${(await signIn(line.slice('open '.length))).href}\n`)
    else if (line === 'end') {
      endToken()
      child.stdin.write('\n')
    } else results.push(line)
  }
  if (child.exitCode === null) await once(child, 'close')
  if (child.exitCode !== 0) throw refusal(await stderr)
  const [tools = '[]', whoami = '', rows = '', refreshed = ''] = results
  return { tools: names.parse(JSON.parse(tools)), whoami, rows, refreshed }
}

import { parseArgs } from 'node:util'
import { createChatGpt } from '../chatgpt/client.ts'

const HELP = `node test/sandbox/demo/bearer.ts [--writes] <MCP address> <user principal name>

Connects to a running sandbox as ChatGPT would, signs that person in, and prints an access token,
which lives an hour. The sandbox's own consent page and sign-in are answered; no other server's.

  --writes  asks for the permission to write as well, and ticks its box; for npm run sandbox -- --writes
`

const BOTH = 'dynamics.read dynamics.write offline_access'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, writes: { type: 'boolean' } },
})
const [mcpUrl, upn] = positionals
if (values.help || mcpUrl === undefined || upn === undefined) {
  ;(values.help ? process.stdout : process.stderr).write(HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  const { tokens } = await createChatGpt({ mcpUrl }).connect(upn, values.writes ? { scope: BOTH, tick: true } : {})
  process.stdout.write(`${tokens.access_token}\n`)
}

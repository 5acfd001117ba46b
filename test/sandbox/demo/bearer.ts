import { parseArgs } from 'node:util'
import { createChatGpt } from '../chatgpt/client.ts'

const HELP = `node test/sandbox/demo/bearer.ts <MCP address> <user principal name>

Connects to a running sandbox as ChatGPT would, signs that person in, and prints an access token,
which lives an hour. The sandbox's own consent page and sign-in are answered; no other server's.
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } },
})
const [mcpUrl, upn] = positionals
if (values.help || mcpUrl === undefined || upn === undefined) {
  ;(values.help ? process.stdout : process.stderr).write(HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  const { tokens } = await createChatGpt({ mcpUrl }).connect(upn)
  process.stdout.write(`${tokens.access_token}\n`)
}

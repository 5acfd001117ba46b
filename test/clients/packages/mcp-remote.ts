/** mcp-remote, as its README has it: a program that a local client starts with the address, and talks to over stdio. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { binOf, whenPrinted } from '../runner/programs.ts'
import { type Check, CLIENT_NAME, QUERY } from '../runner/visit.ts'

export const check: Check = async ({ address, folder, signIn, endToken }) => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [binOf('mcp-remote', 'mcp-remote'), address],
    // What it prints is opened by the person of the visit: `true` is a browser that opens nothing.
    env: { PATH: process.env.PATH ?? '', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder, BROWSER: 'true' },
    stderr: 'pipe',
  })
  const signedIn = whenPrinted(transport.stderr, /^http\S+\/oauth\/authorize\S+$/m).then(async (url) => {
    const answer = await fetch(await signIn(url))
    if (!answer.ok) throw new Error(`its own page answered ${answer.status}: ${await answer.text()}`)
  })
  const client = new Client({ name: CLIENT_NAME, version: '1' })
  try {
    await Promise.all([client.connect(transport), signedIn])
    const call = async (name: string, input: Record<string, unknown>) =>
      JSON.stringify(await client.callTool({ name, arguments: input }))
    const { tools } = await client.listTools()
    const whoami = await call('whoami', {})
    const rows = await call('query_crm', QUERY)
    endToken()
    const refreshed = await call('query_crm', QUERY)
    return { tools: tools.map(({ name }) => name), whoami, rows, refreshed }
  } finally {
    await client.close()
  }
}

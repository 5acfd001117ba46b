/** MCP Inspector's command line, as `mcp-inspector --cli --help` has it: one run a question, signed in by the first. */
import { z } from 'zod'
import { binOf, runToEnd, whenPrinted } from '../runner/programs.ts'
import { type Check, QUERY } from '../runner/visit.ts'

const listed = z.object({ result: z.object({ tools: z.array(z.object({ name: z.string() })) }) })
const SIGN_IN = /http\S+\/oauth\/authorize\S+/

export const check: Check = async ({ address, folder, signIn, endToken }) => {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    MCP_STORAGE_DIR: folder,
    // Without a word of ours it would put the tokens into the keychain of whoever runs this.
    MCP_INSPECTOR_SECRET_STORE: 'file',
    MCP_INSPECTOR_SECRET_FILE: `${folder}/secrets.json`,
    // Without a terminal it asks nobody to sign in unless it may open a browser: `true` is one that opens nothing.
    MCP_AUTO_OPEN_ENABLED: 'true',
    BROWSER: 'true',
  }
  const run = (method: string, ...more: readonly string[]) =>
    runToEnd(
      process.execPath,
      [binOf('@modelcontextprotocol/inspector', 'mcp-inspector'), '--cli', address, '--method', method, ...more].concat(
        '--format',
        'json',
      ),
      env,
      (child) =>
        void whenPrinted(child.stderr, SIGN_IN).then(
          async (url) => fetch(await signIn(url)),
          () => undefined,
        ),
    )
  const call = (name: string, input: object) =>
    run('tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(input))
  const { tools } = listed.parse(JSON.parse(await run('tools/list'))).result
  const whoami = await call('whoami', {})
  const rows = await call('query_crm', QUERY)
  endToken()
  const refreshed = await call('query_crm', QUERY)
  return { tools: tools.map(({ name }) => name), whoami, rows, refreshed }
}

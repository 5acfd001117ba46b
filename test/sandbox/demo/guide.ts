import { styleText } from 'node:util'
import type { Desk } from '../azure/desk/start-desk.ts'
import { PEOPLE, person } from '../people.ts'
import type { Sandbox } from '../start-sandbox.ts'
import { renderTable } from './table.ts'

const SEES: Readonly<Record<(typeof PEOPLE)[number]['persona'], string>> = {
  'sales rep': 'own rows and their team’s',
  'sales manager': 'their unit and those below',
  analyst: 'everything',
  'no Dynamics user': 'nothing: a page says why',
  'disabled user': 'nothing: a page says why',
}

/** What `--json` prints. */
export const summary = ({ mcpUrl, entra, dataverse, settings }: Sandbox) => ({
  mcp: mcpUrl,
  issuer: settings.PUBLIC_BASE_URL,
  entra: entra.url,
  dataverse: dataverse.url,
  people: PEOPLE.map(({ name, upn, persona }) => ({ name, upn, persona })),
})

const call = (body: unknown): string =>
  `curl -s "$MCP" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\\n    -d '${JSON.stringify(body)}'`

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'curl', version: '1' } },
}
const callTool = (id: number, name: string, args: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
})

function quickTests(mcpUrl: string): string[] {
  return [
    `MCP=${mcpUrl}`,
    `TOKEN=$(npm exec -- node test/sandbox/demo/bearer.ts "$MCP" ${PEOPLE[0]?.upn ?? ''})`,
    call(INITIALIZE),
    call(callTool(2, 'whoami', {})),
    call(callTool(3, 'query_crm', { entity: 'opportunity', select: ['name', 'estimatedvalue'], top: 3 })),
  ]
}

const DEAL = 'Silverdale: annual timber supply'
/** The call that an answer gives: of a preview the change, of a change the preview that takes it back. */
const GIVEN = `JSON.stringify({ jsonrpc: "2.0", id: 6, method: "tools/call", params: call ? { name: call.tool, arguments: call.arguments } : { name: "preview_change", arguments: undo } })`

/** A preview, the change, a look at it, and the way back. */
function writing(): string[] {
  const changes = [{ column: 'estimatedclosedate', to: `${new Date().getUTCFullYear() + 1}-03-31` }]
  const ask = (id: number, name: string, args: object) => `ask '${JSON.stringify(callTool(id, name, args))}'`
  return [
    `TOKEN=$(npm exec -- node test/sandbox/demo/bearer.ts --writes "$MCP" ${PEOPLE[0]?.upn ?? ''})`,
    `ask() { curl -s "$MCP" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$1"; }`,
    `given() { node -p 'const { call, undo } = JSON.parse(process.argv[1].replace(/^[^{]*/, "")).result.structuredContent; ${GIVEN}' "$1"; }`,
    `PREVIEW=$(${ask(4, 'preview_change', { entity: 'opportunity', id: DEAL, changes })})`,
    `printf '%s\\n' "$PREVIEW"      # what would change; nothing is written`,
    `DONE=$(ask "$(given "$PREVIEW")"); printf '%s\\n' "$DONE"      # written`,
    `ask "$(given "$PREVIEW")"      # the same call again: already done, and nothing is written`,
    ask(5, 'get_record', { entity: 'opportunity', id: DEAL, select: ['estimatedclosedate', 'modifiedby'] }),
    `BACK=$(ask "$(given "$DONE")"); printf '%s\\n' "$BACK"      # what takes it back, previewed like any change`,
    `ask "$(given "$BACK")"`,
    `npm run admin -- switch off writes      # after the first line of "Administer"; and: switch on writes`,
  ]
}

const NEW_COLUMN = JSON.stringify({
  kind: 'add-column',
  entity: 'account',
  column: { name: 'hp_score', schemaName: 'hp_Score', type: 'Integer', label: 'Score' },
})

function controls(entra: string, dataverse: string): string[] {
  const json = `-H 'Content-Type: application/json' -d`
  return [
    `curl -s ${dataverse}/__sandbox/counters`,
    `curl -s ${dataverse}/__sandbox/fault ${json} '{"upn":"*","kind":"throttle","retryAfter":5,"times":1}'`,
    `curl -s ${dataverse}/__sandbox/search ${json} '{"enabled":false}'      # Dataverse Search off`,
    `curl -s ${dataverse}/__sandbox/publish ${json} '${NEW_COLUMN}'`,
    `curl -s "${dataverse}/__sandbox/token?upn=${PEOPLE[0]?.upn ?? ''}"      # a bearer for this Dataverse`,
    `curl -s ${entra}/__sandbox/counters`,
    `curl -s ${entra}/__sandbox/behaviour ${json} '{"upn":"*","change":{"consent":false}}'`,
    `curl -s -X POST ${entra}/__sandbox/reset ; curl -s -X POST ${dataverse}/__sandbox/reset`,
  ]
}

/** Elena administers here, and may look inside; `az` and `azd` are those of this sandbox. */
function administration({ folder, environment }: Desk, mcpUrl: string): string[] {
  const who = PEOPLE[0]?.upn ?? ''
  return [
    `export PATH=${folder}:$PATH REHEARSAL_AZ=${environment.REHEARSAL_AZ}`,
    `npm run doctor -- ${mcpUrl} --deep`,
    `npm run admin -- --help      # as ${person('analyst').name}, who is administrator`,
    `npm run admin -- people      # asked of the audit: by known answers, as nothing here runs KQL`,
    `npm run admin -- who-read account/<id of a record that somebody read>`,
    `npm run admin -- why ${new Date().toISOString().slice(11, 16)}      # sign-ins ten minutes before and after, UTC`,
    `npm run admin -- sessions ${who}`,
    `npm run admin -- end ${who}`,
    `npm run admin -- switch off everything --message "<why, and until when>"      # and: switch on everything`,
    ...['switches', 'clients', 'keys', 'reports', 'terms', 'usage'].map((command) => `npm run admin -- ${command}`),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', styleText('bold', title), ...lines.map((line) => `  ${line}`)]
}

/** How to use a running sandbox by hand. */
export function guide(sandbox: Sandbox, desk: Desk): string {
  const { app, mcpUrl, entra, dataverse, azurite, auditTable, settings } = sandbox
  const mode = settings['HTTP_STREAMS'] === 'true' ? 'in stream mode' : 'in buffered mode'
  const people = PEOPLE.map(({ name, upn, persona }) => [name, upn, persona, SEES[persona]])
  const titles = ['name', 'signs in as', 'persona', 'may see'].map((title) => ({ title }))
  return [
    styleText('bold', `The MCP server is at ${mcpUrl}`),
    ...section('What runs', [
      `app        ${app.url}      the built app, ${mode}; open it in a browser`,
      `yours      ${app.url}/me      the page of one’s own connections`,
      `Entra      ${entra.url}      stand-in`,
      `Dataverse  ${dataverse.url}      stand-in`,
      `tables     ${azurite.tableEndpoint}      Azurite, in memory`,
      ...(auditTable ? [`audit      ${auditTable.url}/__sandbox/rows      stand-in of the audit table`] : []),
    ]),
    ...section('Who can sign in (no passwords: pick the account)', renderTable(titles, people)),
    ...section('Connect with MCP Inspector', [
      'npx @modelcontextprotocol/inspector      # fetched from npm',
      `Transport "Streamable HTTP", URL ${mcpUrl}, Connect.`,
    ]),
    ...section('Connect with another MCP client on this machine', [
      `Give it nothing but ${mcpUrl}; it registers itself, loopback redirects are allowed here.`,
    ]),
    ...section('Quick tests, in another terminal, in this folder', quickTests(mcpUrl)),
    ...(settings['WRITES'] === 'on'
      ? section('Write, after the first line of the quick tests, in that terminal', writing())
      : []),
    ...section('Administer, in another terminal, in this folder', administration(desk, mcpUrl)),
    ...section('Count requests, cause trouble, start anew', controls(entra.url, dataverse.url)),
    '',
    'What the app logs follows. Ctrl-C stops everything.',
    '',
  ].join('\n')
}

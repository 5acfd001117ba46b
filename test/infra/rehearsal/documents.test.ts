import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isTyped, neverTyped, runbookCommands } from '../../../infra/rehearsal/documents/runbook.ts'
import { shellTrick } from '../../../infra/rehearsal/documents/shells.ts'
import { commandsFor, isExplained, troubleCommands } from '../../../infra/rehearsal/documents/troubleshooting.ts'

const RUNBOOK = `# Runbook

\`\`\`sh
azd env new x --location <region>

azd up
\`\`\`

Said in a sentence: \`azd down\`.

\`\`\`sh azure-only
az login --tenant <tenant id>
\`\`\`

\`\`\`bash
cd "$(pwd)" && echo \`date\`
\`\`\`

\`\`\`kusto
traces | take 5
\`\`\`
`

const PAGE = `# A page of the runbook

\`\`\`sh
npm run network -- open
\`\`\`
`

const TROUBLES = `# Troubles

| code                     | cause | what to do                                       |
| ------------------------ | ----- | ------------------------------------------------ |
| AADSTS50011              | \`azd\` | \`azd provision entra --no-state\`, then \`azd up\`; it must hold \`<url>/callback\` |
| AADSTS700211, AADSTS7002 | none  | ask somebody: \`npm run assign -- <who>\`          |
| 404 on every address     | none  | wait                                             |

**Microsoft shows AADSTS90094.** Only in prose.
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'))
  for (const [name, ends] of [
    ['lf', '\n'],
    ['crlf', '\r\n'],
  ] as const) {
    mkdirSync(join(folder, name, 'infra'), { recursive: true })
    writeFileSync(join(folder, name, 'infra/README.md'), RUNBOOK.replaceAll('\n', ends))
    writeFileSync(join(folder, name, 'infra/private-network.md'), PAGE.replaceAll('\n', ends))
    writeFileSync(join(folder, name, 'infra/troubleshooting.md'), TROUBLES.replaceAll('\n', ends))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(['lf', 'crlf'])('documents with line ends %s', (ends) => {
  test('the commands of the runbook are those of its blocks for shells, marked where only Azure can run them', () => {
    expect(runbookCommands(join(folder, ends))).toEqual([
      { line: 'azd env new x --location <region>', azureOnly: false },
      { line: 'azd up', azureOnly: false },
      { line: 'az login --tenant <tenant id>', azureOnly: true },
      { line: 'cd "$(pwd)" && echo `date`', azureOnly: false },
    ])
  })

  test('another page in its form is read by its name', () => {
    expect(runbookCommands(join(folder, ends), 'infra/private-network.md')).toEqual([
      { line: 'npm run network -- open', azureOnly: false },
    ])
  })

  test.each([
    ['AADSTS50011', true],
    ['AADSTS500112', false],
    ['AADSTS5001', false],
    ['AADSTS700211', true],
    ['AADSTS7002', true],
    ['AADSTS70021', false],
    ['AADSTS90094', false],
    ['404', true],
  ])('%s has a row of the tables: %s', (code, explained) => {
    expect(isExplained(join(folder, ends), code)).toBe(explained)
  })

  test('what to do is the commands of the third column, in their order', () => {
    const dir = join(folder, ends)
    expect(commandsFor(dir, 'AADSTS50011')).toEqual(['azd provision entra --no-state', 'azd up'])
    expect(commandsFor(dir, '404')).toEqual([])
    expect(commandsFor(dir, 'AADSTS1')).toEqual([])
    expect(troubleCommands(dir)).toEqual(['azd provision entra --no-state', 'azd up', 'npm run assign -- <who>'])
  })
})

describe('a command was typed', () => {
  test.each([
    ['azd up', 'azd up', true],
    ['azd up', 'azd up --debug', false],
    ['azd up', 'azd  up', false],
    ['azd provision', 'azd provision platform', false],
    ['azd env new x --location <region>', 'azd env new x --location uksouth', true],
    ['azd env new x --location <region>', 'azd env new x --location ', false],
    ['npm run doctor -- <PUBLIC_BASE_URL>/mcp --deep', 'npm run doctor -- https://a.b/mcp --deep', true],
    ['npm run doctor -- <PUBLIC_BASE_URL>/mcp --deep', 'npm run doctor -- https://a.b/mcp', false],
    ['a <b> c <d>', 'a 1 c 2', true],
    ['node x.mjs (1+1)*2', 'node x.mjs (1+1)*2', true],
    ['node x.mjs', 'node xxmjs', false],
    ['npm run assign -- <who>', 'npm run assign -- "Sales" "and more"', false],
  ])('%s by %s: %s', (command, typed, expected) => {
    expect(isTyped(command, typed)).toBe(expected)
  })

  test('what nobody typed is named, but for what only Azure can run', () => {
    const commands = [
      { line: 'azd up', azureOnly: false },
      { line: 'azd provision --preview', azureOnly: false },
      { line: 'az login', azureOnly: true },
    ]
    expect(neverTyped(commands, ['azd up', 'azd provision --preview identity'])).toEqual(['azd provision --preview'])
    expect(neverTyped(commands, [])).toEqual(['azd up', 'azd provision --preview'])
    expect(neverTyped([], [])).toEqual([])
  })
})

describe('a command that is typed alike in bash, PowerShell and cmd', () => {
  test.each([
    'azd up',
    'azd env set BRAND_NAME "Contoso CRM"',
    'npm run doctor -- https://<your app>/mcp --deep',
    'azd env set REDIRECT_URI_ALLOW_LIST https://chatgpt.com/connector/oauth/*',
    'az rest --url https://graph.microsoft.com/v1.0/applications?a=b',
    'npm run register-app -- --administrator <your object id>',
    'git checkout v0.2.0',
  ])('%s', (line) => {
    expect(shellTrick(line)).toBeUndefined()
  })
})

describe('a command that only some shells understand', () => {
  test.each([
    ['azd env set ID "$(az ad signed-in-user show --query id -o tsv)"', 'the output of another command'],
    ['azd env set ID `az account show`', 'the output of another command'],
    ['git clone <this repository> && cd x', 'several commands in a line'],
    ['npm ci || npm install', 'several commands in a line'],
    ['cd x; npm ci', 'several commands in a line'],
    ['azd env get-values | grep ID', 'a pipe'],
    ['azd env get-values > values.txt', 'a redirection'],
    ['npm run x < in.txt', 'a redirection'],
    ['az role assignment delete --role x \\', 'a line that goes on in the next one'],
    ['az role assignment delete --role x ^', 'a line that goes on in the next one'],
    ['az rest --url "$org"', 'a variable of the shell'],
    ['az rest --url ${org}', 'a variable of the shell'],
    ['az rest --url %ORG%', 'a variable of the shell'],
    ["az x --query '[].name'", 'a single quote, which cmd does not take for one'],
    ['azd provision --preview # what would change', 'a comment, which cmd does not take for one'],
    ['org=https://contoso.crm4.dynamics.com', 'a variable that is set'],
    ['export X=1', 'a variable that is set'],
    ['infra/hooks/create-app-registration.sh contoso-prod <URL>', 'a script of one shell'],
    ['./run x', 'a script of one shell'],
  ])('%s: %s', (line, trick) => {
    expect(shellTrick(line)).toBe(trick)
  })

  test('a single quote within double ones is taken alike', () => {
    expect(shellTrick(`azd env set WRITE_POLICY "{'tables':{'task':{'create':true}}}"`)).toBeUndefined()
  })
})

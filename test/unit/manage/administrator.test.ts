import { describe, expect, test } from '@jest/globals'
import type { EntraCaller } from '../../../shared/entra/access-token.ts'
import { notAdmitted } from '../../../shared/manage/administrator.ts'
import { AZURE_CLI, CLIENT, OTHER_CLIENT, PERSON } from './entra-tokens.ts'

const person: EntraCaller = {
  kind: 'person',
  objectId: PERSON,
  clientId: AZURE_CLI,
  scopes: ['MCP.Access'],
  roles: ['Administrator'],
}
const application: EntraCaller = { ...person, kind: 'application', clientId: OTHER_CLIENT, scopes: [] }

describe('who may manage', () => {
  test.each<[string, EntraCaller]>([
    ['a person by Azure CLI', person],
    ['who has other roles as well', { ...person, roles: ['User', 'Administrator'] }],
    ['and other scopes', { ...person, scopes: ['Other', 'MCP.Access'] }],
    ['an application by its own role', application],
  ])('%s', (_, caller) => expect(notAdmitted(caller, 'MCP.Access')).toBeUndefined())

  test.each<[string, EntraCaller, string]>([
    ['a person by an app of a stranger in the tenant', { ...person, clientId: OTHER_CLIENT }, 'foreign-client'],
    ['a token that this app holds of a connected person', { ...person, clientId: CLIENT }, 'foreign-client'],
    ['a person without the scope', { ...person, scopes: [] }, 'no-scope'],
    ['a scope of another name', { ...person, scopes: ['MCP.Access2', 'mcp.access'] }, 'no-scope'],
    ['a person without the role', { ...person, roles: [] }, 'no-role'],
    [
      'a role that only looks like it',
      { ...person, roles: ['administrator', 'ADMINISTRATOR', 'Administrator '] },
      'no-role',
    ],
    ['a role of Entra itself', { ...person, roles: ['Global Administrator'] }, 'no-role'],
    ['an application without the role', { ...application, roles: ['User'] }, 'no-role'],
  ])('not %s', (_, caller, refusal) => expect(notAdmitted(caller, 'MCP.Access')).toBe(refusal))
})

import { describe, expect, test } from '@jest/globals'
import { denialOf } from '../../../../shared/oauth/callback/access-rules.ts'

const PERSON = { userId: 'o', tenantId: 't', roles: ['Crm.Ask'], groups: ['g1'], groupOverage: false }
const NOBODY = { ...PERSON, roles: [], groups: [] }
const MANY = { ...NOBODY, groupOverage: true }

describe('who may use the app', () => {
  test.each([
    ['anyone, without rules', NOBODY, [], [], undefined],
    ['anyone in too many groups, without rules', MANY, [], [], undefined],
    ['by role', PERSON, ['Crm.Ask'], [], undefined],
    ['by one role of several', PERSON, ['Other', 'Crm.Ask'], [], undefined],
    ['by group', PERSON, [], ['g1'], undefined],
    ['by role where groups would not do', { ...MANY, roles: ['Crm.Ask'] }, ['Crm.Ask'], ['g1'], undefined],
    ['by group where roles would not do', PERSON, ['Other'], ['g1'], undefined],
    ['not without the role', NOBODY, ['Crm.Ask'], [], 'no-role'],
    ['not by a role in another case', PERSON, ['crm.ask'], [], 'no-role'],
    ['not without the group', NOBODY, [], ['g1'], 'no-group'],
    ['not without either', NOBODY, ['Crm.Ask'], ['g1'], 'no-group'],
    ['not when Entra names no group: what cannot be checked lets nobody in', MANY, [], ['g1'], 'too-many-groups'],
    ['not by a role when both are asked and groups cannot be read', MANY, ['Crm.Ask'], ['g1'], 'too-many-groups'],
    ['a role rule does not care for groups', MANY, ['Crm.Ask'], [], 'no-role'],
  ] as const)('%s', (_, identity, roles, groups, denial) => {
    expect(denialOf(identity, { roles, groups })).toBe(denial)
  })
})

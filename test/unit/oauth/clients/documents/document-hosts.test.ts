import { describe, expect, test } from '@jest/globals'
import { admits, isInsideName } from '../../../../../shared/oauth/clients/documents/document-hosts.ts'

describe('whose documents are read', () => {
  test.each([
    ['chatgpt.com', ['chatgpt.com'], 'listed'],
    ['chatgpt.com', ['*', 'chatgpt.com'], 'listed'],
    ['apps.example', ['chatgpt.com', '*'], 'other'],
    ['apps.example', ['chatgpt.com'], undefined],
    ['a.chatgpt.com', ['chatgpt.com'], undefined],
    ['chatgpt.com.evil.example', ['chatgpt.com'], undefined],
    ['evilchatgpt.com', ['chatgpt.com'], undefined],
    ['chatgpt.com.', ['chatgpt.com'], undefined],
    ['com', ['chatgpt.com'], undefined],
    ['*', ['chatgpt.com'], undefined],
    ['chatgpt.com', [], undefined],
  ])('%s by %j: %s', (host, list, kind) => expect(admits(host, list)).toBe(kind))
})

describe('names for this machine or its network', () => {
  test.each(['localhost', 'localhost.', 'a.localhost', 'intranet', 'printer.local', 'vm.internal', 'nas.home.arpa.'])(
    '%s is one',
    (name) => expect(isInsideName(name)).toBe(true),
  )
  test.each(['chatgpt.com', 'localhost.example', 'local.example', 'notlocal.com', 'internal.example.'])(
    '%s is none',
    (name) => expect(isInsideName(name)).toBe(false),
  )
})

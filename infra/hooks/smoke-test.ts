import { setTimeout as sleep } from 'node:timers/promises'

type Check = { readonly what: string; readonly passes: () => Promise<boolean> }
export type Finding = { readonly what: string; readonly passed: boolean }

const answersJson = async (url: string, expected: Record<string, string>): Promise<boolean> => {
  const response = await fetch(url, { redirect: 'error' })
  if (response.status !== 200) return false
  const document = (await response.json()) as Record<string, unknown>
  return Object.entries(expected).every(([member, value]) => document[member] === value)
}

const challenges = async (baseUrl: string): Promise<boolean> => {
  const response = await fetch(`${baseUrl}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const challenge = response.headers.get('www-authenticate') ?? ''
  return response.status === 401 && challenge.includes(`resource_metadata="${baseUrl}/`)
}

const checksOf = (baseUrl: string): Check[] => [
  {
    what: 'authorization server metadata names this address as issuer (RFC 8414)',
    passes: () => answersJson(`${baseUrl}/.well-known/oauth-authorization-server`, { issuer: baseUrl }),
  },
  {
    what: 'protected resource metadata names /mcp (RFC 9728)',
    passes: () => answersJson(`${baseUrl}/.well-known/oauth-protected-resource/mcp`, { resource: `${baseUrl}/mcp` }),
  },
  { what: 'POST /mcp without a token is refused with a challenge (RFC 6750)', passes: () => challenges(baseUrl) },
]

/** Asks a deployed app for what ChatGPT asks first; each check is repeated while the app is still starting. */
export const smokeTest = async (
  baseUrl: string,
  { attempts = 12, pauseMs = 10_000 }: { attempts?: number; pauseMs?: number } = {},
): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const { what, passes } of checksOf(baseUrl)) {
    let passed = false
    for (let attempt = 1; attempt <= attempts && !passed; attempt += 1) {
      if (attempt > 1) await sleep(pauseMs)
      passed = await passes().catch(() => false)
    }
    findings.push({ what, passed })
  }
  return findings
}

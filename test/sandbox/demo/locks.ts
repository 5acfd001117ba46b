import { randomBytes } from 'node:crypto'
import { postMcp } from '../chatgpt/mcp.ts'
import { StepError } from '../chatgpt/wire.ts'
import type { Cast } from './questions.ts'
import { call, type Stage, type Visitor } from './stage.ts'

async function statusWith({ sandbox, print }: Stage, title: string, accessToken: string): Promise<number> {
  const wire = { userAgent: 'openai-mcp/1.0.0', onStep: print.step }
  const params = { name: 'whoami', arguments: {} }
  return (await postMcp(wire, sandbox.mcpUrl, { id: 1, method: 'tools/call', title, params, accessToken })).status
}

async function refusedRefresh({ chat }: Visitor): Promise<boolean> {
  try {
    await chat.refresh()
    return false
  } catch (error) {
    return error instanceof StepError && error.body.includes('"invalid_grant"')
  }
}

export async function foreignTokens(stage: Stage, { rep }: Cast): Promise<void> {
  const { print, prove, sandbox } = stage
  print.heading('Tokens that are not ours')
  const microsoft = await sandbox.entra.mintDataverseToken(rep.upn)
  const genuine = await statusWith(stage, 'with a genuine Microsoft token', microsoft)
  prove('Microsoft’s own token for Dataverse is refused: nothing is passed through', genuine === 401)
  const madeUp = await statusWith(stage, 'with a made-up token', `dma_${randomBytes(48).toString('base64url')}`)
  prove('a made-up token is refused', madeUp === 401)
}

export async function refreshAndRevoke(stage: Stage, { rep, manager }: Cast): Promise<void> {
  const { print, prove } = stage
  print.heading(`${rep.first}’s tokens are renewed, then ${rep.first} disconnects`)
  const before = rep.chat.connection.tokens
  const after = await rep.chat.refresh()
  const both = after.access_token !== before.access_token && after.refresh_token !== before.refresh_token
  prove('a refresh replaces both tokens', both)
  await call(rep, 'whoami')
  await rep.chat.revoke()
  prove(
    'after revocation the access token is refused',
    (await statusWith(stage, 'after revocation', after.access_token)) === 401,
  )
  prove('… and so is the refresh token', await refusedRefresh(rep))
  const goesOn = (await manager.chat.callTool('whoami')).isError !== true
  prove(`${manager.first}’s connection goes on`, goesOn)
}

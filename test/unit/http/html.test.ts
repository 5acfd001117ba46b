import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../jest/any-character.ts'
import { escapeHtml, html } from '../../../shared/http/pages/html.ts'
import { createPages } from '../../../shared/http/pages/page.ts'

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><svg onload=alert(1)>',
  '</textarea><script>',
  '<!--',
  ']]>',
  '&lt;script&gt;',
  '{{constructor.constructor("alert(1)")()}}',
]

describe('a value in a template', () => {
  test.each(ATTACKS)('%s stays text', (attack) => {
    const { text } = html`<p title="${attack}" lang='${attack}'>${attack}</p>`
    expect(text.match(/[<>]/g)).toHaveLength(4)
    expect(text.match(/"/g)).toHaveLength(2)
    expect(text.match(/'/g)).toHaveLength(2)
  })

  test.each([
    ['a number', 5, '5'],
    ['nothing', undefined, ''],
    ['a template', html`<b>${'&'}</b>`, '<b>&amp;</b>'],
    ['several templates', [html`<i></i>`, html`<b></b>`], '<i></i><b></b>'],
  ])('%s', (_, value, expected) => expect(html`${value}`.text).toBe(expected))

  test('any text comes out without a character that could end its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) =>
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/),
      ),
    )
  })
})

describe('a page', () => {
  const page = createPages({ name: 'Harbour & Pine <CRM>', color: '#0B5CAD', supportUrl: 'https://contoso.com/help' })
  const render = (title: string) =>
    page({
      status: 400,
      title,
      content: html`<h1>${title}</h1>`,
      correlationId: title,
      cookies: [{ name: 'a', value: 'b', maxAge: 1 }],
    })

  test.each(ATTACKS)('%s as title and correlation id stays text', (attack) => {
    const expected = (render('plain').body ?? '').match(/<[a-z/!]/g)?.length
    expect((render(attack).body ?? '').match(/<[a-z/!]/g)).toHaveLength(expected ?? 0)
    expect(render(attack).body).toContain('Harbour &amp; Pine &lt;CRM&gt;')
  })

  test('is framed by nobody, loads nothing from elsewhere, runs no script and is not kept', () => {
    const { status, headers = {}, cookies } = render('Title')
    const { 'content-security-policy': policy = '' } = headers
    expect(status).toBe(400)
    expect(cookies).toHaveLength(1)
    expect(policy.split(';').map((part) => part.trim().split(' ')[0])).toEqual(
      expect.arrayContaining(['default-src', 'style-src', 'img-src', 'base-uri', 'frame-ancestors']),
    )
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toMatch(/unsafe|script-src|https?:|\*/)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'content-type': 'text/html; charset=utf-8',
    })
  })

  test('has no form-action: Chromium applies it to the redirects that follow "Continue"', () => {
    expect(render('Title').headers?.['content-security-policy']).not.toContain('form-action')
  })

  test('has the referrer policy with which Chromium still names our origin on our own form', () => {
    expect(render('Title').headers?.['referrer-policy']).toBe('same-origin')
  })

  test('the style that it allows is the style that it holds', async () => {
    const { body = '', headers = {} } = render('Title')
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? ''
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
    expect(headers['content-security-policy']).toContain(`'sha256-${Buffer.from(digest).toString('base64')}'`)
    expect(body).not.toMatch(/<script|\sstyle=|\son[a-z]+=|src="http/)
  })
})
